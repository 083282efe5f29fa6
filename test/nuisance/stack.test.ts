/** Stacked nuisances: what they are made of, that rows do not see themselves, and how near they come to a known truth. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { effectsOfEncoded } from '../../src/causal/predict-effects.js';
import { fitRatioForests } from '../../src/causal/ratio-forests.js';
import { selectRows } from '../../src/data/select.js';
import type { Trial } from '../../src/data/trial.js';
import { effectsApart, resolveApart } from '../../src/diagnostics/apart.js';
import { averageEffect } from '../../src/effects/average.js';
import { resolveForestOptions } from '../../src/forest/forest-options.js';
import { streamFor } from '../../src/math/random.js';
import { mainRelevance } from '../../src/nuisance/relevance.js';
import { combine, type NuisanceStack, stackedNuisances } from '../../src/nuisance/stack.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { drawn } from '../support/generated-problem.js';
import { designTrial, smallTrial, valuesOf, withOutcome } from '../support/trials.js';

const stack = { nuisance: 'stack', numTrees: 40 } as const;
const weightOf = (record: NuisanceStack | undefined, name: string) =>
  record?.members.find((member) => member.name === name)?.weight;
const meanSquare = (a: Float64Array, b: (i: number) => number): number =>
  a.reduce((sum, value, i) => sum + (value - b(i)) ** 2, 0) / a.length;

/** A trial of numbers only: `surface` is the outcome without treatment, `logit` that of the propensity. */
function trialOf(
  surface: (x: Float64Array) => number,
  logit: (x: Float64Array) => number,
  { rowCount = 1000, seed = 1, binary = false, dose = false } = {},
) {
  const stream = streamFor(seed, 'stack');
  const covariates = Array.from({ length: 5 }, (_, f) => ({
    kind: 'number' as const,
    name: `x${f}`,
    values: drawn(rowCount, () => stream.normal()),
  }));
  const row = (i: number) => Float64Array.from(covariates, ({ values }) => values[i]);
  const expected = drawn(rowCount, (i) => (dose ? logit(row(i)) : 1 / (1 + Math.exp(-logit(row(i))))));
  const treatment = expected.map((e) => (dose ? e + stream.normal() : stream.uniform() < e ? 1 : 0));
  const mean = drawn(rowCount, (i) => surface(row(i)));
  const outcome = mean.map((m) => (binary ? +(stream.uniform() < 1 / (1 + Math.exp(-m))) : m + stream.normal()));
  const base = smallTrial({ rowCount, covariates, propensity: null });
  const trial: Trial<string, 'outcome'> = {
    ...withOutcome(base, (_, i) => outcome[i]),
    treatment: { kind: dose ? 'continuous' : 'binary', name: 'treatment', values: treatment },
  };
  return { trial, expected, mean };
}

const linear = (x: Float64Array) => x[0] - x[1] + 0.5 * x[2];
const steps = (x: Float64Array) => (x[0] > 0 ? 2 : 0) + (x[1] > 0 === x[2] > 0 ? 2 : 0);

describe('known truth', () => {
  // Measured at seeds 1 to 5: ratios of 0.03 to 0.12 for the linear trial (outcome and treatment alike), 0.9 to 1.0 for steps.
  test('what is linear: less than a third of the forest’s error', async () => {
    const { trial, expected, mean } = trialOf(linear, linear);
    const [plain, stacked] = [
      await fitCausalForest(trial, { numTrees: 200 }),
      await fitCausalForest(trial, { ...stack, numTrees: 200 }),
    ];
    for (const [name, truth] of [
      ['outcomeHat', mean],
      ['treatmentHat', expected],
    ] as const) {
      const [before, after] = [plain, stacked].map(({ nuisance }) => meanSquare(nuisance[name], (i) => truth[i]));
      expect(after).toBeLessThan(before / 3);
    }
    expect(weightOf(stacked.nuisance.outcomeStack, 'regression')).toBeGreaterThan(0.7);
  });

  test('what is steps: no worse than the forest, to 5 %', async () => {
    const { trial, mean } = trialOf(steps, () => 0);
    const [plain, stacked] = [
      await fitCausalForest(trial, { numTrees: 200 }),
      await fitCausalForest(trial, { ...stack, numTrees: 200 }),
    ];
    const [before, after] = [plain, stacked].map(({ nuisance }) => meanSquare(nuisance.outcomeHat, (i) => mean[i]));
    expect(after).toBeLessThan(1.05 * before);
    expect(weightOf(stacked.nuisance.outcomeStack, 'regression')).toBeLessThan(0.2);
  });

  test('a dose', async () => {
    const { trial, expected } = trialOf(linear, linear, { dose: true });
    const { nuisance } = await fitCausalForest(trial, stack);
    expect(nuisance.treatmentStack?.regression.family).toBe('gaussian');
    // 1,000 rows and three slopes: 0.003 by theory alone; the forest leaves about 0.2.
    expect(meanSquare(nuisance.treatmentHat, (i) => expected[i])).toBeLessThan(0.05);
  });
});

test('a constant treatment chance that all members but the mean miss: it stays the mean', async () => {
  const { trial } = trialOf(linear, () => 0, { rowCount: 400, seed: 3 });
  const { treatmentHat, treatmentStack } = (await fitCausalForest(trial, stack)).nuisance;
  const centre = trial.treatment.values.reduce((a, b) => a + b, 0) / 400;
  for (const { slope } of treatmentStack?.calibration.folds ?? []) expect(Math.abs(slope - 1)).toBeLessThan(0.3);
  expect(meanSquare(treatmentHat, () => centre)).toBeLessThan(0.001);
});

describe('the record', () => {
  test.each([
    ['plain', {}],
    ['weights', { weights: true }],
    ['clusters', { clusterSize: 4 }],
  ])('%s: weights sum to one, and losses are errors', async (_, parts) => {
    const trial = smallTrial({ rowCount: 200, propensity: null, ...parts });
    const { nuisance } = await fitCausalForest(trial, stack);
    const weight = trial.weights ?? new Float64Array(200).fill(1);
    const total = weight.reduce((a, b) => a + b, 0);
    for (const [record, hat, target] of [
      [nuisance.outcomeStack, nuisance.outcomeHat, valuesOf(trial)],
      [nuisance.treatmentStack, nuisance.treatmentHat, trial.treatment.values],
    ] as const) {
      if (!record) throw new Error('no record');
      expect(record.members.map(({ name }) => name)).toEqual(['forest', 'stumps', 'trees', 'regression', 'constant']);
      expect(record.members.reduce((sum, { weight: own }) => sum + own, 0)).toBeCloseTo(1, 12);
      const loss = target.reduce((sum, y, i) => sum + weight[i] * (y - hat[i]) ** 2, 0) / total;
      expect(record.calibration.loss).toBeCloseTo(loss, 12);
      expect(record.calibration.folds).toHaveLength(5);
      for (const member of record.members) expect(record.loss).toBeLessThanOrEqual(member.loss + 1e-12);
      expect(record.range).toEqual([Math.min(...hat), Math.max(...hat)]);
      expect(JSON.parse(JSON.stringify(record))).toEqual(structuredClone(record));
    }
    expect(nuisance).toMatchObject({ outcomeSource: 'stack', treatmentSource: 'stack' });
  });

  test('its forest is the one of nuisance: forest', async () => {
    const trial = smallTrial({ rowCount: 200, propensity: null });
    const { nuisance } = await fitCausalForest(trial, { numTrees: 40 });
    const { nuisance: stacked } = await fitCausalForest(trial, stack);
    const loss = meanSquare(nuisance.outcomeHat, (i) => valuesOf(trial)[i]);
    expect(stacked.outcomeStack?.members[0].loss).toBeCloseTo(loss, 12);
    expect(nuisance.outcomeStack).toBeUndefined();
  });

  test('given and known nuisances are taken as they are', async () => {
    const known = await fitCausalForest(smallTrial({ propensity: 0.4 }), stack);
    expect(known.nuisance).toMatchObject({ outcomeSource: 'stack', treatmentSource: 'known' });
    expect(known.nuisance.treatmentStack).toBeUndefined();
    const given = await fitCausalForest(smallTrial({ propensity: null }), {
      ...stack,
      outcomeHat: 1,
      treatmentHat: 0.3,
    });
    expect(given.nuisance).toEqual({
      outcomeHat: new Float64Array(150).fill(1),
      treatmentHat: new Float64Array(150).fill(0.3),
      outcomeSource: 'given',
      treatmentSource: 'given',
    });
    const plain = await fitCausalForest(smallTrial({ propensity: null }), {
      numTrees: 40,
      outcomeHat: 1,
      treatmentHat: 0.3,
    });
    expect(given.outOfBag).toEqual(plain.outOfBag);
  });
});

test('no row sees its own cluster: outcomes that only its label explains are not predicted', async () => {
  const base = smallTrial({ rowCount: 400, propensity: null, clusterSize: 20 });
  const stream = streamFor(2, 'labels');
  const count = base.clusters?.count as number;
  const shift = drawn(count, () => 5 * stream.normal());
  const place = drawn(count, () => stream.normal());
  const ids = base.clusters?.ids as Int32Array;
  // A covariate that names the cluster: a fit that saw the cluster's other rows could read its shift off it.
  const covariates = [{ kind: 'number' as const, name: 'label', values: drawn(400, (i) => place[ids[i]]) }];
  const trial = { ...withOutcome(base, (_, i) => shift[ids[i]]), covariates, covariateNames: ['label'] };
  const { nuisance } = await fitCausalForest(trial, stack);
  const record = nuisance.outcomeStack;
  // Nothing can be known of a cluster's shift: a fit that leaks would get far below the constant's loss.
  expect((record?.loss as number) / (record?.members[4].loss as number)).toBeGreaterThan(0.75);
});

describe('propensities near 0 and 1', () => {
  test('stay in [0, 1], are not clipped elsewhere, and averages say so', async () => {
    const { trial, expected } = trialOf(linear, (x) => 4 * x[0] + 3 * x[1]);
    const forest = await fitCausalForest(trial, stack);
    const { treatmentHat, treatmentStack } = forest.nuisance;
    expect(Math.min(...treatmentHat)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...treatmentHat)).toBeLessThanOrEqual(1);
    expect(Math.min(...treatmentHat)).toBeLessThan(0.01);
    expect(meanSquare(treatmentHat, (i) => expected[i])).toBeLessThan(0.01);
    expect(treatmentStack?.regression.family).toBe('binomial');
    const codes = averageEffect(forest).warnings.map(({ code }) => code);
    expect(codes.some((code) => code === 'EXTREME_PROPENSITY' || code === 'NOT_IDENTIFIED')).toBe(true);
  });

  test('an outcome of 0 and 1 is a probability too', async () => {
    const { trial } = trialOf(linear, () => 0, { binary: true });
    const { nuisance } = await fitCausalForest(trial, stack);
    expect(nuisance.outcomeStack?.regression.family).toBe('binomial');
    expect(Math.min(...nuisance.outcomeHat)).toBeGreaterThanOrEqual(0);
  });
});

describe('any data', () => {
  test('covariates that say nothing: constants, all missing', async () => {
    const values = new Float64Array(150);
    const covariates = [
      { kind: 'number' as const, name: 'same', values },
      { kind: 'number' as const, name: 'none', values: values.map(() => Number.NaN) },
    ];
    const { nuisance } = await fitCausalForest({ ...smallTrial({ propensity: null }), covariates }, stack);
    expect(nuisance.outcomeStack?.regression).toMatchObject({ columnsOffered: 0, columnsUsed: 0 });
    expect(nuisance.outcomeHat.every(Number.isFinite)).toBe(true);
  });

  test('rows of weight 0 have estimates and no say', async () => {
    const base = smallTrial({ rowCount: 200, propensity: null, weights: true });
    const weights = (base.weights as Float64Array).map((w, i) => (i % 4 === 0 ? 0 : w));
    const trial = { ...base, weights };
    const wild = withOutcome(trial, (y, i) => (weights[i] === 0 ? y + 1000 : y));
    const [a, b] = [await fitCausalForest(trial, stack), await fitCausalForest(wild, stack)];
    expect(b.nuisance.outcomeStack).toEqual(a.nuisance.outcomeStack);
    expect(b.nuisance.outcomeHat).toEqual(a.nuisance.outcomeHat);
  });

  test('clusters of equal say', async () => {
    const trial = smallTrial({ rowCount: 200, propensity: null, clusterSize: 3 });
    const { nuisance } = await fitCausalForest(trial, { ...stack, equalizeClusterWeights: true });
    const ids = trial.clusters?.ids as Int32Array;
    const sizes = ids.map((id) => ids.reduce((count, other) => count + +(other === id), 0));
    expect(new Set(sizes).size).toBeGreaterThan(1);
    const say = sizes.reduce((sum, size) => sum + 1 / size, 0);
    const loss = valuesOf(trial).reduce((sum, y, i) => sum + (y - nuisance.outcomeHat[i]) ** 2 / sizes[i], 0) / say;
    expect(nuisance.outcomeStack?.calibration.loss).toBeCloseTo(loss, 12);
  });

  test('a share above one half for each tree', async () => {
    const trial = smallTrial({ propensity: null });
    const { nuisance } = await fitCausalForest(trial, { ...stack, ciGroupSize: 1, sampleFraction: 0.7 });
    expect(nuisance.outcomeHat.every(Number.isFinite)).toBe(true);
  });

  test('ratios of totals, and tests that fit anew, use it too', async () => {
    const base = smallTrial({ rowCount: 300, propensity: null });
    const totals = {
      kind: 'ratioOfTotals' as const,
      name: 'ratio',
      numerator: valuesOf(base),
      denominator: drawn(300, (i) => 2 + (i % 3)),
    };
    const { numerator, denominator } = await fitRatioForests({ ...base, outcomes: { ratio: totals } }, stack);
    expect(numerator.nuisance.treatmentSource).toBe('stack');
    expect(denominator.nuisance).toMatchObject({ outcomeSource: 'stack', treatmentSource: 'given' });
    const stacked = await fitCausalForest(base, stack);
    const training = Int32Array.from({ length: 200 }, (_, i) => i);
    const others = Int32Array.from({ length: 100 }, (_, i) => 200 + i);
    const apart = resolveApart(stacked, { workers: 0 });
    const { effect } = await effectsApart(stacked, training, others, apart, ['x'], { option: 'folds', value: 2 });
    const seed = streamFor(42, 'x').bits() >>> 0;
    const fitted = await fitCausalForest(selectRows(base, training), { ...stack, ciGroupSize: 1, seed });
    const { covariates } = selectRows(base, others);
    expect(effectsOfEncoded(fitted, { covariates, rowCount: 100, warnings: [] }).effect).toEqual(effect);
  });
});

describe('the work', () => {
  const trial = smallTrial({ rowCount: 300, propensity: null });

  test('every phase reports and ends', async () => {
    const ends = new Map<string, boolean>();
    await fitCausalForest(trial, {
      ...stack,
      workers: 0,
      onProgress: ({ phase, done, total }) => ends.set(phase, done === total),
    });
    for (const phase of [
      'outcome stumps',
      'treatment trees',
      'outcome regression',
      'treatment regression',
      'outcome forest',
      'treatment forest',
      'causal forest',
    ])
      expect(ends.get(phase)).toBe(true);
  });

  test('abort in a regression stops the fit', async () => {
    const abort = new AbortController();
    const phases: string[] = [];
    const fitting = fitCausalForest(trial, {
      ...stack,
      workers: 0,
      signal: abort.signal,
      onProgress: ({ phase }) => {
        phases.push(phase);
        abort.abort(new Error('enough'));
      },
    });
    await expect(fitting).rejects.toThrow('enough');
    expect(new Set(phases)).toEqual(new Set(['outcome regression']));
  });

  test('an unknown method is refused', async () => {
    await expect(fitCausalForest(trial, { nuisance: 'stacks' as 'stack' })).rejects.toThrow(
      "nuisance must be one of 'forest', 'stack'",
    );
  });
});

test('combine: the best convex combination, by weighted squared error', () => {
  const target = Float64Array.of(0, 1, 2, 3);
  const low = target.map((y) => y - 1);
  const high = target.map((y) => y + 3);
  const { weights, estimate, losses } = combine([low, high], target, null);
  expect(weights[0]).toBeCloseTo(0.75, 12);
  for (let i = 0; i < 4; i++) expect(estimate[i]).toBeCloseTo(target[i], 12);
  expect(losses).toEqual([1, 9]);
  expect([...combine([low, target], target, Float64Array.of(1, 0, 2, 0)).weights]).toEqual([0, 1]);
});

test('relevance: of a slope, of a square, between levels', () => {
  const stream = streamFor(5, 'relevance');
  const x = drawn(400, () => stream.normal());
  const other = drawn(400, () => stream.normal());
  const codes = Int32Array.from(x, (value, i) => (i % 9 === 0 ? -1 : value > 0 ? 1 : 0));
  const number = (name: string, values: Float64Array) => ({ kind: 'number' as const, name, values });
  const of = (target: Float64Array) =>
    mainRelevance(
      [number('x', x), number('other', other), { kind: 'category', name: 'c', codes, levels: ['a', 'b'] }],
      target,
      null,
    );
  const slope = of(x.map((value) => 3 * value));
  expect(slope[0]).toBeCloseTo(1, 12);
  expect(slope[1]).toBeLessThan(0.05);
  expect(slope[2]).toBeGreaterThan(0.4);
  const square = of(x.map((value) => value * value));
  expect(square[0]).toBeGreaterThan(0.9);
  expect(square[1]).toBeLessThan(0.05);
});

// The stack of a target that is given directly: names, families and frames are the caller's.
test('targets by themselves', async () => {
  const { trial } = designTrial('confounded', 300, 2);
  const settings = resolveForestOptions({ numTrees: 40 }, { ...trial, covariateCount: trial.covariates.length });
  const columns = rankColumns(trial.covariates, trial.rowCount);
  const target = { values: trial.treatment.values, name: 'treatment' };
  const [one, two] = await stackedNuisances({ columns, settings, frame: trial }, [target, target], {});
  expect(one).toEqual(two);
  expect(one.stack.regression.family).toBe('binomial');
});
