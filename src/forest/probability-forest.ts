/**
 * Honest probability forest: P̂(class | X = x) for a category as outcome, with variances. One forest for all classes, of
 * several means at once (`kernels/target-means.ts`): Y_c = 1{class = c}, splits by the Gini index (Breiman et al. 1984, §4.3;
 * Malley et al. 2012), honest leaves and forest averages as in a regression forest (Athey, Tibshirani & Wager 2019, §2).
 * Prediction is Σ avg(qY_c)/Σ avg(q) over the trees' leaves: probabilities in [0, 1] that add up to 1.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { readCategory } from '../data/covariates.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import { requireNaStrings } from '../data/na-strings.js';
import { type Column, isColumn, type TableInput } from '../data/table.js';
import type { Trial } from '../data/trial.js';
import { codeRows, type RankedColumns, rankColumns } from '../tree/ranked-columns.js';
import { divideRows, type RowNumbers, type RowPass } from './divide-rows.js';
import { type Forest, treesPerBag } from './forest.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  planOf,
  type ResolvedForestOptions,
  resolveForestOptions,
} from './forest-options.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from './leaf-blocks.js';
import { littleBagVariancesInto } from './little-bags.js';
import { predictionWarnings } from './prediction-warnings.js';
import { gatherArrays, spreadArrays } from './several-arrays.js';
import { trainForest } from './train-forest.js';
import { CONTROL_NAMES, startWork, type Work, type WorkControl } from './work-control.js';

/** Probabilities for a set of rows, one array a class. NaN marks a row without one; `warnings` count and explain them. */
export interface ProbabilityPredictions {
  /** What each array is about. */
  readonly classes: readonly string[];
  /** P̂(class | X = xᵢ): `probability[class][row]`. Each row's add up to 1. */
  readonly probability: readonly Float64Array[];
  /** Variances by the bootstrap of little bags, as `probability`; null where trees do not come in bags (`ciGroupSize` 1). */
  readonly variance: readonly Float64Array[] | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  readonly warnings: readonly Warning[];
}

/** Options of `fitProbabilityForest`; defaults stand at each. */
export interface ProbabilityForestOptions extends ForestOptions, WorkControl {
  /** One label per row (text, numbers or truth values), none missing, of at least two classes. */
  readonly outcome: Column;
}

/** A fitted probability forest: plain data. */
export interface ProbabilityForest {
  readonly kind: 'probabilityForest';
  /** The training covariates, by which new rows are encoded. */
  readonly covariates: Trial['covariates'];
  /** The labels, sorted. */
  readonly classes: readonly string[];
  /** Class of each row, an index into `classes`. */
  readonly codes: Int32Array;
  readonly settings: ResolvedForestOptions;
  readonly forest: Forest;
  /** Probabilities of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: ProbabilityPredictions;
}

/** What a probability forest needs of a trial: neither its treatment nor its outcomes. */
export type ProbabilityData = Pick<Trial, 'rowCount' | 'covariates' | 'weights' | 'clusters'>;

/**
 * @param data a trial (or its covariates, weights and clusters)
 * @param options `outcome` holds the labels; minNodeSize and alpha as in a regression forest
 * @returns a promise of the forest, with out-of-bag probabilities; `CLASS_WITHOUT_WEIGHT` in their warnings names classes
 *   that only rows of weight 0 have: their probability is 0 everywhere
 * @throws InvalidOptionError, InvalidDataError
 */
export async function fitProbabilityForest(
  data: ProbabilityData,
  options: ProbabilityForestOptions,
): Promise<ProbabilityForest> {
  rejectUnknownKeys('options', options, [...FOREST_OPTION_NAMES, ...CONTROL_NAMES, 'outcome']);
  const settings = resolveForestOptions(options, { ...data, covariateCount: data.covariates.length });
  const { work, warnings } = startWork(options);
  const { codes, classes } = readClasses(options.outcome, data.rowCount);
  const columns = rankColumns(data.covariates, data.rowCount);
  const forest = await trainProbabilities(
    {
      columns,
      codes,
      classCount: classes.length,
      weight: data.weights,
      settings,
      frame: data,
      purpose: 'probability forest',
    },
    work,
  );
  const predictions = await divideOutOfBagProbabilities(forest, columns, classes, work);
  const said = [...weightlessClasses(codes, classes, data.weights), ...warnings, ...predictions.warnings];
  return Object.freeze({
    kind: 'probabilityForest',
    covariates: data.covariates,
    classes,
    codes,
    settings,
    forest,
    outOfBag: Object.freeze({ ...predictions, warnings: Object.freeze(said) }),
  });
}

/** Probabilities for new rows: anything `createTrial` takes that has the covariates' columns. */
export function predictProbabilities(
  { forest, covariates, classes }: ProbabilityForest,
  data: TableInput,
  options: EncodeOptions = {},
): ProbabilityPredictions {
  const encoded = encodeCovariates(covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const numbers = makeNumbers(forest, encoded.rowCount);
  eachNewBlock(forest, coded, (block) => predictBlock(forest, block, numbers));
  return complete(numbers, classes, encoded.warnings);
}

/** One probability forest on ranked columns; also for the propensities of several arms. */
export function trainProbabilities(
  problem: {
    readonly columns: RankedColumns;
    /** Class of each row, from 0. */
    readonly codes: Int32Array;
    readonly classCount: number;
    readonly weight: Float64Array | null;
    readonly settings: ResolvedForestOptions;
    readonly frame: Pick<ProbabilityData, 'rowCount' | 'clusters'>;
    readonly purpose: string;
  },
  work: Work,
): Promise<Forest> {
  const { columns, codes, classCount, weight, settings, frame, purpose } = problem;
  const outcome = new Float64Array(classCount * frame.rowCount);
  codes.forEach((code, row) => {
    outcome[code * frame.rowCount + row] = 1;
  });
  return trainForest(
    {
      columns,
      kind: 'means',
      data: { outcome, outcomeCount: classCount, treatment: new Float64Array(0), weight },
      options: settings,
      plan: planOf(settings, frame),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose,
    },
    work,
  );
}

/** Probabilities of training rows, each from the trees that did not draw it; on other threads where that pays. */
export async function divideOutOfBagProbabilities(
  forest: Forest,
  columns: RankedColumns,
  classes: readonly string[],
  work: Work,
): Promise<ProbabilityPredictions> {
  const found: RowNumbers = await divideRows(
    'outOfBagProbabilities',
    { forest, columns },
    outOfBagProbabilitiesOf,
    work,
  );
  const numbers: Numbers = {
    probability: gatherArrays('probability', found) as readonly Float64Array[],
    variance: gatherArrays('variance', found),
    treeCount: found.treeCount as Int32Array,
  };
  return complete(numbers, classes, []);
}

/** Rows from … end of them. */
export function outOfBagProbabilitiesOf({ forest, columns }: RowPass, from: number, end: number): RowNumbers {
  const numbers = makeNumbers(forest, end - from);
  eachOutOfBagBlock(forest, columns, (block) => predictBlock(forest, block, numbers), from, end);
  const { probability, variance, treeCount } = numbers;
  return {
    ...spreadArrays('probability', probability),
    ...spreadArrays('variance', variance ?? []),
    treeCount,
  };
}

type Numbers = Pick<ProbabilityPredictions, 'probability' | 'variance' | 'treeCount'>;

function makeNumbers(forest: Forest, rowCount: number): Numbers {
  const arrays = () =>
    Object.freeze(Array.from({ length: forest.trees.momentCount - 1 }, () => new Float64Array(rowCount)));
  return {
    probability: arrays(),
    variance: treesPerBag(forest) > 1 ? arrays() : null,
    treeCount: new Int32Array(rowCount),
  };
}

/** All classes of a row are estimated, or none, so the first one's warnings are everyone's. */
const complete = (numbers: Numbers, classes: readonly string[], given: readonly Warning[]): ProbabilityPredictions =>
  Object.freeze({
    ...numbers,
    classes,
    warnings: predictionWarnings(numbers.probability[0], numbers.variance?.[0] ?? null, given),
  });

/** Probabilities, and variances with ρ_b = (Y_bc − p̂_c q_b)/q. */
function predictBlock(forest: Forest, block: LeafBlock, { probability, variance, treeCount }: Numbers): void {
  const { first, rowCount, average } = block;
  const size = forest.trees.momentCount;
  const coefficients = new Float64Array(variance ? size * rowCount : 0);
  treeCount.set(block.treeCount.subarray(0, rowCount), first);
  probability.forEach((out, c) => {
    for (let r = 0; r < rowCount; r++) out[first + r] = average[size * r + 1 + c] / average[size * r];
    if (!variance) return;
    coefficients.fill(0);
    for (let r = 0; r < rowCount; r++) {
      coefficients[size * r] = -out[first + r] / average[size * r];
      coefficients[size * r + 1 + c] = 1 / average[size * r];
    }
    littleBagVariancesInto(forest, block, coefficients, variance[c]);
  });
}

/** Labels as codes into sorted classes. */
function readClasses(
  outcome: unknown,
  rowCount: number,
): { readonly codes: Int32Array; readonly classes: readonly string[] } {
  if (!isColumn(outcome) || outcome.length !== rowCount)
    throw new InvalidOptionError('outcome', outcome, `an array of ${rowCount} labels, one per row`);
  const { codes, levels } = readCategory(
    'outcome',
    outcome,
    requireNaStrings(undefined),
    undefined,
    undefined,
    'labels',
  );
  const missing = codes.indexOf(-1);
  if (missing >= 0)
    throw new InvalidDataError('MISSING_VALUES', `outcome has no label in row ${missing}; leave such rows out`, {
      column: 'outcome',
      rows: [missing],
    });
  if (levels.length < 2)
    throw new InvalidOptionError('outcome', outcome, `labels of at least two classes; all are '${levels[0]}'`);
  return { codes, classes: levels };
}

function weightlessClasses(codes: Int32Array, classes: readonly string[], weights: Float64Array | null): Warning[] {
  if (!weights) return [];
  const total = new Float64Array(classes.length);
  codes.forEach((code, row) => {
    total[code] += weights[row];
  });
  const empty = classes.filter((_, c) => !(total[c] > 0));
  return empty.length === 0
    ? []
    : [
        warning(
          'CLASS_WITHOUT_WEIGHT',
          `Only rows of weight 0 have ${empty.map((name) => `'${name}'`).join(', ')}: nothing is known of how likely it is, and its probability is 0 everywhere. Give such rows weight, or leave the class out.`,
        ),
      ];
}
