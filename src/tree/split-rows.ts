/**
 * Splits a list of rows in two by one node: the step that fills leaves, predicts and finds out-of-bag leaves.
 *
 * Rows lie in one half of a buffer and are written to the same places of the other half, those that go left first.
 * Branch-free: every row is written to both ends and one of two cursors moves, so the left rows keep their order and the
 * right ones are reversed. Cost: one code looked up and two stores a row. A kernel (`instantiate.ts`).
 */
export interface RowSplitter {
  /**
   * A number goes left iff its code ≤ cut.
   * @param base first code of the column
   * @param flip the sign bit where missing values (−1) go right: it makes −1 the largest code; else 0
   * @returns how many of buffer[from … end) went left; they stand from `to` on, the others behind them
   */
  byNumber(from: number, end: number, to: number, base: number, cut: number, flip: number): number;
  /** A category goes left iff its bit is set in the words from `word` on; a missing value right iff `missingRight` is 1. */
  byCategory(
    from: number,
    end: number,
    to: number,
    base: number,
    levelSets: Uint32Array,
    word: number,
    missingRight: number,
  ): number;
}

export function makeRowSplitter(code: Int32Array, buffer: Int32Array): RowSplitter {
  return {
    byNumber(from, end, to, base, cut, flip) {
      const flippedCut = cut ^ flip;
      let left = to;
      let right = to + end - from - 1;
      for (let k = from; k < end; k++) {
        const row = buffer[k];
        const goesRight = (code[base + row] ^ flip) > flippedCut ? 1 : 0;
        buffer[left] = row;
        buffer[right] = row;
        left += 1 - goesRight;
        right -= goesRight;
      }
      return left - to;
    },
    byCategory(from, end, to, base, levelSets, word, missingRight) {
      let left = to;
      let right = to + end - from - 1;
      for (let k = from; k < end; k++) {
        const row = buffer[k];
        const level = code[base + row];
        const goesRight = level < 0 ? missingRight : 1 - ((levelSets[word + (level >>> 5)] >>> (level & 31)) & 1);
        buffer[left] = row;
        buffer[right] = row;
        left += 1 - goesRight;
        right -= goesRight;
      }
      return left - to;
    },
  };
}
