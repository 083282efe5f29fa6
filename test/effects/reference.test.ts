/**
 * Scores and averages against grf 2.6.1 (test/reference/fixtures), on all rows and on a subset.
 * Tolerance 1e-9 · max(|reference|, largest magnitude of the figure): the fixtures have 15 digits, the formulas are the
 * same, only the order of summation differs.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { averageEffect } from '../../src/effects/average.js';
import type { AverageEffectOptions, Target } from '../../src/effects/options.js';
import { scores } from '../../src/effects/scores.js';
import { forestOf } from './forest-of.js';

type Pair = [estimate: number, standardError: number];
interface Case {
  Y: number[];
  W: number[];
  Yhat: number[];
  What: number[];
  oob: { predictions: number[] };
  sampleWeights: number[] | null;
  clusters: number[] | null;
  equalizeClusterWeights: boolean;
  subsetX1Positive: boolean[];
  debiasingWeights?: number[];
  scores: number[];
  ate: Record<string, Pair>;
  ateSubset?: Record<string, Pair>;
}

const read = (name: string): Case =>
  JSON.parse(readFileSync(new URL(`../reference/fixtures/${name}.json`, import.meta.url), 'utf8')) as Case;

const forestOfCase = (reference: Case, kind: 'binary' | 'continuous') =>
  forestOf({
    outcome: reference.Y,
    treatment: reference.W,
    outcomeHat: reference.Yhat,
    treatmentHat: reference.What,
    effect: reference.oob.predictions,
    weights: reference.sampleWeights,
    clusters: reference.clusters,
    equalizeClusterWeights: reference.equalizeClusterWeights,
    kind,
  });

const expectClose = (actual: number | null, expected: number, scale: number) =>
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(expected), scale));

function expectAllClose(actual: Float64Array, expected: readonly number[]): void {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let row = 0; row < expected.length; row++) expectClose(actual[row], expected[row], largest);
}

const binaryCases = [
  'causal-randomized',
  'causal-confounded',
  'causal-missing',
  'causal-clusters-equalized',
  'causal-clusters-weights',
];
const targets: readonly Target[] = ['all', 'treated', 'control', 'overlap'];

describe.each(binaryCases)('%s', (name) => {
  const reference = read(name);
  const forest = forestOfCase(reference, 'binary');

  test('scores equal the reference', () => {
    const { values, warnings } = scores(forest);
    expectAllClose(values, reference.scores);
    expect(warnings).toEqual([]);
  });

  test.each(targets)('average over %s equals the reference, on all rows and on the subset', (target) => {
    const options: AverageEffectOptions = { target, variance: 'separate' };
    const subset = { ...options, rows: reference.subsetX1Positive };
    for (const [result, expected] of [
      [averageEffect(forest, options), reference.ate],
      [averageEffect(forest, subset), reference.ateSubset as Record<string, Pair>],
    ] as const) {
      const [estimate, standardError] = expected[`AIPW.${target}`];
      expectClose(result.estimate, estimate, estimate);
      expectClose(result.standardError, standardError, standardError);
    }
  });

  test.each(reference.clusters ? [] : (['all', 'treated', 'control'] as const))('targeted, over %s', (target) => {
    const options: AverageEffectOptions = { target, estimator: 'tmle' };
    for (const [result, expected] of [
      [averageEffect(forest, options), reference.ate],
      [averageEffect(forest, { ...options, rows: reference.subsetX1Positive }), reference.ateSubset],
    ] as const) {
      const [estimate, standardError] = (expected as Record<string, Pair>)[`TMLE.${target}`];
      expectClose(result.estimate, estimate, estimate);
      expectClose(result.standardError, standardError, standardError);
    }
  });

  test.each(['treated', 'control'] as const)(
    'joint variance over %s has the same estimate and a near error',
    (target) => {
      const joint = averageEffect(forest, { target, variance: 'joint' });
      const separate = averageEffect(forest, { target, variance: 'separate' });
      expectClose(joint.estimate, separate.estimate as number, 1);
      // Both estimate one quantity where rows are independent; with clusters 'separate' omits covariances of effects.
      expect((joint.standardError as number) / (separate.standardError as number)).toBeGreaterThan(0.85);
      expect((joint.standardError as number) / (separate.standardError as number)).toBeLessThan(1.3);
    },
  );

  test('without clusters the default is the reference, with clusters it is the joint variance', () => {
    const byDefault = averageEffect(forest, { target: 'treated' });
    const expected = reference.clusters ? 'joint' : 'separate';
    expect(byDefault).toEqual(averageEffect(forest, { target: 'treated', variance: expected }));
  });
});

describe('causal-continuous', () => {
  const reference = read('causal-continuous');
  const forest = forestOfCase(reference, 'continuous');
  const debiasingWeights = Float64Array.from(reference.debiasingWeights as number[]);

  test('scores and the average partial effect equal the reference', () => {
    const { values } = scores(forest, { debiasingWeights });
    expectAllClose(values, reference.scores);
    const [estimate, standardError] = reference.ate['AIPW.all'];
    const result = averageEffect(forest, { debiasingWeights });
    expectClose(result.estimate, estimate, estimate);
    expectClose(result.standardError, standardError, standardError);
    expect(result).toMatchObject({ nTreated: null, nControl: null, n: 400, target: 'all', measure: 'difference' });
  });

  test('the overlap-weighted effect needs no weights and equals the reference', () => {
    const [estimate, standardError] = reference.ate['AIPW.overlap'];
    const result = averageEffect(forest, { target: 'overlap' });
    expectClose(result.estimate, estimate, estimate);
    expectClose(result.standardError, standardError, standardError);
  });

  test('a given treatment variance stands for the weights made of it', () => {
    const treatmentVariance = debiasingWeights.map((weight, row) => (reference.W[row] - reference.What[row]) / weight);
    const { values } = scores(forest, { treatmentVariance });
    expectAllClose(values, reference.scores);
  });
});
