/**
 * Instrumental forests: with the treatment as its own instrument everything is the causal forest's; estimates are
 * instrumental-variable regressions on the kernel weights; what cannot be estimated says so. The reference numbers are
 * held by test/reference.
 */
import { describe, expect, test } from 'vitest';
import { effectWeights, outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { estimateCompliance } from '../../src/causal/instrumental/compliance.js';
import { predictInstrumentalEffects } from '../../src/causal/instrumental/predict.js';
import type { InstrumentalForest } from '../../src/causal/instrumental/types.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { averageEffect } from '../../src/effects/average.js';
import { averageInstrumentalEffect, instrumentalScores } from '../../src/effects/instrumental.js';
import { scores } from '../../src/effects/scores.js';
import { fromGrf } from '../../src/import/from-grf.js';
import { exportOf, referenceCase, relativeDifference } from '../support/grf-forest.js';

const table = (name: string) =>
  referenceCase(name).Xnew.map((row) => Object.fromEntries(row.map((x, f) => [`x${f + 1}`, x])));
const ones = (count: number) => new Float64Array(count).fill(1);

describe.each(['causal-missing', 'causal-continuous', 'causal-clusters-weights', 'causal-clusters-equalized'])(
  'the treatment as its own instrument: %s',
  (name) => {
    const fields = exportOf(name);
    const causal = fromGrf(fields, { kind: 'causalForest' });
    const forest = fromGrf({ ...fields, Z: fields.W, Zhat: fields.What }, { kind: 'instrumentalForest' });

    // 1e-11: the same sums, combined in another order; variances are differences of squares, hence 1e-8.
    test('effects, variances and errors are the causal forest’s', () => {
      const pairs = [
        [forest.outOfBag.effect, causal.outOfBag.effect, 1e-11],
        [forest.outOfBag.debiasedError, causal.outOfBag.debiasedError, 1e-11],
        [forest.outOfBag.excessError, causal.outOfBag.excessError, 1e-11],
        [forest.outOfBag.variance, causal.outOfBag.variance, 1e-8],
        [predictInstrumentalEffects(forest, table(name)).effect, predictEffects(causal, table(name)).effect, 1e-11],
      ] as const;
      for (const [actual, expected, tolerance] of pairs)
        expect(relativeDifference(actual as Float64Array, expected as Float64Array)).toBeLessThan(tolerance);
      expect(forest.outOfBag.treeCount).toEqual(causal.outOfBag.treeCount);
    });

    // Averages of an instrument need it binary.
    if (name === 'causal-continuous') return;

    test('scores and averages too, where everyone complies', () => {
      const compliance = ones(400);
      expect(relativeDifference(instrumentalScores(forest, { compliance }).values, scores(causal).values)).toBeLessThan(
        1e-10,
      );
      const [a, b] = [averageInstrumentalEffect(forest, { compliance }), averageEffect(causal)];
      expect(a.estimate).toBeCloseTo(b.estimate as number, 10);
      expect(a.standardError).toBeCloseTo(b.standardError as number, 10);
      expect(a.n).toBe(b.n);
      const rows = { rows: (_: unknown, row: number) => row % 3 > 0 };
      expect(averageInstrumentalEffect(forest, { compliance, ...rows }).standardError).toBeCloseTo(
        averageEffect(causal, rows).standardError as number,
        10,
      );
    });
  },
);

const forest = fromGrf(exportOf('instrumental'), { kind: 'instrumentalForest' });
const compliance = Float64Array.from(
  (referenceCase('instrumental') as unknown as { complianceScore: number[] }).complianceScore,
);

/** Wald ratio of the weighted covariances of Z with Y and with W (an instrumental regression with intercept). */
function weightedRatio({ trial, outcome, nuisance }: InstrumentalForest, alpha: Float64Array): number {
  const mean = (of: (j: number) => number) => alpha.reduce((sum, weight, j) => sum + weight * of(j), 0);
  const y = (j: number) => outcome[j] - nuisance.outcomeHat[j];
  const w = (j: number) => trial.treatment.values[j] - nuisance.treatmentHat[j];
  const z = (j: number) => trial.instrument.values[j] - nuisance.instrumentHat[j];
  const centre = mean(z);
  return mean((j) => (z(j) - centre) * y(j)) / mean((j) => (z(j) - centre) * w(j));
}

test('kernel weights reproduce the effects', () => {
  const fresh = table('instrumental').slice(0, 10);
  const rows = [0, 3, 50, 399];
  const pairs = [
    [effectWeights(forest, fresh), predictInstrumentalEffects(forest, fresh).effect],
    [outOfBagEffectWeights(forest, rows), rows.map((row) => forest.outOfBag.effect[row])],
  ] as const;
  for (const [weights, effects] of pairs)
    expect(
      relativeDifference(
        weights.map((alpha) => weightedRatio(forest, alpha)),
        effects,
      ),
    ).toBeLessThan(1e-9);
});

test('an outcome of another unit: effects in that unit, to the last bit but the variance', () => {
  const fields = exportOf('instrumental');
  const times = (factor: number, of: unknown) => (of as number[]).map((value) => factor * value);
  const scaled = fromGrf(
    { ...fields, Y: times(4, fields.Y), Yhat: times(4, fields.Yhat) },
    { kind: 'instrumentalForest' },
  );
  expect(scaled.outOfBag.effect).toEqual(forest.outOfBag.effect.map((effect) => 4 * effect));
  expect(scaled.outOfBag.debiasedError).toEqual(forest.outOfBag.debiasedError.map((error) => 16 * error));
  // An instrument of the other sign moves as much the other way: the effect is the same.
  const mirrored = fromGrf(
    { ...fields, Z: times(-1, fields.Z), Zhat: times(-1, fields.Zhat) },
    { kind: 'instrumentalForest' },
  );
  expect(relativeDifference(mirrored.outOfBag.effect, forest.outOfBag.effect)).toBeLessThan(1e-12);
});

test('the treatment may be continuous', () => {
  const fields = exportOf('instrumental');
  const doses = fromGrf(
    { ...fields, W: (fields.W as number[]).map((w, i) => w + (i % 5) / 10) },
    { kind: 'instrumentalForest' },
  );
  expect(doses.trial).toMatchObject({ treatment: { kind: 'continuous' }, instrument: { kind: 'binary', name: 'Z' } });
  expect(averageInstrumentalEffect(doses, { compliance }).estimate).toBeTypeOf('number');
});

describe('what cannot be estimated', () => {
  test('an instrument that moves nothing: no effect, no variance, and a warning that counts', () => {
    const fields = exportOf('instrumental');
    const still = fromGrf({ ...fields, Zhat: fields.Z }, { kind: 'instrumentalForest' });
    expect(still.outOfBag.effect.every(Number.isNaN)).toBe(true);
    expect((still.outOfBag.variance as Float64Array).every(Number.isNaN)).toBe(true);
    expect(still.outOfBag.warnings).toMatchObject([
      { code: 'ROWS_WITHOUT_ESTIMATE', message: expect.stringMatching(/^400 of 400/) },
    ]);
    expect(averageInstrumentalEffect(still, { compliance })).toMatchObject({
      estimate: null,
      standardError: null,
      interval: null,
      warnings: [{ code: 'NO_SCORE', message: expect.stringMatching(/^400 of 400/) }],
    });
  });

  test('no compliance in a row: no score there, and no average over it', () => {
    const none = compliance.map((value, row) => (row === 4 ? 0 : value));
    const found = instrumentalScores(forest, { compliance: none });
    expect(found.values[4]).toBeNaN();
    expect(found.warnings).toMatchObject([{ code: 'NO_SCORE', message: expect.stringMatching(/^1 of 400/) }]);
    expect(averageInstrumentalEffect(forest, { compliance: none }).estimate).toBeNull();
    const without = averageInstrumentalEffect(forest, { compliance: none, rows: (_, row) => row !== 4 });
    expect(without).toMatchObject({ n: 399, warnings: [] });
  });

  test('little compliance is counted', () => {
    const weak = compliance.map((value, row) => (row < 3 ? 0.01 : value));
    expect(averageInstrumentalEffect(forest, { compliance: weak }).warnings).toMatchObject([
      { code: 'WEAK_INSTRUMENT', message: expect.stringMatching(/^3 of 400/) },
    ]);
  });

  test('a single row has no standard error', () => {
    expect(averageInstrumentalEffect(forest, { compliance, rows: [7] })).toMatchObject({
      estimate: expect.any(Number),
      standardError: null,
      warnings: [{ code: 'SINGLE_UNIT' }],
    });
  });

  test.each([
    [{}, /compliance must be a Float64Array of 400 finite numbers, one per row; received undefined/],
    [{ compliance: compliance.slice(1) }, /received Float64Array\(399\)/],
    [{ compliance: compliance.map(() => Number.NaN) }, /finite/],
    [{ compliance, target: 'all' }, /options\.target/],
    [{ compliance, level: 2 }, /level/],
  ])('%o', (options, message) => {
    expect(() => averageInstrumentalEffect(forest, options as never)).toThrow(message);
  });

  test('an instrument that is not binary has no averages', async () => {
    const fields = exportOf('causal-continuous');
    const doses = fromGrf({ ...fields, Z: fields.W, Zhat: fields.What }, { kind: 'instrumentalForest' });
    expect(() => instrumentalScores(doses, { compliance })).toThrow(/instrument 'Z' must be binary/);
    await expect(estimateCompliance(doses)).rejects.toThrow(/instrument 'Z' must be binary/);
  });
});

// Compliance of the same rows by another causal forest of other trees. Both estimate one function with errors of about 0.1
// a row; their means differ by less than 0.05 unless one of them is wrong (the standard error of either is about 0.04, but
// they share the rows, so most of it cancels).
test('estimated compliance is near that of the reference', async () => {
  const estimated = await estimateCompliance(forest, { workers: 0 });
  expect(estimated).toHaveLength(400);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean(estimated) - mean(compliance))).toBeLessThan(0.05);
  expect(averageInstrumentalEffect(forest, { compliance: estimated }).estimate).toBeTypeOf('number');
});
