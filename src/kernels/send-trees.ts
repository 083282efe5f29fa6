/**
 * Sends a block's rows down trees, and keeps which leaf each reaches in a table, tree by tree. Adds the leaves' moments up on
 * the way, one bag at a time: the rows of a bag ascend, so sums are met in the order they lie in, once for all its trees.
 */
import type { Block, Columns, Draws, Sender, Sets, Trees } from './frames.js';
import { hasPairs, neighbours, numberAt, type Pair, plus, putNeighbours } from './pairs.js';
import { quotient } from './portable.js';
import { listRows, makeSets, startSets, takeAll, takeUndrawn } from './row-sets.js';
import { drawTree, startBag } from './sample.js';
import { splitRows } from './send-rows.js';
import { sendSet } from './send-sets.js';
import { empty } from './words.js';

/** Before the first tree. The table of leaves may hold anything: every tree writes all rows' leaves. */
export function startBlock(b: Block, x: Sets, t: Trees): void {
  startSets(x, b.rowCount);
  const { average, treeCount, everyRow, rowCount } = b;
  b.start[0] = 0;
  for (let r: i32 = 0; r < rowCount; r++) {
    treeCount[r] = 0;
    everyRow[r] = r;
  }
  for (let k: i32 = 0; k < rowCount * t.momentCount; k++) average[k] = 0;
}

/** Draws a bag, whose stream stands at its beginning, and keeps what its trees draw: draws place … place + count − 1. */
export function keepBag(d: Draws, b: Block, place: i32, count: i32): void {
  startBag(d);
  for (let k: i32 = 0; k < count; k++) {
    // Trees that take all of their bag's units need not draw them.
    if (d.treeSize < d.bagSize) drawTree(d);
    keepDraw(d, b, place + k);
  }
}

/** Keeps the units half[0 … treeSize). */
export function keepDraw(d: Draws, b: Block, place: i32): void {
  const { half, treeSize } = d;
  const { drawn, drawWords } = b;
  const first: i32 = place * drawWords;
  for (let k: i32 = first; k < first + drawWords; k++) drawn[k] = 0;
  for (let k: i32 = 0; k < treeSize; k++) {
    const unit: i32 = half[k];
    drawn[first + (unit >> 5)] |= 1 << (unit & 31);
  }
}

/** Sends to the trees from … end the block's rows that they did not draw. */
export function sendUndrawn(d: Draws, s: Sender, x: Sets, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  const { start, treesPerDraw } = b;
  for (let tree: i32 = from; tree < end; tree += treesPerDraw) {
    const draw: i32 = quotient(tree, treesPerDraw);
    const begin: i32 = b.shares !== 0 ? start[draw] : 0;
    takeUndrawn(x, d, b, draw);
    const stop: i32 = listRows(x.rows, 0, x.words, b.sent, begin);
    if (b.shares !== 0) start[draw + 1] = stop;
    sendRows(s, x, c, t, b, b.sent, begin, stop, tree, tree + treesPerDraw < end ? tree + treesPerDraw : end);
  }
}

/** Sends all of the block's rows down the trees from … end. */
export function sendAll(s: Sender, x: Sets, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  const { treesPerBag } = b;
  takeAll(x, b);
  for (let tree: i32 = from; tree < end; tree += treesPerBag)
    sendRows(s, x, c, t, b, b.everyRow, 0, b.rowCount, tree, tree + treesPerBag < end ? tree + treesPerBag : end);
}

/** The rows to go over for a bag that begins with a tree: bagRows(b)[bagBegin … bagStop). Those without a leaf are among them. */
export function bagRows(b: Block): I32 {
  return b.shares !== 0 ? b.sent : b.everyRow;
}

export function bagBegin(b: Block, tree: i32): i32 {
  return b.shares !== 0 ? b.start[quotient(tree, b.treesPerDraw)] : 0;
}

export function bagStop(b: Block, tree: i32): i32 {
  return b.shares !== 0 ? b.start[quotient(tree, b.treesPerDraw) + 1] : b.rowCount;
}

/** What a leaf costs beside the words of its sets, in words. */
const LEAF_WORDS: i32 = 64;

/**
 * Whether so many rows go down a tree as a set: with many leaves for few rows, lists cost less. Lists cost rows · depth, sets
 * leaves · words; that both units cost about the same was measured (bench/README.md).
 */
function goesBySets(x: Sets, tree: i32, count: i32): bool {
  const digits: i32 = x.digitCount[tree];
  return count > 0 && digits > 0 && count * digits > x.leafCount[tree] * (x.words + LEAF_WORDS);
}

/** Sends rows[begin … stop), which are set 0, down the trees from … end, and adds their leaves' moments up. */
function sendRows(
  s: Sender,
  x: Sets,
  c: Columns,
  t: Trees,
  b: Block,
  rows: I32,
  begin: i32,
  stop: i32,
  from: i32,
  end: i32,
): void {
  for (let tree: i32 = from; tree < end; tree++) {
    if (goesBySets(x, tree - b.firstTree, stop - begin)) {
      if (x.isMade === 0) makeSets(x, c);
      const late: i32 = sendSet(x, s, c, t, b, tree);
      for (let k: i32 = 0; k < late; k++)
        sendList(s, c, t, b, tree, x.lateNode[3 * k], x.late, x.lateNode[3 * k + 1], x.lateNode[3 * k + 2]);
      continue;
    }
    empty(b.leaf, tree * b.rowCount, b.rowCount);
    if (begin < stop) sendList(s, c, t, b, tree, t.root[tree - b.firstTree], rows, begin, stop);
  }
  if (begin === stop) return;
  if (hasPairs() && t.momentCount === 5 && end - from === 2) addPair(t, b, rows, begin, stop, from);
  else if (t.momentCount === 5) addFive(t, b, rows, begin, stop, from, end);
  else addAny(t, b, rows, begin, stop, from, end);
}

/** Sends rows[begin … stop) down a tree of the forest, which the chunk holds, from one of its nodes on. */
function sendList(
  s: Sender,
  c: Columns,
  t: Trees,
  b: Block,
  tree: i32,
  top: i32,
  rows: I32,
  begin: i32,
  stop: i32,
): void {
  const { buffer, stack, half } = s;
  const { feature, child } = t;
  const column: i32 = tree * b.rowCount;
  for (let k: i32 = begin; k < stop; k++) buffer[k - begin] = rows[k];
  let waiting: i32 = 1;
  stack[0] = top;
  stack[1] = 0;
  stack[2] = stop - begin;
  while (waiting > 0) {
    waiting--;
    const node: i32 = stack[3 * waiting];
    const from: i32 = stack[3 * waiting + 1];
    const end: i32 = stack[3 * waiting + 2];
    if (feature[node] < 0) {
      if (child[node] > 0) keepLeaf(s, b, b.firstLeaf + child[node], column, from, end);
      continue;
    }
    const left: i32 = splitRows(s, c, t, node, from, end);
    const to: i32 = from < half ? from + half : from - half;
    const size: i32 = end - from;
    if (left < size) {
      stack[3 * waiting] = child[node] + 1;
      stack[3 * waiting + 1] = to + left;
      stack[3 * waiting + 2] = to + size;
      waiting++;
    }
    if (left > 0) {
      stack[3 * waiting] = child[node];
      stack[3 * waiting + 1] = to;
      stack[3 * waiting + 2] = to + left;
      waiting++;
    }
  }
}

/** Keeps that buffer[from … end) reach a leaf: row r's place is at + r. */
function keepLeaf(s: Sender, b: Block, number: i32, at: i32, from: i32, end: i32): void {
  const { buffer } = s;
  const { leaf } = b;
  for (let k: i32 = from; k < end; k++) leaf[at + buffer[k]] = number;
}

/** Adds the moments of the trees from … end to rows[begin … stop); five at once, so that they stay in registers. */
function addFive(t: Trees, b: Block, rows: I32, begin: i32, stop: i32, from: i32, end: i32): void {
  const { moments } = t;
  const { average, treeCount, leaf, rowCount, firstLeaf } = b;
  const last: i32 = end * rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const r: i32 = rows[k];
    const to: i32 = 5 * r;
    let sum0: f64 = average[to];
    let sum1: f64 = average[to + 1];
    let sum2: f64 = average[to + 2];
    let sum3: f64 = average[to + 3];
    let sum4: f64 = average[to + 4];
    let trees: i32 = treeCount[r];
    for (let place: i32 = from * rowCount + r; place < last; place += rowCount) {
      const own: i32 = leaf[place];
      if (own === 0) continue;
      const at: i32 = 5 * (own - firstLeaf);
      sum0 += moments[at];
      sum1 += moments[at + 1];
      sum2 += moments[at + 2];
      sum3 += moments[at + 3];
      sum4 += moments[at + 4];
      trees++;
    }
    average[to] = sum0;
    average[to + 1] = sum1;
    average[to + 2] = sum2;
    average[to + 3] = sum3;
    average[to + 4] = sum4;
    treeCount[r] = trees;
  }
}

/** The same for two trees, two moments at once. */
function addPair(t: Trees, b: Block, rows: I32, begin: i32, stop: i32, tree: i32): void {
  const { moments } = t;
  const { average, treeCount, leaf, rowCount, firstLeaf } = b;
  const one: i32 = tree * rowCount;
  const two: i32 = one + rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const r: i32 = rows[k];
    if (leaf[one + r] === 0 || leaf[two + r] === 0) {
      addFive(t, b, rows, k, k + 1, tree, tree + 2);
      continue;
    }
    const to: i32 = 5 * r;
    const at1: i32 = 5 * (leaf[one + r] - firstLeaf);
    const at2: i32 = 5 * (leaf[two + r] - firstLeaf);
    const first: Pair = plus(
      plus(neighbours(average, to, 0), neighbours(moments, at1, 0)),
      neighbours(moments, at2, 0),
    );
    const next: Pair = plus(plus(neighbours(average, to, 2), neighbours(moments, at1, 2)), neighbours(moments, at2, 2));
    const last: f64 = numberAt(average, to, 4) + numberAt(moments, at1, 4) + numberAt(moments, at2, 4);
    putNeighbours(average, to, 0, first);
    putNeighbours(average, to, 2, next);
    average[to + 4] = last;
    treeCount[r] += 2;
  }
}

function addAny(t: Trees, b: Block, rows: I32, begin: i32, stop: i32, from: i32, end: i32): void {
  const { moments, momentCount } = t;
  const { average, treeCount, leaf, rowCount, firstLeaf } = b;
  for (let tree: i32 = from; tree < end; tree++)
    for (let k: i32 = begin; k < stop; k++) {
      const r: i32 = rows[k];
      const own: i32 = leaf[tree * rowCount + r];
      if (own === 0) continue;
      const at: i32 = momentCount * (own - firstLeaf);
      for (let m: i32 = 0; m < momentCount; m++) average[r * momentCount + m] += moments[at + m];
      treeCount[r] += 1;
    }
}

/** Sums become averages: NaN for a row that no tree has a leaf for. */
export function finishBlock(b: Block, t: Trees): void {
  const { average, treeCount, rowCount } = b;
  const { momentCount } = t;
  for (let r: i32 = 0; r < rowCount; r++)
    for (let m: i32 = 0; m < momentCount; m++) average[r * momentCount + m] /= treeCount[r];
}
