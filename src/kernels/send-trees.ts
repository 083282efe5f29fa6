/**
 * Sends a block's rows down trees, and keeps which leaf each reaches: rows grouped by leaf, so that whoever goes over them
 * later has a leaf's moments at hand for all rows that share it. Adds the leaves' moments up on the way.
 */
import type { Block, Columns, Draws, Sender, Trees } from './frames.js';
import { quotient } from './portable.js';
import { drawTree, markBag, startBag } from './sample.js';
import { splitRows } from './send-rows.js';

/** Forgets the block's leaves. */
export function startBlock(b: Block, t: Trees): void {
  const { average, treeCount, rowCount } = b;
  b.groupCount = 0;
  b.start[0] = 0;
  b.groups[0] = 0;
  for (let r: i32 = 0; r < rowCount; r++) treeCount[r] = 0;
  for (let k: i32 = 0; k < rowCount * t.momentCount; k++) average[k] = 0;
}

/** Draws a bag, whose stream stands at its beginning, and keeps what its trees draw: draws place … place + count − 1. */
export function keepBag(d: Draws, b: Block, place: i32, count: i32): void {
  startBag(d);
  for (let k: i32 = 0; k < count; k++) {
    // Trees that take all of their bag's units need not draw them.
    if (d.treeSize === d.bagSize) markBag(d);
    else drawTree(d);
    keepDraw(d, b, place + k);
  }
}

/** Keeps the units that are marked as drawn. */
export function keepDraw(d: Draws, b: Block, place: i32): void {
  const { drawnUnit, unitCount } = d;
  const { drawn, drawWords } = b;
  const first: i32 = place * drawWords;
  for (let k: i32 = first; k < first + drawWords; k++) drawn[k] = 0;
  for (let u: i32 = 0; u < unitCount; u++) drawn[first + (u >> 5)] |= drawnUnit[u] << (u & 31);
}

/** Sends to the trees from … end the block's rows that they did not draw. */
export function sendUndrawn(d: Draws, s: Sender, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  for (let tree: i32 = from; tree < end; tree++)
    sendTree(s, c, t, b, tree, undrawn(d, s, b, quotient(tree, b.treesPerDraw)));
}

/** Sends all of the block's rows down the trees from … end. */
export function sendAll(s: Sender, c: Columns, t: Trees, b: Block, from: i32, end: i32): void {
  const { buffer } = s;
  const { first, rowCount } = b;
  for (let tree: i32 = from; tree < end; tree++) {
    for (let r: i32 = 0; r < rowCount; r++) buffer[r] = first + r;
    sendTree(s, c, t, b, tree, rowCount);
  }
}

/** The block's rows that a draw left out, to the front of the buffer; returns how many. */
function undrawn(d: Draws, s: Sender, b: Block, place: i32): i32 {
  const { buffer } = s;
  const { unitOf } = d;
  const { drawn, first } = b;
  const base: i32 = place * b.drawWords;
  const end: i32 = first + b.rowCount;
  let count: i32 = 0;
  if (d.clustered === 0)
    for (let i: i32 = first; i < end; i++) {
      buffer[count] = i;
      count += 1 - ((drawn[base + (i >> 5)] >> (i & 31)) & 1);
    }
  else
    for (let i: i32 = first; i < end; i++) {
      const u: i32 = unitOf[i];
      buffer[count] = i;
      count += 1 - ((drawn[base + (u >> 5)] >> (u & 31)) & 1);
    }
  return count;
}

/** Sends buffer[0 … count) down a tree of the forest, which the chunk holds. */
function sendTree(s: Sender, c: Columns, t: Trees, b: Block, tree: i32, count: i32): void {
  const { stack, half } = s;
  const { feature, child } = t;
  let waiting: i32 = 0;
  if (count > 0) {
    stack[0] = t.root[tree - b.firstTree];
    stack[1] = 0;
    stack[2] = count;
    waiting = 1;
  }
  while (waiting > 0) {
    waiting--;
    const node: i32 = stack[3 * waiting];
    const from: i32 = stack[3 * waiting + 1];
    const end: i32 = stack[3 * waiting + 2];
    if (feature[node] < 0) {
      if (child[node] > 0) addGroup(s, t, b, child[node], from, end);
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
  b.groups[tree + 1] = b.groupCount;
}

/** Keeps that buffer[from … end) reach a leaf of the chunk. */
function addGroup(s: Sender, t: Trees, b: Block, leaf: i32, from: i32, end: i32): void {
  const { buffer } = s;
  const { rows, start, treeCount, first } = b;
  const group: i32 = b.groupCount;
  const at: i32 = start[group];
  for (let k: i32 = from; k < end; k++) {
    const r: i32 = buffer[k] - first;
    rows[at + k - from] = r;
    treeCount[r] += 1;
  }
  b.leaf[group] = b.firstLeaf + leaf;
  start[group + 1] = at + end - from;
  b.groupCount = group + 1;
  addMoments(t, b, leaf * t.momentCount, at, at + end - from);
}

/** Adds a leaf's moments to its rows; five at once, the most common number, so that they stay in registers. */
function addMoments(t: Trees, b: Block, leafAt: i32, from: i32, end: i32): void {
  const { moments, momentCount } = t;
  const { rows, average } = b;
  let m: i32 = 0;
  for (; m + 5 <= momentCount; m += 5) {
    const at: i32 = leafAt + m;
    const m0: f64 = moments[at];
    const m1: f64 = moments[at + 1];
    const m2: f64 = moments[at + 2];
    const m3: f64 = moments[at + 3];
    const m4: f64 = moments[at + 4];
    for (let k: i32 = from; k < end; k++) {
      const to: i32 = rows[k] * momentCount + m;
      average[to] += m0;
      average[to + 1] += m1;
      average[to + 2] += m2;
      average[to + 3] += m3;
      average[to + 4] += m4;
    }
  }
  for (; m < momentCount; m++) {
    const moment: f64 = moments[leafAt + m];
    for (let k: i32 = from; k < end; k++) average[rows[k] * momentCount + m] += moment;
  }
}

/** Sums become averages: NaN for a row that no tree has a leaf for. */
export function finishBlock(b: Block, t: Trees): void {
  const { average, treeCount, rowCount } = b;
  const { momentCount } = t;
  for (let r: i32 = 0; r < rowCount; r++)
    for (let m: i32 = 0; m < momentCount; m++) average[r * momentCount + m] /= treeCount[r];
}
