/** The limit of bench/null against exact binomial quantiles (summed in rational arithmetic). */
import { expect, test } from 'vitest';
import { rejectionLimit } from '../../bench/null/rejections.js';

test.each([
  [10, 4],
  [60, 9],
  [100, 13],
  [200, 21],
  [400, 35],
])('of %i tests at 5 %%, more than %i reject with a probability of at most 0.001', (trials, limit) => {
  expect(rejectionLimit(trials)).toBe(limit);
});
