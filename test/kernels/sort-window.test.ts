/** Rows sorted by rank against a sort by comparison, for sets of every density, and that nothing is left behind. */
import { describe, expect, test } from 'vitest';
import { COLUMNS, GROWER } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { sortWindow, WORDS_AT_A_TIME } from '../../src/kernels/sort-window.js';
import { streamFor } from '../../src/math/random.js';

describe.each([1, 2, 31, 32, 33, 64, 1023, 1025, 5000])('%i ranks', (rankCount) => {
  const stream = streamFor(1, 'sort window', rankCount);
  /** A random order of 0 … count − 1. */
  const shuffled = (count: number): number[] =>
    Array.from({ length: count }, (_, i) => [stream.uniform(), i])
      .sort(([a], [b]) => a - b)
      .map(([, i]) => i);
  const words = (rankCount + 31) >> 5;
  const columns = plainFrame(COLUMNS, {});
  columns.rowCount = rankCount;
  const grower = plainFrame(GROWER, {
    list: 2 * rankCount + 2,
    rank: 2 * rankCount,
    region: 2,
    bits: 2 * (words + WORDS_AT_A_TIME),
    wordBits: (words + 31) >> 5,
    filled: words + 1,
  });
  grower.region[1] = rankCount;
  const { list, rank, bits, wordBits } = grower;

  test.each([0.001, 0.005, 0.01, 0.03, 0.1, 0.5, 1])('%f of them', (share) => {
    const count = Math.max(1, Math.round(share * rankCount));
    for (const f of [0, 1]) {
      const ranks = shuffled(rankCount);
      rank.set(ranks, grower.region[f]);
      const rows = shuffled(rankCount).slice(0, count);
      list.fill(-7);
      list.set(rows, 1);
      sortWindow(grower, columns, f, 1, 1 + count, rankCount + 1);
      const window = [...list.subarray(rankCount + 1, rankCount + 1 + count)];
      expect(window).toEqual([...rows].sort((a, b) => ranks[a] - ranks[b]));
      // Neither the rows nor the place behind the window are touched.
      expect([...list.subarray(1, 1 + count)]).toEqual(rows);
      expect([list[0], list[rankCount + 1 + count]]).toEqual([-7, -7]);
      expect(bits.some((word, k) => k % 2 === 0 && word !== 0)).toBe(false);
      expect(wordBits.some((word) => word !== 0)).toBe(false);
    }
  });
});
