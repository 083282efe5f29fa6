/** What is said when an average cannot be trusted, and what is refused at the door. */
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import { averageEffect } from '../../src/effects/average.js';
import type { AverageEffectOptions } from '../../src/effects/options.js';
import { scores } from '../../src/effects/scores.js';
import { streamFor } from '../../src/math/random.js';
import { type ForestNumbers, forestOf } from './forest-of.js';
import { rowsOf, simulateTrial } from './trials.js';

const simulated = simulateTrial(streamFor(5, 'checks'), 200);
const forest = forestOf(simulated);

const changed = (field: 'treatmentHat' | 'effect' | 'treatment', row: number, value: number): ForestNumbers => {
  const values = Float64Array.from(simulated[field]);
  values[row] = value;
  return { ...simulated, [field]: values };
};
const firstRow = (arm: number) => Array.from(simulated.treatment).indexOf(arm);
const codes = (numbers: ForestNumbers, options: AverageEffectOptions = {}) => {
  const { estimate, standardError, interval, warnings } = averageEffect(forestOf(numbers), options);
  expect([standardError === null, interval === null]).toEqual([standardError === null, standardError === null]);
  return { given: estimate !== null, codes: warnings.map(({ code }) => code) };
};

test('nothing to say about a sound sample', () => {
  expect(averageEffect(forest)).toMatchObject({ warnings: [], n: 200, outcome: 'y', target: 'all', level: 0.95 });
});

describe('propensities', () => {
  test('0 or 1 where the estimator divides: null, and what to use instead', () => {
    const control = firstRow(0);
    const treated = firstRow(1);
    for (const target of ['all', 'treated'] as const) {
      const one = codes(changed('treatmentHat', control, 1), { target });
      expect(one).toEqual({ given: false, codes: ['NOT_IDENTIFIED', 'EXTREME_PROPENSITY'] });
    }
    expect(codes(changed('treatmentHat', treated, 0), { target: 'control' }).given).toBe(false);
    const { warnings } = averageEffect(forestOf(changed('treatmentHat', control, 1)));
    expect(warnings[0].message).toMatch(
      /'all' is not identified: 1 of 200 rows .* 0 or 1\. Use averageEffect with target 'overlap'/,
    );
  });

  test('the same rows do not stop an average that does not divide by them', () => {
    expect(codes(changed('treatmentHat', firstRow(0), 1), { target: 'overlap' })).toEqual({ given: true, codes: [] });
    expect(codes(changed('treatmentHat', firstRow(0), 0), { target: 'treated' })).toEqual({ given: true, codes: [] });
    expect(codes(changed('treatmentHat', firstRow(0), 1), { target: 'control' }).given).toBe(true);
    expect(codes(changed('treatmentHat', firstRow(1), 1), { target: 'treated' }).given).toBe(true);
  });

  test('near 0 or 1: counted with the range, never clipped', () => {
    const numbers = changed('treatmentHat', firstRow(0), 0.99);
    const { estimate, warnings } = averageEffect(forestOf(numbers));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'EXTREME_PROPENSITY' });
    expect(warnings[0].message).toMatch(
      /^1 of 200 rows .* outside 0\.05 to 0\.95 \(smallest 0\.3\d*, largest 0\.990\)/,
    );
    expect(estimate).toBeCloseTo(scores(forestOf(numbers)).values.reduce((sum, score) => sum + score, 0) / 200, 12);
    expect(codes(numbers, { target: 'control' }).codes).toEqual([]);
  });

  test('no control with a positive propensity: the treated have nobody to be compared with', () => {
    const treatmentHat = Float64Array.from(simulated.treatment, (w) => (w === 1 ? 0.5 : 0));
    expect(codes({ ...simulated, treatmentHat }, { target: 'treated' }).codes[0]).toBe('NOT_IDENTIFIED');
  });
});

describe('rows', () => {
  test('without an out-of-bag estimate: null, counted, more trees advised', () => {
    const numbers = changed('effect', 3, Number.NaN);
    expect(codes(numbers)).toEqual({ given: false, codes: ['NO_OUT_OF_BAG_ESTIMATE'] });
    expect(averageEffect(forestOf(numbers)).warnings[0].message).toMatch(/^1 of 200 rows .*more trees/);
    expect(averageEffect(forestOf(numbers), { rows: (_, row) => row !== 3 })).toMatchObject({ n: 199, warnings: [] });
    const { values, warnings } = scores(forestOf(numbers));
    expect(values.filter(Number.isNaN)).toHaveLength(1);
    expect(warnings[0].code).toBe('NO_SCORE');
  });

  test('of weight 0 do not count', () => {
    const weights = simulated.x.map((_, row) => (row < 50 ? 0 : 2));
    const weighted = averageEffect(forestOf({ ...simulated, weights }));
    const chosen = averageEffect(forest, { rows: (_, row) => row >= 50 });
    expect(weighted.n).toBe(150);
    expect(weighted.estimate).toBeCloseTo(chosen.estimate as number, 12);
    expect(weighted.standardError).toBeCloseTo(chosen.standardError as number, 12);
    const none = codes({ ...simulated, weights: simulated.x.map(() => 0) });
    expect(none).toEqual({ given: false, codes: ['NO_WEIGHT'] });
  });

  test('of one arm only, of few rows, of few clusters', () => {
    const treated = Array.from(simulated.treatment).flatMap((w, row) => (w === 1 ? [row] : []));
    expect(codes(rowsOf(simulated, treated))).toEqual({ given: false, codes: ['ARM_MISSING'] });
    const [missing] = averageEffect(forest, { rows: treated }).warnings;
    expect(missing.message).toMatch(/^No effect over these rows is identified.* a control.*join groups/);
    const few = [
      ...treated.slice(0, 19),
      ...Array.from(simulated.x.keys()).filter((row) => simulated.treatment[row] === 0),
    ];
    expect(codes(rowsOf(simulated, few))).toEqual({ given: true, codes: ['SMALL_ARM'] });
    const clusters = simulated.x.map((_, row) => row % 19);
    expect(codes({ ...simulated, clusters })).toEqual({ given: true, codes: ['FEW_CLUSTERS'] });
    const single = averageEffect(forestOf({ ...simulated, clusters: simulated.x.map(() => 1) }));
    expect(single).toMatchObject({ standardError: null, interval: null });
    expect(single.warnings.map(({ code }) => code)).toEqual(['SINGLE_UNIT']);
    expect(single.estimate).not.toBeNull();
  });

  test('where one row decides the overlap-weighted slope, no number is given', () => {
    const numbers = {
      ...simulated,
      treatment: simulated.x.map((_, row) => (row === 0 ? 1 : 0)),
      treatmentHat: simulated.x.map(() => 0.5),
    };
    expect(codes(numbers, { target: 'overlap' })).toEqual({
      given: false,
      codes: ['SMALL_ARM', 'NO_TREATMENT_VARIATION'],
    });
  });
});

describe('options', () => {
  test.each([
    [{ taget: 'all' }, /did you mean 'target'/],
    [{ target: 'everyone' }, /target must be one of 'all', 'treated', 'control', 'overlap'/],
    [{ level: 95 }, /level must be a number above 0 and below 1/],
    [{ estimator: 'tmle', target: 'overlap' }, /estimator must be 'aipw', because target 'overlap'/],
    [{ estimator: 'tmle', variance: 'joint' }, /variance must be left out with estimator 'tmle'/],
    [{ estimator: 'tlme' }, /estimator must be one of 'aipw', 'tmle'/],
    [{ variance: 'clustered' }, /variance must be one of 'joint', 'separate'/],
    [{ rows: [] }, /rows must be a selection of at least one row/],
    [{ rows: [true, false] }, /rows/],
    [{ rows: [0, 200] }, /row number from 0 to 199/],
    [{ rows: [0, 1, 1, 0] }, /without repetition/],
    [{ debiasingWeights: new Float64Array(200) }, /debiasingWeights must be left out/],
  ])('%o is refused', (options, message) => {
    expect(() => averageEffect(forest, options as AverageEffectOptions)).toThrow(InvalidOptionError);
    expect(() => averageEffect(forest, options as AverageEffectOptions)).toThrow(message);
  });

  test('a continuous treatment needs its variance, positive and one per row', () => {
    const continuous = forestOf({ ...simulated, kind: 'continuous' });
    const treatmentVariance = new Float64Array(200).fill(0.2);
    expect(() => averageEffect(continuous)).toThrow(/treatmentVariance must be given/);
    expect(() => scores(continuous)).toThrow(/treatmentVariance must be given/);
    expect(() => averageEffect(continuous, { target: 'treated' })).toThrow(/'all' or 'overlap'/);
    expect(() => scores(continuous, { treatmentVariance: new Float64Array(200) })).toThrow(/treatmentVariance\[0\]/);
    expect(() => scores(continuous, { treatmentVariance: new Float64Array(2) })).toThrow(/one number per row \(200\)/);
    expect(() => scores(continuous, { treatmentVariance, debiasingWeights: treatmentVariance })).toThrow(/left out/);
    expect(averageEffect(continuous, { treatmentVariance }).estimate).not.toBeNull();
  });

  test('the targeted estimator names what it is not made for', () => {
    const refused = (numbers: ForestNumbers) => () => averageEffect(forestOf(numbers), { estimator: 'tmle' });
    expect(refused({ ...simulated, weights: simulated.x })).toThrow(/rows have weights/);
    expect(refused({ ...simulated, clusters: simulated.x.map((_, row) => row % 50) })).toThrow(/clusters/);
    expect(refused({ ...simulated, kind: 'continuous' })).toThrow(/continuous/);
    const one = firstRow(1);
    const chosen = [one, ...Array.from(simulated.x.keys()).filter((row) => simulated.treatment[row] === 0)];
    for (const target of ['all', 'treated', 'control'] as const) {
      const single = averageEffect(forest, { target, estimator: 'tmle', rows: chosen });
      expect(single).toMatchObject({ estimate: null, standardError: null });
      expect(single.warnings.map(({ code }) => code)).toContain('NO_TREATMENT_VARIATION');
    }
  });

  test('results are plain frozen data', () => {
    const result = averageEffect(forestOf({ ...simulated, clusters: simulated.x.map((_, row) => row % 19) }));
    for (const part of [result, result.warnings, result.interval]) expect(Object.isFrozen(part)).toBe(true);
    expect(structuredClone(result)).toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
