/**
 * Hands a node's windows down to its children. A node lies in one half of `list`, its children in the other, so each row
 * is read once and written once: the left rows to the front of the same window, the right ones behind them, both in
 * their order. Branch-free: `side` moves one of two cursors. Cost: one gather and one store for each row and column.
 * Region 0, whose rows also tell what the children are like, goes first and alone.
 */
import type { Columns, Grower } from './frames.js';

/** Splits list[from … end) by side to list[to …), right rows from `middle` on. */
function splitWindow(g: Grower, from: i32, end: i32, to: i32, middle: i32): void {
  const { list, side } = g;
  let left: i32 = to;
  let right: i32 = middle;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const goesRight: i32 = side[j];
    list[(left + ((right - left) & -goesRight)) | 0] = j;
    left = (left + 1 - goesRight) | 0;
    right = (right + goesRight) | 0;
  }
}

/** Copies the rows of one side to list[to …). Rows of the other side go to the list's last place, no window's. */
function keepWindow(g: Grower, from: i32, end: i32, to: i32, kept: i32): void {
  const { list, side } = g;
  const nowhere: i32 = 2 * g.halfSize;
  let next: i32 = to;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const keep: i32 = (1 - (side[j] ^ kept)) | 0;
    list[(nowhere + ((next - nowhere) & -keep)) | 0] = j;
    next = (next + keep) | 0;
  }
}

/** Region 0, both children, from the half at `from` to the half at `to`. */
export function partitionRows(g: Grower, from: i32, to: i32, start: i32, end: i32, middle: i32): void {
  splitWindow(g, from + start, from + end, to + start, to + middle);
}

/** The other regions, both children. */
export function partitionBoth(g: Grower, c: Columns, from: i32, to: i32, start: i32, end: i32, middle: i32): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    splitWindow(g, from + at + start, from + at + end, to + at + start, to + at + middle);
  }
}

/** The other regions, only the rows of one side, which start at `childStart`. */
export function partitionOne(
  g: Grower,
  c: Columns,
  from: i32,
  to: i32,
  start: i32,
  end: i32,
  side: i32,
  childStart: i32,
): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    keepWindow(g, from + at + start, from + at + end, to + at + childStart, side);
  }
}
