/** Refined effects as a whole: nearer to the truth than plain ones, calm where nothing varies, the same however computed. */
import { describe, expect, test } from 'vitest';
import { summarizeDraws } from '../../../src/causal/bayesian/draws.js';
import { fitCausalForest } from '../../../src/causal/causal-forest.js';
import { predictEffects } from '../../../src/causal/predict-effects.js';
import { predictor } from '../../../src/causal/predictor.js';
import { linearEffectsOf } from '../../../src/causal/refined/linear-effects.js';
import type { CausalForest } from '../../../src/causal/types.js';
import { createTrial } from '../../../src/data/create-trial.js';
import { encodeCovariates } from '../../../src/data/encode.js';
import { testCalibration } from '../../../src/diagnostics/calibration.js';
import { summarizeForest } from '../../../src/diagnostics/summary.js';
import { averageEffect } from '../../../src/effects/average.js';
import { effectBand } from '../../../src/effects/effect-band.js';
import { groupEffects } from '../../../src/effects/groups.js';
import { streamFor } from '../../../src/math/random.js';
import { formatForestSummary } from '../../../src/report/index.js';
import { drawColumn } from '../../support/generated-problem.js';
import { designTrial, smallTrial, type TrialParts, tableOf } from '../../support/trials.js';

const REFINED = { estimator: 'refined', numTrees: 200, workers: 0 } as const;
const squaredError = (effect: Float64Array, truth: Float64Array) =>
  effect.reduce((sum, value, i) => sum + (value - truth[i]) ** 2, 0) / truth.length;
const stream = streamFor(9, 'new rows');
const newTable = tableOf(
  (['continuous', 'missing', 'category', 'ties'] as const).map((kind, f) => drawColumn(kind, `x${f}`, 40, stream)),
);

describe('on known truth', () => {
  test('half the error of plain effects where the effect is one-sided, and intervals that hold', async () => {
    const ratios: number[] = [];
    let held = 0;
    let rows = 0;
    for (const seed of [1, 2, 3]) {
      const { trial, simulated } = designTrial('oneSided', 1000, seed, 6);
      const options = { numTrees: 400, outcomeHat: simulated.baseline.map((b, i) => b + 0.5 * simulated.effect[i]) };
      const plain = await fitCausalForest(trial, options);
      const refined = await fitCausalForest(trial, { ...options, estimator: 'refined' });
      ratios.push(
        squaredError(refined.outOfBag.effect, simulated.effect) / squaredError(plain.outOfBag.effect, simulated.effect),
      );
      refined.outOfBag.effect.forEach((effect, i) => {
        const error = Math.sqrt((refined.outOfBag.variance as Float64Array)[i]);
        held += +(Math.abs(effect - simulated.effect[i]) < 1.96 * error);
        rows++;
      });
    }
    expect(ratios.reduce((a, b) => a + b, 0) / 3).toBeLessThan(0.75);
    expect(held / rows).toBeGreaterThan(0.9);
  });

  test('where the effect is constant, all rows get nearly the same, and hardly more error than the average effect', async () => {
    let [ofRows, ofAverage] = [0, 0];
    for (let seed = 1; seed <= 10; seed++) {
      const { trial, simulated } = designTrial('constant', 500, seed);
      const { outOfBag, refined } = await fitCausalForest(trial, { ...REFINED, numTrees: 100 });
      ofRows += squaredError(outOfBag.effect, simulated.effect);
      ofAverage += ((refined?.constant ?? 0) - 0.5) ** 2;
    }
    // Over many seeds the ratio is about 1.15 (the slow test holds it); in ten it stays below 1.6 but once in a thousand.
    expect(ofRows / ofAverage).toBeLessThan(1.6);
  });

  test('few rows treated: a warning, and intervals that are wide rather than wrong', async () => {
    let held = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const draws = streamFor(seed, 'few treated');
      const x = Array.from({ length: 4 }, () => Float64Array.from({ length: 400 }, () => draws.normal()));
      const treatment = x[0].map((_, i) => +(i % 17 === 0));
      const truth = x[0].map((value) => +(value > 0));
      const outcome = x[0].map((value, i) => value + 0.5 * x[1][i] + treatment[i] * truth[i] + draws.normal());
      const columns = { a: x[0], b: x[1], c: x[2], d: x[3], treatment, outcome };
      const trial = createTrial(columns, {
        covariates: ['a', 'b', 'c', 'd'],
        treatment: 'treatment',
        outcomes: { outcome: 'outcome' },
      });
      const { outOfBag, warnings } = await fitCausalForest(trial, REFINED);
      expect(warnings.map(({ code }) => code)).toContain('SMALL_ARM');
      outOfBag.effect.forEach((effect, i) => {
        held += +(Math.abs(effect - truth[i]) < 1.96 * Math.sqrt((outOfBag.variance as Float64Array)[i]));
      });
    }
    expect(held / 2000).toBeGreaterThan(0.85);
  });
});

const variants: Readonly<Record<string, [TrialParts, object]>> = {
  'numbers, holes, categories and ties': [{}, {}],
  'weights and clusters': [{ weights: true, clusterSize: 4 }, {}],
  'equalised clusters': [{ clusterSize: 3 }, { equalizeClusterWeights: true }],
  'bags of three, smaller trees': [{}, { ciGroupSize: 3, numTrees: 201, sampleFraction: 0.4 }],
  'bags of one': [{}, { ciGroupSize: 1 }],
  'estimated propensity': [{ propensity: null }, {}],
};

describe.each(Object.entries(variants))('%s', (_, [parts, options]) => {
  test('no number is missing, new rows come one by one as together, and all of it survives a clone', async () => {
    const fit = await fitCausalForest(smallTrial({ rowCount: 220, ...parts }), {
      ...REFINED,
      minNodeSize: 2,
      ...options,
    });
    const { effect, variance } = fit.outOfBag;
    expect(effect.every(Number.isFinite)).toBe(true);
    expect(variance === null ? fit.settings.ciGroupSize === 1 : variance.every((v) => v > 0)).toBe(true);
    expect(structuredClone(fit)).toEqual(fit);
    const together = predictEffects(fit, newTable);
    const one = predictor(fit, { variance: true });
    for (let i = 0; i < 5; i++) {
      const row = Object.fromEntries(Object.entries(newTable).map(([name, cells]) => [name, cells[i]]));
      const found = one(row as Parameters<typeof one>[0]);
      expect(found.effect).toBe(together.effect[i]);
      expect(found.variance).toBe(together.variance ? together.variance[i] : null);
    }
  });
});

test('a continuous treatment', async () => {
  const trial = smallTrial({ rowCount: 300, propensity: null });
  const draws = streamFor(4, 'dose');
  const values = trial.treatment.values.map((w) => w + draws.normal());
  const fit = await fitCausalForest(
    { ...trial, treatment: { ...trial.treatment, kind: 'continuous', values } },
    REFINED,
  );
  expect(fit.outOfBag.effect.every(Number.isFinite)).toBe(true);
});

describe('the same', () => {
  const bits = ({ outOfBag, refined, forest }: CausalForest) => ({ outOfBag, refined, trees: forest.trees });

  test('for a repeated seed and any number of workers, and another for another seed', async () => {
    const trial = smallTrial({ rowCount: 400 });
    const first = await fitCausalForest(trial, REFINED);
    expect(bits(await fitCausalForest(trial, REFINED))).toEqual(bits(first));
    expect(bits(await fitCausalForest(trial, { ...REFINED, workers: 2 }))).toEqual(bits(first));
    expect((await fitCausalForest(trial, { ...REFINED, seed: 7 })).outOfBag.effect).not.toEqual(first.outOfBag.effect);
  });

  test('plain is the default, and the first member of refined', async () => {
    const trial = smallTrial();
    const plain = await fitCausalForest(trial, { numTrees: 100 });
    expect(plain.estimator).toBe('plain');
    expect(plain.refined).toBeNull();
    expect(await fitCausalForest(trial, { numTrees: 100, estimator: 'plain' })).toEqual(plain);
    const refined = await fitCausalForest(trial, { ...REFINED, numTrees: 100, nuisance: 'forest' });
    expect(refined.forest).toEqual(plain.forest);
    expect(refined.estimator).toBe('refined');
  });

  test('new rows are the members’ predictions, combined', async () => {
    const fit = await fitCausalForest(smallTrial({ rowCount: 400 }), REFINED);
    const refined = fit.refined as NonNullable<typeof fit.refined>;
    const { members, constant, bayesianTrees, linear, spline } = refined;
    const { rowCount, covariates } = encodeCovariates(fit.trial.covariates, newTable);
    const effects = [
      predictEffects({ ...fit, refined: null }, newTable).effect,
      ...[linear, spline].map((own) => linearEffectsOf(own, covariates, rowCount).effect),
      summarizeDraws(bayesianTrees.chains, bayesianTrees.classes, covariates, rowCount).mean,
    ];
    // Weights of our own: those of the fit may be 0.
    const own = members.map((member, k) => ({ ...member, weight: 0.4 - 0.1 * k }));
    const found = predictEffects({ ...fit, refined: { ...refined, members: own } }, newTable);
    found.effect.forEach((effect, i) => {
      const expected = own.reduce((sum, { weight, centre }, k) => sum + weight * (effects[k][i] - centre), constant);
      expect(effect).toBeCloseTo(expected, 10);
    });
    // What was predicted is not the same for all.
    for (const effect of effects) expect(Math.max(...effect) - Math.min(...effect)).toBeGreaterThan(0.01);
  });
});

test('what reads a forest reads refined effects; what needs one forest’s trees refuses them', async () => {
  const fit = await fitCausalForest(smallTrial({ rowCount: 300 }), REFINED);
  expect(averageEffect(fit).estimate).toBeCloseTo(1, -1);
  expect(groupEffects(fit, { by: 'x2' })).toBeDefined();
  expect(testCalibration(fit).differential).toBeDefined();
  expect(formatForestSummary(summarizeForest(fit))).toContain('refined effects');
  expect(() => effectBand(fit, newTable)).toThrow(/estimator must be 'plain'/);
  await expect(fitCausalForest(fit.trial, { estimator: 'best' as never })).rejects.toThrow(/one of 'plain', 'refined'/);
});

test('stops where its signal says so, and tells how far it is', async () => {
  const phases = new Set<string>();
  const controller = new AbortController();
  const run = fitCausalForest(smallTrial(), {
    ...REFINED,
    signal: controller.signal,
    onProgress: ({ phase }) => {
      phases.add(phase);
      if (phase === 'spline effects') controller.abort(new Error('enough'));
    },
  });
  await expect(run).rejects.toThrow('enough');
  expect([...phases]).toEqual(expect.arrayContaining(['causal forest', 'linear effects']));
});
