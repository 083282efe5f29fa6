/**
 * A tree's root: its rows sorted by each numeric column. They are put at their ranks among all rows of the data, and
 * collected from there in order, branch-free. Cost for each column: two gathers and a store a row of the tree, a load and
 * two stores for each four rows of the data.
 * Where columns are ranked, the tree takes its rows' ranks, and is sorted by the first.
 */
import type { Columns, Draws, Grower } from './frames.js';
import { collect } from './lanes.js';
import { sortWindow } from './sort-window.js';

/** Numbers the tree's rows (local row j is d.grow[j]) and writes them, sorted by each numeric column, to the first half. */
export function fillRootLists(g: Grower, c: Columns, d: Draws): void {
  const { rowOf, list } = g;
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
  if (c.numericCount === 0) for (let j: i32 = 0; j < growCount; j++) list[j] = j;
  for (let k: i32 = 0; k < c.numericCount; k++) {
    placeRows(g, c.rank, k * c.rowCount, growCount);
    collect(g.placed, c.rowCount, list, k * g.regionSize);
  }
}

function placeRows(g: Grower, ranks: I32, from: i32, count: i32): void {
  const { placed, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) placed[ranks[from + rowOf[j]]] = j + 1;
}

/** The tree's own ranks of a column: they lie closer together than the data's. */
function takeRanks(g: Grower, ranks: I32, from: i32, to: i32, count: i32): void {
  const { rank, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) rank[to + j] = ranks[from + rowOf[j]];
}
