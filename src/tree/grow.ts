/**
 * Grows one tree: which column and cut splits each node. Data structure: for every numeric column a list of the tree's
 * rows sorted by its code (missing last). A node owns the same window [start, end) of every list; splitting it
 * partitions each window stably, so lists stay sorted and no node ever sorts. Nodes carry their sums down
 * (`split-target.ts`). Children that cannot be split are leaves at once and their windows are not written.
 *
 * Cost per tree: filtering the root lists O(n · p), then per level one scan of the tried and one partition of all columns.
 */
import type { RandomStream } from '../math/random.js';
import type { Engine, TargetKind } from './engine.js';
import type { TreeWriter } from './packed-trees.js';
import type { RankedColumns } from './ranked-columns.js';
import type { TargetData } from './split-target.js';
import type { TreeRows } from './subsample.js';
import type { TreeOptions } from './tree-options.js';
import { drawTryCount, tryCountTable } from './try-count.js';
import { BEST, MOST_SUMS, setWords } from './workspace.js';

/** Grows trees one after another, appending nodes to the writer; leaves are empty until they are filled. */
export interface Grower {
  /** @returns index of the root */
  grow(rows: Pick<TreeRows, 'grow' | 'growHalf'>, stream: RandomStream, writer: TreeWriter): number;
}

/** What trees are grown for. */
export interface GrowProblem {
  readonly columns: RankedColumns;
  readonly kind: TargetKind;
  readonly data: TargetData;
  readonly options: TreeOptions;
}

/** Places of the node's, the left and the right child's sums. */
const NODE = 0;
const LEFT = MOST_SUMS;
const RIGHT = 2 * MOST_SUMS;

/** @param engine holds the problem's columns; used by nobody else while this grower grows */
export function makeGrower(engine: Engine, { columns, kind, data, options }: GrowProblem): Grower {
  const { columnCount, rowCount, hasMissing } = columns;
  const { levelCount } = columns.coding;
  const { workspace, partition, rootLists, scanCategory, scanSettings } = engine;
  const { list, halfSize, code, rowOf, side, best, leftLevels, sums, inverse, share, randomHalf } = workspace;
  const stride = workspace.capacity.rows;
  const regionSize = workspace.capacity.growRows;
  const target = engine.target(kind);
  const { sumCount } = target;
  const general = data.weight !== null || options.imbalancePenalty > 0;
  const scanNumeric = general ? engine.scanWeighted : engine.scanNumeric;
  /** First place of each numeric column's region in a half; region 0 doubles as the node's rows. */
  const region = new Int32Array(columnCount);
  const numeric = Int32Array.from(levelCount.keys()).filter((f) => levelCount[f] === 0);
  numeric.forEach((f, k) => {
    region[f] = k * regionSize;
  });
  const tryCounts = tryCountTable(options.mtry, columnCount);
  const shuffled = new Int32Array(columnCount);
  /** Nodes still to be split: node, half, start, end; and their sums. */
  const stack: number[] = [];
  const stackSums: number[] = [];

  /** First missing row in a column's window. */
  function presentEnd(f: number, from: number, end: number): number {
    if (hasMissing[f] === 0) return end;
    let low = from;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (code[f * stride + rowOf[list[middle]]] < 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Tries a random choice of columns; the best split is in `best`, criterion 0 if there is none. */
  function findSplit(half: number, start: number, end: number, stream: RandomStream): void {
    const count = end - start;
    for (let j = 0; j <= count; j++) share[j] = inverse[j] + inverse[count - j];
    best[BEST.criterion] = 0;
    const tries = drawTryCount(tryCounts, stream);
    for (let k = 0; k < tries; k++) {
      const other = k + stream.below(columnCount - k);
      const f = shuffled[other];
      shuffled[other] = shuffled[k];
      shuffled[k] = f;
      const from = half + region[f] + start;
      if (levelCount[f] > 0) scanCategory(f, levelCount[f], half + start, half + end);
      else scanNumeric(f, from, presentEnd(f, from, from + count), from + count);
    }
  }

  /** Marks each row's side under the best split. */
  function markSides(half: number, start: number, end: number): void {
    const f = best[BEST.feature];
    const missingRight = best[BEST.missingRight];
    if (levelCount[f] > 0) {
      for (let k = half + start; k < half + end; k++) {
        const j = list[k];
        const level = code[f * stride + rowOf[j]];
        side[j] = level < 0 ? missingRight : 1 - ((leftLevels[level >>> 5] >>> (level & 31)) & 1);
      }
      return;
    }
    // The column's own window is sorted: left rows first, then right ones, then the missing.
    const from = half + region[f] + start;
    const last = from + end - start;
    const cut = from + best[BEST.leftPresent];
    const present = presentEnd(f, from, last);
    for (let k = from; k < cut; k++) side[list[k]] = 0;
    for (let k = cut; k < present; k++) side[list[k]] = 1;
    for (let k = present; k < last; k++) side[list[k]] = missingRight;
  }

  function push(node: number, half: number, start: number, end: number, sumsAt: number): void {
    stack.push(node, half, start, end);
    for (let k = 0; k < sumCount; k++) stackSums.push(sums[sumsAt + k]);
  }

  /** Writes the best split and two children, both leaves for now; returns the left one. */
  function writeSplit(node: number, writer: TreeWriter): number {
    const f = best[BEST.feature];
    const words = setWords(levelCount[f]);
    const children = writer.addNodes(2);
    writer.feature[node] = f;
    writer.child[node] = children;
    writer.missingRight[node] = best[BEST.missingRight];
    writer.threshold[node] = words > 0 ? writer.addLevelSet(leftLevels, 0, words) : best[BEST.cut];
    writer.feature[children] = writer.feature[children + 1] = -1;
    writer.child[children] = writer.child[children + 1] = 0;
    return children;
  }

  /** Splits a node by the best split and pushes the children that may be split further. */
  function split(node: number, half: number, start: number, end: number, writer: TreeWriter): void {
    const other = halfSize - half;
    const middle = start + best[BEST.leftCount];
    const children = writeSplit(node, writer);
    markSides(half, start, end);
    partition.rows(half, other, start, end, middle - start);
    target.sumRows(other + start, other + middle, LEFT);
    for (let k = 0; k < sumCount; k++) sums[RIGHT + k] = sums[NODE + k] - sums[LEFT + k];
    const leftGoesOn = target.splittable(other + start, other + middle, LEFT);
    const rightGoesOn = target.splittable(other + middle, other + end, RIGHT);
    if (leftGoesOn && rightGoesOn) {
      partition.both(numeric.length, half, other, start, end, middle - start);
      push(children + 1, other, middle, end, RIGHT);
      push(children, other, start, middle, LEFT);
    } else if (leftGoesOn) {
      partition.one(numeric.length, half, other, start, end, 0, start);
      push(children, other, start, middle, LEFT);
    } else if (rightGoesOn) {
      partition.one(numeric.length, half, other, start, end, 1, middle);
      push(children + 1, other, middle, end, RIGHT);
    }
  }

  return {
    grow(rows, stream, writer) {
      const count = rows.grow.length;
      const root = writer.startTree();
      writer.feature[root] = -1;
      writer.child[root] = 0;
      for (let f = 0; f < columnCount; f++) shuffled[f] = f;
      for (let j = 0; j < count; j++) randomHalf[j] = rows.growHalf[j];
      scanSettings.weighted = data.weight !== null;
      scanSettings.penalty = options.imbalancePenalty;
      scanSettings.penaltyBy = target.penaltySize;
      rootLists(rows.grow, rowCount, numeric);
      target.load(rows.grow, data, options);
      target.sumRows(0, count, LEFT);
      if (target.splittable(0, count, LEFT)) push(root, 0, 0, count, LEFT);
      while (stack.length > 0) {
        const end = stack.pop() as number;
        const start = stack.pop() as number;
        const half = stack.pop() as number;
        const node = stack.pop() as number;
        for (let k = sumCount - 1; k >= 0; k--) sums[NODE + k] = stackSums.pop() as number;
        if (!target.relabel(half + start, half + end, NODE)) continue;
        findSplit(half, start, end, stream);
        if (best[BEST.criterion] > 0) split(node, half, start, end, writer);
      }
      return root;
    },
  };
}
