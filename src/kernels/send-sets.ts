/**
 * Sends a set of rows down a tree, as bits: a node's rows and the rows below its cut are intersected, 128 rows an
 * instruction, so that a node costs what the block has words, not what it has rows. Leaves are numbered from 1, and each puts
 * its rows into the sets of its number's binary digits; in the end the digits are put together for all rows at once, which no
 * branch depends on. Cuts inside a bucket of codes (`row-sets.ts`) move the bucket's rows one by one. Rows at a category, or
 * too many splits down, go on as a list (`send-trees.ts`), after that.
 * Cost: some words/4 · (1 + half a number's digits) vector operations for each split and leaf.
 * Invariant: set k of `rows` is free for k above that of the node in hand.
 */
import type { Block, Columns, Sender, Sets, Trees } from './frames.js';
import { listRows } from './row-sets.js';
import { empty, splitPresent, splitSet, unite, writeNumbers } from './words.js';

/**
 * Sends set 0, which stays as it is, down a tree of at most 16 digits; keeps the leaves of all rows, 0 where they were not
 * sent. Returns how many nodes are left whose rows go on as lists.
 */
export function sendSet(x: Sets, s: Sender, c: Columns, t: Trees, b: Block, tree: i32): i32 {
  const { stack } = s;
  const { feature, child } = t;
  const { words, first, digits } = x;
  const own: i32 = tree - b.firstTree;
  const before: i32 = x.before[own];
  empty(digits, 0, x.digitCount[own] * words);
  x.lateCount = 0;
  x.lateEnd = 0;
  let waiting: i32 = 1;
  stack[0] = t.root[own];
  stack[1] = 0;
  while (waiting > 0) {
    waiting--;
    const node: i32 = stack[2 * waiting];
    const set: i32 = stack[2 * waiting + 1];
    const f: i32 = feature[node];
    if (f < 0) {
      if (child[node] > 0) addDigits(x, set, child[node] - before);
      continue;
    }
    if (first[f] === first[f + 1] || set + 2 >= x.room) {
      postpone(x, node, set);
      continue;
    }
    const right: i32 = set === 0 ? 1 : set;
    const sides: i32 = splitNode(x, c, t, node, f, set * words, (right + 1) * words, right * words);
    if ((sides & 2) !== 0) {
      stack[2 * waiting] = child[node] + 1;
      stack[2 * waiting + 1] = right;
      waiting++;
    }
    if ((sides & 1) !== 0) {
      stack[2 * waiting] = child[node];
      stack[2 * waiting + 1] = right + 1;
      waiting++;
    }
  }
  writeNumbers(digits, x.digitCount[own], words, b.rowCount, b.firstLeaf + before, b.leaf, tree * b.rowCount);
  return x.lateCount;
}

/** Splits the set at `from`; returns which sides may have rows (`splitSet`). */
function splitNode(x: Sets, c: Columns, t: Trees, node: i32, f: i32, from: i32, left: i32, right: i32): i32 {
  const { rows, below, words, first } = x;
  const shift: i32 = x.shift[f];
  const codes: i32 = t.threshold[node] + 1;
  const set: i32 = first[f] + (codes >> shift);
  const sides: i32 =
    t.missingRight[node] !== 0
      ? splitPresent(rows, from, left, right, below, set * words, first[f] * words, words)
      : splitSet(rows, from, left, right, below, set * words, words);
  if ((codes >> shift) << shift === codes) return sides;
  moveRows(x, c, f * c.columnStep, t.threshold[node], set + 1, left, right);
  return sides | 1;
}

/** Rows of a bucket whose code is at most `cut` are to the left as well. */
function moveRows(x: Sets, c: Columns, column: i32, cut: i32, own: i32, left: i32, right: i32): void {
  const { rows, row, bucket } = x;
  const { code } = c;
  const end: i32 = bucket[own + 1];
  for (let k: i32 = bucket[own]; k < end; k++) {
    const r: i32 = row[k];
    const isAbove: i32 = (cut - code[column + r]) >> 31;
    const word: i32 = r >> 5;
    const moved: i32 = rows[right + word] & ((1 << (r & 31)) & ~isAbove);
    rows[right + word] ^= moved;
    rows[left + word] |= moved;
  }
}

/** A leaf's rows get its number. */
function addDigits(x: Sets, set: i32, number: i32): void {
  const { digits, rows, words } = x;
  let at: i32 = 0;
  for (let rest: i32 = number; rest !== 0; rest >>= 1) {
    if ((rest & 1) !== 0) unite(digits, at, rows, set * words, words);
    at += words;
  }
}

/** Lists the rows of a node that go on one by one. */
function postpone(x: Sets, node: i32, set: i32): void {
  const { late, lateNode, lateCount } = x;
  const begin: i32 = x.lateEnd;
  const end: i32 = listRows(x.rows, set * x.words, x.words, late, begin);
  if (end === begin) return;
  lateNode[3 * lateCount] = node;
  lateNode[3 * lateCount + 1] = begin;
  lateNode[3 * lateCount + 2] = end;
  x.lateCount = lateCount + 1;
  x.lateEnd = end;
}
