/** Refined effects over many trials: calm where nothing varies, intervals that hold where something does. */
import { expect, test } from 'vitest';
import { fitCausalForest } from '../../../src/causal/causal-forest.js';
import { averageEffect } from '../../../src/effects/average.js';
import { designTrial } from '../../support/trials.js';

/**
 * The error of rows over that of the average effect: 1.1 to 1.2 in simulations of other designs. Over 100 trials the excess, a
 * mean of mostly zeros, has a standard error of about 0.05: above 1.4 it comes with probability below 0.001.
 */
test('a constant effect: hardly more error than the average effect has', async () => {
  let [ofRows, ofAverage] = [0, 0];
  for (let seed = 0; seed < 100; seed++) {
    const { trial } = designTrial('constant', 500, 3000 + seed, 6);
    const { outOfBag, refined } = await fitCausalForest(trial, { estimator: 'refined', numTrees: 200, seed });
    ofRows += outOfBag.effect.reduce((sum, effect) => sum + (effect - 0.5) ** 2, 0) / trial.rowCount;
    ofAverage += ((refined?.constant ?? 0) - 0.5) ** 2;
  }
  expect(ofRows / ofAverage).toBeLessThan(1.4);
});

/**
 * Rows of one trial share much of their error, so coverage varies from trial to trial by about 0.1, and its mean over 40 by
 * 0.016: four of those below the nominal 0.95 is 0.886. The average effect of 40 trials is held 33 times or more but with
 * probability 0.002 (binomial, 0.95).
 */
test('confounding and an effect that varies: intervals for rows and for the average hold', async () => {
  let [held, rows, averages] = [0, 0, 0];
  for (let seed = 0; seed < 40; seed++) {
    const { trial, simulated } = designTrial('confounded', 1000, 4000 + seed, 6);
    const forest = await fitCausalForest(trial, { estimator: 'refined', numTrees: 400, seed });
    forest.outOfBag.effect.forEach((effect, i) => {
      const error = Math.sqrt((forest.outOfBag.variance as Float64Array)[i]);
      held += +(Math.abs(effect - simulated.effect[i]) < 1.96 * error);
      rows++;
    });
    const [lower, upper] = averageEffect(forest).interval as readonly [number, number];
    const truth = simulated.effect.reduce((sum, value) => sum + value, 0) / simulated.effect.length;
    averages += +(lower <= truth && truth <= upper);
  }
  expect(held / rows).toBeGreaterThan(0.886);
  expect(averages).toBeGreaterThanOrEqual(33);
});
