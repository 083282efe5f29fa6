/**
 * Memory of a fit before it is begun: the sizes of its arrays, from the number of rows, covariates and trees.
 * How many leaves a tree will have is not known beforehand, so their ceiling is taken:
 *   causal tree: a leaf has at least minNodeSize growing rows on either side of its parent's mean treatment, hence
 *     leaves ≤ growRows/(2·minNodeSize); fits have a third of that to all of it, fewer where one arm is small;
 *   regression tree: nodes of more than minNodeSize rows are split, hence about 2·growRows/(minNodeSize + 1) leaves.
 */
import { requireInteger } from '../base/options.js';
import { batchTrees, engineBytes, ONE_OF_EACH, usualNodes } from '../tree/engine.js';
import { nearCodes } from '../tree/load-columns.js';
import { type Sorting, sortingFor } from '../tree/sorting.js';
import { subsampleSizes } from '../tree/subsample.js';
import { type ForestOptions, planOf, type ResolvedForestOptions, resolveForestOptions } from './forest-options.js';
import { keptWords } from './kept-draws.js';
import { blockRows } from './leaf-blocks.js';
import { passBytes } from './pass.js';
import { mostSets } from './set-plan.js';
import { CHUNK_NODES } from './tree-chunks.js';

/** Bytes, each a ceiling. */
export interface MemoryEstimate {
  /** The fitted forest: nodes, leaves, what its bags drew, and how covariates are coded. It stays. */
  readonly forest: number;
  /** While it trains: coded and sorted covariates, the engine's lists, trees being written, nuisance forests. */
  readonly training: number;
  /** While it predicts, out of bag or new rows: one block of rows and their leaves, and the results. */
  readonly prediction: number;
  /** The forest, and the larger of the others, which follow each other: what to have free beside the table (8 bytes a number). */
  readonly peak: number;
}

/** Bytes of a node (column, cut, child, side of missing values), and of a number in an array of doubles. */
const NODE = 13;
const DOUBLE = 8;
/** Bytes of a covariate's code, of which the engine has a copy of its own. */
const CODE = 4;
/** Bytes per row while training, beside the engine: residuals, nuisance estimates, a column being sorted. */
const ROW = 64;
/** Room behind the trees that the first of them let expect (`tree/collect-trees.ts`). */
const ROOM = 1 + 1 / 32;
/** Bytes per row of results: effects, variances, errors, numbers of trees. */
const PREDICTED_ROW = 64;
/** Moments of a leaf of a causal forest. */
const MOMENTS = 5;
/** Nuisance forests have a quarter of the trees, at least so many. */
const FEWEST_NUISANCE_TREES = 50;

/**
 * Ceilings of a causal forest's memory (`fitCausalForest`), before anything is fitted. Measured arrays lie between a third
 * of a ceiling and all of it. The program itself comes on top (Node: about 50 MB), and what its garbage collector has not
 * taken yet. Clusters of unequal size may make trees somewhat larger. This is one thread's (`workers: 0`): each worker adds
 * its own `training` or `prediction`, whichever is larger, and all of them together one copy of the columns and the forest.
 * Regressions of stacked nuisances (`nuisance: 'stack'`) come on top while they are fitted: two copies of their columns, of
 * which ten covariates make about 100.
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
  const causal = treesBytes(settings.numTrees, leavesOfCausalTree(settings, rowCount), MOMENTS);
  const nuisance = treesBytes(
    Math.max(FEWEST_NUISANCE_TREES, Math.ceil(settings.numTrees / 4)),
    leavesOfRegressionTree(settings, rowCount),
    2,
  );
  const plan = planOf(settings, { rowCount, clusters: null });
  const drawn = 4 * keptWords(plan, settings.numTrees / settings.ciGroupSize);
  const forest = causal + drawn + DOUBLE * cells;
  // One forest at a time; a nuisance's is no longer needed when the next is written.
  const training =
    CODE * cells +
    ROW * rowCount +
    enginesBytes(settings, rowCount, covariateCount) +
    ROOM * Math.max(causal, nuisance);
  const prediction = predictionBytes(settings, rowCount, covariateCount) + CODE * cells + PREDICTED_ROW * rowCount;
  return Object.freeze({ forest, training, prediction, peak: forest + Math.max(training, prediction) });
}

/** Rows of a bag, those that grow one tree, and those that fill its leaves. */
interface TreeRows {
  readonly bag: number;
  readonly grow: number;
  readonly fill: number;
}

function treeRows(settings: ResolvedForestOptions, rowCount: number): TreeRows {
  const { bag, tree, grow } = subsampleSizes(planOf(settings, { rowCount, clusters: null }));
  return { bag, grow, fill: settings.honesty ? tree - grow : grow };
}

function leavesOfCausalTree(settings: ResolvedForestOptions, rowCount: number): number {
  const { grow, fill } = treeRows(settings, rowCount);
  return Math.max(1, Math.min(Math.floor(grow / (2 * settings.minNodeSize)), fill));
}

/** Nuisance trees grow on half of their rows and split nodes of more than 5: 2·(n·sampleFraction/2)/(5 + 1). */
function leavesOfRegressionTree({ sampleFraction }: ResolvedForestOptions, rowCount: number): number {
  return Math.max(1, Math.ceil((sampleFraction * rowCount) / 6));
}

/** The nuisances' engine, which serves the causal forest too; where it cannot, there are two. */
function enginesBytes(settings: ResolvedForestOptions, rowCount: number, covariateCount: number): number {
  const capacityOf = ({ bag, grow, fill }: TreeRows, leaves: number, treesPerBag: number, sorting: Sorting) => ({
    ...ONE_OF_EACH,
    weights: 1,
    rows: rowCount,
    columns: covariateCount,
    listedColumns: sorting === 'lists' ? covariateCount : 0,
    rankedColumns: sorting === 'ranks' ? covariateCount : 0,
    growRows: grow,
    fillRows: fill,
    bagUnits: bag,
    nearCodes: nearCodes(rowCount, covariateCount, fill),
    levels: 0,
    units: rowCount,
    clusters: 0,
    // Room is doubled until a tree of 2·leaves − 1 nodes fits.
    nodes: Math.min(2 * grow + 1, Math.max(usualNodes(grow), 2 * (2 * leaves - 1))),
    batchTrees: batchTrees(treesPerBag),
    times: 0,
  });
  const halved = { ...settings, honesty: true, honestyFraction: 0.5, ciGroupSize: 1 };
  // All columns are taken to be numbers, so nothing is known of them but how many there are.
  const coding = { levelCount: new Int32Array(covariateCount) };
  const sorting = sortingFor(coding, rowCount, settings.mtry);
  const nuisanceRows = treeRows(halved, rowCount);
  const nuisance = capacityOf(nuisanceRows, leavesOfRegressionTree(settings, rowCount), 1, sorting);
  const rows = treeRows(settings, rowCount);
  const leaves = Math.ceil(rows.grow / (2 * settings.minNodeSize));
  const causal = capacityOf(rows, leaves, settings.ciGroupSize, sorting);
  const serves =
    causal.growRows <= nuisance.growRows &&
    causal.fillRows <= nuisance.fillRows &&
    causal.bagUnits <= nuisance.bagUnits &&
    causal.batchTrees <= nuisance.batchTrees;
  return serves ? Math.max(engineBytes(nuisance), engineBytes(causal)) : engineBytes(nuisance) + engineBytes(causal);
}

const treesBytes = (treeCount: number, leaves: number, momentCount: number): number =>
  treeCount * ((2 * leaves - 1) * NODE + leaves * momentCount * DOUBLE + 4) + momentCount * DOUBLE + 4;

/** A block of rows with their leaves in all trees, and as many trees as go into a machine at a time. */
function predictionBytes(settings: ResolvedForestOptions, rowCount: number, covariateCount: number): number {
  const { numTrees, ciGroupSize } = settings;
  const rows = blockRows(numTrees, rowCount, covariateCount);
  const leaves = leavesOfCausalTree(settings, rowCount);
  const treeNodes = 2 * leaves - 1;
  const { bag, tree } = subsampleSizes(planOf(settings, { rowCount, clusters: null }));
  const draws = tree === bag ? numTrees / ciGroupSize : numTrees;
  const chunkNodes = Math.min(numTrees * treeNodes, Math.max(CHUNK_NODES, ciGroupSize * treeNodes));
  return passBytes({
    codes: rows * covariateCount,
    columns: covariateCount,
    drawnRows: rowCount,
    units: rowCount,
    clusters: 0,
    rows,
    cells: rows * numTrees,
    sentRows: rows * (tree === bag ? draws : 1),
    draws,
    drawWords: draws * Math.ceil(rowCount / 32),
    moments: MOMENTS,
    chunkTrees: numTrees,
    chunkNodes,
    chunkMoments: MOMENTS * (1 + Math.ceil((chunkNodes + numTrees) / 2)),
    words: 0,
    treeNodes,
    sets: mostSets(covariateCount, rows),
  });
}
