import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import * as normal from '../../src/math/normal.js';
import reference from './reference/fixtures/normal.json' with { type: 'json' };

/** |a − b|/|b|; 0 where both are 0. */
const relativeError = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);

const { density, cdf, upperTail, erf, erfc, inverseMillsLower, quantile } = normal;
const cases = { density, cdf, upperTail, erf, erfc, inverseMillsLower, quantile };

describe('the normal distribution against mpmath at 60 digits', () => {
  // Cody states 1.2e-16 relative for the approximations; products of two exponentials and a ratio cost a few roundings.
  // The quantile is AS 241's (about 1e-16) in an argument √(−ln p) that is rounded once.
  test.each(Object.keys(cases) as (keyof typeof cases)[])('%s is right to 2e-15', (name) => {
    for (const [argument, expected] of reference[name] as [number, string][]) {
      const actual = cases[name](argument);
      expect(relativeError(actual, Number(expected)), `${name}(${argument}) = ${actual}`).toBeLessThan(2e-15);
    }
  });
});

describe('limits and symmetries', () => {
  test('tails add to one and mirror each other', () => {
    for (let z = -9; z <= 9; z += 0.37) {
      expect(normal.cdf(z) + normal.upperTail(z)).toBeCloseTo(1, 15);
      expect(normal.cdf(z)).toBe(normal.upperTail(-z));
    }
  });

  test('the quantile inverts the cdf in both tails', () => {
    for (const z of [-37, -20, -8, -3, -1, -0.1, 0.1, 1, 3]) {
      // dz = dp/φ(z): a rounding of p moves z by ε·Φ/φ ≤ ε/|z| in the lower tail, more in the upper.
      expect(normal.quantile(normal.cdf(z))).toBeCloseTo(z, 12);
    }
  });

  test('ends of the scale', () => {
    expect(normal.quantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normal.quantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(normal.upperTail(Number.POSITIVE_INFINITY)).toBe(0);
    expect(normal.cdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normal.density(1e300)).toBe(0);
    expect(normal.inverseMillsLower(Number.NEGATIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(normal.inverseMillsLower(Number.POSITIVE_INFINITY)).toBe(0);
    expect(normal.twoSidedTail(-1.959963984540054)).toBeCloseTo(0.05, 15);
  });

  test('a probability outside [0, 1] is refused by name', () => {
    for (const probability of [-0.1, 1.1, Number.NaN])
      expect(() => normal.quantile(probability)).toThrowError(InvalidOptionError);
  });
});
