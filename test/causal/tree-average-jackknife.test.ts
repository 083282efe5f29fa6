/**
 * The infinitesimal jackknife (Wager, Hastie & Efron 2014; Wager & Athey 2018): against its formula written out, against
 * the one case where the truth is known exactly, and in a trial of noise, where the uncorrected figure is useless.
 */
import { describe, expect, test } from 'vitest';
import { jackknifeBlock, jackknifeVariances } from '../../src/causal/infinitesimal-jackknife.js';
import type { Forest } from '../../src/forest/forest.js';
import { type RandomStream, streamFor } from '../../src/math/random.js';
import { drawn, drawRows } from '../support/generated-problem.js';

/** A forest of which only the draws matter. */
function forestOf(drawnUnits: readonly Int32Array[], rowCount: number): Forest {
  const treeCount = drawnUnits.length;
  return {
    trees: {
      treeCount,
      root: Int32Array.from({ length: treeCount + 1 }, (_, tree) => tree),
      feature: new Int32Array(treeCount).fill(-1),
      threshold: new Int32Array(treeCount),
      child: new Int32Array(treeCount),
      missingRight: new Uint8Array(treeCount),
      levelSets: new Uint32Array(0),
      momentCount: 1,
      moments: new Float64Array(1),
    },
    coding: { cuts: [], levelCount: new Int32Array(0) },
    draws: { kind: 'listed', rowCount, treesPerBag: 1, drawn: drawnUnits, fill: drawnUnits },
  };
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
/** Sample variance, divided by n − 1. */
const varianceOf = (values: ArrayLike<number>) =>
  (mean(Array.from(values, (value) => (value - mean(values)) ** 2)) * values.length) / (values.length - 1);

/** The formula as it is printed; trees without an effect for the row are left out. */
function written(drawnUnits: readonly Int32Array[], effects: ArrayLike<number>, n: number, s: number): number {
  const used = drawnUnits.map((units, b) => ({ units: new Set(units), effect: effects[b] }));
  const trees = used.filter(({ effect }) => !Number.isNaN(effect));
  const average = mean(trees.map(({ effect }) => effect));
  const vHat = mean(trees.map(({ effect }) => (effect - average) ** 2));
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const share = mean(trees.map(({ units }) => (units.has(i) ? 1 : 0)));
    sum += mean(trees.map(({ units, effect }) => ((units.has(i) ? 1 : 0) - share) * (effect - average))) ** 2;
  }
  return ((n - 1) / n) * (n / (n - s)) ** 2 * (sum - ((s * (n - s)) / n) * (vHat / trees.length));
}

// 1e-10: sums over trees run in another order.
describe('against the formula, written out', () => {
  test.each([
    [12, 6, 40],
    [20, 5, 300],
    [30, 24, 200],
  ])('n = %i, s = %i, %i trees, some without an effect', (n, s, trees) => {
    const stream = streamFor(1, 'jackknife', n);
    const draws = Array.from({ length: trees }, () => drawRows(n, stream, s));
    const values = drawn(n, () => 3 * stream.normal());
    const rows = 4;
    const effects = drawn(rows * trees, (k) =>
      stream.uniform() < 0.1
        ? Number.NaN
        : mean(Array.from(draws[k % trees], (unit) => values[unit])) + 0.1 * stream.normal(),
    );
    const actual = jackknifeVariances(forestOf(draws, n), effects, { units: n, drawn: s });
    let positive = 0;
    for (let r = 0; r < rows; r++) {
      const expected = written(draws, effects.slice(r * trees, (r + 1) * trees), n, s);
      if (expected > 0) positive++;
      if (expected > 0) expect(Math.abs(actual[r] / expected - 1)).toBeLessThan(1e-10);
      else expect(actual[r]).toBeNaN();
    }
    expect(positive).toBeGreaterThan(0);
  });
});

/** Every subset of `size` out of n. */
function subsets(n: number, size: number): Int32Array[] {
  if (size === 0) return [Int32Array.of()];
  if (n < size) return [];
  return [...subsets(n - 1, size), ...subsets(n - 1, size - 1).map((set) => Int32Array.of(...set, n - 1))];
}

// With one tree for every subset there is no Monte-Carlo error, and for the mean of the subset the jackknife is s²/n, the
// textbook's variance of a mean, for any subset size: Cov(N_i, τ_b) = (n − s)(y_i − ȳ)/(n(n − 1)).
test.each([
  [8, 4],
  [9, 3],
  [10, 7],
])('all subsets of %i by %i: the variance of a mean', (n, s) => {
  const stream = streamFor(1, 'subsets');
  const y = drawn(n, () => stream.normal());
  const draws = subsets(n, s);
  const effects = Float64Array.from(draws, (units) => mean(Array.from(units, (unit) => y[unit])));
  const corrected = jackknifeVariances(forestOf(draws, n), effects, { units: n, drawn: s })[0];
  // The correction assumes random draws; put it back.
  const correction = ((n - 1) / n) * (n / (n - s)) ** 2 * ((s * (n - s)) / n);
  const average = mean(effects);
  const vHat = mean(effects.map((effect) => (effect - average) ** 2));
  expect(Math.max(corrected, 0) + (correction * vHat) / draws.length).toBeCloseTo(varianceOf(y) / n, 12);
});

/**
 * Noise only: 500 rows of variance 1, trees that draw half and average ten of those rows. The forest is the mean of all
 * rows, so its variance is s²/500 = 0.002. Monte-Carlo noise adds about (n/B)·v̂ = 0.05 at B = 1,000.
 */
describe('a trial of noise, n = 500', () => {
  const n = 500;
  const s = 250;
  const noise = (stream: RandomStream, trees: number) => {
    const y = drawn(n, () => stream.normal());
    const draws = Array.from({ length: trees }, () => drawRows(n, stream, s));
    const effects = Float64Array.from(draws, (units) => mean(Array.from(units.subarray(0, 10), (unit) => y[unit])));
    const average = mean(effects);
    const added =
      ((n - 1) / n) * (n / (n - s)) ** 2 * ((s * (n - s)) / n) * (mean(effects.map((t) => (t - average) ** 2)) / trees);
    const corrected = jackknifeVariances(forestOf(draws, n), effects, { units: n, drawn: s })[0];
    return { truth: varianceOf(y) / n, corrected, added };
  };

  // The corrected figure has a Monte-Carlo standard deviation of about 0.05·√(2/n) = 0.0032, so that it may even be
  // negative (NaN); 0.002 + 4 · 0.0032 = 0.015 is passed with probability 3e-5. Uncorrected it would be 0.052.
  test('1,000 trees: corrected near 0.002, uncorrected near 0.052', () => {
    const { truth, corrected, added } = noise(streamFor(2, 'noise'), 1000);
    expect(truth).toBeCloseTo(0.002, 3);
    expect(added).toBeGreaterThan(0.04);
    expect(added).toBeLessThan(0.06);
    expect(Number.isNaN(corrected) || corrected < 0.015).toBe(true);
  });

  // 20,000 trees: standard deviation 0.0025·√(2/n) = 0.00016 plus a few per cent of the truth; band ±4 of both.
  test('20,000 trees: within 0.0009 of the truth', () => {
    const { truth, corrected, added } = noise(streamFor(3, 'noise'), 20_000);
    expect(added).toBeGreaterThan(0.002);
    expect(Math.abs(corrected - truth)).toBeLessThan(0.0009);
  });
});

test('blocks stay within bounds', () => {
  expect(jackknifeBlock(500, 1000)).toBe(4194);
  expect(jackknifeBlock(1e7, 10)).toBe(1);
});
