/**
 * Honest regression forest: Ê[Y | X = x] with a variance, for nuisances and on its own (Wager & Athey 2018;
 * Athey, Tibshirani & Wager 2019, §2). Prediction is Σ avg(qY)/Σ avg(q) over the trees' leaves.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import type { Trial } from '../data/trial.js';
import { meanMoments } from '../tree/leaf-moments.js';
import { type CodedRows, codeRows, type RankedColumns, rankColumns } from '../tree/ranked-columns.js';
import { type Forest, treesPerBag } from './forest.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  planOf,
  type ResolvedForestOptions,
  resolveForestOptions,
} from './forest-options.js';
import { littleBagVariance } from './little-bags.js';
import { eachNewRow, eachOutOfBagRow, type RowMoments, type VisitRow } from './row-moments.js';
import { trainForest } from './train-forest.js';
import { CONTROL_NAMES, type WorkControl } from './work-control.js';

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

export interface RegressionForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** Name of a trial's outcome with one value per row, or the values themselves. */
  readonly outcome: OutcomeName | Float64Array;
}

export interface RegressionForest {
  readonly kind: 'regressionForest';
  /** The training covariates, by which new rows are encoded. */
  readonly covariates: Trial['covariates'];
  readonly outcome: Float64Array;
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
  const { outcome: named, onProgress: _, signal: __, ...forestOptions } = options;
  const frame = { ...data, covariateCount: data.covariates.length };
  const settings = resolveForestOptions(forestOptions, frame, [...FOREST_OPTION_NAMES, ...CONTROL_NAMES]);
  const outcome = outcomeValues(data, named);
  const columns = rankColumns(data.covariates, data.rowCount);
  const trained = await trainMeanForest(
    { columns, outcome, weight: data.weights, settings, frame, purpose: 'regression forest' },
    options,
  );
  return Object.freeze({
    kind: 'regressionForest',
    covariates: data.covariates,
    outcome,
    settings,
    forest: trained,
    outOfBag: outOfBagMeans(trained, columns, outcome),
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
  control: WorkControl,
): Promise<Forest> {
  const { columns, outcome, weight, settings, frame, purpose } = problem;
  return trainForest(
    {
      columns,
      kind: 'mean',
      data: { outcome, treatment: outcome, weight },
      moments: meanMoments(outcome, weight),
      options: settings,
      plan: planOf(settings, frame),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose,
    },
    control,
  );
}

/** Predictions of training rows, each from the trees that did not draw it. */
export function outOfBagMeans(forest: Forest, columns: RankedColumns, outcome: Float64Array): OutOfBagMeans {
  const debiasedError = new Float64Array(outcome.length);
  const excessError = new Float64Array(outcome.length);
  const each = (visit: VisitRow) => eachOutOfBagRow(forest, columns, visit);
  const predictions = collectMeans(forest, outcome.length, each, [], (i, estimate, { average, moments, treeCount }) => {
    let squares = 0;
    for (let b = 0; b < treeCount; b++) squares += ((moments[2 * b + 1] - estimate * moments[2 * b]) / average[0]) ** 2;
    excessError[i] = treeCount > 1 ? squares / (treeCount * (treeCount - 1)) : Number.NaN;
    debiasedError[i] = (outcome[i] - estimate) ** 2 - excessError[i];
  });
  return Object.freeze({ ...predictions, debiasedError, excessError });
}

const meanPredictions = (forest: Forest, rows: CodedRows, warnings: readonly Warning[]): MeanPredictions =>
  Object.freeze(
    collectMeans(
      forest,
      rows.rowCount,
      (visit) => eachNewRow(forest, rows, visit),
      warnings,
      () => {},
    ),
  );

function collectMeans(
  forest: Forest,
  rowCount: number,
  each: (visit: VisitRow) => void,
  given: readonly Warning[],
  also: (row: number, estimate: number, moments: RowMoments) => void,
): MeanPredictions {
  const estimate = new Float64Array(rowCount);
  const perBag = treesPerBag(forest);
  const variance = perBag > 1 ? new Float64Array(rowCount) : null;
  const treeCount = new Int32Array(rowCount);
  const coefficients = new Float64Array(2);
  each((i, moments) => {
    const [q, qy] = moments.average;
    const mean = qy / q;
    estimate[i] = mean;
    treeCount[i] = moments.treeCount;
    if (variance) {
      // ρ_b = (Y_b − μ q_b)/q
      coefficients[0] = -mean / q;
      coefficients[1] = 1 / q;
      variance[i] = littleBagVariance(moments, coefficients, perBag);
    }
    also(i, mean, moments);
  });
  return { estimate, variance, treeCount, warnings: Object.freeze([...given, ...unreachedWarnings(estimate)]) };
}

/** Says how many rows no tree could predict, and what helps. */
export function unreachedWarnings(estimate: Float64Array): Warning[] {
  const count = estimate.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  if (count === 0) return [];
  return [
    warning(
      'ROWS_WITHOUT_ESTIMATE',
      `${count} of ${estimate.length} rows have no estimate: every tree drew them, or has no rows with weight where they fall; use more trees (numTrees) or a smaller sampleFraction`,
    ),
  ];
}

function outcomeValues(data: RegressionData, outcome: string | Float64Array): Float64Array {
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
