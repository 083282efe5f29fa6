/**
 * A node's rows sorted by one column, where no sorted lists are kept because a node tries few of many columns: a set of
 * bits. Each row sets the bit of its rank (`Columns.rank`) among as many bits as the data have rows, and the bits read in
 * order are the rows in order: those of a sorted list, ties and missing values included. Where the words of bits are many
 * for the node's rows, a second set tells which of them are not empty.
 * Cost: a gather and three stores a row, and a look at each word of the one or the other set.
 * Invariant: between calls no bit is set. The place behind the window and the 32 behind the last rank are written to or
 * read, but mean nothing.
 */
import type { Columns, Grower } from './frames.js';
import { ones, trailingZeros } from './portable.js';

/** The second set pays from so many words a row on, of which a node's share is empty. */
const WORDS_PER_ROW: i32 = 1;

/** Sorts the rows list[from … end) by column f, which is numeric, to list[to …). */
export function sortWindow(g: Grower, c: Columns, f: i32, from: i32, end: i32, to: i32): void {
  const words: i32 = (c.rowCount + 31) >> 5;
  const at: i32 = g.region[f];
  if (words > WORDS_PER_ROW * (end - from)) {
    setSparse(g, at, from, end);
    readSparse(g, words, to);
  } else {
    sortDense(g, words, at, from, end, to);
  }
}

/** Bits lie at even places, the number of bits in all words before at odd ones. */
function sortDense(g: Grower, words: i32, at: i32, from: i32, end: i32, to: i32): void {
  const { list, rank, bits } = g;
  for (let k: i32 = from; k < end; k++) {
    const place: i32 = rank[at + list[k]];
    bits[(place >> 5) << 1] |= 1 << (place & 31);
  }
  let before: i32 = to;
  for (let word: i32 = 0; word < words; word++) {
    bits[2 * word + 1] = before;
    before += ones(bits[2 * word]);
  }
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const place: i32 = rank[at + j];
    const word: i32 = (place >> 5) << 1;
    list[bits[word + 1] + ones(bits[word] & ((1 << (place & 31)) - 1))] = j;
  }
  for (let word: i32 = 0; word < words; word++) bits[2 * word] = 0;
}

function setSparse(g: Grower, at: i32, from: i32, end: i32): void {
  const { list, rank, byRank, bits, wordBits } = g;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const place: i32 = rank[at + j];
    byRank[place] = j;
    bits[(place >> 5) << 1] |= 1 << (place & 31);
    wordBits[place >> 10] |= 1 << ((place >> 5) & 31);
  }
}

/** The words that are not empty, then the bits of each. */
function readSparse(g: Grower, words: i32, to: i32): void {
  const { bits, wordBits, filled } = g;
  const groups: i32 = (words + 31) >> 5;
  let count: i32 = 0;
  for (let group: i32 = 0; group < groups; group++) {
    const first: i32 = group << 5;
    let left: i32 = wordBits[group];
    wordBits[group] = 0;
    do {
      filled[count] = first + trailingZeros(left);
      count += left !== 0 ? 1 : 0;
      left &= left - 1;
      filled[count] = first + trailingZeros(left);
      count += left !== 0 ? 1 : 0;
      left &= left - 1;
    } while (left !== 0);
  }
  const { list, byRank } = g;
  let next: i32 = to;
  for (let k: i32 = 0; k < count; k++) {
    const word: i32 = filled[k];
    const first: i32 = word << 5;
    let left: i32 = bits[2 * word];
    bits[2 * word] = 0;
    do {
      list[next] = byRank[first + trailingZeros(left)];
      next++;
      left &= left - 1;
    } while (left !== 0);
  }
}
