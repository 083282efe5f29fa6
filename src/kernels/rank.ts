/**
 * Sorts a column and numbers its distinct values. Numbers are sorted by the upper halves of their bits, which order them up
 * to ties, in three counting passes of 11 bits; ties are then mended by insertion. Where many numbers share their upper
 * half, as large numbers that differ little do, three passes over the lower halves go first.
 * Keys travel with their rows, so that memory is read in order. Cost: 3 or 6 passes over the rows.
 */
import type { Ranker } from './frames.js';
import { isBelow } from './portable.js';

/** Bits of a digit, its values, and digits in a half. */
const BITS: i32 = 11;
const DIGITS: i32 = 2048;
const PASSES: i32 = 3;
export const DIGIT_COUNTS: i32 = PASSES * DIGITS;
/** More rows than this with the same upper half are not sorted by insertion. */
const LONGEST_TIE: i32 = 32;

/** The sign bit. */
const SIGN: i32 = 1 << 31;

/**
 * Ranks the rows in order[0 … count), whose numbers are in `words`: writes each row's code, how many distinct numbers lie
 * below its own, and to order[c] a row that has code c. Returns how many distinct numbers there are.
 */
export function rankRows(r: Ranker, count: i32): i32 {
  sortRows(r, count, false);
  if (longestTie(r, count) > LONGEST_TIE) {
    sortRows(r, count, true);
    sortRows(r, count, false);
  } else mendTies(r, count);
  const { order, code, keys, words } = r;
  let distinct: i32 = -1;
  let last: i32 = 0;
  for (let k: i32 = 0; k < count; k++) {
    const row: i32 = order[k];
    if (k === 0 || keys[k] !== keys[k - 1] || words[2 * row] !== words[2 * last]) {
      distinct++;
      order[distinct] = row;
    }
    code[row] = distinct;
    last = row;
  }
  return distinct + 1;
}

/** Half of a number's bits as a word whose order without a sign is the numbers' order. */
function keyOf(r: Ranker, row: i32, lower: bool): i32 {
  const { words } = r;
  const upper: i32 = words[2 * row + 1];
  // Of negative numbers all bits are flipped, of others the sign.
  return (lower ? words[2 * row] : upper) ^ (upper < 0 ? -1 : lower ? 0 : SIGN);
}

/** Stable counting passes from the lowest digit up; `keys` are then those of `order`. */
function sortRows(r: Ranker, count: i32, lower: bool): void {
  const { counts, order, keys } = r;
  for (let k: i32 = 0; k < DIGIT_COUNTS; k++) counts[k] = 0;
  for (let k: i32 = 0; k < count; k++) {
    const key: i32 = keyOf(r, order[k], lower);
    keys[k] = key;
    counts[key & (DIGITS - 1)] += 1;
    counts[DIGITS + ((key >>> BITS) & (DIGITS - 1))] += 1;
    counts[2 * DIGITS + ((key >>> (2 * BITS)) & (DIGITS - 1))] += 1;
  }
  pass(r, order, keys, r.spareOrder, r.spareKeys, 0, count);
  pass(r, r.spareOrder, r.spareKeys, r.otherOrder, r.otherKeys, 1, count);
  pass(r, r.otherOrder, r.otherKeys, order, keys, 2, count);
}

function pass(r: Ranker, from: I32, fromKeys: I32, to: I32, toKeys: I32, digit: i32, count: i32): void {
  const { counts } = r;
  const first: i32 = digit * DIGITS;
  const shift: i32 = digit * BITS;
  let start: i32 = 0;
  for (let k: i32 = first; k < first + DIGITS; k++) {
    const size: i32 = counts[k];
    counts[k] = start;
    start += size;
  }
  for (let k: i32 = 0; k < count; k++) {
    const key: i32 = fromKeys[k];
    const at: i32 = first + ((key >>> shift) & (DIGITS - 1));
    const place: i32 = counts[at];
    to[place] = from[k];
    toKeys[place] = key;
    counts[at] = place + 1;
  }
}

/** The largest number of rows that share an upper half and not the lower one. */
function longestTie(r: Ranker, count: i32): i32 {
  const { order, keys, words } = r;
  let longest: i32 = 0;
  let start: i32 = 0;
  let differs: bool = false;
  for (let k: i32 = 1; k < count; k++) {
    if (keys[k] !== keys[k - 1]) {
      start = k;
      differs = false;
      continue;
    }
    if (words[2 * order[k]] !== words[2 * order[k - 1]]) differs = true;
    if (differs && k - start >= longest) longest = k - start + 1;
  }
  return longest;
}

/** Sorts rows with the same upper half by the lower one. */
function mendTies(r: Ranker, count: i32): void {
  const { order, keys } = r;
  for (let k: i32 = 1; k < count; k++) {
    if (keys[k] !== keys[k - 1]) continue;
    const row: i32 = order[k];
    const lower: i32 = keyOf(r, row, true);
    let hole: i32 = k;
    while (hole > 0 && keys[hole - 1] === keys[k] && isBelow(lower, keyOf(r, order[hole - 1], true))) {
      order[hole] = order[hole - 1];
      hole--;
    }
    order[hole] = row;
  }
}
