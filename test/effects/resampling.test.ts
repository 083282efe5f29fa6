/**
 * Standard errors against brute force on one data set: the nuisances are held fixed (as in the estimators' theory),
 * units are left out or redrawn, and the whole estimate is computed anew.
 */
import { describe, expect, test } from 'vitest';
import { averageEffect } from '../../src/effects/average.js';
import { ratioEffect } from '../../src/effects/ratio-of-totals.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { streamFor } from '../../src/math/random.js';
import { type ForestNumbers, forestOf } from './forest-of.js';
import { rowsOf, simulateTrial } from './trials.js';

type Estimator = (numbers: ForestNumbers) => {
  readonly estimate: number | null;
  readonly standardError: number | null;
};

const units = ({ clusters, outcome }: ForestNumbers) =>
  clusters ? [...new Set(Array.from(clusters))] : Array.from({ length: outcome.length }, (_, row) => row);

/** Delete-one-unit jackknife: √((C − 1)/C · Σ(θ̂₋c − mean)²). */
function jackknife(numbers: ForestNumbers, estimator: Estimator): number {
  const all = Array.from({ length: numbers.outcome.length }, (_, row) => row);
  const estimates = units(numbers).map(
    (unit) =>
      estimator(
        rowsOf(
          numbers,
          all.filter((row) => (numbers.clusters ? numbers.clusters[row] : row) !== unit),
        ),
      ).estimate as number,
  );
  const count = estimates.length;
  const mean = estimates.reduce((sum, value) => sum + value, 0) / count;
  return Math.sqrt(((count - 1) / count) * estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}

const plain = simulateTrial(streamFor(1, 'resampling'), 250);
const clustered = simulateTrial(streamFor(2, 'resampling'), 240, 4);
const weights = clustered.x.map((value) => 0.3 + 2 * value);

const average =
  (target: 'all' | 'treated' | 'control' | 'overlap'): Estimator =>
  (numbers) =>
    averageEffect(forestOf(numbers), { target, variance: 'joint' });

describe('jackknife', () => {
  test('the average over all rows has exactly the jackknife error', () => {
    // (n − 1)/n · Σ(θ̂₋ᵢ − θ̂)² = Σ(Γᵢ − θ̂)²/(n(n − 1)): an identity for a plain mean, up to rounding.
    const { standardError } = average('all')(plain);
    expect(Math.abs((standardError as number) / jackknife(plain, average('all')) - 1)).toBeLessThan(1e-10);
  });

  // Beyond a plain mean the two differ by terms of order 1/units (250 rows, 60 clusters of 4): 2 % and 6 % are allowed.
  test.each(['treated', 'control', 'overlap'] as const)('average over %s, rows', (target) => {
    const { standardError } = average(target)(plain);
    expect(Math.abs((standardError as number) / jackknife(plain, average(target)) - 1)).toBeLessThan(0.02);
  });

  test.each(['all', 'treated', 'control', 'overlap'] as const)('average over %s, weighted clusters', (target) => {
    const numbers = { ...clustered, weights };
    const { standardError } = average(target)(numbers);
    expect(Math.abs((standardError as number) / jackknife(numbers, average(target)) - 1)).toBeLessThan(0.06);
    // The test could fail: without clusters the error is too small by far more than that.
    const { standardError: ignored } = average(target)({ ...numbers, clusters: null });
    expect((ignored as number) / (standardError as number)).toBeLessThan(0.9);
  });

  test.each(['all', 'treated', 'control'] as const)('relative effect over %s, weighted clusters', (target) => {
    const estimator: Estimator = (numbers) => relativeEffect(forestOf(numbers), { target });
    const numbers = { ...clustered, weights };
    const { standardError } = estimator(numbers);
    expect(Math.abs((standardError as number) / jackknife(numbers, estimator) - 1)).toBeLessThan(0.06);
  });
});

describe('bootstrap', () => {
  test('ratio of totals: the error is that of 2000 redrawn trials', () => {
    // Monte-Carlo error of a bootstrap error from 2000 draws is 1/√4000 = 1.6 %; 7 % leaves four of those: p < 1e-4.
    const random = streamFor(3, 'resampling');
    const numerator = simulateTrial(random, 300);
    const denominator: ForestNumbers = {
      ...numerator,
      outcome: Array.from(numerator.outcome, (y, row) => 5 + 0.5 * y + 0.8 * numerator.x[row] + 0.3 * random.normal()),
      outcomeHat: Array.from(numerator.outcomeHat, (y, row) => 5 + 0.5 * y + 0.8 * numerator.x[row]),
      effect: Array.from(numerator.effect, (y) => 0.5 * y),
    };
    const estimate = (rows: readonly number[]) =>
      ratioEffect({
        numerator: forestOf(rowsOf(numerator, rows)),
        denominator: forestOf(rowsOf(denominator, rows)),
      });
    const draws = Array.from(
      { length: 2000 },
      () => estimate(Array.from({ length: 300 }, () => random.below(300))).estimate as number,
    );
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws.length - 1));
    const { standardError } = estimate(Array.from({ length: 300 }, (_, row) => row));
    expect(Math.abs((standardError as number) / spread - 1)).toBeLessThan(0.07);
  });
});
