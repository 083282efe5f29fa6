/** Survival forests: published curves, brute force by kernel weights, splits by log-rank numerators, known truth, bad input. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { createTrial } from '../../src/data/create-trial.js';
import type { Trial } from '../../src/data/trial.js';
import { kernelWeights } from '../../src/forest/kernel-weights.js';
import {
  fitSurvivalForest,
  predictSurvival,
  type SurvivalForest,
  type SurvivalForestOptions,
} from '../../src/forest/survival/survival-forest.js';
import { distinctTimes } from '../../src/forest/survival/times.js';
import { codeRows } from '../../src/tree/ranked-columns.js';
import { rateOf, survivalAt, survivalTrial } from '../causal/survival-trials.js';

const NAMES = { time: 'time', event: 'died' } as const;
/** One tree on all rows, which fill its leaves too. */
const ONE_TREE = { numTrees: 1, ciGroupSize: 1, sampleFraction: 1, honesty: false, alpha: 0 } as const;

/** A tree that does not split: every row has the same weight everywhere. */
const unsplit = (trial: Trial<string, 'time' | 'died'>, options: Partial<SurvivalForestOptions> = {}) =>
  fitSurvivalForest(trial, { ...NAMES, ...ONE_TREE, minNodeSize: trial.rowCount, ...options } as SurvivalForestOptions<
    'time' | 'died'
  >);

/**
 * Weeks in remission of 21 children with leukaemia on 6-mercaptopurine (Freireich et al. 1963); a plus is a censored time.
 * Curves as printed by Klein & Moeschberger (2003), tables 4.1 (product limit) and 4.2 (Nelson–Aalen).
 */
const REMISSION = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'.split(' ');
const remission = createTrial(
  {
    time: REMISSION.map((weeks) => Number.parseFloat(weeks)),
    died: REMISSION.map((weeks) => (weeks.endsWith('+') ? 0 : 1)),
    x: REMISSION.map((_, i) => i),
    drug: REMISSION.map((_, i) => i % 2),
  },
  { covariates: ['x'], treatment: 'drug', outcomes: { time: 'time', died: 'died' } },
);

describe('a published example', () => {
  test('Kaplan–Meier', async () => {
    const forest = await unsplit(remission);
    const { failureTimes, survival } = predictSurvival(forest, { x: [3] });
    expect([...failureTimes]).toEqual([6, 7, 10, 13, 16, 22, 23]);
    const printed = [0.857, 0.807, 0.753, 0.69, 0.628, 0.538, 0.448];
    // Half a unit of the last digit printed, and as much for its rounding.
    survival.forEach((value, k) => {
      expect(Math.abs(value - printed[k])).toBeLessThan(0.001);
    });
  });

  test('Nelson–Aalen', async () => {
    const { survival } = predictSurvival(await unsplit(remission, { curve: 'NelsonAalen' }), { x: [3] });
    const printed = [0.1428, 0.2017, 0.2683, 0.3517, 0.4426, 0.5854, 0.7521];
    survival.forEach((value, k) => {
      expect(Math.abs(-Math.log(value) - printed[k])).toBeLessThan(0.0002);
    });
  });

  test('failure times of the caller: events count at the next one, the censored up to the one before', async () => {
    const forest = await unsplit(remission, { failureTimes: [10, 20] });
    const { survival } = predictSurvival(forest, { x: [3] });
    // By 10 weeks 5 events among the 19 that are not censored before; by 20 weeks 2 more.
    const first = 1 - 5 / 19;
    const atRisk = REMISSION.filter((weeks) => {
      const time = Number.parseFloat(weeks);
      return weeks.endsWith('+') ? time >= 20 : time > 10;
    }).length;
    expect(survival[0]).toBeCloseTo(first, 14);
    expect(survival[1]).toBeCloseTo(first * (1 - 2 / atRisk), 14);
  });
});

/** Σ over the left side of (observed − expected) events and the log-rank numerator, both from counts at each time. */
function logRankNumerator(time: Float64Array, died: Float64Array, isLeft: (row: number) => boolean): number {
  let sum = 0;
  const rows = [...time.keys()];
  for (const t of new Set(time.filter((_, i) => died[i] === 1))) {
    const atRisk = rows.filter((i) => time[i] >= t);
    const events = atRisk.filter((i) => time[i] === t && died[i] === 1);
    sum += events.filter(isLeft).length - (events.length * atRisk.filter(isLeft).length) / atRisk.length;
  }
  return sum;
}

describe('splits', () => {
  test('the root is split where the squared log-rank numerator, by counts of rows, is largest', async () => {
    for (const seed of [1, 2, 3]) {
      const { trial, time, died } = survivalTrial({ rowCount: 80, seed });
      const forest = await fitSurvivalForest(trial, { ...NAMES, ...ONE_TREE, minNodeSize: 79, mtry: 3, seed });
      const { trees, coding } = forest.forest;
      expect(trees.feature.length).toBe(3);
      const criterion = (f: number, cut: number): number => {
        const covariate = trial.covariates[f];
        const values = covariate.kind === 'category' ? covariate.codes : covariate.values;
        const isLeft = (row: number) => values[row] <= cut;
        const left = [...values].filter((value) => value <= cut).length;
        return left === 80 ? 0 : logRankNumerator(time, died, isLeft) ** 2 * (1 / left + 1 / (80 - left));
      };
      const best = Math.max(...coding.cuts.flatMap((cuts, f) => [...(cuts ?? [])].map((cut) => criterion(f, cut))));
      const f = trees.feature[0];
      expect(criterion(f, (coding.cuts[f] as Float64Array)[trees.threshold[0]])).toBeCloseTo(best, 9);
    }
  });
});

/** Kaplan–Meier by definition, each row counting α·q. */
function weightedCurve(
  forest: SurvivalForest,
  { outcomes, weights }: Trial<string, 'time' | 'died'>,
  alpha: Float64Array,
) {
  const column = (name: 'time' | 'died') => (outcomes[name] as { readonly values: Float64Array }).values;
  const [time, died] = [column('time'), column('died')];
  const total = (counts: (row: number) => boolean) =>
    alpha.reduce((sum, a, row) => sum + (counts(row) ? a * (weights?.[row] ?? 1) : 0), 0);
  let alive = 1;
  return [...forest.failureTimes].map((t) => {
    const events = total((row) => time[row] === t && died[row] === 1);
    if (events > 0) alive *= 1 - events / total((row) => time[row] >= t);
    return alive;
  });
}

describe.each([
  ['plain', {}, {}],
  ['weights', { weights: true }, {}],
  ['clusters', { clusterSize: 3 }, {}],
  ['missing covariates', { missing: 0.3 }, {}],
  ['not honest', {}, { honesty: false }],
] as const)('curves are those of the kernel weights: %s', (_, parts, options) => {
  const { trial } = survivalTrial({ rowCount: 150, seed: 5, ...parts });
  const rows = Int32Array.of(0, 70, 149);
  // 1e-12: sums in another order.
  test.each([true, false])('out of bag: %s', async (outOfBag) => {
    const forest = await fitSurvivalForest(trial, { ...NAMES, numTrees: 30, minNodeSize: 5, ...options });
    const codes = codeRows(trial.covariates, forest.forest.coding, trial.rowCount);
    const alphas = kernelWeights(forest.forest, codes, codes, rows, outOfBag);
    const table = Object.fromEntries(
      trial.covariates.map((covariate) => [covariate.name, 'values' in covariate ? covariate.values : []]),
    );
    const { survival } = outOfBag ? forest.outOfBag : predictSurvival(forest, table);
    const times = forest.failureTimes.length;
    alphas.forEach((alpha, k) => {
      const expected = weightedCurve(forest, trial, alpha);
      const own = survival.subarray(rows[k] * times, (rows[k] + 1) * times);
      expect(Math.max(...expected.map((value, t) => Math.abs(value - own[t])))).toBeLessThan(1e-12);
    });
  });
});

describe('known truth', () => {
  test('curves follow the covariates: closer to the truth than one curve for all', async () => {
    const { trial, x1, x2, drug } = survivalTrial({ rowCount: 1500, seed: 7 });
    const withDrug = {
      ...trial,
      covariates: [...trial.covariates, { kind: 'number', name: 'w', values: drug } as const],
    };
    const forest = await fitSurvivalForest(withDrug, { ...NAMES, numTrees: 100 });
    const all = predictSurvival(await unsplit(trial), { x1: [0.5], x2: [0.5], x3: [0] });
    const k = forest.failureTimes.findIndex((t) => t >= 1.5);
    const time = forest.failureTimes[k];
    const times = forest.failureTimes.length;
    const errors = [0, 0];
    for (let i = 0; i < trial.rowCount; i++) {
      const truth = survivalAt(rateOf(x1[i], x2[i], drug[i]), time);
      errors[0] += (forest.outOfBag.survival[i * times + k] - truth) ** 2;
      errors[1] += (all.survival[k] - truth) ** 2;
    }
    // Measured over seeds 1 … 6: the ratio is 0.16 to 0.26.
    expect(errors[0]).toBeLessThan(0.5 * errors[1]);
    const { survival } = forest.outOfBag;
    expect(survival.every((value, at) => value >= 0 && value <= (at % times > 0 ? survival[at - 1] : 1))).toBe(true);
  });
});

describe('invariance', () => {
  const { trial } = survivalTrial({ rowCount: 200, seed: 8, weights: true, missing: 0.2 });
  const train = (of: typeof trial) =>
    fitSurvivalForest(of, { ...NAMES, numTrees: 40, workers: 0 }).then(({ outOfBag }) => outOfBag.survival);

  test('weights count by their ratios only', async () => {
    const base = await train(trial);
    const fourfold = { ...trial, weights: (trial.weights as Float64Array).map((q) => 4 * q) };
    expect(await train(fourfold)).toEqual(base);
  });
});

describe('bad input is refused by name', () => {
  const { trial } = survivalTrial({ rowCount: 60 });
  const refused = (options: object, error: object) =>
    expect(fitSurvivalForest(trial, { ...NAMES, numTrees: 2, ...options })).rejects.toMatchObject(error);

  test('options', async () => {
    await refused({ time: 'tim' }, { option: 'time' });
    await refused({ curve: 'Kaplan' }, { option: 'curve' });
    await refused({ failureTimes: [2, 1] }, { option: 'failureTimes' });
    await refused({ failureTimes: [] }, { option: 'failureTimes' });
    await refused({ failureTimes: [1e-9] }, { code: 'INVALID_TIMES' });
    await refused({ horizon: 2 }, { option: 'options.horizon' });
    await expect(fitSurvivalForest(trial, { ...NAMES, time: 'x' as 'time' })).rejects.toThrow(InvalidOptionError);
  });

  test('times and events', async () => {
    const withValues = (name: 'time' | 'died', values: Float64Array) => ({
      ...trial,
      outcomes: { ...trial.outcomes, [name]: { kind: 'column', name, values, rows: null } as const },
    });
    const times = new Float64Array(60).fill(1);
    times[7] = -1;
    await expect(fitSurvivalForest(withValues('time', times), { ...NAMES })).rejects.toMatchObject({
      code: 'INVALID_TIMES',
      rows: [7],
    });
    await expect(fitSurvivalForest(withValues('died', new Float64Array(60).fill(2)), NAMES)).rejects.toThrow(
      /1 \(event\)/,
    );
    await expect(fitSurvivalForest(withValues('died', new Float64Array(60)), NAMES)).rejects.toThrow(InvalidDataError);
  });

  test('rows that every tree draws have no curve, and a warning', async () => {
    const forest = await unsplit(remission);
    expect(forest.outOfBag.survival.every(Number.isNaN)).toBe(true);
    expect(forest.outOfBag.warnings.map(({ code }) => code)).toEqual(['ROWS_WITHOUT_ESTIMATE']);
  });
});

test('distinct times: all of them, or equal steps of rank with the last one', () => {
  expect([...distinctTimes(Float64Array.of(3, 1, 3, 2), 3)]).toEqual([1, 2, 3]);
  expect([
    ...distinctTimes(
      Float64Array.from({ length: 10 }, (_, i) => 10 - i),
      4,
    ),
  ]).toEqual([2, 5, 7, 10]);
});
