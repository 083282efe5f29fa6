/**
 * Tests for heterogeneity keep their level where there is none, and find it where it is: bench/null in small. A right test
 * exceeds the limit with a probability of at most 0.001 (99.9 % quantile of a binomial at 5 %); there are ten of them.
 */
import { describe, expect, test } from 'vitest';
import {
  type DesignName,
  HONEST_TESTS,
  rejectionLimit,
  rejectionsIn,
  SIZES,
  TESTS,
  type TestName,
} from '../../bench/null/rejections.js';

const quick = { ...SIZES, splits: 10, draws: 50 };

async function count(design: DesignName, trials: number): Promise<Record<TestName, number>> {
  const counts = Object.fromEntries(TESTS.map((name) => [name, 0])) as Record<TestName, number>;
  for (let index = 0; index < trials; index++) {
    const rejected = await rejectionsIn(design, 50_000 + index, quick);
    for (const name of TESTS) if (rejected[name]) counts[name]++;
  }
  return counts;
}

describe('without heterogeneity', () => {
  test.each(['randomised, same effect', 'clustered, same effect'] as const)('200 trials, %s', async (design) => {
    const counts = await count(design, 200);
    for (const name of HONEST_TESTS) expect(counts[name], name).toBeLessThanOrEqual(rejectionLimit(200));
    // The tests could fail: splitting rows by their own effects does, in about a quarter of the trials.
    expect(counts['naive: own effects split at their median']).toBeGreaterThan(rejectionLimit(200));
  });
});

test('with an effect of max(x1, 0), 60 trials: honest tests have power', async () => {
  const counts = await count('randomised, effects differ', 60);
  // Shares over 400 trials stand in bench/README.md; the limits lie at least four binomial standard deviations below, where
  // fewer splits and draws are allowed for too.
  const least: Partial<Record<TestName, number>> = {
    'calibration, differential': 44,
    'ranking, AUTOC': 34,
    'ranking, QINI': 34,
    'high against low': 22,
    'sorted groups, highest − lowest': 12,
  };
  for (const name of HONEST_TESTS) expect(counts[name], name).toBeGreaterThanOrEqual(least[name] as number);
});
