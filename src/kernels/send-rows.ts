/**
 * Sends rows down trees, all at once: at each node the list of rows is split in two, so each node is read once and rows
 * that go together stay together. It fills leaves, predicts, and finds out-of-bag leaves.
 *
 * Rows lie in one half of a buffer and are written to the same places of the other half, those that go left first.
 * Branch-free: a row goes to the place of one of two cursors, which move towards each other, so the left rows keep their order
 * and the right ones are reversed. Cost: one code looked up and one store for each row and level. Each form of split is a
 * function of its own: loops that share one share its registers.
 */
import type { Columns, Sender, Trees } from './frames.js';
import { splitList } from './words.js';

/** The sign bit: with it flipped, −1 is the largest code. */
const FLIP: i32 = 1 << 31;

/** Splits buffer[from … end) by a node into the other half; returns how many go left. */
export function splitRows(s: Sender, c: Columns, t: Trees, node: i32, from: i32, end: i32): i32 {
  const f: i32 = t.feature[node];
  return c.levelCount[f] > 0 ? splitByLevel(s, c, t, node, from, end) : splitByCut(s, c, t, node, from, end);
}

/** Where the other half's copy of a place lies. */
export function otherPlace(s: Sender, from: i32): i32 {
  return from < s.half ? from + s.half : from - s.half;
}

/** A number goes left iff code ≤ cut. A missing value (−1) does too, unless `missingRight` makes it the largest code. */
function splitByCut(s: Sender, c: Columns, t: Trees, node: i32, from: i32, end: i32): i32 {
  const column: i32 = t.feature[node] * c.columnStep;
  const cut: i32 = t.threshold[node];
  const to: i32 = otherPlace(s, from);
  if (t.missingRight[node] !== 0) return splitMissingRight(s, c, column, cut, from, end, to);
  if (c.rowStep === 1) return splitList(s.buffer, from, end, to, c.code, column, cut);
  return splitRow(s, c, column, cut, from, end, to);
}

/** The same where a row's codes lie side by side. */
function splitRow(s: Sender, c: Columns, column: i32, cut: i32, from: i32, end: i32, to: i32): i32 {
  const { buffer } = s;
  const { code, rowStep } = c;
  let left: i32 = to;
  let gap: i32 = end - from;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = buffer[k];
    const right: i32 = (cut - code[row * rowStep + column]) >> 31;
    gap = (gap - 1) | 0;
    buffer[left + (gap & right)] = row;
    left = (left + 1 + right) | 0;
  }
  return left - to;
}

/** The same where a missing value is the largest code. */
function splitMissingRight(s: Sender, c: Columns, column: i32, cut: i32, from: i32, end: i32, to: i32): i32 {
  const { buffer } = s;
  const { code, rowStep } = c;
  let left: i32 = to;
  let right: i32 = to + end - from - 1;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = buffer[k];
    const goesRight: i32 = (code[row * rowStep + column] ^ FLIP) > (cut ^ FLIP) ? 1 : 0;
    buffer[goesRight !== 0 ? right : left] = row;
    left = (left + (1 - goesRight)) | 0;
    right = (right - goesRight) | 0;
  }
  return left - to;
}

/** A category goes left iff its bit is set in the words at the threshold; a missing value right iff missingRight is 1. */
function splitByLevel(s: Sender, c: Columns, t: Trees, node: i32, from: i32, end: i32): i32 {
  const { buffer } = s;
  const { code } = c;
  const { levelSets } = t;
  const { rowStep } = c;
  const column: i32 = t.feature[node] * c.columnStep;
  const word: i32 = t.threshold[node];
  const missingRight: i32 = t.missingRight[node];
  const to: i32 = otherPlace(s, from);
  let left: i32 = to;
  let right: i32 = to + end - from - 1;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = buffer[k];
    const level: i32 = code[row * rowStep + column];
    const goesRight: i32 = level < 0 ? missingRight : 1 - ((levelSets[word + (level >> 5)] >> (level & 31)) & 1);
    buffer[left] = row;
    buffer[right] = row;
    left = (left + (1 - goesRight)) | 0;
    right = (right - goesRight) | 0;
  }
  return left - to;
}
