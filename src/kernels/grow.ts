/**
 * Grows one tree: which column and cut splits each node. Data structure: for every numeric column a list of the tree's
 * rows sorted by its code (missing last). A node owns the same window [start, end) of every list; splitting it
 * partitions each window stably, so lists stay sorted and no node ever sorts. Nodes carry their sums down
 * (`targets.ts`). Children that cannot be split are leaves at once and their windows are not written.
 * Of two children the smaller is split first, so that few nodes wait: their number never exceeds log₂ of the rows.
 * Where columns are `ranked`, only the first one's list is kept, and a node's rows are sorted by a column when it is tried
 * (`sort-window.ts`): the same windows, hence the same trees.
 *
 * Cost per tree: filtering the root lists O(n · p), then per level one scan of the tried and one partition of all columns;
 * ranked: copying ranks O(p · rows of the tree), then per level one sort and one scan of the tried columns.
 */
import type { Columns, Draws, Grower, Problem, Trees } from './frames.js';
import { fillShares } from './lanes.js';
import { partitionBoth, partitionLeft, partitionRight, partitionRows } from './partition.js';
import { fillRootLists } from './root-lists.js';
import { scanCategory } from './scan-category.js';
import { scanGroupings } from './scan-groupings.js';
import { scanNumeric } from './scan-numeric.js';
import { scanVector } from './scan-vector.js';
import { scanWeighted } from './scan-weighted.js';
import { sortWindow } from './sort-window.js';
import { below, uniform } from './stream.js';
import { isVector, loadRows, MOST_SUMS, relabel, splittable, sumRows } from './targets.js';
import { addLevelSet, addNodes } from './trees.js';

/** Places of the node's, the left and the right child's sums. */
const NODE: i32 = 0;
const LEFT: i32 = MOST_SUMS;
const RIGHT: i32 = 2 * MOST_SUMS;

/** Nodes that may wait. */
export const MOST_WAITING: i32 = 64;

/** First missing row in a column's window. */
function presentEnd(g: Grower, c: Columns, f: i32, from: i32, end: i32): i32 {
  if (c.hasMissing[f] === 0) return end;
  const { list, rowOf } = g;
  const { code } = c;
  const { rowStep } = c;
  const column: i32 = f * c.columnStep;
  let low: i32 = from;
  let high: i32 = end;
  while (low < high) {
    const middle: i32 = (low + high) >> 1;
    if (code[rowOf[list[middle]] * rowStep + column] < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Where the node's rows lie sorted by column f: a window of its list, or one that is made now. */
function windowOf(g: Grower, c: Columns, f: i32, half: i32, start: i32, end: i32): i32 {
  if (c.levelCount[f] > 0) return half + start;
  if (c.ranked === 0) return half + g.region[f] + start;
  // Region 0 is kept sorted by the first numeric column.
  if (g.region[f] === 0) return half + start;
  sortWindow(g, c, f, half + start, half + end, g.spareAt);
  return g.spareAt;
}

/** Keeps the window of the best split so far: what is sorted next goes to the other one. They begin at 2 and 3 halves. */
function keepWindow(g: Grower, from: i32): void {
  g.bestAt = from;
  if (from === g.spareAt) g.spareAt = 5 * g.halfSize - from;
}

/** Tries a random choice of columns; the best split is in `best…`, criterion 0 if there is none. */
function findSplit(g: Grower, c: Columns, p: Problem, half: i32, start: i32, end: i32): void {
  const { inverse, share, shuffled, tryTable, stream } = g;
  const { levelCount } = c;
  const count: i32 = end - start;
  fillShares(inverse, share, count);
  g.criterion = 0;
  const vector: bool = isVector(p);
  const plain: bool = p.weighted === 0 && !(p.imbalancePenalty > 0);
  const u: f64 = uniform(stream);
  let tries: i32 = 1;
  while (u >= tryTable[tries]) tries++;
  for (let k: i32 = 0; k < tries; k++) {
    const other: i32 = k + below(stream, c.columnCount - k);
    const f: i32 = shuffled[other];
    shuffled[other] = shuffled[k];
    shuffled[k] = f;
    const found: f64 = g.criterion;
    const from: i32 = windowOf(g, c, f, half, start, end);
    const last: i32 = from + count;
    if (vector && levelCount[f] > 0) scanGroupings(g, c, p, f, levelCount[f], half + start, half + end);
    else if (vector) scanVector(g, c, p, f, from, presentEnd(g, c, f, from, last), last);
    else if (levelCount[f] > 0) scanCategory(g, c, p, f, levelCount[f], half + start, half + end);
    else if (plain) scanNumeric(g, c, f, from, presentEnd(g, c, f, from, last), last);
    else scanWeighted(g, c, p, f, from, presentEnd(g, c, f, from, last), last);
    if (g.criterion > found) keepWindow(g, from);
  }
}

/** Marks each row's side under the best split. */
function markSides(g: Grower, c: Columns, half: i32, start: i32, end: i32): void {
  const { list, rowOf, side, leftLevels } = g;
  const { code } = c;
  const f: i32 = g.bestFeature;
  const missingRight: i32 = g.bestMissingRight;
  if (c.levelCount[f] > 0) {
    const { rowStep } = c;
    const column: i32 = f * c.columnStep;
    for (let k: i32 = half + start; k < half + end; k++) {
      const j: i32 = list[k];
      const level: i32 = code[rowOf[j] * rowStep + column];
      side[j] = level < 0 ? missingRight : 1 - ((leftLevels[level >> 5] >> (level & 31)) & 1);
    }
    return;
  }
  // The column's own window is sorted: left rows first, then right ones, then the missing.
  const from: i32 = g.bestAt;
  const last: i32 = from + end - start;
  const cut: i32 = from + g.bestPresent;
  const present: i32 = presentEnd(g, c, f, from, last);
  for (let k: i32 = from; k < cut; k++) side[list[k]] = 0;
  for (let k: i32 = cut; k < present; k++) side[list[k]] = 1;
  for (let k: i32 = present; k < last; k++) side[list[k]] = missingRight;
}

/** Puts a node on the stack; returns the stack's new height. */
function push(g: Grower, waiting: i32, node: i32, half: i32, start: i32, end: i32, sumsAt: i32): i32 {
  const { stack, stackSums, sums } = g;
  stack[4 * waiting] = node;
  stack[4 * waiting + 1] = half;
  stack[4 * waiting + 2] = start;
  stack[4 * waiting + 3] = end;
  for (let m: i32 = 0; m < g.sumCount; m++) stackSums[MOST_SUMS * waiting + m] = sums[sumsAt + m];
  return waiting + 1;
}

/** The last left row that has a value in the best split's column, whose window begins at `from`; −1 if there is none. */
function lastLeft(g: Grower, from: i32): i32 {
  return g.bestPresent === 0 ? -1 : g.rowOf[g.list[from + g.bestPresent - 1]];
}

/** Puts codes in the place of rows: all at once, since each waits for memory where data are large. */
function writeCuts(c: Columns, t: Trees): void {
  const { feature, threshold } = t;
  const { code, levelCount, rowStep, columnStep } = c;
  for (let node: i32 = 0; node < t.nodeCount; node++) {
    const f: i32 = feature[node];
    if (f < 0 || levelCount[f] > 0 || threshold[node] < 0) continue;
    threshold[node] = code[threshold[node] * rowStep + f * columnStep];
  }
}

/** Writes the best split and two children, both leaves for now; returns the left one, or −1 where there is no room. */
function writeSplit(g: Grower, c: Columns, t: Trees, node: i32): i32 {
  const { feature, child } = t;
  const f: i32 = g.bestFeature;
  const words: i32 = (c.levelCount[f] + 31) >> 5;
  const children: i32 = addNodes(t, 2);
  const set: i32 = words > 0 ? addLevelSet(t, g.leftLevels, 0, words) : 0;
  if (children < 0 || set < 0) return -1;
  feature[node] = f;
  child[node] = children;
  t.missingRight[node] = g.bestMissingRight;
  t.threshold[node] = words > 0 ? set : lastLeft(g, g.bestAt);
  feature[children] = -1;
  feature[children + 1] = -1;
  child[children] = 0;
  child[children + 1] = 0;
  return children;
}

/** Grows a tree on the rows drawn last, into an empty `t`; false where `t` has too little room. */
export function growTree(g: Grower, c: Columns, p: Problem, d: Draws, t: Trees): bool {
  const { stack, stackSums, sums, shuffled } = g;
  const count: i32 = d.growCount;
  t.nodeCount = 1;
  t.leafCount = 1;
  t.wordCount = 0;
  t.feature[0] = -1;
  t.child[0] = 0;
  for (let f: i32 = 0; f < c.columnCount; f++) shuffled[f] = f;
  fillRootLists(g, c, d);
  loadRows(g, p, d);
  const sumCount: i32 = g.sumCount;
  sumRows(g, p, 0, count, LEFT);
  let waiting: i32 = splittable(g, p, 0, count, LEFT) ? push(g, 0, 0, 0, 0, count, LEFT) : 0;
  while (waiting > 0) {
    waiting--;
    const node: i32 = stack[4 * waiting];
    const half: i32 = stack[4 * waiting + 1];
    const start: i32 = stack[4 * waiting + 2];
    const end: i32 = stack[4 * waiting + 3];
    for (let m: i32 = 0; m < sumCount; m++) sums[NODE + m] = stackSums[MOST_SUMS * waiting + m];
    if (!relabel(g, p, half + start, half + end, NODE)) continue;
    findSplit(g, c, p, half, start, end);
    if (!(g.criterion > 0)) continue;
    const other: i32 = g.halfSize - half;
    const middle: i32 = start + g.bestCount;
    const children: i32 = writeSplit(g, c, t, node);
    if (children < 0) return false;
    markSides(g, c, half, start, end);
    partitionRows(g, half, other, start, end, middle);
    sumRows(g, p, other + start, other + middle, LEFT);
    for (let m: i32 = 0; m < sumCount; m++) sums[RIGHT + m] = sums[NODE + m] - sums[LEFT + m];
    const leftGoesOn: bool = splittable(g, p, other + start, other + middle, LEFT);
    const rightGoesOn: bool = splittable(g, p, other + middle, other + end, RIGHT);
    if (c.ranked === 0) {
      if (leftGoesOn && rightGoesOn) partitionBoth(g, c, half, other, start, end, middle);
      else if (leftGoesOn) partitionLeft(g, c, half, other, start, end);
      else if (rightGoesOn) partitionRight(g, c, half, other, start, end, middle);
    }
    const leftIsSmaller: bool = middle - start < end - middle;
    if (rightGoesOn && leftIsSmaller) waiting = push(g, waiting, children + 1, other, middle, end, RIGHT);
    if (leftGoesOn) waiting = push(g, waiting, children, other, start, middle, LEFT);
    if (rightGoesOn && !leftIsSmaller) waiting = push(g, waiting, children + 1, other, middle, end, RIGHT);
  }
  writeCuts(c, t);
  return true;
}
