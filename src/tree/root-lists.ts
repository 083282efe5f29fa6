/**
 * A tree's root: each numeric column's order over all rows, less the rows that are not in the tree.
 * Branch-free: every row is written, and the cursor moves where the row belongs. Cost: two loads and a store for each row
 * of the data and column. A kernel (`instantiate.ts`).
 */
import type { Workspace } from './workspace.js';

export interface RootLists {
  /** Numbers the tree's rows: local row j is rows[j]. */
  number(rows: Int32Array): void;
  /** Writes the tree's local rows in the order of column f to list[at …], reading `rowCount` rows. */
  filter(f: number, rowCount: number, at: number): void;
  /** Forgets the numbers of `count` rows. */
  forget(count: number): void;
}

export function makeRootLists({ list, order, rowOf, localOf, capacity }: Workspace): RootLists {
  const stride = capacity.rows;
  return {
    number(rows) {
      for (let j = 0; j < rows.length; j++) {
        rowOf[j] = rows[j];
        localOf[rows[j]] = j;
      }
    },
    filter(f, rowCount, at) {
      const base = f * stride;
      let next = at;
      for (let k = base; k < base + rowCount; k++) {
        const local = localOf[order[k]];
        list[next] = local;
        next += 1 + (local >> 31);
      }
    },
    forget(count) {
      for (let j = 0; j < count; j++) localOf[rowOf[j]] = -1;
    },
  };
}
