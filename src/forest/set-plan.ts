/** How a block's columns are divided into buckets of codes, each with a set of rows (`kernels/row-sets.ts`). */
import type { ColumnCoding } from '../tree/ranked-columns.js';

/** Sets on their way down a tree: deeper nodes' rows go on as lists. */
export const SETS_ON_THE_WAY = 64;
/** Binary digits that leaves' numbers have at most (`writeNumbers` of `kernels/words.ts`). */
export const MOST_DIGITS = 16;

/** More buckets mean fewer rows to be moved one by one, fewer mean sets that stay in a core's own cache (1 MB). */
const MOST_BUCKETS = 256;
const FEWEST_BUCKETS = 32;
const CACHE = 1 << 20;

export interface SetPlan {
  /** Column f has buckets and sets first[f] … first[f + 1), of 1 << shift[f] codes each. */
  readonly first: Int32Array;
  readonly shift: Int32Array;
}

/** @param rowCount rows of a block */
export function planSets({ cuts, levelCount }: ColumnCoding, rowCount: number): SetPlan {
  const most = mostBuckets(levelCount.length, rowCount);
  const first = new Int32Array(levelCount.length + 1);
  const shift = new Int32Array(levelCount.length);
  cuts.forEach((own, f) => {
    if (own) while (own.length >> shift[f] >= most) shift[f]++;
    // Missing values, codes 0 … cuts, and where the last bucket ends.
    first[f + 1] = first[f] + (own ? (own.length >> shift[f]) + ENDS : 0);
  });
  return { first, shift };
}

const ENDS = 3;

/** Sets of so many numeric columns, at most. */
export const mostSets = (columnCount: number, rowCount: number): number =>
  columnCount * (mostBuckets(columnCount, rowCount) + ENDS);

const mostBuckets = (columnCount: number, rowCount: number): number =>
  Math.max(FEWEST_BUCKETS, Math.min(MOST_BUCKETS, CACHE / (4 * setWords(rowCount) * columnCount)));

/** Words of a set of so many rows. */
export const setWords = (rowCount: number): number => 4 * Math.ceil(rowCount / 128);
