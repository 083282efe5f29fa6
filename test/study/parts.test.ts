/** Parts of a study by themselves: lanes, histograms, and what hardly varies. */
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/data/trial.js';
import { binsFor, histogram } from '../../src/study/histogram.js';
import { hardlyVaries, tooLittle } from '../../src/study/holes.js';
import { runInLanes } from '../../src/study/lanes.js';

describe('lanes', () => {
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  test.each([1, 2, 5])('%i: results in order, never more at a time', async (lanes) => {
    let running = 0;
    let most = 0;
    const jobs = [8, 1, 4, 1].map((wait, k) => async () => {
      most = Math.max(most, ++running);
      await pause(wait);
      running--;
      return k;
    });
    expect(await runInLanes(jobs, lanes)).toEqual([0, 1, 2, 3]);
    expect(most).toBe(Math.min(lanes, 4));
    expect(await runInLanes([], lanes)).toEqual([]);
  });

  test('after a failure nothing starts, and what runs is waited for', async () => {
    const seen: string[] = [];
    const jobs = [
      async () => {
        await pause(2);
        throw new Error('first');
      },
      async () => {
        await pause(10);
        seen.push('second ends');
      },
      async () => {
        seen.push('third starts');
      },
    ];
    await expect(runInLanes(jobs, 2)).rejects.toThrow('first');
    expect(seen).toEqual(['second ends']);
  });
});

test('histograms count every value once, the last bin with its end', () => {
  expect(histogram([0, 0.24, 0.25, 0.9, 1], 0, 1, 4)).toEqual({ edges: [0, 0.25, 0.5, 0.75, 1], counts: [2, 1, 0, 2] });
  expect([1, 100, 100_000].map((count) => binsFor(count, 60))).toEqual([5, 10, 60]);
});

describe('holes', () => {
  const column = (values: number[]): Outcome => ({
    kind: 'column',
    name: 'y',
    values: Float64Array.from(values),
    rows: null,
  });
  const rows = Int32Array.from({ length: 40 }, (_, row) => row);
  const withOthers = (count: number) =>
    column(Array.from(rows, (row) => (row % 3 === 0 && row < 3 * count ? row + 1 : 0)));

  test('ten rows that differ are enough, nine are not, wherever they stand', () => {
    expect(hardlyVaries('y', withOthers(9), rows, 'all')?.code).toBe('RARE_OUTCOME');
    expect(hardlyVaries('y', withOthers(9), rows, 'all')?.message).toMatch(
      /is 0 in 31 of 40 rows of all: 9 that differ/,
    );
    expect(hardlyVaries('y', withOthers(10), rows, 'all')).toBeNull();
    expect(hardlyVaries('y', column(Array.from(rows, (row) => row)), rows, 'all')).toBeNull();
    expect(hardlyVaries('y', column(Array.from(rows, () => 5)), rows, 'all')?.code).toBe('CONSTANT_OUTCOME');
  });

  test('counts of rows and arms', () => {
    const of = (count: number, treated: number) => tooLittle({ where: 'x', rows: count, treated }, 'd')?.code ?? null;
    expect([of(0, 0), of(29, 10), of(30, 10), of(30, 0), of(30, 30)]).toEqual([
      'NO_ROWS',
      'TOO_FEW_ROWS',
      null,
      'ARM_MISSING',
      'ARM_MISSING',
    ]);
  });
});
