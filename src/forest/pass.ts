/** Machines for passes of rows through forests; kept and lent again. */

import { ERROR_STATE } from '../kernels/fit-errors.js';
import { BLOCK, COLUMNS, DRAWS, SENDER, SETS, TREES } from '../kernels/frames.js';
import { BAG_STATE } from '../kernels/little-bags.js';
import { type Machine, machineBytes, makeMachine, plan } from '../kernels/machine.js';
import { isKept, makeLender } from '../tree/lend.js';
import { drawLengths, subsampleSizes } from '../tree/subsample.js';
import { type Forest, trainingRows, treesPerBag } from './forest.js';
import { MOST_DIGITS, planSets, SETS_ON_THE_WAY, setWords } from './set-plan.js';
import type { TreeChunk } from './tree-chunks.js';

/** What a pass has room for: the data, the draws, one block of rows, one chunk of trees. */
export interface PassCapacity {
  readonly codes: number;
  readonly columns: number;
  /** Rows that trees are drawn from, as units or in clusters. */
  readonly drawnRows: number;
  readonly units: number;
  readonly clusters: number;
  readonly rows: number;
  readonly cells: number;
  /** Rows that draws left out, where they are kept, and draws. */
  readonly sentRows: number;
  readonly draws: number;
  /** Words that say what trees drew. */
  readonly drawWords: number;
  readonly moments: number;
  readonly chunkTrees: number;
  readonly chunkNodes: number;
  readonly chunkMoments: number;
  readonly words: number;
  readonly treeNodes: number;
  /** Sets of rows below cuts, all columns together. */
  readonly sets: number;
}

const plansFor = (c: PassCapacity) => ({
  draws: plan(DRAWS, drawLengths({ rows: c.drawnRows, units: c.units, clusters: c.clusters })),
  columns: plan(COLUMNS, { code: c.codes, levelCount: c.columns }),
  sender: plan(SENDER, { buffer: 2 * c.rows, stack: 3 * (c.treeNodes + 2) }),
  sets: plan(SETS, {
    rows: (SETS_ON_THE_WAY + 2) * setWords(c.rows),
    first: c.columns + 1,
    shift: c.columns,
    bucket: c.sets,
    row: c.codes,
    below: c.sets * setWords(c.rows),
    before: c.chunkTrees,
    leafCount: c.chunkTrees,
    digitCount: c.chunkTrees,
    digits: MOST_DIGITS * setWords(c.rows),
    late: c.rows,
    lateNode: 3 * c.rows,
  }),
  trees: plan(TREES, {
    root: c.chunkTrees,
    feature: c.chunkNodes,
    threshold: c.chunkNodes,
    child: c.chunkNodes,
    missingRight: c.chunkNodes,
    levelSets: c.words,
    moments: c.chunkMoments,
  }),
  block: plan(BLOCK, {
    leaf: c.cells + 16,
    sent: c.sentRows + 1,
    start: c.draws + 1,
    everyRow: c.rows,
    average: c.rows * c.moments,
    treeCount: c.rows,
    state: c.rows * Math.max(c.moments + BAG_STATE, ERROR_STATE),
    drawn: c.drawWords,
  }),
});

/** Memory of a pass. */
export const passBytes = (capacity: PassCapacity): number => machineBytes(plansFor(capacity));

export interface Pass {
  readonly capacity: PassCapacity;
  readonly machine: Machine<ReturnType<typeof plansFor>>;
}

/** Roughly the same, by which a pass is kept or let go. */
const lentBytes = (c: PassCapacity): number =>
  4 * (c.codes + c.cells + c.sentRows + c.drawWords) + 8 * c.chunkMoments + 13 * c.chunkNodes + 40 * c.drawnRows;

const passes = makeLender(
  (capacity: PassCapacity): Pass => ({ capacity, machine: makeMachine(plansFor(capacity)) }),
  lentBytes,
);

/** Memory of a pass that stays when it is given back; 0 of one that is let go. */
export const keptPassBytes = (capacity: PassCapacity): number =>
  isKept(lentBytes(capacity)) ? passBytes(capacity) : 0;

/** Different draws of a bag: one where its trees take all of the bag's units. */
export function drawsPerBag({ draws }: Forest): number {
  if (draws.kind === 'listed') return draws.treesPerBag;
  const { bag, tree } = subsampleSizes(draws.plan);
  return tree === bag ? 1 : draws.plan.treesPerBag;
}

/** Whether all trees of a bag leave out the same rows. */
export const sharesDraws = (forest: Forest): boolean => drawsPerBag(forest) === 1;

const drawCount = (forest: Forest): number => (forest.trees.treeCount / treesPerBag(forest)) * drawsPerBag(forest);

/**
 * Lends a machine for blocks of so many rows; `outOfBag`: with room for what trees drew. Whoever borrows it gives it back,
 * also when work fails.
 */
export function borrowPass(forest: Forest, rows: number, chunks: readonly TreeChunk[], outOfBag: boolean): Pass {
  const { trees, coding, draws } = forest;
  const clusters = outOfBag && draws.kind === 'seeded' ? (draws.plan.clusters?.count ?? 0) : 0;
  const drawnRows = outOfBag ? trainingRows(forest) : 0;
  const units = clusters > 0 ? clusters : drawnRows;
  const most = (size: (chunk: TreeChunk) => number) => chunks.reduce((largest, c) => Math.max(largest, size(c)), 0);
  let treeNodes = 0;
  for (let tree = 0; tree < trees.treeCount; tree++)
    treeNodes = Math.max(treeNodes, trees.root[tree + 1] - trees.root[tree]);
  const { first, shift } = planSets(coding, rows);
  const pass = passes.borrow({
    codes: rows * coding.levelCount.length,
    columns: coding.levelCount.length,
    drawnRows,
    units,
    clusters,
    rows,
    cells: rows * trees.treeCount,
    sentRows: rows * (outOfBag && sharesDraws(forest) ? drawCount(forest) : 1),
    draws: drawCount(forest),
    drawWords: drawCount(forest) * ((units + 31) >>> 5),
    moments: trees.momentCount,
    chunkTrees: most(({ tree, treeEnd }) => treeEnd - tree),
    chunkNodes: most(({ node, nodeEnd }) => nodeEnd - node),
    chunkMoments: trees.momentCount * (1 + most(({ leaf, leafEnd }) => leafEnd - leaf)),
    words: trees.levelSets.length,
    treeNodes,
    sets: first[first.length - 1],
  });
  const { sets } = pass.machine.records;
  sets.first.set(first);
  sets.shift.set(shift);
  sets.room = SETS_ON_THE_WAY;
  pass.machine.records.block.treesPerBag = treesPerBag(forest);
  return pass;
}

export const returnPass = (pass: Pass): void => passes.giveBack(pass);
