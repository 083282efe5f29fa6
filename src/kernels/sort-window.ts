/**
 * A node's rows sorted by one column, where no sorted lists are kept because a node tries few of many columns: by a set of
 * bits. Each row sets the bit of its rank (`Columns.rank`) among as many bits as the data have rows; its place in order is
 * then the number of bits below its own, those of earlier words counted once and those of its own word by one instruction.
 * So rows come as in a sorted list, ties and missing values included, and nothing is compared or branched on.
 * Where the node's rows are few for so many words, a second set tells which words have bits, and only these are counted.
 * Cost: two gathers and two stores a row, and a visit of each word of the one or the other set.
 * Invariant: between calls no bit is set.
 */
import type { Columns, Grower } from './frames.js';
import { ones, trailingZeros } from './portable.js';

/** Words a row from which on the second set pays (bench/README.md). */
const WORDS_PER_ROW: i32 = 5;

/** Words that are counted at a time; there is room for as many behind the last. */
export const WORDS_AT_A_TIME: i32 = 4;

/** Sorts the rows list[from … end) by column f, which is numeric, to list[to …); the two do not overlap. */
export function sortWindow(g: Grower, c: Columns, f: i32, from: i32, end: i32, to: i32): void {
  const words: i32 = (c.rowCount + 31) >> 5;
  const at: i32 = g.region[f];
  if (words > WORDS_PER_ROW * (end - from)) {
    markSparse(g, at, from, end);
    const count: i32 = listWords(g, words);
    countListed(g, count, to);
    place(g, at, from, end);
    clearListed(g, count);
  } else {
    mark(g, at, from, end);
    countAll(g, words, to);
    place(g, at, from, end);
    clearAll(g, words);
  }
}

function mark(g: Grower, at: i32, from: i32, end: i32): void {
  const { list, rank, bits } = g;
  for (let k: i32 = from; k < end; k++) {
    const r: i32 = rank[at + list[k]];
    bits[(r >> 5) << 1] |= 1 << (r & 31);
  }
}

function markSparse(g: Grower, at: i32, from: i32, end: i32): void {
  const { list, rank, bits, wordBits } = g;
  for (let k: i32 = from; k < end; k++) {
    const r: i32 = rank[at + list[k]];
    bits[(r >> 5) << 1] |= 1 << (r & 31);
    wordBits[r >> 10] |= 1 << ((r >> 5) & 31);
  }
}

/** Writes to each word's second place where the first of its rows goes. */
function countAll(g: Grower, words: i32, to: i32): void {
  const { bits } = g;
  let before: i32 = to;
  for (let w: i32 = 0; w < 2 * words; w += 2 * WORDS_AT_A_TIME) {
    const one: i32 = before + ones(bits[w]);
    const two: i32 = one + ones(bits[w + 2]);
    const three: i32 = two + ones(bits[w + 4]);
    bits[w + 1] = before;
    before = three + ones(bits[w + 6]);
    bits[w + 3] = one;
    bits[w + 5] = two;
    bits[w + 7] = three;
  }
}

function clearAll(g: Grower, words: i32): void {
  const { bits } = g;
  for (let w: i32 = 0; w < 2 * words; w += 2 * WORDS_AT_A_TIME) {
    bits[w] = 0;
    bits[w + 2] = 0;
    bits[w + 4] = 0;
    bits[w + 6] = 0;
  }
}

/** Lists the words that have bits, ascending, and clears the second set; returns their number. */
function listWords(g: Grower, words: i32): i32 {
  const { wordBits, filled } = g;
  let count: i32 = 0;
  for (let group: i32 = 0; group << 5 < words; group++) {
    const first: i32 = group << 5;
    let left: i32 = wordBits[group];
    wordBits[group] = 0;
    // Whether a group is empty can rarely be predicted, so its first word is listed in any case, and kept if there is one.
    do {
      filled[count] = (first + trailingZeros(left)) << 1;
      count += left !== 0 ? 1 : 0;
      left &= left - 1;
      filled[count] = (first + trailingZeros(left)) << 1;
      count += left !== 0 ? 1 : 0;
      left &= left - 1;
    } while (left !== 0);
  }
  return count;
}

function countListed(g: Grower, count: i32, to: i32): void {
  const { bits, filled } = g;
  let before: i32 = to;
  for (let k: i32 = 0; k < count; k++) {
    const w: i32 = filled[k];
    bits[w + 1] = before;
    before += ones(bits[w]);
  }
}

function clearListed(g: Grower, count: i32): void {
  const { bits, filled } = g;
  for (let k: i32 = 0; k < count; k++) bits[filled[k]] = 0;
}

function place(g: Grower, at: i32, from: i32, end: i32): void {
  const { list, rank, bits } = g;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const r: i32 = rank[at + j];
    const w: i32 = (r >> 5) << 1;
    list[bits[w + 1] + ones(bits[w] & ((1 << (r & 31)) - 1))] = j;
  }
}
