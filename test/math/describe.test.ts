import { describe, expect, test } from 'vitest';
import { describe as describeValues, quantiles } from '../../src/math/describe.js';

describe('descriptive summaries', () => {
  test("quantiles are R's type 7", () => {
    // The definition: between the order statistics at (n − 1)p, here 1 + 3p.
    const values = Float64Array.of(4, 2, 1, 3);
    [1, 1.3, 1.75, 2.5, 3.7, 4].forEach((expected, k) => {
      expect(quantiles(values, [0, 0.1, 0.25, 0.5, 0.9, 1])[k]).toBeCloseTo(expected, 14);
    });
    expect(quantiles(Float64Array.of(5), [0, 0.3, 1])).toEqual([5, 5, 5]);
  });

  test('NaN are counted and left out; the column is not reordered', () => {
    const values = Float64Array.of(10, Number.NaN, -2, 4);
    expect(describeValues(values)).toEqual({
      count: 3,
      missing: 1,
      mean: 4,
      standardDeviation: 6,
      minimum: -2,
      lowerQuartile: 1,
      median: 4,
      upperQuartile: 7,
      maximum: 10,
    });
    expect(values).toEqual(Float64Array.of(10, Number.NaN, -2, 4));
  });

  test('what does not exist is null', () => {
    expect(describeValues(Float64Array.of(Number.NaN))).toMatchObject({
      count: 0,
      missing: 1,
      mean: null,
      median: null,
    });
    expect(describeValues(Float64Array.of(1))).toMatchObject({ mean: 1, standardDeviation: null, maximum: 1 });
    expect(quantiles(new Float64Array(0), [0.5])).toEqual([null]);
  });
});
