/**
 * Grows one tree: which column and cut splits each node. Data structure: for every numeric column a list of the tree's
 * rows sorted by its code (missing last). A node owns the same window [start, end) of every list; splitting it
 * partitions each window stably, so lists stay sorted and no node ever sorts. Nodes carry their sums down
 * (`split-target.ts`). Children that cannot be split are leaves at once and their windows are not written.
 *
 * Cost per tree: filtering the root lists O(n · p), then per level one scan of the tried and one partition of all columns.
 */
import type { RandomStream } from '../math/random.js';
import { CRITERION, CUT, FEATURE, LEFT_COUNT, MISSING_RIGHT, makeBestSplit } from './best-split.js';
import type { TreeWriter } from './packed-trees.js';
import { setWords } from './packed-trees.js';
import type { RankedColumns } from './ranked-columns.js';
import { makeCategoryScan } from './scan-category.js';
import { makeNumericScan } from './scan-numeric.js';
import { makeWeightedScan } from './scan-weighted.js';
import type { SplitTarget } from './split-target.js';
import type { TreeOptions } from './tree-options.js';
import { drawTryCount, tryCountTable } from './try-count.js';

/** Grows trees one after another, appending nodes to the writer; leaves get `child` −1 until they are filled. */
export interface Grower {
  /** @returns index of the root */
  grow(rows: Int32Array, stream: RandomStream, writer: TreeWriter): number;
}

/** @param capacity most rows that a tree grows on */
export function makeGrower(
  columns: RankedColumns,
  target: SplitTarget,
  options: TreeOptions,
  capacity: number,
): Grower {
  const { columnCount, rowCount, code, order, hasMissing } = columns;
  const { levelCount } = columns.coding;
  const numeric = Int32Array.from(levelCount.keys()).filter((f) => levelCount[f] === 0);
  /** Region of each numeric column in `list`; region 0 doubles as the node's rows (plain rows where no column is numeric). */
  const region = new Int32Array(columnCount);
  numeric.forEach((f, k) => {
    region[f] = k;
  });
  const regionCount = Math.max(numeric.length, 1);
  const list = new Int32Array(regionCount * capacity + 1);
  const spare = new Int32Array(capacity + 1);
  const side = new Uint8Array(capacity);
  const rowOf = new Int32Array(capacity);
  const localOf = new Int32Array(rowCount).fill(-1);
  const maxLevels = levelCount.reduce((a, b) => Math.max(a, b), 0);
  const best = makeBestSplit(setWords(maxLevels));
  const { state, leftWords } = best;
  const input = { list, rowOf, code, stride: rowCount, target, best, capacity };
  const scanNumber =
    target.weight || options.imbalancePenalty > 0
      ? makeWeightedScan(input, options.imbalancePenalty)
      : makeNumericScan(input);
  const scanCategory = makeCategoryScan(input, maxLevels, levelCount, options.imbalancePenalty);
  const tryCounts = tryCountTable(options.mtry, columnCount);
  const shuffled = new Int32Array(columnCount);
  const { sumCount } = target;
  const childSums = new Float64Array(2 * sumCount);
  let stack = new Int32Array(3 * 64);
  let stackSums = new Float64Array(sumCount * 64);
  let top = 0;

  /** The root's lists: each column's order over all rows, less the rows that are not in this tree. */
  function fillRoot(rows: Int32Array): void {
    const count = rows.length;
    for (let j = 0; j < count; j++) {
      rowOf[j] = rows[j];
      localOf[rows[j]] = j;
    }
    if (numeric.length === 0) for (let j = 0; j < count; j++) list[j] = j;
    for (let k = 0; k < numeric.length; k++) filterOrder(order, numeric[k] * rowCount, rowCount, k * capacity);
    for (let j = 0; j < count; j++) localOf[rows[j]] = -1;
  }

  function filterOrder(from: Int32Array, base: number, length: number, at: number): void {
    let next = at;
    for (let k = base; k < base + length; k++) {
      const local = localOf[from[k]];
      list[next] = local;
      next += local >= 0 ? 1 : 0;
    }
  }

  /** First missing row in a column's window. */
  function presentEnd(f: number, start: number, end: number): number {
    if (hasMissing[f] === 0) return end;
    let low = start;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (code[f * rowCount + rowOf[list[middle]]] < 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Tries a random choice of columns; the best split is in `best`, criterion 0 if there is none. */
  function findSplit(start: number, end: number, stream: RandomStream): void {
    state[CRITERION] = 0;
    const tries = drawTryCount(tryCounts, stream);
    for (let k = 0; k < tries; k++) {
      const other = k + stream.below(columnCount - k);
      const f = shuffled[other];
      shuffled[other] = shuffled[k];
      shuffled[k] = f;
      if (levelCount[f] > 0) scanCategory(f, list, start, end);
      else {
        const at = region[f] * capacity;
        scanNumber(f, at + start, presentEnd(f, at + start, at + end), at + end);
      }
    }
  }

  /** Marks each row's side under the best split; returns how many go left. */
  function markSides(start: number, end: number): number {
    const f = state[FEATURE];
    const column = f * rowCount;
    const missingRight = state[MISSING_RIGHT];
    let left = 0;
    if (levelCount[f] > 0) {
      for (let k = start; k < end; k++) {
        const j = list[k];
        const level = code[column + rowOf[j]];
        side[j] = level < 0 ? missingRight : 1 - ((leftWords[level >>> 5] >>> (level & 31)) & 1);
        left += 1 - side[j];
      }
      return left;
    }
    const flip = missingRight << 31;
    const cut = state[CUT] ^ flip;
    for (let k = start; k < end; k++) {
      const j = list[k];
      side[j] = (code[column + rowOf[j]] ^ flip) > cut ? 1 : 0;
    }
    return state[LEFT_COUNT];
  }

  /** Stable two-way partition of one window by `side`. */
  function partition(start: number, end: number): void {
    let left = start;
    let right = 0;
    for (let k = start; k < end; k++) {
      const j = list[k];
      const goesRight = side[j];
      list[left] = j;
      spare[right] = j;
      right += goesRight;
      left += 1 - goesRight;
    }
    for (let k = 0; k < right; k++) list[left + k] = spare[k];
  }

  /** Keeps only the rows of one side, at the front of the window. */
  function keepSide(start: number, end: number, kept: number): void {
    let next = start;
    for (let k = start; k < end; k++) {
      const j = list[k];
      list[next] = j;
      next += side[j] === kept ? 1 : 0;
    }
  }

  function push(node: number, start: number, end: number, sumsAt: number): void {
    if (3 * top + 3 > stack.length) {
      const wider = new Int32Array(2 * stack.length);
      wider.set(stack);
      stack = wider;
      const widerSums = new Float64Array(2 * stackSums.length);
      widerSums.set(stackSums);
      stackSums = widerSums;
    }
    stack[3 * top] = node;
    stack[3 * top + 1] = start;
    stack[3 * top + 2] = end;
    for (let k = 0; k < sumCount; k++) stackSums[top * sumCount + k] = childSums[sumsAt + k];
    top++;
  }

  /** Splits a node by the best split and pushes the children that may be split further. */
  function split(node: number, start: number, end: number, writer: TreeWriter, parentSums: Float64Array): void {
    const f = state[FEATURE];
    const leftCount = markSides(start, end);
    const children = writer.addNodes(2);
    writer.feature[node] = f;
    writer.child[node] = children;
    writer.missingRight[node] = state[MISSING_RIGHT];
    writer.threshold[node] = levelCount[f] > 0 ? writer.addLevelSet(leftWords, 0, setWords(levelCount[f])) : state[CUT];
    writer.feature[children] = writer.feature[children + 1] = -1;
    writer.child[children] = writer.child[children + 1] = -1;
    const middle = start + leftCount;
    partition(start, end);
    target.sumRows(list, start, middle, childSums, 0);
    for (let k = 0; k < sumCount; k++) childSums[sumCount + k] = parentSums[k] - childSums[k];
    const leftGoesOn = target.splittable(list, start, middle, childSums, 0);
    const rightGoesOn = target.splittable(list, middle, end, childSums, sumCount);
    if (!leftGoesOn && !rightGoesOn) return;
    if (leftGoesOn && rightGoesOn) {
      for (let k = 1; k < regionCount; k++) partition(k * capacity + start, k * capacity + end);
      push(children + 1, middle, end, sumCount);
      push(children, start, middle, 0);
    } else if (leftGoesOn) {
      for (let k = 1; k < regionCount; k++) keepSide(k * capacity + start, k * capacity + end, 0);
      push(children, start, middle, 0);
    } else {
      for (let k = start; k < start + end - middle; k++) list[k] = list[k + leftCount];
      for (let k = 1; k < regionCount; k++) keepSide(k * capacity + start, k * capacity + end, 1);
      push(children + 1, start, start + end - middle, sumCount);
    }
  }

  return {
    grow(rows, stream, writer) {
      const root = writer.startTree();
      writer.feature[root] = writer.child[root] = -1;
      for (let f = 0; f < columnCount; f++) shuffled[f] = f;
      fillRoot(rows);
      target.load(rows);
      target.sumRows(list, 0, rows.length, childSums, 0);
      const nodeSums = new Float64Array(sumCount);
      if (target.splittable(list, 0, rows.length, childSums, 0)) push(root, 0, rows.length, 0);
      while (top > 0) {
        top--;
        const node = stack[3 * top];
        const start = stack[3 * top + 1];
        const end = stack[3 * top + 2];
        for (let k = 0; k < sumCount; k++) nodeSums[k] = stackSums[top * sumCount + k];
        if (!target.relabel(list, start, end, nodeSums, 0)) continue;
        findSplit(start, end, stream);
        if (state[CRITERION] > 0) split(node, start, end, writer, nodeSums);
      }
      return root;
    },
  };
}
