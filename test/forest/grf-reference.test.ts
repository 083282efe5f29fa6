/**
 * Forests fitted by grf 2.6.1, read in: predictions, variances and errors must be grf's own.
 * Tolerance 1e-9 (variances 1e-8) of the array's largest value: inputs have 15 digits and sums run in another order.
 */
import { describe, expect, test } from 'vitest';
import { influenceCoefficientsInto, slopeOf } from '../../src/causal/effect-moments.js';
import { outOfBagEffects } from '../../src/causal/predict-effects.js';
import { kernelWeights } from '../../src/forest/kernel-weights.js';
import { eachNewBlock } from '../../src/forest/leaf-blocks.js';
import { littleBagVariancesInto } from '../../src/forest/little-bags.js';
import { outOfBagMeans } from '../../src/forest/regression-forest.js';
import { meanMoments, slopeMoments } from '../../src/tree/leaf-moments.js';
import { grfForest, type ReferenceCase, referenceCase, relativeDifference } from '../support/grf-forest.js';

const residuals = ({ Y, W, Yhat, What }: ReferenceCase) => ({
  outcome: Float64Array.from(Y, (y, i) => y - (Yhat?.[i] ?? 0)),
  treatment: Float64Array.from(W, (w, i) => w - (What?.[i] ?? 0)),
});
const weightsOf = ({ sampleWeights }: ReferenceCase) => sampleWeights && Float64Array.from(sampleWeights);

describe.each([
  'causal-randomized',
  'causal-confounded',
  'causal-continuous',
  'causal-missing',
  'causal-clusters-weights',
  'causal-clusters-equalized',
])('%s', (name) => {
  const reference = referenceCase(name);
  const { outcome, treatment } = residuals(reference);
  const { forest, code } = grfForest(reference, slopeMoments(outcome, treatment, weightsOf(reference)));

  test('out-of-bag effects, variances and errors', () => {
    const actual = outOfBagEffects(forest, code(reference.X), outcome, treatment);
    expect(relativeDifference(actual.effect, reference.oob.predictions)).toBeLessThan(1e-9);
    expect(relativeDifference(actual.variance as Float64Array, reference.oob['variance.estimates'])).toBeLessThan(1e-8);
    expect(relativeDifference(actual.debiasedError, reference.oob['debiased.error'])).toBeLessThan(1e-9);
    expect(relativeDifference(actual.excessError, reference.oob['excess.error'])).toBeLessThan(1e-9);
  });

  test('effects and variances of new rows', () => {
    const points = code(reference.Xnew);
    const effect = new Float64Array(points.rowCount);
    const variance = new Float64Array(points.rowCount);
    const coefficients = new Float64Array(5 * points.rowCount);
    eachNewBlock(forest, points, (block) => {
      for (let r = 0; r < effect.length; r++) effect[r] = slopeOf(block.average, 5 * r);
      influenceCoefficientsInto(block.average, effect, effect.length, coefficients);
      littleBagVariancesInto(forest, block, coefficients, variance);
    });
    expect(relativeDifference(effect, reference.new.predictions)).toBeLessThan(1e-9);
    expect(relativeDifference(variance, reference.new['variance.estimates'])).toBeLessThan(1e-8);
  });

  test('kernel weights of a new row', () => {
    const [weights] = kernelWeights(forest, code(reference.X), code(reference.Xnew), Int32Array.of(0), false);
    expect(relativeDifference(weights, reference.forestWeightsRow1New)).toBeLessThan(1e-12);
  });
});

test('regression forest: out-of-bag means, variances and errors', () => {
  const reference = referenceCase('regression');
  const outcome = Float64Array.from(reference.Y);
  const { forest, code } = grfForest(reference, meanMoments(outcome, weightsOf(reference)));
  const actual = outOfBagMeans(forest, code(reference.X), outcome);
  expect(relativeDifference(actual.estimate, reference.oob.predictions)).toBeLessThan(1e-9);
  expect(relativeDifference(actual.variance as Float64Array, reference.oob['variance.estimates'])).toBeLessThan(1e-8);
  expect(relativeDifference(actual.debiasedError, reference.oob['debiased.error'])).toBeLessThan(1e-9);
  expect(relativeDifference(actual.excessError, reference.oob['excess.error'])).toBeLessThan(1e-9);
});
