/**
 * What must not change an estimate, and what must change it in a known way. Equalities hold up to rounding: sums of 120
 * rows in another order or unit, hence 1e-9 relative to the standard error.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { averageEffect } from '../../src/effects/average.js';
import {
  covarianceMatrix,
  difference,
  influenceEstimate,
  jointInfluence,
  variance,
} from '../../src/effects/influence.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { streamFor } from '../../src/math/random.js';
import { type ForestNumbers, forestOf } from './forest-of.js';
import { rowsOf, simulateTrial } from './trials.js';

const targets = ['all', 'treated', 'control', 'overlap'] as const;
const simulated = simulateTrial(streamFor(6, 'invariance'), 120, 3);
const numbers: ForestNumbers = { ...simulated, weights: simulated.x.map((x) => 0.5 + x) };

type Result = { readonly estimate: number | null; readonly standardError: number | null };
const expectSame = (actual: Result, expected: { estimate: number; standardError: number }) => {
  expect(Math.abs((actual.estimate as number) - expected.estimate)).toBeLessThanOrEqual(1e-9 * expected.standardError);
  expect(Math.abs((actual.standardError as number) / expected.standardError - 1)).toBeLessThanOrEqual(1e-9);
};
const numbersOf = ({ estimate, standardError }: Result) => ({
  estimate: estimate as number,
  standardError: standardError as number,
});

describe.each(targets)('average over %s', (target) => {
  const expected = numbersOf(averageEffect(forestOf(numbers), { target }));

  test('does not depend on the order of rows or the names of clusters', () => {
    const order = fc.shuffledSubarray(
      Array.from({ length: 120 }, (_, row) => row),
      { minLength: 120 },
    );
    fc.assert(
      fc.property(order, (rows) => expectSame(averageEffect(forestOf(rowsOf(numbers, rows)), { target }), expected)),
      { numRuns: 20 },
    );
  });

  test('moves with the unit of the outcome and not with its origin', () => {
    const unit = fc.double({ min: -1e3, max: 1e3, noNaN: true }).filter((value) => Math.abs(value) > 1e-3);
    fc.assert(
      fc.property(unit, fc.double({ min: -100, max: 100, noNaN: true }), (scale, origin) => {
        const moved = {
          ...numbers,
          outcome: Array.from(numbers.outcome, (y) => scale * y + origin),
          outcomeHat: Array.from(numbers.outcomeHat, (y) => scale * y + origin),
          effect: Array.from(numbers.effect, (tau) => scale * tau),
        };
        const result = numbersOf(averageEffect(forestOf(moved), { target }));
        const inUnits = { estimate: result.estimate / scale, standardError: result.standardError / Math.abs(scale) };
        // Adding 100 to an outcome of size |scale| costs up to 1e5 times more digits than the scale itself.
        expect(Math.abs(inUnits.estimate - expected.estimate)).toBeLessThanOrEqual(1e-7 * expected.standardError);
        expect(Math.abs(inUnits.standardError / expected.standardError - 1)).toBeLessThanOrEqual(1e-7);
      }),
      { numRuns: 30 },
    );
  });

  test('changes sign where the arms change places', () => {
    const mirrored = {
      ...numbers,
      treatment: Array.from(numbers.treatment, (w) => 1 - w),
      treatmentHat: Array.from(numbers.treatmentHat, (e) => 1 - e),
      effect: Array.from(numbers.effect, (tau) => -tau),
    };
    const other = { all: 'all', treated: 'control', control: 'treated', overlap: 'overlap' } as const;
    const { estimate, standardError } = averageEffect(forestOf(mirrored), { target: other[target] });
    expectSame({ estimate: -(estimate as number), standardError }, expected);
  });

  test('does not depend on the scale of the weights', () => {
    const weights = Array.from(numbers.weights as Float64Array, (weight) => 37 * weight);
    expectSame(averageEffect(forestOf({ ...numbers, weights }), { target }), expected);
  });

  test('a cluster of copies counts as one row', () => {
    if (target === 'overlap') return; // HC3 for rows and HC1 for clusters differ by design.
    const single = { ...numbers, clusters: null };
    const rows = Array.from({ length: 240 }, (_, row) => row >> 1);
    const doubled = { ...rowsOf(single, rows), clusters: rows };
    expectSame(
      averageEffect(forestOf(doubled), { target }),
      numbersOf(averageEffect(forestOf(single), { target, variance: 'joint' })),
    );
  });
});

test('a relative effect does not depend on the unit of the outcome', () => {
  const expected = relativeEffect(forestOf(numbers));
  const cents = {
    ...numbers,
    outcome: Array.from(numbers.outcome, (y) => 100 * y),
    outcomeHat: Array.from(numbers.outcomeHat, (y) => 100 * y),
    effect: Array.from(numbers.effect, (tau) => 100 * tau),
  };
  const result = relativeEffect(forestOf(cents));
  expectSame(result, numbersOf(expected));
  (result.interval as readonly number[]).forEach((end, k) => {
    expect(end).toBeCloseTo((expected.interval as readonly number[])[k], 9);
  });
});

describe('covariance of influence functions', () => {
  const clusters = { name: 'c', ids: Int32Array.of(0, 1, 0, 2, 2, 1), count: 3, labels: ['a', 'b', 'c'] };
  const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 6, maxLength: 6 });

  test('is the brute-force double sum over pairs of rows in one cluster', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const estimates = [first, second].map((psi) => influenceEstimate(0, Float64Array.from(psi)));
        const matrix = covarianceMatrix(estimates, clusters);
        let expected = 0;
        for (let i = 0; i < 6; i++)
          for (let j = 0; j < 6; j++) if (clusters.ids[i] === clusters.ids[j]) expected += first[i] * second[j];
        expect(matrix[0][1]).toBeCloseTo(expected, 9);
        expect(matrix[1][0]).toBeCloseTo(expected, 9);
        const difference2 = matrix[0][0] + matrix[1][1] - 2 * matrix[0][1];
        expect(variance(difference(estimates[0], estimates[1]), clusters)).toBeCloseTo(difference2, 8);
      }),
    );
  });

  test('parts are uncorrelated, and sum up in the joint influence', () => {
    const parts = [
      { values: Float64Array.of(1, 2, 0, 0, 0, 0), clustered: false },
      { values: Float64Array.of(3, 0, 1, 0, 0, 2), clustered: true },
    ];
    const estimate = { estimate: 0, parts };
    // Rows: 1² + 2²; clusters {0, 2}, {1, 5}, {3, 4}: (3 + 1)² + 2² + 0.
    expect(variance(estimate, clusters)).toBe(5 + 20);
    expect(Array.from(jointInfluence(estimate))).toEqual([4, 2, 1, 0, 0, 2]);
    expect(Array.from(parts[0].values)).toEqual([1, 2, 0, 0, 0, 0]);
  });
});
