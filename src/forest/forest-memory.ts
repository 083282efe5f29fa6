/**
 * Memory of a causal forest and its nuisances' before they are fitted: the sizes of its arrays, from the number of rows, covariates and trees.
 * How many leaves a tree will have is not known beforehand, so their ceiling is taken:
 *   causal tree: a leaf has at least minNodeSize growing rows on either side of its parent's mean treatment, hence
 *     leaves ≤ growRows/(2·minNodeSize); fits have a third of that to all of it, fewer where one arm is small;
 *   regression tree: nodes of more than minNodeSize rows are split, hence about 2·growRows/(minNodeSize + 1) leaves.
 */
import { batchTrees, type Capacity, engineBytes, keptEngineBytes, ONE_OF_EACH, usualNodes } from '../tree/engine.js';
import { nearCodes } from '../tree/load-columns.js';
import { type Sorting, sortingFor } from '../tree/sorting.js';
import { subsampleSizes } from '../tree/subsample.js';
import { planOf, type ResolvedForestOptions } from './forest-options.js';
import { keptWords } from './kept-draws.js';
import { blockRows } from './leaf-blocks.js';
import { keptPassBytes, type PassCapacity, passBytes } from './pass.js';
import { mostSets } from './set-plan.js';
import { CHUNK_NODES } from './tree-chunks.js';

/** Bytes, each a ceiling. */
export interface ForestMemory {
  /** The fitted forest: nodes, leaves, what its bags drew, and how covariates are coded. It stays. */
  readonly forest: number;
  /** While it trains: coded and sorted covariates, engines' lists, trees being written, nuisance forests. */
  readonly training: number;
  /** While it predicts, out of bag or new rows: one block of rows and their leaves, and the results. */
  readonly prediction: number;
  /** Of `training`, the engines; and those of them that stay. */
  readonly engines: number;
  readonly keptEngines: number;
  /** Of `prediction`, the machine; and the one that nuisance forests were predicted in, where that stays. */
  readonly pass: number;
  readonly keptNuisancePass: number;
  /** What is there from the first to the last: covariates' codes (part of both), residuals and estimates (part of training). */
  readonly codes: number;
  readonly rows: number;
  /** Of `forest`, the values that covariates are cut at: there from the first. */
  readonly cuts: number;
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
/** Moments of a leaf of a causal forest, and of one that tells means. */
const MOMENTS = 5;
const MEAN_MOMENTS = 2;

/** @param nuisanceTrees of each of the forests that centre outcome and treatment; 0 where there are none */
export function forestMemory(
  settings: ResolvedForestOptions,
  rowCount: number,
  covariateCount: number,
  nuisanceTrees: number,
): ForestMemory {
  const cells = rowCount * covariateCount;
  const causal = treesBytes(settings.numTrees, leavesOfCausalTree(settings, rowCount), MOMENTS);
  const nuisance = treesBytes(nuisanceTrees, leavesOfRegressionTree(settings, rowCount), MEAN_MOMENTS);
  const plan = planOf(settings, { rowCount, clusters: null });
  const drawn = 4 * keptWords(plan, settings.numTrees / settings.ciGroupSize);
  const engines = enginesFor(settings, rowCount, covariateCount, nuisanceTrees > 0);
  const codes = CODE * cells;
  const rows = ROW * rowCount;
  const cuts = DOUBLE * cells;
  const ofPass = passFor(settings, rowCount, covariateCount, leavesOfCausalTree(settings, rowCount), MOMENTS);
  const ofNuisance = passFor(
    { ...settings, numTrees: nuisanceTrees, ciGroupSize: 1 },
    rowCount,
    covariateCount,
    leavesOfRegressionTree(settings, rowCount),
    MEAN_MOMENTS,
  );
  return {
    forest: causal + drawn + cuts,
    // One forest at a time; a nuisance's is no longer needed when the next is written.
    training: codes + rows + sum(engines.map(engineBytes)) + ROOM * Math.max(causal, nuisance),
    prediction: passBytes(ofPass) + codes + PREDICTED_ROW * rowCount,
    engines: sum(engines.map(engineBytes)),
    // Whether an engine stays depends on its size, and most have no more room for nodes than is usual.
    keptEngines: sum(
      engines.map((own) => keptEngineBytes({ ...own, nodes: Math.min(own.nodes, usualNodes(own.growRows)) })),
    ),
    pass: passBytes(ofPass),
    keptNuisancePass: nuisanceTrees > 0 ? keptPassBytes(ofNuisance) : 0,
    codes,
    rows,
    cuts,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

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
function enginesFor(
  settings: ResolvedForestOptions,
  rowCount: number,
  covariateCount: number,
  hasNuisances: boolean,
): readonly Capacity[] {
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
  const rows = treeRows(settings, rowCount);
  const leaves = Math.ceil(rows.grow / (2 * settings.minNodeSize));
  const causal = capacityOf(rows, leaves, settings.ciGroupSize, sorting);
  if (!hasNuisances) return [causal];
  const nuisanceRows = treeRows(halved, rowCount);
  const nuisance = capacityOf(nuisanceRows, leavesOfRegressionTree(settings, rowCount), 1, sorting);
  const serves =
    causal.growRows <= nuisance.growRows &&
    causal.fillRows <= nuisance.fillRows &&
    causal.bagUnits <= nuisance.bagUnits &&
    causal.batchTrees <= nuisance.batchTrees;
  if (!serves) return [nuisance, causal];
  return [engineBytes(nuisance) >= engineBytes(causal) ? nuisance : causal];
}

const treesBytes = (treeCount: number, leaves: number, momentCount: number): number =>
  treeCount * ((2 * leaves - 1) * NODE + leaves * momentCount * DOUBLE + 4) + momentCount * DOUBLE + 4;

/** A block of rows with their leaves in all trees, and as many trees as go into a machine at a time. */
function passFor(
  settings: ResolvedForestOptions,
  rowCount: number,
  covariateCount: number,
  leaves: number,
  moments: number,
): PassCapacity {
  const { numTrees, ciGroupSize } = settings;
  const rows = blockRows(numTrees, rowCount, covariateCount);
  const treeNodes = 2 * leaves - 1;
  const { bag, tree } = subsampleSizes(planOf(settings, { rowCount, clusters: null }));
  const draws = tree === bag ? numTrees / ciGroupSize : numTrees;
  const chunkNodes = Math.min(numTrees * treeNodes, Math.max(CHUNK_NODES, ciGroupSize * treeNodes));
  return {
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
    moments,
    chunkTrees: numTrees,
    chunkNodes,
    chunkMoments: moments * (1 + Math.ceil((chunkNodes + numTrees) / 2)),
    words: 0,
    treeNodes,
    sets: mostSets(covariateCount, rows),
  };
}
