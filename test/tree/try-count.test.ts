/** Number of covariates tried at a node: Poisson(mtry) clamped to 1 … p. */
import { describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { drawTryCount, tryCountTable } from '../../src/tree/try-count.js';
import { chiSquare, chiSquareLimit } from '../support/frequencies.js';
import { TryAllStream } from '../support/walk.js';

/** P(count = k) from the definition, in logs: e^(−m) m^k / k!. */
function poisson(m: number, k: number): number {
  let log = -m;
  for (let j = 1; j <= k; j++) log += Math.log(m / j);
  return Math.exp(log);
}

/** Clamped to 1 … p: entry k − 1 is the probability of k. */
function clamped(m: number, p: number): number[] {
  const share = Array.from({ length: p }, (_, k) => poisson(m, k + 1));
  share[0] += poisson(m, 0);
  share[p - 1] = 1 - share.slice(0, p - 1).reduce((sum, value) => sum + value, 0);
  return share;
}

const CASES = [
  [0.3, 1],
  [0.5, 4],
  [1, 5],
  [5, 5],
  [7.5, 10],
  [22, 22],
  [25, 60],
  [200, 300],
] as const;

describe.each(CASES)('Poisson(%d) clamped to 1 … %i', (mtry, p) => {
  // 1e-13: rounding of a few hundred products; the last entry is what the others leave.
  test('table', () => {
    const table = tryCountTable(mtry, p);
    const expected = clamped(mtry, p);
    expect(table.length).toBe(p + 1);
    for (let k = 1; k <= p; k++) expect(Math.abs(table[k] - table[k - 1] - expected[k - 1])).toBeLessThan(1e-13);
  });

  // False alarm at most 1e-6 for each case; counts expected fewer than five times are put together.
  test('draws', () => {
    const table = tryCountTable(mtry, p);
    const stream = streamFor(1, 'tries', mtry, p);
    const draws = 50_000;
    const observed = new Float64Array(p);
    for (let i = 0; i < draws; i++) observed[drawTryCount(table, stream) - 1]++;
    const expected = clamped(mtry, p).map((share) => share * draws);
    const common = expected.map((_, k) => k).filter((k) => expected[k] >= 5);
    const rest = (counts: ArrayLike<number>) =>
      Array.from(counts).reduce((sum, count, k) => sum + (expected[k] >= 5 ? 0 : count), 0);
    const o = [...common.map((k) => observed[k]), rest(observed)];
    const e = [...common.map((k) => expected[k]), rest(expected) + 5];
    o[o.length - 1] += 5;
    if (e.length > 2) expect(chiSquare(o, e)).toBeLessThan(chiSquareLimit(e.length - 1));
    else expect(o[0]).toBe(draws);
  });
});

test('the largest uniform number tries every column, the smallest one', () => {
  expect(drawTryCount(tryCountTable(3, 10), new TryAllStream(1, 2, 3))).toBe(10);
  expect(drawTryCount(tryCountTable(3, 10), { uniform: () => 0 } as TryAllStream)).toBe(1);
});
