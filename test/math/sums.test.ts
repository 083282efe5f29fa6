import { describe, expect, test } from 'vitest';
import { mean, squaresAbout, sum, variance, weightedVariance } from '../../src/math/sums.js';

describe('compensated sums', () => {
  test('small terms survive between large ones that cancel', () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum([1e16, 1, 1, -1e16])).toBe(2);
  });

  test('a million tenths are a hundred thousand, where a plain loop errs by 1e-6', () => {
    const tenths = new Float64Array(1_000_000).fill(0.1);
    let plain = 0;
    for (const value of tenths) plain += value;
    expect(Math.abs(plain - 100_000)).toBeGreaterThan(1e-7);
    // 0.1 as a double is 5.55e-18 too large: a million of them 5.6e-12, less than a rounding of the total.
    expect(sum(tenths)).toBe(100_000);
  });

  test('weights multiply each term', () => {
    expect(sum([1, 2, 3], [1, 0, 2])).toBe(7);
    expect(mean([1, 2, 3], [1, 0, 3])).toBe(2.5);
    expect(weightedVariance([1, 2, 3], [1, 0, 3])).toBe(0.75);
  });

  test('the variance of values far from 0 keeps its digits', () => {
    expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30);
    expect(squaresAbout([1, 3], 2)).toBe(2);
  });

  test('what does not exist is null, what overflows is infinite', () => {
    expect(mean([])).toBeNull();
    expect(mean([1, 2], [0, 0])).toBeNull();
    expect(variance([1])).toBeNull();
    expect(weightedVariance([1], [0])).toBeNull();
    expect(sum([])).toBe(0);
    expect(sum([1e308, 1e308])).toBe(Number.POSITIVE_INFINITY);
  });
});
