/** The exponential against values of 60 digits (reference/fixtures/exponential.json) and at its ends. */
import { expect, test } from 'vitest';
import { exp } from '../../src/math/exp.js';
import reference from './reference/fixtures/exponential.json' with { type: 'json' };

test('relative error below 4e-16 wherever the result is a normal number', () => {
  for (const { x, exponential } of reference) {
    const expected = Number(exponential);
    const unit = expected > 2.3e-308 ? 4e-16 * expected : 2 ** -1074;
    expect(Math.abs(exp(x) - expected), `x = ${x}`).toBeLessThanOrEqual(unit);
  }
});

test('ends and identities', () => {
  expect(exp(0)).toBe(1);
  expect(exp(-0)).toBe(1);
  expect(exp(Number.NaN)).toBeNaN();
  expect(exp(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(exp(709.79)).toBe(Number.POSITIVE_INFINITY);
  expect(exp(-745.14)).toBe(0);
  expect(exp(-745.13)).toBe(2 ** -1074);
  for (let k = 1; k < 50; k++) expect(exp(k * 0.1) * exp(k * -0.1)).toBeCloseTo(1, 15);
});
