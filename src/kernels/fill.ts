/**
 * Fills a grown tree with rows that took no part in growing it (honesty: Athey & Imbens 2016), and prunes:
 * a node with an empty child is replaced by its other child, so every leaf that is kept has rows.
 * Splitting the rows from the root down does both at once: a split that leaves one side empty is skipped.
 */
import type { Columns, Problem, Sender, Trees } from './frames.js';
import { writeMoments } from './leaf-moments.js';
import { otherPlace, splitRows } from './send-rows.js';
import { addLeaf, addLevelSet, addNodes } from './trees.js';

/** Whether buffer[from … end) may be a leaf. Where a side of a split may not, the split's node becomes a leaf. */
function isEnough(s: Sender, p: Problem, from: i32, end: i32): bool {
  if (p.leastPerArm < 0) return true;
  const { buffer } = s;
  let treated: f64 = 0;
  for (let k: i32 = from; k < end; k++) treated += p.treatment[buffer[k]];
  return treated >= p.leastPerArm && end - from - treated >= p.leastPerArm;
}

/** The leaf that holds buffer[from … end), or the empty one where they are too few for one; −1 where there is no room. */
function leafOf(s: Sender, p: Problem, out: Trees, from: i32, end: i32): i32 {
  if (from === end || !isEnough(s, p, from, end)) return 0;
  const leaf: i32 = addLeaf(out);
  if (leaf > 0) writeMoments(p, s.buffer, from, end, out.moments, leaf * out.momentCount);
  return leaf;
}

/**
 * Copies the codes of the rows side by side: of very many rows, each is looked up in memory once, not once a level.
 * From then on rows go by their place in `rows`.
 */
function bringNear(c: Columns, near: Columns, rows: I32, count: i32): void {
  const { code, levelCount, columnCount } = c;
  const to: I32 = near.code;
  near.rowStep = columnCount;
  near.columnStep = 1;
  for (let f: i32 = 0; f < columnCount; f++) near.levelCount[f] = levelCount[f];
  for (let k: i32 = 0; k < count; k++) {
    const from: i32 = rows[k] * columnCount;
    for (let f: i32 = 0; f < columnCount; f++) to[k * columnCount + f] = code[from + f];
  }
}

/** Appends to `out` the tree of `grown`, filled with rows[0 … count); false where `out` has too little room. */
export function fillTree(
  s: Sender,
  data: Columns,
  near: Columns,
  p: Problem,
  rows: I32,
  count: i32,
  grown: Trees,
  out: Trees,
): bool {
  const { buffer, stack } = s;
  // Who counts arms asks for rows of the data at every node.
  const isNear: bool = count <= near.rowCount && p.leastPerArm < 0;
  const c: Columns = isNear ? near : data;
  if (isNear) {
    bringNear(data, near, rows, count);
    for (let k: i32 = 0; k < count; k++) buffer[k] = k;
  } else for (let k: i32 = 0; k < count; k++) buffer[k] = rows[k];
  const root: i32 = addNodes(out, 1);
  if (root < 0) return false;
  stack[0] = 0;
  stack[1] = root;
  stack[2] = 0;
  stack[3] = count;
  let waiting: i32 = 1;
  while (waiting > 0) {
    waiting--;
    let node: i32 = stack[4 * waiting];
    const target: i32 = stack[4 * waiting + 1];
    let from: i32 = stack[4 * waiting + 2];
    let end: i32 = stack[4 * waiting + 3];
    let middle: i32 = from;
    let isSplit: bool = false;
    while (!isSplit && grown.feature[node] >= 0) {
      const left: i32 = splitRows(s, c, grown, node, from, end);
      const to: i32 = otherPlace(s, from);
      end = to + end - from;
      from = to;
      middle = to + left;
      if (p.prune !== 0 && middle === from) node = grown.child[node] + 1;
      else if (p.prune !== 0 && middle === end) node = grown.child[node];
      else if (isEnough(s, p, from, middle) && isEnough(s, p, middle, end)) isSplit = true;
      else break;
    }
    if (!isSplit) {
      if (isNear) for (let k: i32 = from; k < end; k++) buffer[k] = rows[buffer[k]];
      const leaf: i32 = leafOf(s, p, out, from, end);
      if (leaf < 0) return false;
      out.feature[target] = -1;
      out.child[target] = leaf;
      out.threshold[target] = 0;
      out.missingRight[target] = 0;
      continue;
    }
    const f: i32 = grown.feature[node];
    const words: i32 = (c.levelCount[f] + 31) >> 5;
    const children: i32 = addNodes(out, 2);
    const set: i32 = words > 0 ? addLevelSet(out, grown.levelSets, grown.threshold[node], words) : 0;
    if (children < 0 || set < 0) return false;
    out.feature[target] = f;
    out.child[target] = children;
    out.missingRight[target] = grown.missingRight[node];
    out.threshold[target] = words > 0 ? set : grown.threshold[node];
    const next: i32 = 4 * waiting;
    stack[next] = grown.child[node] + 1;
    stack[next + 1] = children + 1;
    stack[next + 2] = middle;
    stack[next + 3] = end;
    stack[next + 4] = grown.child[node];
    stack[next + 5] = children;
    stack[next + 6] = from;
    stack[next + 7] = middle;
    waiting += 2;
  }
  return true;
}
