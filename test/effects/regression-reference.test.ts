/**
 * Best linear projection and calibration against grf 2.6.1, which prints estimate, standard error, t and p.
 * Tolerance 1e-9 of the value (1e-8 for p, which magnifies the error of t): inputs have 15 digits.
 */
import { describe, expect, test } from 'vitest';
import { testCalibration } from '../../src/diagnostics/calibration.js';
import type { Coefficient } from '../../src/effects/coefficients.js';
import { bestLinearProjection } from '../../src/effects/projection.js';
import { referenceCase } from '../support/grf-forest.js';
import { forestOf } from './forest-of.js';

interface Table {
  readonly rows: readonly (readonly number[])[];
}
type Figures = Readonly<Record<'blpOverlapHC3' | 'calibration' | 'calibrationHC1', Table>> & {
  readonly blp: Readonly<Record<'HC0' | 'HC1' | 'HC2' | 'HC3', Table>>;
};

function expectTable(actual: readonly Coefficient[], { rows }: Table): void {
  expect(actual.length).toBe(rows.length);
  rows.forEach((row, term) => {
    const { estimate, standardError, tStatistic, pValue } = actual[term] as Coefficient;
    [estimate, standardError, tStatistic, pValue].forEach((value, column) => {
      const expected = row[column] as number;
      const scale = Math.max(Math.abs(expected), column < 2 ? 0.1 : 1e-6);
      expect(Math.abs((value as number) - expected) / scale, `${term}, ${column}`).toBeLessThan(
        column < 3 ? 1e-9 : 1e-8,
      );
    });
  });
}

describe.each([
  'causal-randomized',
  'causal-confounded',
  'causal-missing',
  'causal-clusters-weights',
  'causal-clusters-equalized',
])('%s', (name) => {
  const reference = referenceCase(name);
  const figures = reference as unknown as Figures;
  const forest = forestOf({
    outcome: reference.Y,
    treatment: reference.W,
    effect: reference.oob.predictions as readonly number[],
    outcomeHat: reference.Yhat as readonly number[],
    treatmentHat: reference.What as readonly number[],
    weights: reference.sampleWeights,
    clusters: reference.clusters,
    equalizeClusterWeights: reference.equalizeClusterWeights,
  });
  const on = Object.fromEntries([0, 1].map((f) => [`a${f + 1}`, Float64Array.from(reference.X, (row) => row[f] ?? 0)]));

  test.each(['HC0', 'HC1', 'HC2', 'HC3'] as const)('projection, %s', (covariance) => {
    expectTable(bestLinearProjection(forest, { on, covariance }), figures.blp[covariance]);
  });

  test('projection, overlap-weighted', () => {
    expectTable(bestLinearProjection(forest, { on, target: 'overlap' }), figures.blpOverlapHC3);
  });

  test('calibration', () => {
    const { mean, differential } = testCalibration(forest);
    expectTable([mean, differential], figures.calibration);
    const hc1 = testCalibration(forest, { covariance: 'HC1' });
    expectTable([hc1.mean, hc1.differential], figures.calibrationHC1);
  });
});

describe('what is refused or not estimable', () => {
  const { Y, W, oob, Yhat, What } = referenceCase('causal-randomized');
  const forest = forestOf({
    outcome: Y,
    treatment: W,
    effect: oob.predictions as readonly number[],
    outcomeHat: Yhat as readonly number[],
    treatmentHat: What as readonly number[],
    covariates: [
      { kind: 'number', name: 'age', values: Float64Array.from(Y, (_, i) => (i === 3 ? Number.NaN : i)) },
      { kind: 'category', name: 'region', codes: new Int32Array(Y.length), levels: ['north'] },
    ],
  });

  test('unknown names, categories, missing values and wrong lengths name the culprit', () => {
    expect(() => bestLinearProjection(forest, { on: ['agee'] })).toThrow(/did you mean 'age'.*agee/);
    expect(() => bestLinearProjection(forest, { on: ['region'] })).toThrow(/region/);
    expect(() => bestLinearProjection(forest, { on: ['age'] })).toThrow(/'age' has no number in row 3/);
    expect(() => bestLinearProjection(forest, { on: { mine: new Float64Array(2) } })).toThrow(/on\.mine/);
    expect(() => testCalibration(forest, { covariance: 'HC9' as 'HC3' })).toThrow(/covariance/);
  });

  test('few clusters are said beside a standard error', () => {
    const clusters = Y.map((_, i) => i % 7);
    const by = forestOf({
      outcome: Y,
      treatment: W,
      effect: oob.predictions as readonly number[],
      outcomeHat: Yhat as readonly number[],
      treatmentHat: What as readonly number[],
      clusters,
    });
    const { mean } = testCalibration(by);
    expect(mean.warnings.map(({ code }) => code)).toEqual(['FEW_CLUSTERS']);
    const [intercept] = bestLinearProjection(by, { on: { one: Float64Array.from(Y, (_, i) => i % 5) } });
    expect(intercept?.warnings[0]?.message).toMatch(/^Only 7 clusters/);
  });

  test('a column that depends on another is null and says so', () => {
    const one = Float64Array.from(Y, (_, i) => i % 7);
    const [, first, second] = bestLinearProjection(forest, { on: { one, twice: one.map((x) => 2 * x) } });
    const left = [first, second].filter((term) => term?.estimate === null);
    expect(left).toHaveLength(1);
    expect(left[0]?.warnings[0]?.code).toBe('DEPENDENT_COLUMN');
  });
});
