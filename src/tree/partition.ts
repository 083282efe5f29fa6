/**
 * Hands a node's windows down to its children. A node lies in one half of `list`, its children in the other, so each row
 * is read once and written once: the left rows to the front of the same window, the right ones behind them, both in
 * their order. Branch-free: `side` moves one of two cursors. Cost: one gather and one store for each row and column.
 * Region 0, whose rows also tell what the children are like, goes first and alone. A kernel (`instantiate.ts`).
 */
import type { Workspace } from './workspace.js';

/**
 * Windows are [start, end) of every region in use, `regions` of them; `from` and `to` are the first places of the halves.
 */
export interface Partition {
  /** Region 0, both children. */
  rows(from: number, to: number, start: number, end: number, leftCount: number): void;
  /** The other regions, both children. */
  both(regions: number, from: number, to: number, start: number, end: number, leftCount: number): void;
  /** The other regions, only the rows of one side, which start at `childStart`. */
  one(regions: number, from: number, to: number, start: number, end: number, side: number, childStart: number): void;
}

export function makePartition({ list, side, capacity }: Workspace): Partition {
  const step = capacity.growRows;
  const nowhere = list.length - 1;

  function splitWindow(from: number, end: number, to: number, leftCount: number): void {
    let left = to;
    let right = to + leftCount;
    for (let k = from; k < end; k = (k + 1) | 0) {
      const j = list[k];
      const goesRight = side[j];
      list[(left + ((right - left) & -goesRight)) | 0] = j;
      left = (left + 1 - goesRight) | 0;
      right = (right + goesRight) | 0;
    }
  }

  /** Rows of the other side go to the list's last place, which belongs to no window. */
  function keepWindow(from: number, end: number, to: number, kept: number): void {
    let next = to;
    for (let k = from; k < end; k = (k + 1) | 0) {
      const j = list[k];
      const keep = (1 - (side[j] ^ kept)) | 0;
      list[(nowhere + ((next - nowhere) & -keep)) | 0] = j;
      next = (next + keep) | 0;
    }
  }

  return {
    rows(from, to, start, end, leftCount) {
      splitWindow(from + start, from + end, to + start, leftCount);
    },
    both(regions, from, to, start, end, leftCount) {
      for (let at = step; at < regions * step; at += step)
        splitWindow(from + at + start, from + at + end, to + at + start, leftCount);
    },
    one(regions, from, to, start, end, kept, childStart) {
      for (let at = step; at < regions * step; at += step)
        keepWindow(from + at + start, from + at + end, to + at + childStart, kept);
    },
  };
}
