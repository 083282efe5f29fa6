/** Causal survival forests: what they are without censoring, identities, known truth under censoring, bad input. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { predictor } from '../../src/causal/predictor.js';
import { fitCausalSurvivalForest } from '../../src/causal/survival/causal-survival-forest.js';
import type { CausalSurvivalForest } from '../../src/causal/survival/types.js';
import { createTrial } from '../../src/data/create-trial.js';
import { testCalibration } from '../../src/diagnostics/calibration.js';
import { summarizeForest } from '../../src/diagnostics/summary.js';
import { testRanking } from '../../src/diagnostics/test-ranking.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupEffects } from '../../src/effects/groups.js';
import { bestLinearProjection } from '../../src/effects/projection.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { rowEffects } from '../../src/effects/row-effects.js';
import { scores } from '../../src/effects/scores.js';
import { kernelCode } from '../../src/kernels/web-assembly.js';
import { effectOf, meanUpTo, type SurvivalTrialParts, survivalAt, survivalTrial } from './survival-trials.js';

const HORIZON = 2;
const NAMES = { time: 'time', event: 'died', horizon: HORIZON, workers: 0 } as const;

const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

describe('without censoring', () => {
  const { trial, time, drug, x1, x2 } = survivalTrial({ rowCount: 600, seed: 3, censoring: 0 });
  const known = time.map((t) => Math.min(t, HORIZON));

  test('outcomes are min(T, h) and 1{T > h} to the last bit', async () => {
    const rmst = await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 50 });
    expect(rmst.outcome).toEqual(known);
    expect(rmst.survival.censoredRows).toBe(0);
    expect(rmst.survival.followed).toEqual(new Float64Array(600).fill(1));
    const alive = await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 50, target: 'survivalProbability' });
    expect(alive.outcome).toEqual(time.map((t) => (t > HORIZON ? 1 : 0)));
  });

  test('scores are those of uncensored outcomes', async () => {
    const forest = await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 50 });
    const { treatmentHat: e, outcomeHat: m } = forest.nuisance;
    const { values } = scores(forest);
    forest.outOfBag.effect.forEach((tau, i) => {
      const w = drug[i] - e[i];
      expect(values[i]).toBeCloseTo(tau + (w / (e[i] * (1 - e[i]))) * (known[i] - m[i] - w * tau), 12);
    });
  });

  test('averages agree with a causal forest of min(T, h)', async () => {
    const plain = createTrial(
      { x1, x2, x3: columnsOf(trial).x3, known, drug },
      { covariates: ['x1', 'x2', 'x3'], treatment: 'drug', outcomes: { known: 'known' } },
    );
    const one = averageEffect(await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 400 }));
    const other = averageEffect(await fitCausalForest(plain, { numTrees: 400, workers: 0 }));
    // They share all noise but that of their nuisances and trees, which enters in products: over seeds 1 … 8 measured
    // differences were at most 0.21 standard errors.
    const error = one.standardError as number;
    expect(Math.abs((one.estimate as number) - (other.estimate as number))).toBeLessThan(0.4 * error);
    expect(error / (other.standardError as number)).toBeGreaterThan(0.9);
    expect(error / (other.standardError as number)).toBeLessThan(1.1);
  });
});

const columnsOf = ({ covariates }: { readonly covariates: readonly { readonly name: string }[] }) =>
  Object.fromEntries(
    covariates.map((covariate) => [covariate.name, (covariate as unknown as { values: Float64Array }).values]),
  );

describe.each([
  ['plain', {}, {}],
  ['weights', { weights: true }, {}],
  ['clusters', { clusterSize: 3 }, {}],
  ['equalised clusters', { clusterSize: 3 }, { equalizeClusterWeights: true }],
  ['missing covariates', { missing: 0.3 }, {}],
] as const)('identities: %s', (_, parts: SurvivalTrialParts, options) => {
  const { trial } = survivalTrial({ rowCount: 300, seed: 4, ...parts });
  const train = (): Promise<CausalSurvivalForest> =>
    fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 100, ...options });

  test('effects are ratios of kernel-weighted numerators and denominators', async () => {
    const forest = await train();
    const { outcomeHat, treatmentHat } = forest.nuisance;
    const rows = [0, 100, 299];
    const weights = outOfBagEffectWeights(forest, rows);
    weights.forEach((alpha, k) => {
      let numerator = 0;
      let denominator = 0;
      alpha.forEach((a, j) => {
        const q = a * (trial.weights?.[j] ?? 1);
        const w = trial.treatment.values[j] - treatmentHat[j];
        numerator += q * w * (forest.outcome[j] - outcomeHat[j]);
        denominator += q * w * w;
      });
      // 1e-10: the same averages, summed over rows instead of leaves.
      expect(Math.abs(numerator / denominator - forest.outOfBag.effect[rows[k]])).toBeLessThan(1e-10);
    });
    expect(forest.outOfBag.variance?.every((variance) => variance > 0)).toBe(true);
  });

  test('what works on causal forests works on it', async () => {
    const forest = await train();
    const table = columnsOf(trial);
    const predicted = predictEffects(forest, table);
    expect(predicted.effect.every(Number.isFinite)).toBe(true);
    const row = Object.fromEntries(Object.entries(table).map(([name, values]) => [name, values[7]]));
    expect(predictor(forest)(row as never).effect).toBe(predicted.effect[7]);
    expect(groupEffects(forest, { by: { column: 'x1', cuts: [0.5] } }).groups).toHaveLength(2);
    expect(bestLinearProjection(forest, { on: ['x1', 'x2'] })).toHaveLength(3);
    expect(rowEffects(forest.outOfBag)).toHaveLength(300);
    expect(relativeEffect(forest).estimate).not.toBeNull();
    expect(summarizeForest(forest)).toBeDefined();
    expect(testCalibration(forest)).toBeDefined();
    expect(structuredClone(forest).survival).toEqual(forest.survival);
    expect(Object.keys(forest.trial.outcomes)).toEqual(['time', 'died', 'min(time, 2)']);
  });
});

test('rankings are trained apart on the outcome with censoring taken out', async () => {
  const { trial } = survivalTrial({ rowCount: 300, seed: 6 });
  const forest = await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 50 });
  expect((await testRanking(forest, { numTrees: 50 })).estimate).not.toBeNull();
});

test('weights count by their ratios only', async () => {
  const { trial } = survivalTrial({ rowCount: 200, seed: 8, weights: true });
  const fourfold = { ...trial, weights: (trial.weights as Float64Array).map((q) => 4 * q) };
  const [one, other] = await Promise.all(
    [trial, fourfold].map((of) => fitCausalSurvivalForest(of, { ...NAMES, numTrees: 50 })),
  );
  expect(other.outOfBag.effect).toEqual(one.outOfBag.effect);
});

describe('as WebAssembly and as JavaScript', () => {
  afterEach(() => {
    vi.doUnmock('../../src/kernels/web-assembly.js');
    vi.resetModules();
  });

  test.each([
    ['plain', {}, {}],
    ['weights, missing covariates, a penalty', { weights: true, missing: 0.3 }, { imbalancePenalty: 0.01 }],
  ])('the same bits: %s', async (_, parts: SurvivalTrialParts, options) => {
    expect(kernelCode()).toBeDefined();
    const { trial } = survivalTrial({ rowCount: 300, seed: 9, ...parts });
    const compiled = await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 60, ...options });
    vi.resetModules();
    vi.doMock('../../src/kernels/web-assembly.js', () => ({ startProgram: () => null, kernelCode: () => undefined }));
    const library = await import('../../src/causal/survival/causal-survival-forest.js');
    expect((await import('../../src/kernels/web-assembly.js')).kernelCode()).toBeUndefined();
    expect(library.fitCausalSurvivalForest).not.toBe(fitCausalSurvivalForest);
    const plain = await library.fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 60, ...options });
    expect(plain.outcome).toEqual(compiled.outcome);
    expect(plain.forest.trees.threshold).toEqual(compiled.forest.trees.threshold);
    expect(plain.outOfBag.effect).toEqual(compiled.outOfBag.effect);
    expect(plain.outOfBag.variance).toEqual(compiled.outOfBag.variance);
  });
});

describe('known truth under censoring that depends on covariates and treatment', () => {
  const TRIALS = 40;
  test.each([
    ['RMST', meanUpTo],
    ['survivalProbability', survivalAt],
  ] as const)('averages of %s are covered, complete cases mislead', async (target, measure) => {
    let covered = 0;
    let naiveCovered = 0;
    let squares = 0;
    for (let seed = 1; seed <= TRIALS; seed++) {
      const parts = survivalTrial({ rowCount: 600, seed: 100 + seed });
      const { trial, drug, time, died } = parts;
      const forest = await fitCausalSurvivalForest(trial, { ...NAMES, target, numTrees: 100, seed });
      const truth = meanOf(effectOf(parts, measure, HORIZON));
      const { estimate, standardError } = averageEffect(forest);
      const z = ((estimate as number) - truth) / (standardError as number);
      squares += z * z;
      if (Math.abs(z) < 1.96) covered++;
      const arms = [0, 1].map((arm) => {
        const known = [...time.keys()].filter((i) => drug[i] === arm && (died[i] === 1 || time[i] >= HORIZON));
        return known.map((i) => (target === 'RMST' ? Math.min(time[i], HORIZON) : Number(time[i] > HORIZON)));
      });
      const [mean0, mean1] = arms.map(meanOf);
      const variance = arms.reduce((sum, arm, w) => {
        const mean = w === 0 ? mean0 : mean1;
        return sum + arm.reduce((total, y) => total + (y - mean) ** 2, 0) / arm.length ** 2;
      }, 0);
      if (Math.abs(mean1 - mean0 - truth) < 1.96 * Math.sqrt(variance)) naiveCovered++;
    }
    // False alarms: of 40 intervals that hold 95 %, fewer than 33 hold with probability 3e-4; the mean of 40 squared
    // normals exceeds 1.9 with probability 6e-4.
    expect(covered).toBeGreaterThanOrEqual(33);
    expect(squares / TRIALS).toBeLessThan(1.9);
    expect(naiveCovered).toBeLessThan(20);
  });

  test('effects of rows follow the truth', async () => {
    const parts = survivalTrial({ rowCount: 3000, seed: 11 });
    const forest = await fitCausalSurvivalForest(parts.trial, { ...NAMES, numTrees: 400 });
    const truth = effectOf(parts, meanUpTo, HORIZON);
    // 0.65 to 0.83 over seeds 1 … 8.
    expect(correlation(forest.outOfBag.effect, truth)).toBeGreaterThan(0.5);
  });

  test('coarse failure times move the average by a small part of its standard error', async () => {
    const { trial } = survivalTrial({ rowCount: 800, seed: 12 });
    const fine = averageEffect(await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 200 }));
    const failureTimes = Array.from({ length: 40 }, (_, k) => (k + 1) / 20);
    const coarse = averageEffect(await fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 200, failureTimes }));
    // At most 0.17 over seeds 1 … 8.
    expect(Math.abs((fine.estimate as number) - (coarse.estimate as number))).toBeLessThan(
      0.35 * (fine.standardError as number),
    );
  });
});

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  a.forEach((value, i) => {
    ab += (value - meanA) * (b[i] - meanB);
    aa += (value - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe('bad input is refused by name', () => {
  const parts = survivalTrial({ rowCount: 300, seed: 2 });
  const { trial, time } = parts;
  const refused = (options: object, error: object) =>
    expect(
      fitCausalSurvivalForest(trial, { ...NAMES, numTrees: 20, ...options }).then(() => 'fitted'),
    ).rejects.toMatchObject(error);

  test('options', async () => {
    await refused({ horizon: 0 }, { option: 'horizon' });
    await refused({ horizon: undefined }, { option: 'horizon' });
    await refused({ target: 'rmst' }, { option: 'target' });
    await refused({ event: 'dead' }, { option: 'event' });
    await refused({ failureTimes: [1, 1] }, { option: 'failureTimes' });
    await refused({ outcome: 'time' }, { option: 'options.outcome' });
    await refused({ treatmentHat: 1 }, { code: 'INVALID_PROPENSITY' });
  });

  test('a horizon beyond what both arms are followed to', async () => {
    const { drug, died } = parts;
    const lastOf = (arm: number) => {
      const rows = [...time.keys()].filter((i) => drug[i] === arm).sort((i, j) => time[j] - time[i]);
      return died[rows[0]] === 1 ? Number.POSITIVE_INFINITY : time[rows[0]];
    };
    const last = Math.min(lastOf(0), lastOf(1));
    expect(last).toBeLessThan(1e6);
    await refused(
      { horizon: 1e6 },
      { option: 'horizon', message: expect.stringContaining(`at most ${last}, the last`) },
    );
    await refused({ horizon: last + 1e-9 }, { option: 'horizon' });
  });

  test('rows like some row are never followed to the horizon', async () => {
    // Controls all have the event before 1; the treated all leave the study at 1, but for one who is seen until 5.
    const { x1, drug } = survivalTrial({ rowCount: 400, seed: 13 });
    const treated = drug.indexOf(1);
    const lost = createTrial(
      {
        x1,
        drug,
        time: drug.map((w, i) => (i === treated ? 5 : w === 1 ? 1 : 0.5 + x1[i] / 4)),
        died: drug.map((w, i) => (i === treated || w === 0 ? 1 : 0)),
      },
      { covariates: ['x1'], treatment: 'drug', outcomes: { time: 'time', died: 'died' } },
    );
    await expect(fitCausalSurvivalForest(lost, { ...NAMES, numTrees: 100 }).then(() => 'fitted')).rejects.toMatchObject(
      {
        code: 'NOT_IDENTIFIED',
        message: expect.stringContaining('use a horizon of at most'),
      },
    );
  });

  test('rows that are rarely followed are counted, and a horizon that would do is named', async () => {
    const { trial: heavy } = survivalTrial({ rowCount: 600, seed: 14, censoring: 0.8 });
    const { warnings } = await fitCausalSurvivalForest(heavy, { ...NAMES, numTrees: 200 });
    const found = warnings.find(({ code }) => code === 'RARELY_FOLLOWED');
    expect(found?.message).toMatch(/use a horizon of at most 0\.\d+|use a horizon of at most 1\.\d+/);
  });

  test('a treatment that is not binary', async () => {
    const continuous = { ...trial, treatment: { ...trial.treatment, kind: 'continuous' as const } };
    await expect(fitCausalSurvivalForest(continuous, NAMES)).rejects.toMatchObject({ code: 'NOT_BINARY' });
  });
});
