/**
 * Sends a block's rows down trees, and keeps which leaf each reaches in a table, tree by tree. Adds the leaves' moments up on
 * the way, one bag at a time: the rows of a bag ascend, so sums are met in the order they lie in, once for all its trees.
 */
import type { Block, Columns, Draws, Sender, Trees } from './frames.js';
import { quotient } from './portable.js';
import { drawTree, startBag } from './sample.js';
import { splitRows } from './send-rows.js';

/** Before the first tree; the table of leaves is empty. */
export function startBlock(b: Block, t: Trees): void {
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
export function sendUndrawn(d: Draws, s: Sender, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  const { start, treesPerDraw } = b;
  for (let tree: i32 = from; tree < end; tree += treesPerDraw) {
    const draw: i32 = quotient(tree, treesPerDraw);
    const begin: i32 = b.shares !== 0 ? start[draw] : 0;
    const stop: i32 = undrawn(d, b, draw, begin);
    if (b.shares !== 0) start[draw + 1] = stop;
    sendRows(s, c, t, b, b.sent, begin, stop, tree, tree + treesPerDraw < end ? tree + treesPerDraw : end);
  }
}

/** Sends all of the block's rows down the trees from … end. */
export function sendAll(s: Sender, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  const { treesPerBag } = b;
  for (let tree: i32 = from; tree < end; tree += treesPerBag)
    sendRows(s, c, t, b, b.everyRow, 0, b.rowCount, tree, tree + treesPerBag < end ? tree + treesPerBag : end);
}

/** The block's rows that a draw left out, to `sent` from `begin` on; returns where they end. */
function undrawn(d: Draws, b: Block, draw: i32, begin: i32): i32 {
  const { unitOf } = d;
  const { drawn, sent, first } = b;
  const base: i32 = draw * b.drawWords;
  const end: i32 = first + b.rowCount;
  let next: i32 = begin;
  let i: i32 = first;
  if (d.clustered !== 0)
    for (; i < end; i++) {
      const u: i32 = unitOf[i];
      sent[next] = i - first;
      next += 1 - ((drawn[base + (u >> 5)] >> (u & 31)) & 1);
    }
  while (i < end) {
    let left: i32 = ~drawn[base + (i >> 5)] >> (i & 31);
    const stop: i32 = (i | 31) < end ? (i | 31) + 1 : end;
    for (; i < stop; i++) {
      sent[next] = i - first;
      next += left & 1;
      left >>= 1;
    }
  }
  return next;
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

/** Sends rows[begin … stop) down the trees from … end, and adds their leaves' moments up. */
function sendRows(
  s: Sender,
  c: Columns,
  t: Trees,
  b: Block,
  rows: I32,
  begin: i32,
  stop: i32,
  from: i32,
  end: i32,
): void {
  const { buffer } = s;
  if (begin === stop) return;
  for (let tree: i32 = from; tree < end; tree++) {
    for (let k: i32 = begin; k < stop; k++) buffer[k - begin] = rows[k];
    sendTree(s, c, t, b, tree, stop - begin);
  }
  if (t.momentCount === 5 && end - from === 2) addPair(t, b, rows, begin, stop, from);
  else if (t.momentCount === 5) addFive(t, b, rows, begin, stop, from, end);
  else addAny(t, b, rows, begin, stop, from, end);
}

/** Sends buffer[0 … count) down a tree of the forest, which the chunk holds. */
function sendTree(s: Sender, c: Columns, t: Trees, b: Block, tree: i32, count: i32): void {
  const { stack, half } = s;
  const { feature, child } = t;
  const column: i32 = tree * b.rowCount;
  let waiting: i32 = 1;
  stack[0] = t.root[tree - b.firstTree];
  stack[1] = 0;
  stack[2] = count;
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

/** The same for two trees. */
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
    average[to] = average[to] + moments[at1] + moments[at2];
    average[to + 1] = average[to + 1] + moments[at1 + 1] + moments[at2 + 1];
    average[to + 2] = average[to + 2] + moments[at1 + 2] + moments[at2 + 2];
    average[to + 3] = average[to + 3] + moments[at1 + 3] + moments[at2 + 3];
    average[to + 4] = average[to + 4] + moments[at1 + 4] + moments[at2 + 4];
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
