/**
 * Sets of a block's rows as bits (`words.ts`): for each numeric column the rows below so many cuts, and the rows that a draw
 * left out. Made once a block and once a draw; `send-sets.ts` sends rows down trees by them.
 *
 * Codes lie in buckets of 1 << shift codes: bucket 0 holds missing values (code −1), bucket j + 1 codes from j << shift on.
 * Set k of a column holds the rows of buckets 0 … k, that is codes below k << shift. Cost: O(rows + sets · words) a column.
 */
import type { Block, Columns, Draws, Sets } from './frames.js';
import { trailingZeros } from './portable.js';
import { empty, unite } from './words.js';

/** Before the first tree of a block. */
export function startSets(x: Sets, rowCount: i32): void {
  x.words = ((rowCount + 127) >> 7) << 2;
  x.isMade = 0;
}

/** Makes the sets of all numeric columns, for a block's codes. */
export function makeSets(x: Sets, c: Columns): void {
  x.isMade = 1;
  for (let f: i32 = 0; f < c.columnCount; f++)
    if (c.levelCount[f] === 0) {
      sortRows(x, c, f);
      uniteBuckets(x, f);
    }
}

/** The column's rows bucket by bucket; behind its last bucket stands where that ends. */
function sortRows(x: Sets, c: Columns, f: i32): void {
  const { bucket, row } = x;
  const { code, rowCount } = c;
  const shift: i32 = x.shift[f];
  const first: i32 = x.first[f];
  const end: i32 = x.first[f + 1];
  const column: i32 = f * c.columnStep;
  for (let k: i32 = first; k < end; k++) bucket[k] = 0;
  for (let r: i32 = 0; r < rowCount; r++) {
    const at: i32 = first + (code[column + r] >> shift) + 1;
    bucket[at] = bucket[at] + 1;
  }
  let start: i32 = f * rowCount;
  for (let k: i32 = first; k < end; k++) {
    const size: i32 = bucket[k];
    bucket[k] = start;
    start += size;
  }
  for (let r: i32 = 0; r < rowCount; r++) {
    const at: i32 = first + (code[column + r] >> shift) + 1;
    const place: i32 = bucket[at];
    row[place] = r;
    bucket[at] = place + 1;
  }
  for (let k: i32 = end - 1; k > first; k--) bucket[k] = bucket[k - 1];
  bucket[first] = f * rowCount;
}

function uniteBuckets(x: Sets, f: i32): void {
  const { below, bucket, row, words } = x;
  for (let k: i32 = x.first[f]; k < x.first[f + 1] - 1; k++) {
    const at: i32 = k * words;
    empty(below, at, words);
    if (k > x.first[f]) unite(below, at, below, at - words, words);
    for (let j: i32 = bucket[k]; j < bucket[k + 1]; j++) below[at + (row[j] >> 5)] |= 1 << (row[j] & 31);
  }
}

/** All rows of the block, as the set to be sent. */
export function takeAll(x: Sets, b: Block): void {
  const { rows } = x;
  empty(rows, 0, x.words);
  for (let r: i32 = 0; r < b.rowCount; r++) rows[r >> 5] |= 1 << (r & 31);
}

/** The block's rows that a draw left out, as the set to be sent. */
export function takeUndrawn(x: Sets, d: Draws, b: Block, draw: i32): void {
  if (d.clustered !== 0) takeUndrawnClusters(x, d, b, draw);
  else takeUndrawnRows(x, b, draw);
}

function takeUndrawnRows(x: Sets, b: Block, draw: i32): void {
  const { rows } = x;
  const { drawn, first, rowCount } = b;
  const base: i32 = draw * b.drawWords + (first >> 5);
  const last: i32 = (draw + 1) * b.drawWords - 1;
  const shift: i32 = first & 31;
  const count: i32 = (rowCount + 31) >> 5;
  for (let k: i32 = 0; k < count; k++) {
    const word: i32 = drawn[base + k] >>> shift;
    rows[k] = ~(shift === 0 || base + k === last ? word : word | (drawn[base + k + 1] << (32 - shift)));
  }
  if ((rowCount & 31) !== 0) rows[count - 1] &= (1 << (rowCount & 31)) - 1;
  for (let k: i32 = count; k < x.words; k++) rows[k] = 0;
}

function takeUndrawnClusters(x: Sets, d: Draws, b: Block, draw: i32): void {
  const { unitOf } = d;
  const { rows } = x;
  const { drawn, first, rowCount } = b;
  const base: i32 = draw * b.drawWords;
  empty(rows, 0, x.words);
  for (let r: i32 = 0; r < rowCount; r++) {
    const u: i32 = unitOf[first + r];
    rows[r >> 5] |= (1 - ((drawn[base + (u >> 5)] >> (u & 31)) & 1)) << (r & 31);
  }
}

/** Lists a set's rows, ascending, from out[begin] on; returns where they end. */
export function listRows(sets: I32, from: i32, words: i32, out: I32, begin: i32): i32 {
  let next: i32 = begin;
  for (let k: i32 = 0; k < words; k++)
    for (let word: i32 = sets[from + k]; word !== 0; word &= word - 1) {
      out[next] = (k << 5) + trailingZeros(word);
      next++;
    }
  return next;
}
