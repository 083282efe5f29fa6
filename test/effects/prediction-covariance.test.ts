/**
 * Covariances of predictions, weighted effects and bands: against `predictEffects`, against the spread over simulated
 * trials, and by identities.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { littleBagCovariance, littleBagVariance } from '../../src/causal/bag-influence.js';
import { effectBand } from '../../src/effects/effect-band.js';
import { effectCovariance, weightedEffect } from '../../src/effects/prediction-covariance.js';
import { type CausalForest, fitCausalForest, predictEffects } from '../../src/index.js';
import { quantile } from '../../src/math/normal.js';
import { streamFor } from '../../src/math/random.js';
import { designTrial, smallTrial, tableOf } from '../support/trials.js';

let forest: CausalForest;
const points = { x1: [-1, 0, 0.5, 2], x2: [0, 0, 1, -1], x3: [0, 0.2, 0, 0], x4: [0, 0, 0, 1] };
beforeAll(async () => {
  forest = await fitCausalForest(designTrial('oneSided', 400, 5).trial, { numTrees: 400, workers: 0 });
});

const unit = (length: number, at: number) => Float64Array.from({ length }, (_, k) => Number(k === at));
const row = (at: number) => Object.fromEntries(Object.entries(points).map(([name, cells]) => [name, [cells[at]]]));

describe('one row', () => {
  // The same products in another order of summation: a relative 1e-10 leaves room for G = 200 bags of rounding.
  test('has the estimate and the variance of predictEffects', () => {
    const { effect, variance } = predictEffects(forest, points);
    effect.forEach((value, k) => {
      const found = weightedEffect(forest, points, { weights: unit(4, k) });
      expect(found.estimate).toBe(value);
      const expected = Math.sqrt((variance as Float64Array)[k]);
      expect(Math.abs((found.standardError as number) / expected - 1)).toBeLessThan(1e-10);
    });
  });

  test('also where bags lack leaves, because they are not pruned', async () => {
    const trial = smallTrial({ rowCount: 80 });
    const unpruned = await fitCausalForest(trial, {
      numTrees: 60,
      honestyPruneLeaves: false,
      minNodeSize: 1,
      workers: 0,
    });
    const table = tableOf(trial.covariates);
    const { effect, variance, treeCount } = predictEffects(unpruned, table);
    expect(Array.from(treeCount).some((count) => count < 60)).toBe(true);
    for (let k = 0; k < 80; k += 7) {
      const found = weightedEffect(unpruned, table, { weights: unit(80, k) });
      expect(found.estimate).toBe(effect[k]);
      const expected = Math.sqrt((variance as Float64Array)[k]);
      expect(Math.abs((found.standardError as number) / expected - 1)).toBeLessThan(1e-10);
    }
  });

  test('its band is the pointwise interval, up to the multipliers', () => {
    // The 95 % quantile of |N(0,1)| from 20,000 draws has a standard deviation of 0.013; 0.06 is more than four of them.
    const { critical } = effectBand(forest, row(3), { draws: 20_000 });
    expect(Math.abs((critical as number) - 1.96)).toBeLessThan(0.06);
  });
});

describe('covariances', () => {
  test('are symmetric, 1 in correlation for the same row twice, and those of combinations', () => {
    const doubled = { ...points, x1: [-1, -1, 0.5, 2], x2: [0, 0, 1, -1], x3: [0, 0, 0, 0] };
    const { effect, covariance } = effectCovariance(forest, doubled);
    expect(effect[0]).toBe(effect[1]);
    expect(covariance[1]).toBe(covariance[0]);
    for (let j = 0; j < 4; j++) for (let k = 0; k < 4; k++) expect(covariance[4 * j + k]).toBe(covariance[4 * k + j]);
    const contrast = weightedEffect(forest, doubled, { weights: Float64Array.of(1, -1, 0, 0) });
    expect(contrast).toMatchObject({ estimate: 0, standardError: 0 });
  });

  test('a combination has the variance that its covariances make, where that is far from 0', () => {
    const { effect, covariance } = effectCovariance(forest, points);
    const weights = Float64Array.of(0.1, 0.2, 0.3, 0.4);
    let variance = 0;
    let estimate = 0;
    for (let j = 0; j < 4; j++) {
      estimate += weights[j] * effect[j];
      for (let k = 0; k < 4; k++) variance += weights[j] * weights[k] * covariance[4 * j + k];
    }
    const found = weightedEffect(forest, points, { weights });
    expect(found.estimate).toBeCloseTo(estimate, 12);
    // V̂ = S + se·φ(r)/Φ(r), r = S/se: with 200 bags and little noise the second term is below 1e-3 of S.
    expect(Math.abs((found.standardError as number) ** 2 / variance - 1)).toBeLessThan(1e-3);
  });

  test('by their definition, on numbers small enough for the hand', () => {
    const [one, other] = [Float64Array.of(1, 3, -2, 0), Float64Array.of(0, 2, 1, -1)];
    // Bags of two: means (2, −1) and (1, 0); between = (2·1 + (−1)·0)/2 = 1; total = (0 + 6 − 2 + 0)/4 = 1; noise = 0.
    expect(littleBagCovariance(one, other, 2)).toBe(1);
    // Squares: between = (4 + 1)/2, total = (1 + 9 + 4 + 0)/4, noise = 1, S = 1.5, se = 2.5·√(2/2), r = 0.6.
    const mills = 0.3332246028917997 / 0.7257468822499265;
    expect(littleBagVariance(one, 2, 2)).toBeCloseTo(1.5 + 2.5 * mills, 12);
  });
});

describe('over simulated trials', () => {
  // Known propensity, the same effect for everyone: predictions are nearly unbiased, and only their noise is looked at.
  test('errors are the spread of estimates; bands hold far more often than pointwise intervals', async () => {
    const TRIALS = 120;
    const random = streamFor(4, 'grid');
    const grid = Object.fromEntries(
      ['x1', 'x2', 'x3'].map((name) => [name, Array.from({ length: 12 }, () => 3 * (random.uniform() - 0.5))]),
    );
    const contrast = Float64Array.from({ length: 12 }, (_, k) => (k % 2 === 0 ? 1 : -1) / 6);
    const found: Record<'mean' | 'contrast', { estimates: number[]; variances: number[] }> = {
      mean: { estimates: [], variances: [] },
      contrast: { estimates: [], variances: [] },
    };
    let together = 0;
    let pointwise = 0;
    for (let index = 0; index < TRIALS; index++) {
      const { trial } = designTrial('constant', 300, 100 + index, 3);
      const fitted = await fitCausalForest(trial, { numTrees: 100, seed: index, workers: 0 });
      for (const kind of ['mean', 'contrast'] as const) {
        const { estimate, standardError } = weightedEffect(
          fitted,
          grid,
          kind === 'contrast' ? { weights: contrast } : {},
        );
        found[kind].estimates.push(estimate as number);
        found[kind].variances.push((standardError as number) ** 2);
      }
      const { rows } = effectBand(fitted, grid, { draws: 300 });
      const within = (critical: number) =>
        rows.every(
          ({ estimate, standardError }) => Math.abs((estimate as number) - 0.5) <= critical * (standardError as number),
        );
      if (rows.every(({ interval }) => interval && interval[0] <= 0.5 && 0.5 <= interval[1])) together++;
      if (within(1.96)) pointwise++;
    }
    const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = ({ estimates }: { estimates: number[] }) =>
      Math.sqrt(average(estimates.map((value) => (value - average(estimates)) ** 2)) * (TRIALS / (TRIALS - 1)));
    const claimed = ({ variances }: { variances: number[] }) => Math.sqrt(average(variances));
    // A standard deviation of 120 is known to 6.5 %: 25 % is nearly four of those. The correction that keeps variances
    // positive is upward and matters for a contrast, whose variance is small beside its noise: up to 1.8 is allowed.
    expect(claimed(found.mean) / spread(found.mean)).toBeGreaterThan(0.75);
    expect(claimed(found.mean) / spread(found.mean)).toBeLessThan(1.25);
    expect(claimed(found.contrast) / spread(found.contrast)).toBeGreaterThan(0.9);
    expect(claimed(found.contrast) / spread(found.contrast)).toBeLessThan(1.8);
    // With a chance of 0.95 fewer than 105 of 120 has probability 0.0003.
    expect(together).toBeGreaterThanOrEqual(105);
    // A tenth of the trials at least is gained: the band is no renamed pointwise interval.
    expect(together - pointwise).toBeGreaterThanOrEqual(12);
  });
});

describe('bands', () => {
  test('lie between pointwise and Bonferroni, and say so', () => {
    const found = effectBand(forest, points, { draws: 20_000, level: 0.9 });
    expect(found.critical as number).toBeGreaterThan(-quantile(0.05));
    // 0.04: three standard deviations of the quantile of 20,000 draws.
    expect(found.critical as number).toBeLessThan(-quantile(0.05 / 4) + 0.04);
    const variances = found.rows.map(({ standardError }) => (standardError as number) ** 2);
    expect(found.leastError).toBeCloseTo(Math.sqrt(variances.reduce((sum, value) => sum + value / 4, 0)), 12);
    for (const { estimate, standardError, interval } of found.rows) {
      const margin = (found.critical as number) * Math.max(standardError as number, found.leastError as number);
      expect(interval?.[1]).toBeCloseTo((estimate as number) + margin, 12);
    }
    expect(found.rows.some(({ standardError }) => (standardError as number) < (found.leastError as number))).toBe(true);
    expect(effectBand(forest, points, { draws: 20_000, level: 0.9 })).toEqual(found);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(Object.isFrozen(found) && Object.isFrozen(found.rows) && Object.isFrozen(found.rows[0])).toBe(true);
  });
});

describe('what is refused or not estimable', () => {
  test('no bags, wrong weights, unknown options, absent columns', async () => {
    const single = await fitCausalForest(smallTrial(), { numTrees: 20, ciGroupSize: 1, workers: 0 });
    const table = tableOf(single.trial.covariates);
    for (const call of [effectCovariance, weightedEffect, effectBand])
      expect(() => call(single, table)).toThrow(/ciGroupSize must be at least 2/);
    expect(() => weightedEffect(forest, points, { weights: new Float64Array(3) })).toThrow(/Float64Array of 4/);
    expect(() => weightedEffect(forest, points, { wieghts: 1 } as never)).toThrow(/did you mean 'weights'/);
    expect(() => effectBand(forest, points, { draws: 10 })).toThrow(/draws must be a whole number at least 200/);
    expect(() => effectBand(forest, { x1: [1] })).toThrow(/x2/);
    const many = new Float64Array(130_000);
    expect(() => effectCovariance(forest, { x1: many, x2: many, x3: many, x4: many })).toThrow(/at most 125000 rows/);
  });
});
