/**
 * A machine for training (`kernels/machine.ts`) and the data it holds at the moment. Engines are kept and lent again, since
 * making one takes time and memory; a large one is let go, its memory matters more.
 */
import { COLUMNS, type Columns, DRAWS, GROWER, type Grower, PROBLEM, SENDER, TREES } from '../kernels/frames.js';
import { MOST_WAITING } from '../kernels/grow.js';
import { type Machine, machineBytes, makeMachine, plan } from '../kernels/machine.js';
import { LEVEL_SUMS } from '../kernels/scan-category.js';
import { levelNumbers } from '../kernels/scan-groupings.js';
import { childNumbers } from '../kernels/scan-vector.js';
import { WORDS_AT_A_TIME } from '../kernels/sort-window.js';
import { nodeNumbers } from '../kernels/target-slopes.js';
import { MOST_SUMS } from '../kernels/targets.js';
import { isKept, makeLender } from './lend.js';
import { loadColumns, nearCodes } from './load-columns.js';
import type { Widths } from './problem.js';
import type { RankedColumns } from './ranked-columns.js';
import type { Sorting } from './sorting.js';
import { drawLengths, type SubsamplePlan, subsampleSizes } from './subsample.js';
import { tryCountTable } from './try-count.js';

/** What an engine has room for. */
export interface Capacity extends Widths {
  readonly rows: number;
  readonly columns: number;
  /** Numeric columns that are kept in sorted lists, and those that are sorted by rank: one of the two is 0. */
  readonly listedColumns: number;
  readonly rankedColumns: number;
  /** Rows that one tree grows on. */
  readonly growRows: number;
  /** Rows that fill one tree, or as many as grow one where they do both; units of a bag. */
  readonly fillRows: number;
  readonly bagUnits: number;
  /** Codes of rows that fill a tree, where they are copied (`load-columns.ts`). */
  readonly nearCodes: number;
  /** Levels of the largest category. */
  readonly levels: number;
  /** Rows or clusters that are drawn, and clusters. */
  readonly units: number;
  readonly clusters: number;
  /** Nodes of a tree as it grows. */
  readonly nodes: number;
  /** Trees of such size that a batch has room for: a bag's at least. */
  readonly batchTrees: number;
  /** Times of a survival tree, else 0. */
  readonly times: number;
}

function plansFor(capacity: Capacity) {
  const { rows, columns, listedColumns, rankedColumns, growRows, fillRows, bagUnits, nearCodes, levels } = capacity;
  const { units, clusters, nodes, batchTrees, times } = capacity;
  const { outcomes, treatments, instruments, weights, coordinates, moments } = capacity;
  const words = levelWords(levels);
  const rankWords = rankedColumns > 0 ? levelWords(rows) : 0;
  const batchNodes = Math.max(batchTrees * nodes, 1 << 16);
  const slots = levels > 0 ? levels + 1 : 0;
  return {
    draws: plan(DRAWS, drawLengths({ rows, units, clusters, bagUnits, growRows, fillRows })),
    columns: plan(COLUMNS, {
      code: columns * rows,
      rank: (listedColumns + rankedColumns) * rows,
      levelCount: columns,
      hasMissing: columns,
      hasTies: columns,
      numeric: columns,
    }),
    near: plan(COLUMNS, { code: nearCodes, levelCount: columns }),
    problem: plan(PROBLEM, {
      outcome: outcomes * rows,
      treatment: treatments * rows,
      instrument: instruments * rows,
      weight: weights * rows,
      coordinateScale: coordinates,
    }),
    sender: plan(SENDER, { buffer: 2 * fillRows, stack: 4 * (nodes + 2) }),
    grower: plan(GROWER, {
      stream: 4,
      rowOf: growRows,
      placed: listedColumns > 0 ? rows + LANES : 0,
      list: Math.max(2 * Math.max(listedColumns, 1) * growRows + LANES, rankedColumns > 0 ? 4 * growRows : 0),
      rank: rankedColumns * growRows,
      bits: 2 * (rankWords + WORDS_AT_A_TIME),
      wordBits: levelWords(rankWords),
      // One more is written where a group of words has none.
      filled: rankWords + 1,
      region: columns,
      randomHalf: growRows,
      side: growRows,
      y: outcomes * growRows,
      w: treatments * growRows,
      q: growRows,
      v: instruments * growRows,
      rho: coordinates * growRows,
      z: Math.max(treatments, 1) * growRows,
      hazard: 2 * times,
      inverse: growRows + 1,
      share: growRows + 2,
      sums: 3 * MOST_SUMS,
      stack: 4 * MOST_WAITING,
      stackSums: MOST_SUMS * MOST_WAITING,
      shuffled: columns,
      tryTable: columns + 1,
      leftLevels: words,
      node: nodeNumbers(treatments, outcomes),
      left: Math.max(6, childNumbers(treatments, coordinates)),
      right: Math.max(6, childNumbers(treatments, coordinates)),
      levelRows: slots,
      levelLow: slots,
      levelsSeen: slots,
      levelMean: slots,
      levelSums: Math.max(LEVEL_SUMS, levelNumbers(treatments, coordinates)) * slots,
    }),
    grown: plan(TREES, treeLengths(1, nodes, 0, wordRoom(words, nodes))),
    batch: plan(
      TREES,
      treeLengths(Math.max(batchTrees, SMALL_TREES), batchNodes, moments, wordRoom(words, batchNodes)),
    ),
  };
}

/** Places that kernels may write at a time beyond the last (`kernels/lanes.ts`). */
const LANES = 4;

/** Trees that a batch has room for: so many if small, so many of any size. */
const SMALL_TREES = 4096;
const LEAST_BATCH = 3;

/** What kinds of one outcome and one treatment take, without weights. */
export const ONE_OF_EACH: Widths = {
  outcomes: 1,
  treatments: 1,
  instruments: 0,
  weights: 0,
  coordinates: 1,
  moments: 5,
};

const treeLengths = (trees: number, nodes: number, moments: number, words: number) => ({
  root: trees,
  feature: nodes,
  threshold: nodes,
  child: nodes,
  missingRight: nodes,
  levelSets: words,
  moments: moments * leafRoom(trees, nodes),
});

/** Leaves of so many trees with so many nodes in all, and the empty one. */
const leafRoom = (trees: number, nodes: number): number => 1 + ((nodes + trees) >> 1);

/**
 * Words for the level sets of so many nodes: of columns with very many levels, only some nodes may be split by them before an
 * engine with more room is needed.
 */
const wordRoom = (words: number, nodes: number): number =>
  Math.min(words * (nodes >> 1), Math.max(1 << 16, words * (nodes >> 6)));

/** Words that a set of levels, or of anything numbered, takes. */
export const levelWords = (levels: number): number => (levels + 31) >>> 5;

/** Memory of an engine. */
export const engineBytes = (capacity: Capacity): number => machineBytes(plansFor(capacity));

type EngineMachine = Machine<ReturnType<typeof plansFor>>;

const sortingOf = ({ rankedColumns }: Capacity): Sorting => (rankedColumns > 0 ? 'ranks' : 'lists');

export interface Engine {
  readonly capacity: Capacity;
  readonly machine: EngineMachine;
  /** Takes over columns, unless it holds them already. */
  load(columns: RankedColumns): void;
}

function makeEngine(capacity: Capacity): Engine {
  const machine: EngineMachine = makeMachine(plansFor(capacity));
  const { columns: held, near, grower, grown, batch } = machine.records;
  for (let j = 0; j <= capacity.growRows; j++) grower.inverse[j] = 1 / j;
  for (const trees of [grown, batch]) {
    trees.nodeRoom = trees.feature.length;
    trees.wordRoom = trees.levelSets.length;
    trees.treeRoom = trees.root.length;
    trees.leafRoom = leafRoom(trees.treeRoom, trees.nodeRoom);
  }
  let loaded: RankedColumns | null = null;
  return {
    capacity,
    machine,
    load(columns) {
      if (columns !== loaded) loadColumns(columns, held, sortingOf(capacity));
      near.columnCount = columns.columnCount;
      // Only of rows side by side.
      near.rowCount = held.rowStep === 1 ? 0 : Math.floor(near.code.length / columns.columnCount);
      loaded = columns;
    },
  };
}

/** Roughly what an engine takes, by which it is kept or let go. */
const lentBytes = ({ rows, columns, nodes, outcomes, treatments, coordinates, moments }: Capacity): number =>
  16 * rows * columns + (60 + 8 * moments) * nodes + 16 * rows * (outcomes + treatments + coordinates);

const engines = makeLender(makeEngine, lentBytes);

/** Memory of an engine that stays when it is given back; 0 of one that is let go. */
export const keptEngineBytes = (capacity: Capacity): number =>
  isKept(lentBytes(capacity)) ? engineBytes(capacity) : 0;

/** Lends an engine with the columns loaded. Whoever borrows it gives it back, also when work fails. */
export function borrowEngine(
  columns: RankedColumns,
  draws: SubsamplePlan,
  nodes?: number,
  times = 0,
  widths: Widths = ONE_OF_EACH,
  sorting: Sorting = 'lists',
): Engine {
  const engine = engines.borrow(capacityFor(columns, draws, nodes, times, widths, sorting));
  engine.load(columns);
  return engine;
}

export const returnEngine = (engine: Engine): void => engines.giveBack(engine);

/** Nodes that trees rarely exceed, by the rows they grow on; larger ones get a larger engine, of twice the room each time. */
export const usualNodes = (growRows: number): number => Math.max(1 << 12, Math.ceil(0.625 * growRows));

/** Forests of one fit have bags of different size; small ones need the same room. */
export const batchTrees = (treesPerBag: number): number => Math.max(LEAST_BATCH, treesPerBag);

function capacityFor(
  { rowCount, columnCount, coding: { levelCount } }: RankedColumns,
  draws: SubsamplePlan,
  nodes: number | undefined,
  times: number,
  widths: Widths,
  sorting: Sorting,
): Capacity {
  const numericColumns = levelCount.reduce((count, levels) => count + (levels === 0 ? 1 : 0), 0);
  const sizes = subsampleSizes(draws);
  // Clusters may be of any size, so their rows are not known beforehand.
  const growRows = draws.clusters ? rowCount : sizes.grow;
  const fillRows = draws.clusters ? rowCount : draws.honesty ? sizes.tree - sizes.grow : sizes.grow;
  return {
    ...widths,
    moments: Math.max(widths.moments, ONE_OF_EACH.moments),
    rows: rowCount,
    columns: columnCount,
    listedColumns: sorting === 'lists' ? numericColumns : 0,
    rankedColumns: sorting === 'ranks' ? numericColumns : 0,
    growRows,
    fillRows,
    bagUnits: sizes.bag,
    nearCodes: draws.clusters ? 0 : nearCodes(rowCount, columnCount, fillRows),
    levels: levelCount.reduce((most, levels) => Math.max(most, levels), 0),
    units: draws.clusters?.count ?? rowCount,
    clusters: draws.clusters?.count ?? 0,
    nodes: Math.min(nodes ?? usualNodes(growRows), 2 * growRows + 1),
    batchTrees: batchTrees(draws.treesPerBag),
    times,
  };
}

/** Lays out a grower's lists for a plan, and how many columns it tries. */
export function loadGrower(grower: Grower, columns: Columns, draws: SubsamplePlan, mtry: number): void {
  grower.tryTable.set(tryCountTable(mtry, columns.columnCount));
  grower.regionSize = draws.clusters ? draws.rowCount : subsampleSizes(draws).grow;
  const ranked = columns.ranked !== 0;
  grower.halfSize = (ranked ? 1 : Math.max(columns.numericCount, 1)) * grower.regionSize;
  grower.spareAt = 2 * grower.halfSize;
  grower.region.fill(0);
  for (let k = 0; k < columns.numericCount; k++) grower.region[columns.numeric[k]] = k * grower.regionSize;
}
