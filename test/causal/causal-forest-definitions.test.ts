/**
 * Effects, variances and errors against their definitions, recomputed from rows, draws and splits for forests of every
 * kind. Tolerance 1e-9 of the array's largest value, 1e-7 for variances: they are differences of averages of squares.
 */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { CausalForestOptions } from '../../src/causal/causal-options.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { streamFor } from '../../src/math/random.js';
import { drawColumn } from '../support/generated-problem.js';
import { relativeDifference } from '../support/grf-forest.js';
import { plainEffects } from '../support/plain-effects.js';
import { smallTrial, type TrialParts, tableOf } from '../support/trials.js';

const cases: Readonly<Record<string, [TrialParts, CausalForestOptions<'outcome'>]>> = {
  plain: [{}, {}],
  weights: [{ weights: true }, {}],
  clusters: [{ clusterSize: 4, weights: true }, {}],
  'equalised clusters': [{ clusterSize: 3 }, { equalizeClusterWeights: true }],
  'bags of three': [{}, { ciGroupSize: 3, numTrees: 45 }],
  'a draw for each tree of a bag': [{}, { sampleFraction: 0.3 }],
  'the same, empty leaves, bags of three': [
    {},
    { sampleFraction: 0.3, honestyPruneLeaves: false, minNodeSize: 1, ciGroupSize: 3, numTrees: 45 },
  ],
  'estimated propensity': [{ propensity: null }, {}],
  'without honesty': [{}, { honesty: false, sampleFraction: 0.3 }],
  'empty leaves': [{}, { honestyPruneLeaves: false, minNodeSize: 1 }],
  penalty: [{}, { imbalancePenalty: 0.5, alpha: 0 }],
};

describe.each(Object.entries(cases))('%s', (_, [parts, options]) => {
  const settings = { numTrees: 40, minNodeSize: 3, seed: 11, ...options } as const;

  test('out of bag', async () => {
    const forest = await fitCausalForest(smallTrial(parts), settings);
    const rows = [...forest.outOfBag.effect.keys()].filter((row) => row % 7 === 0);
    const expected = plainEffects(forest, rows);
    const actual = (values: ArrayLike<number> | null) => rows.map((row) => values?.[row] ?? Number.NaN);
    const { effect, variance, debiasedError, excessError, treeCount } = forest.outOfBag;
    expect(actual(treeCount)).toEqual(expected.map((row) => row.treeCount));
    for (const [given, wanted, tolerance] of [
      [effect, expected.map((row) => row.effect), 1e-9],
      [debiasedError, expected.map((row) => row.debiasedError), 1e-9],
      [excessError, expected.map((row) => row.excessError), 1e-9],
      [variance, expected.map((row) => row.variance), 1e-7],
    ] as const)
      expect(relativeDifference(actual(given), wanted)).toBeLessThan(tolerance);
  });

  test('new rows, with levels and missing values that training did not have', async () => {
    const forest = await fitCausalForest(smallTrial(parts), settings);
    const stream = streamFor(5, 'definitions');
    const covariates = (['continuous', 'missing', 'category', 'missing'] as const).map((kind, f) =>
      drawColumn(kind, `x${f}`, 12, stream),
    );
    const { effect, variance, treeCount } = predictEffects(forest, tableOf(covariates));
    const expected = plainEffects(forest, [...effect.keys()], covariates);
    expect([...treeCount]).toEqual(expected.map((row) => row.treeCount));
    expect(
      relativeDifference(
        effect,
        expected.map((row) => row.effect),
      ),
    ).toBeLessThan(1e-9);
    expect(
      relativeDifference(
        variance ?? [],
        expected.map((row) => row.variance),
      ),
    ).toBeLessThan(1e-7);
  });
});

test('five trees or fewer leave the error unknown, not wrong', async () => {
  const { treeCount, debiasedError, excessError } = (
    await fitCausalForest(smallTrial(), { numTrees: 10, ciGroupSize: 1, outcomeHat: 0 })
  ).outOfBag;
  expect(treeCount).toContain(5);
  expect(treeCount).toContain(6);
  treeCount.forEach((count, row) => {
    expect([Number.isNaN(debiasedError[row]), Number.isNaN(excessError[row])]).toEqual([count <= 5, count <= 5]);
  });
});
