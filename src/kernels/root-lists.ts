/**
 * A tree's root: each numeric column's order over all rows, less the rows that are not in the tree.
 * Rows are numbered in the order of the first numeric column, so that a node's rows, which it lists in that order, ascend, and
 * going over them reads memory forwards.
 * Branch-free: every row is written, and the cursor moves where the row belongs. Cost: two loads and a store for each row
 * of the data and numeric column; of many rows, one of the loads is of a bit, and the tree's rows are looked up once more.
 * Where columns are ranked, the tree takes its rows' ranks.
 */
import type { Columns, Draws, Grower } from './frames.js';
import { sortWindow } from './sort-window.js';

/** The numbers of more rows than that do not fit the nearest caches, a bit for each row still does. */
export const MANY_ROWS: i32 = 1 << 14;

/** Numbers the tree's rows and writes them, sorted by each numeric column, to the first half. */
export function fillRootLists(g: Grower, c: Columns, d: Draws): void {
  const { growCount } = d;
  if (c.ranked !== 0) {
    numberBySorting(g, c, d);
    for (let k: i32 = 1; k < c.numericCount; k++) takeRanks(g, c.rank, k * c.rowCount, k * g.regionSize, growCount);
    return;
  }
  numberByOrder(g, c, d);
  if (c.rowCount > MANY_ROWS) {
    markRows(g, growCount);
    for (let k: i32 = 1; k < c.numericCount; k++) filterByBit(g, c, k * c.rowCount, k * g.regionSize, growCount);
    clearRows(g, growCount);
  } else for (let k: i32 = 1; k < c.numericCount; k++) filter(g, c, k * c.rowCount, k * g.regionSize);
  const { rowOf, localOf } = g;
  for (let j: i32 = 0; j < growCount; j++) localOf[rowOf[j]] = -1;
}

/** Numbers the rows by the first numeric column, if there is one, and lists them. */
function numberByOrder(g: Grower, c: Columns, d: Draws): void {
  const { rowOf, localOf, list, randomHalf } = g;
  const { grow, growHalf, growCount } = d;
  for (let j: i32 = 0; j < growCount; j++) localOf[grow[j]] = j;
  if (c.numericCount > 0) takeRows(g, c);
  else for (let j: i32 = 0; j < growCount; j++) rowOf[j] = grow[j];
  for (let j: i32 = 0; j < growCount; j++) {
    const row: i32 = rowOf[j];
    randomHalf[j] = growHalf[localOf[row]];
    localOf[row] = j;
    list[j] = j;
  }
}

/** The tree's rows by the first numeric column. */
function takeRows(g: Grower, c: Columns): void {
  const { localOf, rowOf } = g;
  const { order } = c;
  let next: i32 = 0;
  for (let k: i32 = 0; k < c.rowCount; k++) {
    const row: i32 = order[k];
    rowOf[next] = row;
    next = (next + (1 + (localOf[row] >> 31))) | 0;
  }
}

function filter(g: Grower, c: Columns, from: i32, at: i32): void {
  const { localOf, list } = g;
  const { order } = c;
  const end: i32 = from + c.rowCount;
  let next: i32 = at;
  for (let k: i32 = from; k < end; k++) {
    const local: i32 = localOf[order[k]];
    list[next] = local;
    next = (next + (1 + (local >> 31))) | 0;
  }
}

/** The same where rows of the tree have their bits set. */
function filterByBit(g: Grower, c: Columns, from: i32, at: i32, count: i32): void {
  const { bits, list, localOf } = g;
  const { order } = c;
  const end: i32 = from + c.rowCount;
  let next: i32 = at;
  for (let k: i32 = from; k < end; k++) {
    const row: i32 = order[k];
    list[next] = row;
    next = (next + ((bits[row >> 5] >>> (row & 31)) & 1)) | 0;
  }
  for (let k: i32 = at; k < at + count; k++) list[k] = localOf[list[k]];
}

function markRows(g: Grower, count: i32): void {
  const { bits, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) bits[rowOf[j] >> 5] |= 1 << (rowOf[j] & 31);
}

function clearRows(g: Grower, count: i32): void {
  const { bits, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) bits[rowOf[j] >> 5] = 0;
}

/** Where columns are ranked, rows as drawn are sorted by the first one's ranks; then the tree takes its rows' ranks. */
function numberBySorting(g: Grower, c: Columns, d: Draws): void {
  const { rowOf, list, randomHalf } = g;
  const { grow, growHalf, growCount } = d;
  for (let j: i32 = 0; j < growCount; j++) {
    rowOf[j] = grow[j];
    list[g.spareAt + j] = j;
  }
  takeRanks(g, c.rank, 0, 0, growCount);
  sortWindow(g, c, c.numeric[0], g.spareAt, g.spareAt + growCount, 0);
  for (let j: i32 = 0; j < growCount; j++) {
    const drawn: i32 = list[j];
    rowOf[j] = grow[drawn];
    randomHalf[j] = growHalf[drawn];
    list[j] = j;
  }
  takeRanks(g, c.rank, 0, 0, growCount);
}

/** The tree's own ranks of a column: they lie closer together than the data's. */
function takeRanks(g: Grower, ranks: I32, from: i32, to: i32, count: i32): void {
  const { rank, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) rank[to + j] = ranks[from + rowOf[j]];
}
