/**
 * A tree's root: each numeric column's order over all rows, less the rows that are not in the tree.
 * Branch-free: every row is written, and the cursor moves where the row belongs. Cost: two loads and a store for each row
 * of the data and column. A kernel (`instantiate.ts`).
 */
import type { Workspace } from './workspace.js';

/**
 * Numbers the tree's rows (local row j is rows[j]) and writes them, sorted by each of `numeric`, to the regions of the
 * first half, reading `rowCount` rows; where no column is numeric, to region 0 as they are.
 */
export type RootLists = (rows: Int32Array, rowCount: number, numeric: Int32Array) => void;

export function makeRootLists({ list, order, rowOf, localOf, capacity }: Workspace): RootLists {
  const stride = capacity.rows;
  const step = capacity.growRows;

  function filter(from: number, end: number, at: number): void {
    let next = at;
    for (let k = from; k < end; k = (k + 1) | 0) {
      const local = localOf[order[k]];
      list[next] = local;
      next = (next + 1 + (local >> 31)) | 0;
    }
  }

  return (rows, rowCount, numeric) => {
    const count = rows.length;
    for (let j = 0; j < count; j++) {
      rowOf[j] = rows[j];
      localOf[rows[j]] = j;
    }
    if (numeric.length === 0) for (let j = 0; j < count; j++) list[j] = j;
    for (let k = 0; k < numeric.length; k++) {
      const from = numeric[k] * stride;
      filter(from, from + rowCount, k * step);
    }
    for (let j = 0; j < count; j++) localOf[rowOf[j]] = -1;
  };
}
