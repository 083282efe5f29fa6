/**
 * Gamma draws against the exact law, the regularised incomplete gamma function. Each test of a law fails a right generator
 * with probability at most 1e-6; there are 5 Kolmogorov-Smirnov tests and 10 of moments.
 */
import { describe, expect, test } from 'vitest';
import { drawGamma, drawLogGamma } from '../../src/math/gamma.js';
import { streamFor } from '../../src/math/random.js';
import { distanceLimit, distanceToLaw, NORMAL_LIMIT } from '../support/frequencies.js';
import { drawn } from '../support/generated-problem.js';

/** ln Γ(k) by Stirling's series beyond 100, whose error is that of rounding there. */
function logGamma(k: number): number {
  if (k < 100) return logGamma(k + 1) - Math.log(k);
  return (
    (k - 0.5) * Math.log(k) - k + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * k) - 1 / (360 * k ** 3) + 1 / (1260 * k ** 5)
  );
}

/** P(log G ≤ t) for shape k: e^(kt − x) Σⱼ xʲ / Γ(k + j + 1), x = eᵗ (Abramowitz & Stegun 6.5.29); terms fall after j = x. */
function law(k: number, t: number): number {
  const x = Math.exp(t);
  let term = 1;
  let sum = 1;
  for (let j = 1; j < x || term > 1e-17 * sum; j++) {
    term *= x / (k + j);
    sum += term;
  }
  return Math.exp(k * t - x - logGamma(k + 1) + Math.log(sum));
}

test('the law itself: exponential at shape 1, a sum of two at 2, and half a square of a normal number at ½', () => {
  for (const x of [1e-9, 0.1, 1, 3, 20]) {
    expect(law(1, Math.log(x))).toBeCloseTo(1 - Math.exp(-x), 12);
    expect(law(2, Math.log(x))).toBeCloseTo(1 - (1 + x) * Math.exp(-x), 12);
  }
  // |Z| < 1.959964 with probability 0.95.
  expect(law(0.5, Math.log(1.959963984540054 ** 2 / 2))).toBeCloseTo(0.95, 12);
  expect(law(1000, Math.log(1000))).toBeCloseTo(0.5042, 4);
});

const COUNT = 20_000;

describe.each([0.05, 0.5, 1, 3.7, 1000])('shape %f', (k) => {
  test('Kolmogorov and Smirnov', () => {
    const stream = streamFor(1, 'gamma', k);
    const logs = drawn(COUNT, () => drawLogGamma(stream, k));
    expect(distanceToLaw(logs, (t) => law(k, t))).toBeLessThan(distanceLimit(COUNT));
  });

  test('mean and variance are the shape', () => {
    const stream = streamFor(2, 'gamma', k);
    const values = drawn(COUNT, () => drawGamma(stream, k));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - k) ** 2, 0) / COUNT;
    // A squared difference has variance 2k² + 6k: the fourth cumulant is 6k.
    expect(Math.abs(mean - k)).toBeLessThan(NORMAL_LIMIT * Math.sqrt(k / COUNT));
    expect(Math.abs(variance - k)).toBeLessThan(NORMAL_LIMIT * Math.sqrt((2 * k * k + 6 * k) / COUNT));
  });
});

test('the draw is what its logarithm says, from the same stream', () => {
  for (const k of [0.05, 0.9, 1, 30]) {
    const [stream, same] = [streamFor(3, 'gamma', k), streamFor(3, 'gamma', k)];
    for (let i = 0; i < 100; i++) {
      const value = drawGamma(stream, k);
      expect(Math.abs(Math.log(value) - drawLogGamma(same, k))).toBeLessThan(
        1e-12 * Math.max(1, Math.abs(Math.log(value))),
      );
    }
  }
});

test('logarithms stay finite where nearly all draws are 0', () => {
  const stream = streamFor(4, 'gamma');
  const logs = drawn(COUNT, () => drawLogGamma(stream, 1e-3));
  expect(logs.every(Number.isFinite)).toBe(true);
  // G < 1e-323 with probability 0.475.
  expect(logs.filter((value) => Math.exp(value) === 0).length).toBeGreaterThan(0.4 * COUNT);
  expect(distanceToLaw(logs, (t) => law(1e-3, t))).toBeLessThan(distanceLimit(COUNT));
});
