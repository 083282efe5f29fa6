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
  /** The next right row's place plus the next left one's: of two cursors, only one need be kept. */
  let both: i32 = to + middle;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const goesRight: i32 = side[j];
    list[goesRight !== 0 ? both - left : left] = j;
    both = (both + 1) | 0;
    left = (left + (1 - goesRight)) | 0;
  }
}

/** Copies the left rows of list[from … end) to list[to …); what follows them there is the right child's, which is a leaf. */
function keepLeft(g: Grower, from: i32, end: i32, to: i32): void {
  const { list, side } = g;
  let next: i32 = to;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    list[next] = j;
    next = (next + (1 - side[j])) | 0;
  }
}

/** Copies the right rows so that they end before list[to]; what precedes them there is the left child's, a leaf. */
function keepRight(g: Grower, from: i32, end: i32, to: i32): void {
  const { list, side } = g;
  let next: i32 = to - 1;
  for (let k: i32 = end - 1; k >= from; k--) {
    const j: i32 = list[k];
    list[next] = j;
    next = (next - side[j]) | 0;
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

/** The other regions, only the rows of one side. */
export function partitionOne(g: Grower, c: Columns, from: i32, to: i32, start: i32, end: i32, side: i32): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    if (side === 0) keepLeft(g, from + at + start, from + at + end, to + at + start);
    else keepRight(g, from + at + start, from + at + end, to + at + end);
  }
}
