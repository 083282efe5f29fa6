import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import * as normal from '../../src/math/normal.js';
import * as student from '../../src/math/student-t.js';
import reference from './reference/fixtures/student-t.json' with { type: 'json' };

const relativeError = (actual: number, expected: number): number =>
  actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);

type Row = [argument: number, degreesOfFreedom: number, expected: string];

describe("Student's t against mpmath at 60 digits", () => {
  // The exponent a·ln x reaches 700 where P is near 1e-300; its rounding alone costs 700ε = 1.5e-13 there.
  test('upper tail is right to 2e-13', () => {
    for (const [t, degrees, expected] of reference.upperTail as Row[]) {
      const actual = student.upperTail(t, degrees);
      expect(relativeError(actual, Number(expected)), `P(T > ${t}), ${degrees} df = ${actual}`).toBeLessThan(2e-13);
    }
  });

  test('quantile is right to 2e-13', () => {
    for (const [p, degrees, expected] of reference.quantile as Row[]) {
      const actual = student.quantile(p, degrees);
      expect(relativeError(actual, Number(expected)), `quantile(${p}), ${degrees} df = ${actual}`).toBeLessThan(2e-13);
    }
  });
});

describe('known forms and limits', () => {
  test('one and two degrees of freedom have closed forms', () => {
    for (const t of [0.01, 0.4, 1, 3, 50]) {
      expect(relativeError(student.upperTail(t, 1), Math.atan2(1, t) / Math.PI)).toBeLessThan(1e-14);
      // ½(1 − t/√(2 + t²)) = 1/((2 + t²)(1 + t/√(2 + t²))), without the cancellation.
      const root = t / Math.sqrt(2 + t * t);
      expect(relativeError(student.upperTail(t, 2), 1 / ((2 + t * t) * (1 + root)))).toBeLessThan(1e-14);
    }
  });

  test('fraction and series meet where they change over', () => {
    for (const t of [0.01, 0.5, 1.7, 3, 9]) {
      const below = student.upperTail(t, 10_000 * (1 - 1e-12));
      expect(relativeError(student.upperTail(t, 10_000), below)).toBeLessThan(1e-12);
    }
  });

  test('infinite degrees of freedom are the normal distribution', () => {
    expect(student.upperTail(2, Number.POSITIVE_INFINITY)).toBe(normal.upperTail(2));
    expect(student.quantile(0.975, Number.POSITIVE_INFINITY)).toBe(normal.quantile(0.975));
  });

  test('quantile inverts the cdf, and is odd about one half', () => {
    for (const degrees of [0.7, 3, 25, 400, 2e4, 3e7])
      for (const p of [1e-12, 0.01, 0.2, 0.3, 0.49]) {
        const t = student.quantile(p, degrees);
        expect(relativeError(student.cdf(t, degrees), p)).toBeLessThan(1e-12);
        expect(relativeError(student.quantile(1 - p, degrees), -t)).toBeLessThan(p < 1e-6 ? 1e-3 : 1e-12);
      }
    expect(student.quantile(0.5, 7)).toBe(0);
    expect(student.quantile(0, 7)).toBe(Number.NEGATIVE_INFINITY);
    expect(student.quantile(1, 7)).toBe(Number.POSITIVE_INFINITY);
    expect(student.twoSidedTail(-2.262157162798205, 9)).toBeCloseTo(0.05, 14);
  });

  test('bad arguments are refused by name', () => {
    expect(() => student.upperTail(1, 0)).toThrowError(InvalidOptionError);
    expect(() => student.quantile(0.5, Number.NaN)).toThrowError(InvalidOptionError);
    expect(() => student.quantile(1.5, 3)).toThrowError(InvalidOptionError);
  });
});
