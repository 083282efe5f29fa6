/**
 * A tree's root: each numeric column's order over all rows, less the rows that are not in the tree.
 * Branch-free: every row is written, and the cursor moves where the row belongs. Cost: two loads and a store for each row
 * of the data and numeric column. Where columns are ranked, the tree takes its rows' ranks, and is sorted by the first.
 */
import type { Columns, Draws, Grower } from './frames.js';
import { sortWindow } from './sort-window.js';

/** Numbers the tree's rows (local row j is d.grow[j]) and writes them, sorted by each numeric column, to the first half. */
export function fillRootLists(g: Grower, c: Columns, d: Draws): void {
  const { rowOf, localOf, list } = g;
  const { grow, growHalf, growCount } = d;
  for (let j: i32 = 0; j < growCount; j++) {
    rowOf[j] = grow[j];
    g.randomHalf[j] = growHalf[j];
  }
  if (c.ranked !== 0) {
    for (let k: i32 = 0; k < c.numericCount; k++) takeRanks(g, c.rank, k * c.rowCount, k * g.regionSize, growCount);
    for (let j: i32 = 0; j < growCount; j++) list[g.spareAt + j] = j;
    sortWindow(g, c, c.numeric[0], g.spareAt, g.spareAt + growCount, 0);
    return;
  }
  for (let j: i32 = 0; j < growCount; j++) localOf[grow[j]] = j;
  if (c.numericCount === 0) for (let j: i32 = 0; j < growCount; j++) list[j] = j;
  for (let k: i32 = 0; k < c.numericCount; k++) filter(g, c.order, k * c.rowCount, c.rowCount, k * g.regionSize);
  for (let j: i32 = 0; j < growCount; j++) localOf[rowOf[j]] = -1;
}

function filter(g: Grower, order: I32, from: i32, count: i32, at: i32): void {
  const { localOf, list } = g;
  const end: i32 = from + count;
  let next: i32 = at;
  for (let k: i32 = from; k < end; k++) {
    const local: i32 = localOf[order[k]];
    list[next] = local;
    next = (next + (1 + (local >> 31))) | 0;
  }
}

/** The tree's own ranks of a column: they lie closer together than the data's. */
function takeRanks(g: Grower, ranks: I32, from: i32, to: i32, count: i32): void {
  const { rank, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) rank[to + j] = ranks[from + rowOf[j]];
}
