/**
 * Sends a block's rows down trees, and keeps which leaf each reaches: rows grouped by leaf, so that whoever goes over them
 * later has a leaf's moments at hand for all rows that share it. Adds the leaves' moments up on the way.
 */
import type { Block, Columns, Draws, Sender, Trees } from './frames.js';
import { drawTree, startBag } from './sample.js';
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

/** Sends the rows that a bag's trees did not draw, each down those trees; its stream stands at its beginning. */
export function sendUndrawn(d: Draws, s: Sender, c: Columns, t: Trees, b: Block, tree: i32): void {
  startBag(d);
  for (let k: i32 = 0; k < b.treesPerBag; k++) {
    // Trees that take all of their bag's units draw the same ones.
    if (k === 0 || d.treeSize !== d.bagSize) drawTree(d);
    sendTree(s, c, t, b, tree + k, undrawn(d, s, b));
  }
}

/** Sends the rows that are not marked in `drawnUnit`, units being rows here, down one tree. */
export function sendUnmarked(d: Draws, s: Sender, c: Columns, t: Trees, b: Block, tree: i32): void {
  sendTree(s, c, t, b, tree, undrawn(d, s, b));
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

/** The block's rows that the last tree did not draw, to the front of the buffer; returns how many. */
function undrawn(d: Draws, s: Sender, b: Block): i32 {
  const { buffer } = s;
  const { drawnUnit, unitOf } = d;
  const { first } = b;
  const end: i32 = first + b.rowCount;
  let count: i32 = 0;
  if (d.clustered === 0)
    for (let i: i32 = first; i < end; i++) {
      buffer[count] = i;
      count += 1 - drawnUnit[i];
    }
  else
    for (let i: i32 = first; i < end; i++) {
      buffer[count] = i;
      count += 1 - drawnUnit[unitOf[i]];
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
