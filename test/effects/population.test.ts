/** Average effects in new populations: known truth under a shift, identities, and what is refused. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type PopulationEffectOptions, populationEffect } from '../../src/effects/population.js';
import { averageEffect, type CausalForest, fitCausalForest, predictEffects, selectRows } from '../../src/index.js';
import { streamFor } from '../../src/math/random.js';
import { designTrial, smallTrial, tableOf } from '../support/trials.js';

let forest: CausalForest;
beforeAll(async () => {
  forest = await fitCausalForest(designTrial('oneSided', 400, 5).trial, { numTrees: 200, workers: 0 });
});
const shifted = (index: number, count: number, shift: number) => {
  const random = streamFor(index, 'new rows');
  return Object.fromEntries(
    ['x1', 'x2', 'x3', 'x4'].map((name, k) => [
      name,
      Float64Array.from({ length: count }, () => random.normal() + (k === 0 ? shift : 0)),
    ]),
  );
};
const CALM: PopulationEffectOptions = { workers: 0 };

test('covers the truth under a shift, where the mean prediction does not', async () => {
  // x1 ~ N(0.7, 1): E[max(x1, 0)] = 0.7 Φ(0.7) + φ(0.7) = 0.8429; among the training rows it is φ(0) = 0.3989.
  const TRUTH = 0.7 * 0.758036347776927 + 0.3122539333667613;
  const TRIALS = 60;
  let hits = 0;
  let plain = 0;
  let biasOfMean = 0;
  for (let index = 0; index < TRIALS; index++) {
    const { trial } = designTrial('oneSided', 400, 200 + index);
    const fitted = await fitCausalForest(trial, { numTrees: 200, seed: index, workers: 0 });
    const { interval, predicted } = await populationEffect(fitted, shifted(index, 400, 0.7), CALM);
    if (interval && interval[0] <= TRUTH && TRUTH <= interval[1]) hits++;
    biasOfMean += ((predicted as number) - TRUTH) / TRIALS;
    const naive = averageEffect(fitted).interval;
    if (naive && naive[0] <= TRUTH && TRUTH <= naive[1]) plain++;
  }
  // With coverage 0.92 fewer than 47 of 60 has probability 0.0005.
  expect(hits).toBeGreaterThanOrEqual(47);
  // The test could fail: the training rows' own average misses, and the mean prediction is biased.
  expect(plain).toBeLessThan(20);
  expect(biasOfMean).toBeLessThan(-0.05);
});

describe('identities', () => {
  test('estimate = mean prediction + correction, weights count rows', async () => {
    const data = shifted(1, 60, 0.3);
    const weights = Float64Array.from({ length: 60 }, (_, row) => row % 3);
    const found = await populationEffect(forest, data, { ...CALM, weights });
    const { effect } = predictEffects(forest, data);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    expect(found.predicted).toBeCloseTo(effect.reduce((sum, value, row) => sum + weights[row] * value, 0) / total, 12);
    expect(found.estimate).toBeCloseTo((found.predicted as number) + (found.correction as number), 12);
    expect(found.newRowCount).toBe(40);
    expect(found.n).toBe(400);
    expect(found.effectiveRows as number).toBeLessThan(400);
  });

  test('complete populations have the smaller error: only training rows are drawn', async () => {
    const data = shifted(2, 50, 0);
    const sample = await populationEffect(forest, data, CALM);
    const complete = await populationEffect(forest, data, { ...CALM, newRows: 'complete' });
    expect(complete.estimate).toBe(sample.estimate);
    const { effect } = predictEffects(forest, data);
    const mean = effect.reduce((sum, value) => sum + value, 0) / 50;
    const own = effect.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (50 * 49);
    expect((sample.standardError as number) ** 2).toBeCloseTo((complete.standardError as number) ** 2 + own, 12);
  });

  test('the same population: near the doubly robust average of the training rows', async () => {
    const found = await populationEffect(forest, shifted(3, 3000, 0), CALM);
    const average = averageEffect(forest);
    // Two estimates of one number from the same rows: they differ by the new rows' sampling and the ratio's noise.
    const difference = Math.abs((found.estimate as number) - (average.estimate as number));
    expect(difference).toBeLessThan(average.standardError as number);
    expect(found.effectiveRows as number).toBeGreaterThan(300);
    expect(found.warnings).toEqual([]);
  });

  test('weights, clusters, categories and missing values; frozen, repeatable, JSON', async () => {
    const trial = smallTrial({ rowCount: 300, clusterSize: 5, weights: true });
    const fitted = await fitCausalForest(trial, { numTrees: 100, workers: 0 });
    const { covariates } = selectRows(
      trial,
      Int32Array.from({ length: 100 }, (_, row) => 3 * row),
    );
    const found = await populationEffect(fitted, tableOf(covariates), CALM);
    expect(found.standardError as number).toBeGreaterThan(0);
    expect(await populationEffect(fitted, tableOf(covariates), CALM)).toEqual(found);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(Object.isFrozen(found) && Object.isFrozen(found.warnings) && Object.isFrozen(found.interval)).toBe(true);
  });

  test('a continuous treatment with its variance', async () => {
    const { simulated } = designTrial('oneSided', 300, 9);
    const trial = smallTrial({ rowCount: 300 });
    const dose = {
      ...trial,
      propensity: null,
      treatment: { kind: 'continuous', name: 'dose', values: simulated.columns.x2 as Float64Array },
    } as const;
    const fitted = await fitCausalForest(dose, { numTrees: 100, workers: 0 });
    const table = tableOf(trial.covariates);
    await expect(populationEffect(fitted, table, CALM)).rejects.toThrow(/treatmentVariance must be given/);
    const treatmentVariance = new Float64Array(300).fill(1);
    expect((await populationEffect(fitted, table, { ...CALM, treatmentVariance })).estimate).not.toBeNull();
  });
});

describe('what is refused or not identified', () => {
  test('wrong options', async () => {
    const data = shifted(1, 5, 0);
    const refused = (options: object) => expect(populationEffect(forest, data, options)).rejects;
    await refused({ weights: new Float64Array(5) }).toThrow(/not all 0/);
    await refused({ weights: Float64Array.of(1, 1, 1, 1, -1) }).toThrow(/weights/);
    await refused({ newRows: 'all' }).toThrow(/newRows must be one of 'sample', 'complete'/);
    await refused({ newrows: 'sample' }).toThrow(/did you mean 'newRows'/);
    await refused({ signal: AbortSignal.abort(new Error('enough')) }).toThrow('enough');
  });

  test('new rows where nobody was: said, with what to do', async () => {
    const far = await populationEffect(forest, shifted(1, 400, 6), CALM);
    expect(['LITTLE_SUPPORT', 'NO_SUPPORT']).toContain(far.warnings[0]?.code);
    expect(far.warnings[0]?.message).toMatch(/Leave them out|new rows that resemble/);
  });

  test('training rows that identify nothing', async () => {
    const treatmentHat = forest.nuisance.treatmentHat.slice();
    treatmentHat[3] = 0;
    const broken = { ...forest, nuisance: { ...forest.nuisance, treatmentHat } };
    const found = await populationEffect(broken, shifted(1, 20, 0), CALM);
    expect(found).toMatchObject({ estimate: null, standardError: null, predicted: null, effectiveRows: null });
    expect(found.warnings[0]?.code).toBe('NOT_IDENTIFIED');
  });
});
