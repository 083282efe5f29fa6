/** A tree's sorted lists at its root against the data's order without the other rows, for few rows and many. */
import { describe, expect, test } from 'vitest';
import { COLUMNS, DRAWS, GROWER } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { fillRootLists } from '../../src/kernels/root-lists.js';
import { WORDS_AT_A_TIME } from '../../src/kernels/sort-window.js';
import { streamFor } from '../../src/math/random.js';

const COLUMN_COUNT = 3;

describe.each([1, 2, 33, 1000, 20_001])('%i rows', (rowCount) => {
  const stream = streamFor(1, 'root lists', rowCount);
  const shuffled = (): number[] =>
    Array.from({ length: rowCount }, (_, i) => [stream.uniform(), i])
      .sort(([a], [b]) => a - b)
      .map(([, i]) => i);
  const orders = Array.from({ length: COLUMN_COUNT }, shuffled);

  test.each([0.01, 0.25, 1])('a share of %f in the tree, listed and ranked', (share) => {
    const count = Math.max(1, Math.round(share * rowCount));
    const words = (rowCount + 31) >> 5;
    const drawn = shuffled().slice(0, count);
    const draws = plainFrame(DRAWS, { grow: count, growHalf: count });
    draws.grow.set(drawn);
    draws.growHalf.set(drawn.map((row) => (row % 3 === 0 ? 1 : 0)));
    draws.growCount = count;
    for (const ranked of [0, 1]) {
      const columns = plainFrame(COLUMNS, {
        rank: COLUMN_COUNT * rowCount,
        numeric: COLUMN_COUNT,
      });
      orders.forEach((order, f) => {
        columns.numeric[f] = f;
        order.forEach((row, place) => {
          columns.rank[f * rowCount + row] = place;
        });
      });
      Object.assign(columns, { rowCount, columnCount: COLUMN_COUNT, numericCount: COLUMN_COUNT, ranked });
      const grower = plainFrame(GROWER, {
        rowOf: count,
        placed: rowCount + 4,
        list: 2 * COLUMN_COUNT * count + 2 * count + 4,
        rank: COLUMN_COUNT * count,
        region: COLUMN_COUNT,
        randomHalf: count,
        bits: 2 * (words + WORDS_AT_A_TIME),
        wordBits: (words + 31) >> 5,
        filled: words + 1,
      });
      grower.regionSize = count;
      grower.halfSize = COLUMN_COUNT * count;
      grower.spareAt = 2 * grower.halfSize;
      for (let f = 0; f < COLUMN_COUNT; f++) grower.region[f] = f * count;
      fillRootLists(grower, columns, draws);

      const isDrawn = new Set(drawn);
      const inTree = orders.map((order) => order.filter((row) => isDrawn.has(row)));
      const { list, rowOf, rank, randomHalf, placed, bits } = grower;
      // Numbered by the first column.
      expect([...rowOf.subarray(0, count)]).toEqual(inTree[0]);
      expect([...randomHalf]).toEqual(inTree[0].map((row) => (row % 3 === 0 ? 1 : 0)));
      expect([...list.subarray(0, count)]).toEqual(inTree[0].map((_, j) => j));
      for (let f = 0; f < COLUMN_COUNT; f++)
        if (ranked === 0)
          expect([...list.subarray(f * count, (f + 1) * count)].map((j) => rowOf[j])).toEqual(inTree[f]);
        else
          expect([...rank.subarray(f * count, (f + 1) * count)]).toEqual(
            inTree[0].map((row) => columns.rank[f * rowCount + row]),
          );
      // Nothing is left behind for the next tree.
      expect(placed.every((place) => place === 0)).toBe(true);
      expect(bits.some((word, k) => (ranked === 0 || k % 2 === 0) && word !== 0)).toBe(false);
    }
  });
});
