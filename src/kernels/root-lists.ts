/**
 * A tree's root: its rows sorted by each numeric column. They are put at their ranks among all rows of the data, and
 * collected from there in order, branch-free. Cost for each column: two gathers and a store a row of the tree, a load and
 * two stores for each four rows of the data.
 * Rows are numbered in the order of the first numeric column, so that a node's rows, which it lists in that order, ascend, and
 * going over them reads memory forwards.
 * Where columns are ranked, the tree takes its rows' ranks.
 */
import type { Columns, Draws, Grower } from './frames.js';
import { collect } from './lanes.js';
import { sortWindow } from './sort-window.js';

/** Numbers the tree's rows and writes them, sorted by each numeric column, to the first half. */
export function fillRootLists(g: Grower, c: Columns, d: Draws): void {
  const { growCount } = d;
  if (c.ranked !== 0) {
    listByRanks(g, c, d);
    numberRows(g, d);
    for (let k: i32 = 0; k < c.numericCount; k++) takeRanks(g, c.rank, k * c.rowCount, k * g.regionSize, growCount);
    return;
  }
  listFirst(g, c, d);
  numberRows(g, d);
  for (let k: i32 = 1; k < c.numericCount; k++) {
    placeRows(g, c.rank, k * c.rowCount, g.rowOf, growCount);
    collect(g.placed, c.rowCount, g.list, k * g.regionSize);
  }
}

/** Draws' places by the first numeric column, if there is one, to the first region. */
function listFirst(g: Grower, c: Columns, d: Draws): void {
  const { list } = g;
  if (c.numericCount > 0) {
    placeRows(g, c.rank, 0, d.grow, d.growCount);
    collect(g.placed, c.rowCount, list, 0);
  } else for (let j: i32 = 0; j < d.growCount; j++) list[j] = j;
}

/** The same where columns are ranked. */
function listByRanks(g: Grower, c: Columns, d: Draws): void {
  const { rowOf, list } = g;
  const { grow, growCount } = d;
  for (let j: i32 = 0; j < growCount; j++) {
    rowOf[j] = grow[j];
    list[g.spareAt + j] = j;
  }
  takeRanks(g, c.rank, 0, 0, growCount);
  sortWindow(g, c, c.numeric[0], g.spareAt, g.spareAt + growCount, 0);
}

/** Numbers the rows as they are listed. */
function numberRows(g: Grower, d: Draws): void {
  const { rowOf, list, randomHalf } = g;
  const { grow, growHalf, growCount } = d;
  for (let j: i32 = 0; j < growCount; j++) {
    const drawn: i32 = list[j];
    rowOf[j] = grow[drawn];
    randomHalf[j] = growHalf[drawn];
    list[j] = j;
  }
}

function placeRows(g: Grower, ranks: I32, from: i32, rows: I32, count: i32): void {
  const { placed } = g;
  for (let j: i32 = 0; j < count; j++) placed[ranks[from + rows[j]]] = j + 1;
}

/** The tree's own ranks of a column: they lie closer together than the data's. */
function takeRanks(g: Grower, ranks: I32, from: i32, to: i32, count: i32): void {
  const { rank, rowOf } = g;
  for (let j: i32 = 0; j < count; j++) rank[to + j] = ranks[from + rowOf[j]];
}
