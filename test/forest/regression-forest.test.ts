/** Regression forests on their own: identities, known truth, and bad input. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { kernelWeights } from '../../src/forest/kernel-weights.js';
import { fitRegressionForest, predictMeans, type RegressionForest } from '../../src/forest/regression-forest.js';
import { streamFor } from '../../src/math/random.js';
import { codeRows } from '../../src/tree/ranked-columns.js';
import { drawColumn, drawn } from '../support/generated-problem.js';
import { relativeDifference } from '../support/grf-forest.js';
import { smallTrial, type TrialParts, tableOf, valuesOf, withOutcome } from '../support/trials.js';

const OPTIONS = { outcome: 'outcome', numTrees: 40, seed: 3 } as const;
const cases: Readonly<Record<string, [TrialParts, object]>> = {
  plain: [{}, {}],
  weights: [{ weights: true }, {}],
  clusters: [{ clusterSize: 4, weights: true }, {}],
  'equalised clusters': [{ clusterSize: 4 }, { equalizeClusterWeights: true }],
  'bags of one tree': [{}, { ciGroupSize: 1, sampleFraction: 0.7 }],
};

// 1e-10: the same averages, summed over rows instead of leaves.
describe.each(Object.entries(cases))('kernel weights: %s', (_, [parts, options]) => {
  const trial = smallTrial(parts);
  const y = valuesOf(trial);
  const weightedMean = (alpha: Float64Array) => {
    const q = (j: number) => alpha[j] * (trial.weights?.[j] ?? 1);
    return alpha.reduce((sum, __, j) => sum + q(j) * y[j], 0) / alpha.reduce((sum, __, j) => sum + q(j), 0);
  };
  const codesOf = (forest: RegressionForest, of: typeof trial) =>
    codeRows(of.covariates, forest.forest.coding, of.rowCount);

  test('reproduce out-of-bag means', async () => {
    const forest = await fitRegressionForest(trial, { ...OPTIONS, ...options });
    const rows = Int32Array.of(0, 33, 99, 149);
    const codes = codesOf(forest, trial);
    const weights = kernelWeights(forest.forest, codes, codes, rows, true);
    const means = Array.from(rows, (row) => forest.outOfBag.estimate[row]);
    expect(relativeDifference(weights.map(weightedMean), means)).toBeLessThan(1e-10);
  });

  test('reproduce means of new rows', async () => {
    const forest = await fitRegressionForest(trial, { ...OPTIONS, ...options });
    const fresh = smallTrial({ ...parts, seed: 2 });
    const rows = Int32Array.from({ length: 20 }, (__, k) => 7 * k);
    const weights = kernelWeights(forest.forest, codesOf(forest, trial), codesOf(forest, fresh), rows, false);
    const { estimate } = predictMeans(forest, tableOf(fresh.covariates));
    for (const alpha of weights) expect(alpha.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(
      relativeDifference(
        weights.map(weightedMean),
        Array.from(rows, (row) => estimate[row]),
      ),
    ).toBeLessThan(1e-10);
  });
});

describe('known truth', () => {
  test('a constant outcome is predicted exactly, with no variance and no error', async () => {
    const forest = await fitRegressionForest(
      withOutcome(smallTrial(), () => 7),
      OPTIONS,
    );
    for (const estimate of forest.outOfBag.estimate) expect(estimate).toBeCloseTo(7, 13);
    for (const variance of forest.outOfBag.variance ?? []) expect(variance).toBeLessThan(1e-20);
    for (const error of forest.outOfBag.debiasedError) expect(Math.abs(error)).toBeLessThan(1e-20);
  });

  // A step of 4 at 0 with noise of 0.1: away from the step the mean is found to a few times 0.1/√(leaf rows).
  test('a step is found on both sides', async () => {
    const stream = streamFor(1, 'step');
    const x = drawColumn('continuous', 'x', 400, stream);
    const values = x.kind === 'category' ? new Float64Array(0) : x.values;
    const trial = withOutcome(
      smallTrial({ rowCount: 400, covariates: [x] }),
      (_, i) => (values[i] > 0 ? 4 : 0) + 0.1 * stream.normal(),
    );
    const forest = await fitRegressionForest(trial, { ...OPTIONS, numTrees: 200 });
    const { estimate } = predictMeans(forest, { x: [-2, -1, -0.5, 0.5, 1, 2] });
    [0, 0, 0, 4, 4, 4].forEach((truth, k) => {
      expect(Math.abs(estimate[k] - truth)).toBeLessThan(0.15);
    });
  });
});

test('scale and shift of the outcome', async () => {
  const trial = smallTrial({ covariates: [drawColumn('missing', 'x', 150, streamFor(1, 'scale'))], clusterSize: 3 });
  const { outOfBag } = await fitRegressionForest(trial, OPTIONS);
  const scaled = (
    await fitRegressionForest(
      withOutcome(trial, (y) => 4 * y),
      OPTIONS,
    )
  ).outOfBag;
  expect(scaled.estimate).toEqual(outOfBag.estimate.map((mean) => 4 * mean));
  expect(scaled.variance).toEqual(outOfBag.variance?.map((variance) => 16 * variance));
  expect(scaled.debiasedError).toEqual(outOfBag.debiasedError.map((error) => 16 * error));
  const shifted = (
    await fitRegressionForest(
      withOutcome(trial, (y) => y + 1000),
      OPTIONS,
    )
  ).outOfBag;
  expect(
    relativeDifference(
      shifted.estimate.map((mean) => mean - 1000),
      outOfBag.estimate,
    ),
  ).toBeLessThan(1e-9);
});

describe('bad input', () => {
  const trial = smallTrial();
  const fitted = (options: object, on: object = trial) => fitRegressionForest(on as typeof trial, options as never);

  test.each([
    [{}, 'outcome', /received undefined/],
    [{ outcome: 'outcomes' }, 'outcome', /one of the trial's outcomes: outcome/],
    [{ outcome: new Float64Array(3) }, 'outcome', /Float64Array of 150 finite numbers; received Float64Array\(3\)/],
    [{ outcome: drawn(150, () => Number.NaN) }, 'outcome', /finite/],
    [{ outcome: 'outcome', numTree: 3 }, 'options.numTree', /did you mean 'numTrees'/],
    [{ outcome: 'outcome', outcomeHat: 3 }, 'options.outcomeHat', /no such option/],
    [{ outcome: 'outcome', alpha: 1 }, 'alpha', /below 0.25/],
  ])('%o', async (options, option, message) => {
    await expect(fitted(options)).rejects.toThrow(InvalidOptionError);
    await expect(fitted(options)).rejects.toMatchObject({ option });
    await expect(fitted(options)).rejects.toThrow(message);
  });

  test('no options at all', async () => {
    await expect(fitted(null as unknown as object)).rejects.toThrow(InvalidOptionError);
  });

  test('a ratio of totals has no value per row', async () => {
    const ratio = {
      kind: 'ratioOfTotals',
      name: 'r',
      numerator: drawn(150, () => 1),
      denominator: drawn(150, () => 1),
    };
    await expect(fitted({ outcome: 'r' }, { ...trial, outcomes: { r: ratio } })).rejects.toThrow(/ratio of totals/);
  });

  test('an outcome that leaves rows out says which call selects its rows', async () => {
    const { outcome } = trial.outcomes;
    const partial = { ...trial, outcomes: { partial: { ...outcome, rows: Int32Array.of(0, 1, 2) } } };
    await expect(fitted({ outcome: 'partial' }, partial)).rejects.toThrow(InvalidDataError);
    await expect(fitted({ outcome: 'partial' }, partial)).rejects.toMatchObject({
      code: 'MISSING_VALUES',
      column: 'partial',
      message: expect.stringMatching(/147 rows.*selectRows/),
    });
  });

  test('too few rows', async () => {
    await expect(
      fitted({ outcome: 'outcome', sampleFraction: 0.01 }, smallTrial({ rowCount: 20 })),
    ).rejects.toMatchObject({
      code: 'TOO_FEW_ROWS',
    });
  });
});

test('rows without an estimate are NaN, counted in a warning', async () => {
  const forest = await fitRegressionForest(smallTrial(), { ...OPTIONS, numTrees: 2 });
  const missing = forest.outOfBag.estimate.filter(Number.isNaN).length;
  expect(missing).toBeGreaterThan(0);
  expect(forest.outOfBag.treeCount.filter((count) => count === 0).length).toBe(missing);
  expect(forest.outOfBag.warnings).toEqual([
    { code: 'ROWS_WITHOUT_ESTIMATE', message: expect.stringMatching(new RegExp(`^${missing} of 150 rows`)) },
  ]);
});
