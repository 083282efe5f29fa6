/**
 * Splits a list of rows in two by one node, the step that fills leaves, predicts and finds out-of-bag leaves.
 *
 * Branch-free: every row is written to both ends of the target buffer and one of two cursors moves, so the left rows
 * keep their order and the right ones are reversed. Cost: one code looked up and two stores a row.
 */
import type { ColumnCoding } from './ranked-columns.js';

/** What a node asks of a row; the arrays of `PackedTrees` or of a writer. */
export interface SplitNodes {
  readonly feature: Int32Array;
  readonly threshold: Int32Array;
  readonly missingRight: Uint8Array;
  readonly levelSets: Uint32Array;
}

/** Moves from[start … end) to the same places of `to`, rows that go left first; returns where the right ones start. */
export type RowSplitter = (
  nodes: SplitNodes,
  node: number,
  from: Int32Array,
  to: Int32Array,
  start: number,
  end: number,
) => number;

/** @param code codes column by column, `stride` rows a column; the lists hold rows of it */
export function makeRowSplitter(code: Int32Array, stride: number, { levelCount }: ColumnCoding): RowSplitter {
  /** `flip` is the sign bit where missing values (−1) go right: it makes −1 the largest code. */
  function splitNumber(
    from: Int32Array,
    to: Int32Array,
    start: number,
    end: number,
    base: number,
    cut: number,
    flip: number,
  ): number {
    const flippedCut = cut ^ flip;
    let left = start;
    let right = end - 1;
    for (let k = start; k < end; k++) {
      const row = from[k];
      const goesRight = (code[base + row] ^ flip) > flippedCut ? 1 : 0;
      to[left] = row;
      to[right] = row;
      left += 1 - goesRight;
      right -= goesRight;
    }
    return left;
  }

  function splitCategory(
    from: Int32Array,
    to: Int32Array,
    start: number,
    end: number,
    base: number,
    levelSets: Uint32Array,
    words: number,
    missingRight: number,
  ): number {
    let left = start;
    let right = end - 1;
    for (let k = start; k < end; k++) {
      const row = from[k];
      const level = code[base + row];
      const goesRight = level < 0 ? missingRight : 1 - ((levelSets[words + (level >>> 5)] >>> (level & 31)) & 1);
      to[left] = row;
      to[right] = row;
      left += 1 - goesRight;
      right -= goesRight;
    }
    return left;
  }

  return ({ feature, threshold, missingRight, levelSets }, node, from, to, start, end) => {
    const f = feature[node];
    return levelCount[f] > 0
      ? splitCategory(from, to, start, end, f * stride, levelSets, threshold[node], missingRight[node])
      : splitNumber(from, to, start, end, f * stride, threshold[node], missingRight[node] << 31);
  };
}
