/**
 * Hands a node's windows down to its children. A node lies in one half of `list`, its children in the other, so each row
 * is read once and written once: the left rows to the front of the same window, the right ones behind them, both in
 * their order. Branch-free: `side` moves one of two cursors (`lanes.ts`). Cost: one gather for each row and column, and two
 * stores for each four rows.
 * Region 0, whose rows also tell what the children are like, goes first and alone.
 */
import type { Columns, Grower } from './frames.js';
import { keepLeft, keepRight, splitWindow } from './lanes.js';

/** Region 0, both children, from the half at `from` to the half at `to`. */
export function partitionRows(g: Grower, from: i32, to: i32, start: i32, end: i32, middle: i32): void {
  splitWindow(g.list, g.side, from + start, from + end, to + start, to + middle);
}

/** The other regions, both children. */
export function partitionBoth(g: Grower, c: Columns, from: i32, to: i32, start: i32, end: i32, middle: i32): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    splitWindow(g.list, g.side, from + at + start, from + at + end, to + at + start, to + at + middle);
  }
}

/** The other regions, only the left rows. */
export function partitionLeft(g: Grower, c: Columns, from: i32, to: i32, start: i32, end: i32): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    keepLeft(g.list, g.side, from + at + start, from + at + end, to + at + start);
  }
}

/** The other regions, only the right rows. */
export function partitionRight(g: Grower, c: Columns, from: i32, to: i32, start: i32, end: i32, middle: i32): void {
  for (let k: i32 = 1; k < c.numericCount; k++) {
    const at: i32 = k * g.regionSize;
    keepRight(g.list, g.side, from + at + start, to + at + middle, to + at + end);
  }
}
