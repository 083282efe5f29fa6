/**
 * Memory of a fit before it is begun: the sizes of its arrays, from the number of rows, covariates and trees.
 * How many leaves a tree will have is not known beforehand, so their ceiling is taken:
 *   causal tree: a leaf has at least minNodeSize growing rows on either side of its parent's mean treatment, hence
 *     leaves ≤ growRows/(2·minNodeSize); fits have a third of that to all of it, fewer where one arm is small;
 *   regression tree: nodes of more than minNodeSize rows are split, hence about 2·growRows/(minNodeSize + 1) leaves.
 */
import { requireInteger } from '../base/options.js';
import { subsampleSizes } from '../tree/subsample.js';
import { type ForestOptions, planOf, type ResolvedForestOptions, resolveForestOptions } from './forest-options.js';
import { blockRows } from './leaf-blocks.js';
import { CHUNK_NODES } from './tree-chunks.js';

/** Bytes, each a ceiling. */
export interface MemoryEstimate {
  /** The fitted forest: nodes, leaves, and how covariates are coded. It stays. */
  readonly forest: number;
  /** While it trains: coded and sorted covariates, the engine's lists, trees being written, nuisance forests. */
  readonly training: number;
  /** While it predicts, out of bag or new rows: one block of rows and their leaves, and the results. */
  readonly prediction: number;
  /** All of these at once: what to have free, beside the table itself (8 bytes a number). */
  readonly peak: number;
}

/** Bytes of a node (column, cut, child, side of missing values), and of a number in an array of doubles. */
const NODE = 13;
const DOUBLE = 8;
/** Bytes per row and covariate while training: codes (twice: the data's and the engine's), sorted order, two lists. */
const CELL = 4 + 4 + 4 + 2 * 4;
/** Bytes per row while training: the engine's numbers of rows, pseudo-outcomes and shares, draws, residuals, sorting. */
const ROW = 170;
/** Trees are written to arrays that double when full, and copied once when done: at most this many times their size. */
const WRITER = 3;
/** Bytes per row of predictions and what they are made of: effects, variances, errors, sums over bags. */
const PREDICTED_ROW = 160;
/** Nuisance forests have a quarter of the trees, at least so many. */
const FEWEST_NUISANCE_TREES = 50;

/**
 * Ceilings of a causal forest's memory (`fitCausalForest`), before anything is fitted. Measured arrays lie between a third
 * of a ceiling and all of it. The program itself comes on top (Node: about 50 MB), and what its garbage collector has not
 * taken yet. Clusters of unequal size may make trees somewhat larger. This is one thread's (`workers: 0`): each worker adds
 * its own `training` or `prediction`, whichever is larger, and all of them together one copy of the columns and the forest.
 *
 * @param options as for `fitCausalForest`; those that do not touch memory may be left out
 * @param rowCount rows of the trial
 * @param covariateCount its covariates
 * @throws InvalidOptionError, and InvalidDataError where the rows are too few for these options
 */
export function estimateMemory(options: ForestOptions, rowCount: number, covariateCount: number): MemoryEstimate {
  requireInteger('rowCount', rowCount, { min: 1 });
  requireInteger('covariateCount', covariateCount, { min: 1 });
  const frame = { rowCount, covariateCount, clusters: null, weights: null };
  const settings = resolveForestOptions({ ...options, equalizeClusterWeights: false }, frame);
  const cells = rowCount * covariateCount;
  const causal = treesBytes(settings.numTrees, leavesOfCausalTree(settings, rowCount), 5);
  const nuisance = treesBytes(
    Math.max(FEWEST_NUISANCE_TREES, Math.ceil(settings.numTrees / 4)),
    leavesOfRegressionTree(settings, rowCount),
    2,
  );
  const forest = causal + DOUBLE * cells;
  // One nuisance forest at a time; the first is no longer needed when the second is written.
  const training = CELL * cells + ROW * rowCount + WRITER * Math.max(causal, nuisance) + nuisance;
  const prediction = passBytes(settings, rowCount, covariateCount) + PREDICTED_ROW * rowCount;
  return Object.freeze({ forest, training, prediction, peak: forest + training + prediction });
}

/** Rows that grow one tree, and that fill its leaves. */
function treeRows(settings: ResolvedForestOptions, rowCount: number): { readonly grow: number; readonly fill: number } {
  const { tree, grow } = subsampleSizes(planOf(settings, { rowCount, clusters: null }));
  return { grow, fill: settings.honesty ? tree - grow : tree };
}

function leavesOfCausalTree(settings: ResolvedForestOptions, rowCount: number): number {
  const { grow, fill } = treeRows(settings, rowCount);
  return Math.max(1, Math.min(Math.floor(grow / (2 * settings.minNodeSize)), fill));
}

/** Nuisance trees grow on half of their rows and split nodes of more than 5: 2·(n·sampleFraction/2)/(5 + 1). */
function leavesOfRegressionTree({ sampleFraction }: ResolvedForestOptions, rowCount: number): number {
  return Math.max(1, Math.ceil((sampleFraction * rowCount) / 6));
}

const treesBytes = (treeCount: number, leaves: number, momentCount: number): number =>
  treeCount * ((2 * leaves - 1) * NODE + leaves * momentCount * DOUBLE + 4) + momentCount * DOUBLE + 4;

/**
 * The machine of a pass: codes, one block (its rows in every tree, their groups, sums for each row), one chunk of trees, and
 * which rows each bag drew, a bit each.
 */
function passBytes(settings: ResolvedForestOptions, rowCount: number, covariateCount: number): number {
  const trees = settings.numTrees;
  const rows = blockRows(trees, rowCount, covariateCount);
  const leaves = leavesOfCausalTree(settings, rowCount);
  const chunkNodes = Math.min(trees * 2 * leaves, CHUNK_NODES + 2 * settings.ciGroupSize * leaves);
  return (
    4 * rowCount * covariateCount +
    (4 * rows + 8 * Math.min(leaves, rows)) * trees +
    (17 * DOUBLE + 16) * rows +
    (NODE + 2.5 * DOUBLE) * chunkNodes +
    (trees * rowCount) / 8 +
    40 * rowCount
  );
}
