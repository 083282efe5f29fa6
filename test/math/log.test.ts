/** The logarithm against values of 60 digits (reference/fixtures/logarithm.json) and at its ends. */
import { expect, test } from 'vitest';
import { exp } from '../../src/math/exp.js';
import { log } from '../../src/math/log.js';
import reference from './reference/fixtures/logarithm.json' with { type: 'json' };

test('relative error below 3e-16', () => {
  for (const { x, logarithm } of reference) {
    const expected = Number(logarithm);
    expect(Math.abs(log(x) - expected), `x = ${x}`).toBeLessThanOrEqual(3e-16 * Math.abs(expected));
  }
});

test('ends and identities', () => {
  expect(log(1)).toBe(0);
  expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-0)).toBe(Number.NEGATIVE_INFINITY);
  expect(log(-1)).toBeNaN();
  expect(log(Number.NaN)).toBeNaN();
  expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  for (let k = -1074; k < 1024; k += 7) expect(log(2 ** k)).toBeCloseTo(k * Math.LN2, 12);
  for (let k = -50; k < 50; k++) expect(log(exp(k * 0.3))).toBeCloseTo(k * 0.3, 14);
});
