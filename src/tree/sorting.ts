/**
 * How a node gets its rows sorted by the columns it tries; the trees are the same. Lists of every column are partitioned
 * with each split, tried or not (`kernels/partition.ts`); by rank, a column is sorted when it is tried
 * (`kernels/sort-window.ts`). Lists cost in proportion to all columns over the tried ones; sorting costs what it costs, and
 * more where nodes have few of very many rows.
 */
import type { ColumnCoding } from './ranked-columns.js';

export type Sorting = 'lists' | 'ranks';

/** Columns over tried ones from which on sorting by rank is faster where rows are few, and rows that add one to it. */
const LEAST_SHARE = 3.7;
const ROWS_A_SHARE = 2600;

/** The faster way, as measured (bench/README.md, "Wide data"); it depends on the problem alone. */
export function sortingFor({ levelCount }: Pick<ColumnCoding, 'levelCount'>, rowCount: number, mtry: number): Sorting {
  const least = LEAST_SHARE + rowCount / ROWS_A_SHARE;
  // Only numbers have lists; of the columns that a node tries they are as many as of all.
  return levelCount.includes(0) && levelCount.length >= least * mtry ? 'ranks' : 'lists';
}
