/** Nuisances by forest: out of bag, of the size and kind that the causal forest's options say, and used where none is given. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { estimateTreatmentVariance } from '../../src/causal/treatment-variance.js';
import { resolveForestOptions } from '../../src/forest/forest-options.js';
import { fitRegressionForest, outOfBagMeans, trainMeanForest } from '../../src/forest/regression-forest.js';
import { streamFor } from '../../src/math/random.js';
import { forestNuisance } from '../../src/nuisance/forest-nuisance.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { drawn } from '../support/generated-problem.js';
import { designTrial, smallTrial, valuesOf, withOutcome } from '../support/trials.js';

const frameOf = (trial: ReturnType<typeof smallTrial>) => ({ ...trial, covariateCount: trial.covariates.length });

async function nuisanceOf(trial: ReturnType<typeof smallTrial>, options: object, target = valuesOf(trial)) {
  const settings = resolveForestOptions(options, frameOf(trial));
  const columns = rankColumns(trial.covariates, trial.rowCount);
  const problem = { columns, target, weight: trial.weights, settings, frame: trial, purpose: 'outcome forest' };
  return { estimate: await forestNuisance(problem, {}), columns };
}

describe('which forest it is', () => {
  test.each([
    [20, 50],
    [200, 50],
    [400, 100],
    [402, 101],
  ])('%i trees of the causal forest make %i of one tree a bag, honest and pruned', async (numTrees, expected) => {
    const trial = smallTrial({ weights: true, clusterSize: 2 });
    const options = { numTrees, mtry: 2, alpha: 0.1, seed: 9, minNodeSize: 11, honestyFraction: 0.7 };
    const { estimate, columns } = await nuisanceOf(trial, options);
    const settings = resolveForestOptions(
      { mtry: 2, alpha: 0.1, seed: 9, numTrees: expected, ciGroupSize: 1, minNodeSize: 5 },
      frameOf(trial),
    );
    const outcome = valuesOf(trial);
    const forest = await trainMeanForest(
      { columns, outcome, weight: trial.weights, settings, frame: trial, purpose: 'outcome forest' },
      {},
    );
    expect(estimate).toEqual(outOfBagMeans(forest, columns, outcome).estimate);
  });
});

// The estimate of a row must not move with its own outcome, nor (with clusters) with those of its cluster.
test.each([0, 3])('out of bag: a row does not see itself (clusters of %i)', async (clusterSize) => {
  const trial = smallTrial({ clusterSize });
  const row = 31;
  const isOwn = (i: number) => (trial.clusters ? trial.clusters.ids[i] === trial.clusters.ids[row] : i === row);
  const moved = withOutcome(trial, (y, i) => (isOwn(i) ? y + 100 : y));
  const { estimate } = await nuisanceOf(trial, { numTrees: 200 });
  const after = (await nuisanceOf(moved, { numTrees: 200 })).estimate;
  for (let i = 0; i < 150; i++) {
    if (isOwn(i)) expect(after[i]).toBe(estimate[i]);
  }
  expect([...after].filter((value, i) => value !== estimate[i]).length).toBeGreaterThan(75);
});

test('what a causal forest does with them', async () => {
  const trial = smallTrial({ propensity: null });
  const forest = await fitCausalForest(trial, { numTrees: 40 });
  expect(forest.nuisance).toMatchObject({ outcomeSource: 'forest', treatmentSource: 'forest' });
  expect(forest.nuisance.outcomeHat).toEqual((await nuisanceOf(trial, { numTrees: 40 })).estimate);
  const given = await fitCausalForest(trial, {
    numTrees: 40,
    outcomeHat: forest.nuisance.outcomeHat,
    treatmentHat: forest.nuisance.treatmentHat,
  });
  expect(given.nuisance).toMatchObject({ outcomeSource: 'given', treatmentSource: 'given' });
  expect(given.outOfBag).toEqual(forest.outOfBag);
  const known = await fitCausalForest(smallTrial({ propensity: 0.4 }), { numTrees: 40 });
  expect(known.nuisance.treatmentSource).toBe('known');
  expect(new Set(known.nuisance.treatmentHat)).toEqual(new Set([0.4]));
  const both = await fitCausalForest(smallTrial({ propensity: 0.4 }), { numTrees: 40, treatmentHat: 0.6 });
  expect(both.nuisance.treatmentSource).toBe('given');
  expect(both.nuisance.treatmentHat[0]).toBe(0.6);
});

// m(x) = b(x) + e(x)τ(x); the noise of 1 leaves errors of about 0.2, while the surfaces themselves vary by 0.6 and 0.2.
test('they approach the truth: less than half of its variance is left in 2,000 confounded rows', async () => {
  const { simulated, trial } = designTrial('confounded', 2000, 3);
  const forest = await fitCausalForest(trial, { numTrees: 400 });
  const { effect, baseline, propensity } = simulated;
  const varianceLeft = (hat: Float64Array, truth: (i: number) => number) => {
    const values = drawn(2000, truth);
    const mean = values.reduce((a, b) => a + b, 0) / 2000;
    const squares = (of: (i: number) => number) => drawn(2000, of).reduce((a, b) => a + b, 0);
    return squares((i) => (hat[i] - values[i]) ** 2) / squares((i) => (values[i] - mean) ** 2);
  };
  expect(varianceLeft(forest.nuisance.outcomeHat, (i) => baseline[i] + propensity[i] * effect[i])).toBeLessThan(0.5);
  expect(varianceLeft(forest.nuisance.treatmentHat, (i) => propensity[i])).toBeLessThan(0.5);
});

test('the variance of a continuous treatment: known, positive, and out of bag', async () => {
  const base = smallTrial({ rowCount: 600 });
  const stream = streamFor(1, 'dose');
  const x = base.covariates[0];
  const sign = (i: number) => (x.kind !== 'category' && x.values[i] > 0 ? 3 : 1);
  const values = drawn(600, (i) => sign(i) * stream.normal());
  const trial = { ...base, treatment: { kind: 'continuous', name: 'dose', values }, propensity: null } as const;
  const forest = await fitCausalForest(trial, { numTrees: 200, treatmentHat: 0 });
  const variance = await estimateTreatmentVariance(forest);
  const meanOf = (of: number) => {
    const own = [...variance].filter((_, i) => sign(i) === of);
    return own.reduce((a, b) => a + b, 0) / own.length;
  };
  for (const value of variance) expect(value).toBeGreaterThan(0);
  // 300 rows a side: a mean of squared normals has a standard error of 8 %, the forest blurs the border.
  expect(meanOf(1)).toBeGreaterThan(0.7);
  expect(meanOf(1)).toBeLessThan(2.5);
  expect(meanOf(3)).toBeGreaterThan(6);
  expect(meanOf(3)).toBeLessThan(11);
});

test('a regression forest fits any values, the trial’s outcomes left aside', async () => {
  const trial = smallTrial();
  const own = drawn(150, (i) => i % 7);
  const forest = await fitRegressionForest(trial, { outcome: own, numTrees: 20 });
  expect(forest.outcome).toEqual(own);
});
