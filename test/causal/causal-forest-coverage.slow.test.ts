/** Coverage and variances where that takes minutes: estimated propensities, and forests large enough to be free of noise. */
import { expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { fitDoubleSampleForest, fitPropensityForest } from '../../src/causal/tree-average-forest.js';
import { averageEffect } from '../../src/effects/average.js';
import { designTrial } from '../support/trials.js';

// Everything is estimated; with 1,000 rows the bias that is left (0.2 standard errors) costs half a per cent of coverage.
// With coverage 0.945 the count of 400 falls outside [360, 394] with probability 0.0003.
test('confounded trials: the average effect E[1 + x3/2] = 1 is covered', async () => {
  let hits = 0;
  for (let seed = 0; seed < 400; seed++) {
    const { trial } = designTrial('confounded', 1000, 1000 + seed);
    const forest = await fitCausalForest(trial, { numTrees: 100, seed });
    const [lower, upper] = averageEffect(forest).interval as readonly [number, number];
    if (lower <= 1 && 1 <= upper) hits++;
  }
  expect(hits).toBeGreaterThanOrEqual(360);
  expect(hits).toBeLessThanOrEqual(394);
});

/**
 * Without an effect there is no bias, so the mean variance must be the mean squared error. Rows of one trial share most of
 * their error: over 100 trials the mean squared error has a standard error of about 14 %, and the band is four of those.
 */
test.each([
  ['causal forest', fitCausalForest],
  ['double-sample forest', fitDoubleSampleForest],
  ['propensity forest', fitPropensityForest],
] as const)(
  '%s of 2,000 trees: variances are the squared errors, and intervals of single rows cover',
  async (_, fitForest) => {
    let [variance, squared, hits, points] = [0, 0, 0, 0];
    for (let seed = 0; seed < 100; seed++) {
      const { trial } = designTrial('none', 200, 5000 + seed);
      const { outOfBag } = await fitForest(trial, { numTrees: 2000, seed });
      for (let row = 0; row < 200; row += 10) {
        const own = outOfBag.variance?.[row] as number;
        expect(own).toBeGreaterThan(0);
        variance += own;
        squared += outOfBag.effect[row] ** 2;
        points++;
        if (outOfBag.effect[row] ** 2 <= 1.96 ** 2 * own) hits++;
      }
    }
    expect(variance / squared).toBeGreaterThan(0.55);
    expect(variance / squared).toBeLessThan(1.55);
    // A trial's share of covered rows has a standard deviation of about 0.12: 0.93 ± 0.05 is four standard errors.
    expect(hits / points).toBeGreaterThan(0.88);
    expect(hits / points).toBeLessThan(0.99);
  },
);
