/**
 * Honest regression forest: Ê[Y | X = x] with a variance, for nuisances and on its own (Wager & Athey 2018;
 * Athey, Tibshirani & Wager 2019, §2). Prediction is Σ avg(qY)/Σ avg(q) over the trees' leaves.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import type { Trial } from '../data/trial.js';
import { BAG_STATE, SQUARES_OF_ALL } from '../kernels/little-bags.js';
import { type CodedRows, codeRows, type RankedColumns, rankColumns } from '../tree/ranked-columns.js';
import { divideRows, type RowPass } from './divide-rows.js';
import { type Forest, treesPerBag } from './forest.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  planOf,
  type ResolvedForestOptions,
  resolveForestOptions,
} from './forest-options.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from './leaf-blocks.js';
import { addInfluences, variancesInto } from './little-bags.js';
import { predictionWarnings } from './prediction-warnings.js';
import { trainForest } from './train-forest.js';
import { CONTROL_NAMES, startWork, type Work, type WorkControl } from './work-control.js';

/** Predictions for a set of rows. NaN marks a row without one; `warnings` count and explain them. */
export interface MeanPredictions {
  /** Ê[Y | X = xᵢ], in outcome units. */
  readonly estimate: Float64Array;
  /** Variance of the estimate; null where trees do not come in bags (`ciGroupSize` 1). */
  readonly variance: Float64Array | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  readonly warnings: readonly Warning[];
}

/** For training rows: predictions with their squared error, and its Monte-Carlo part. NaN with fewer than two trees. */
export interface OutOfBagMeans extends MeanPredictions {
  /** (Yᵢ − estimateᵢ)² less `excessError`: what infinitely many trees would leave. */
  readonly debiasedError: Float64Array;
  /** The part of the error that is due to finitely many trees; shrinks as 1/trees. */
  readonly excessError: Float64Array;
}

/** Options of `fitRegressionForest`; defaults stand at each. */
export interface RegressionForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** Name of a trial's outcome with one value per row, or the values themselves. */
  readonly outcome: OutcomeName | Float64Array;
}

/** A fitted regression forest: plain data. */
export interface RegressionForest {
  readonly kind: 'regressionForest';
  /** The training covariates, by which new rows are encoded. */
  readonly covariates: Trial['covariates'];
  readonly outcome: Float64Array;
  /** Sample weights of the training rows, or null where none were given. */
  readonly weights: Float64Array | null;
  readonly settings: ResolvedForestOptions;
  readonly forest: Forest;
  /** Predictions of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: OutOfBagMeans;
}

/** What a regression forest needs of a trial: the treatment plays no part. */
export type RegressionData<OutcomeName extends string = string> = Pick<
  Trial<string, OutcomeName>,
  'rowCount' | 'covariates' | 'outcomes' | 'weights' | 'clusters'
>;

/**
 * @param data a trial (or its covariates and outcomes); outcomes that leave rows out, and ratios of totals, are refused
 * @returns a promise of the forest, with out-of-bag predictions
 * @throws InvalidOptionError, InvalidDataError
 */
export async function fitRegressionForest<OutcomeName extends string>(
  data: RegressionData<OutcomeName>,
  options: RegressionForestOptions<OutcomeName>,
): Promise<RegressionForest> {
  rejectUnknownKeys('options', options, [...FOREST_OPTION_NAMES, ...CONTROL_NAMES, 'outcome']);
  const frame = { ...data, covariateCount: data.covariates.length };
  const settings = resolveForestOptions(options, frame);
  const { work, warnings } = startWork(options);
  const outcome = outcomeValues(data, options.outcome);
  const columns = rankColumns(data.covariates, data.rowCount);
  const trained = await trainMeanForest(
    { columns, outcome, weight: data.weights, settings, frame, purpose: 'regression forest' },
    work,
  );
  const predictions = await divideOutOfBagMeans(trained, columns, outcome, work);
  return Object.freeze({
    kind: 'regressionForest',
    covariates: data.covariates,
    outcome,
    weights: data.weights,
    settings,
    forest: trained,
    outOfBag: Object.freeze({ ...predictions, warnings: Object.freeze([...warnings, ...predictions.warnings]) }),
  });
}

/** Predictions for new rows: anything `createTrial` takes that has the covariates' columns. */
export function predictMeans(forest: RegressionForest, data: TableInput, options: EncodeOptions = {}): MeanPredictions {
  const encoded = encodeCovariates(forest.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.forest.coding, encoded.rowCount);
  return meanPredictions(forest.forest, coded, encoded.warnings);
}

/** One mean forest on ranked columns; the engine's entry for nuisances too. */
export function trainMeanForest(
  problem: {
    readonly columns: RankedColumns;
    readonly outcome: Float64Array;
    readonly weight: Float64Array | null;
    readonly settings: ResolvedForestOptions;
    readonly frame: Pick<RegressionData, 'rowCount' | 'clusters'>;
    readonly purpose: string;
  },
  work: Work,
): Promise<Forest> {
  const { columns, outcome, weight, settings, frame, purpose } = problem;
  return trainForest(
    {
      columns,
      kind: 'mean',
      data: { outcome, treatment: outcome, weight },
      options: settings,
      plan: planOf(settings, frame),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose,
    },
    work,
  );
}

/** Predictions of training rows, each from the trees that did not draw it. */
export const outOfBagMeans = (forest: Forest, columns: RankedColumns, outcome: Float64Array): OutOfBagMeans =>
  withWarnings(outOfBagMeansOf({ forest, columns, outcome }, 0, columns.rowCount));

/** The same, on other threads where that pays. */
export const divideOutOfBagMeans = async (
  forest: Forest,
  columns: RankedColumns,
  outcome: Float64Array,
  work: Work,
): Promise<OutOfBagMeans> =>
  withWarnings(await divideRows('outOfBagMeans', { forest, columns, outcome }, outOfBagMeansOf, work));

/** Rows from … end of them. */
export function outOfBagMeansOf(
  { forest, columns, outcome }: RowPass & { readonly outcome: Float64Array },
  from: number,
  end: number,
): Omit<OutOfBagMeans, 'warnings'> {
  const excessError = new Float64Array(end - from);
  const predictions = makePredictions(forest, end - from);
  const visit = (block: LeafBlock): void => {
    predictBlock(forest, block, predictions, excessError);
  };
  eachOutOfBagBlock(forest, columns, visit, from, end);
  const debiasedError = predictions.estimate.map((value, i) => (outcome[from + i] - value) ** 2 - excessError[i]);
  return { ...predictions, debiasedError, excessError };
}

const withWarnings = (numbers: Omit<OutOfBagMeans, 'warnings'>): OutOfBagMeans =>
  Object.freeze({ ...numbers, ...warned(numbers, []) });

function meanPredictions(forest: Forest, rows: CodedRows, given: readonly Warning[]): MeanPredictions {
  const predictions = makePredictions(forest, rows.rowCount);
  eachNewBlock(forest, rows, (block) => predictBlock(forest, block, predictions));
  return Object.freeze({ ...predictions, ...warned(predictions, given) });
}

/** Means of any rows by all trees, without variances. */
export function meansOf(forest: Forest, rows: CodedRows): Pick<MeanPredictions, 'estimate' | 'treeCount'> {
  const predictions = { ...makePredictions(forest, rows.rowCount), variance: null };
  eachNewBlock(forest, rows, (block) => predictBlock(forest, block, predictions));
  return predictions;
}

const makePredictions = (forest: Forest, rowCount: number) => ({
  estimate: new Float64Array(rowCount),
  variance: treesPerBag(forest) > 1 ? new Float64Array(rowCount) : null,
  treeCount: new Int32Array(rowCount),
});

const warned = ({ estimate, variance }: Pick<MeanPredictions, 'estimate' | 'variance'>, given: readonly Warning[]) => ({
  warnings: predictionWarnings(estimate, variance, given),
});

/**
 * Means Σ avg(qY)/Σ avg(q), and variances with ρ_b = (Y_b − μ̂ q_b)/q; where asked for, also the Monte-Carlo part of the
 * squared error, Σ_b ρ_b²/(T(T−1)), NaN with a single tree.
 */
function predictBlock(
  forest: Forest,
  block: LeafBlock,
  out: Omit<MeanPredictions, 'warnings'>,
  excessError?: Float64Array,
): void {
  const { first, rowCount, average, treeCount } = block;
  const coefficients = new Float64Array(2 * rowCount);
  for (let r = 0; r < rowCount; r++) {
    const q = average[2 * r];
    const mean = average[2 * r + 1] / q;
    out.estimate[first + r] = mean;
    out.treeCount[first + r] = treeCount[r];
    coefficients[2 * r] = -mean / q;
    coefficients[2 * r + 1] = 1 / q;
  }
  const state = addInfluences(forest, block, coefficients);
  if (out.variance) variancesInto(forest, block, state, 2 + BAG_STATE, out.variance);
  if (!excessError) return;
  for (let r = 0; r < rowCount; r++) {
    const squares = state[r * (2 + BAG_STATE) + 2 + SQUARES_OF_ALL];
    excessError[first + r] = treeCount[r] > 1 ? squares / (treeCount[r] * (treeCount[r] - 1)) : Number.NaN;
  }
}

/** The outcome's values, named or given. @throws InvalidOptionError, InvalidDataError */
export function outcomeValues(data: RegressionData, outcome: string | Float64Array): Float64Array {
  if (typeof outcome !== 'string') {
    if (!(outcome instanceof Float64Array) || outcome.length !== data.rowCount || !outcome.every(Number.isFinite))
      throw new InvalidOptionError('outcome', outcome, `a Float64Array of ${data.rowCount} finite numbers`);
    return outcome;
  }
  const found = data.outcomes[outcome];
  if (!found)
    throw new InvalidOptionError(
      'outcome',
      outcome,
      `one of the trial's outcomes: ${Object.keys(data.outcomes).join(', ')}`,
    );
  if (found.kind === 'ratioOfTotals')
    throw new InvalidOptionError('outcome', outcome, 'an outcome with one value per row; a ratio of totals has none');
  if (found.rows)
    throw new InvalidDataError(
      'MISSING_VALUES',
      `outcome '${outcome}' is not defined for ${data.rowCount - found.rows.length} rows; fit on selectRows(trial, outcome.rows)`,
      { column: outcome },
    );
  return found.values;
}
