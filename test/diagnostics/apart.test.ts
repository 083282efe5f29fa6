/**
 * Rankings, splits and groups judged by rows that had no part in them: that it is so (outcomes and treatments of judging
 * rows are changed, and not a bit of the ranking moves), and that the numbers follow from their definitions.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { resolveApart } from '../../src/diagnostics/apart.js';
import { divideUnits } from '../../src/diagnostics/divide-units.js';
import { groupsByEffect } from '../../src/diagnostics/effect-groups.js';
import { highLowEffects } from '../../src/diagnostics/high-low.js';
import { rankWeightedEffect } from '../../src/diagnostics/rank-weighted.js';
import { scoredForest } from '../../src/diagnostics/scored-rows.js';
import { sequentialFolds, summarizeFolds, testFolds } from '../../src/diagnostics/sequential-folds.js';
import { sortedEffects } from '../../src/diagnostics/sorted-effects.js';
import { medianOfSplits } from '../../src/diagnostics/split-medians.js';
import { testRanking } from '../../src/diagnostics/test-ranking.js';
import { type CausalForest, type Covariate, fitCausalForest, scores, type Trial } from '../../src/index.js';
import { quantile, twoSidedTail, upperTail } from '../../src/math/normal.js';
import { streamFor } from '../../src/math/random.js';
import { upperTail as studentTail } from '../../src/math/student-t.js';
import { smallTrial } from '../support/trials.js';

const QUICK = { numTrees: 50, workers: 0 } as const;
let forest: CausalForest;
let clustered: CausalForest;
beforeAll(async () => {
  forest = await fitCausalForest(smallTrial({ rowCount: 300 }), { numTrees: 100, workers: 0 });
  const withClusters = smallTrial({ rowCount: 300, clusterSize: 5, weights: true });
  clustered = await fitCausalForest(withClusters, { numTrees: 100, workers: 0 });
});

describe('dividing units', () => {
  const trial = smallTrial({ rowCount: 203 });
  const parts = divideUnits(trial, 4, streamFor(1, 'divide'));

  test('every row is in one part, and each part has its share of both arms', () => {
    expect(
      parts
        .flatMap((part) => Array.from(part))
        .sort((a, b) => a - b)
        .every((row, k) => row === k),
    ).toBe(true);
    const treated = trial.treatment.values.reduce((sum, w) => sum + w, 0);
    for (const part of parts) {
      const inPart = part.reduce((sum, row) => sum + trial.treatment.values[row], 0);
      expect(Math.abs(inPart - treated / 4)).toBeLessThanOrEqual(1);
      expect(Math.abs(part.length - 203 / 4)).toBeLessThanOrEqual(1);
    }
  });

  test('clusters stay whole', () => {
    const { trial: rows } = clustered;
    const halves = divideUnits(rows, 2, streamFor(1, 'divide'));
    const ids = halves.map((half) => new Set(Array.from(half, (row) => rows.clusters?.ids[row])));
    expect([...(ids[0] as Set<number>)].filter((id) => ids[1]?.has(id))).toEqual([]);
    expect(halves.reduce((sum, { length }) => sum + length, 0)).toBe(300);
  });
});

/** The same fit, with other outcomes and treatments in some rows; nuisances and effects of all rows are lost as well. */
function shaken(given: CausalForest, rows: Int32Array): CausalForest {
  const changed = (values: Float64Array, by: (value: number, row: number) => number) => {
    const copy = values.slice();
    for (const row of rows) copy[row] = by(values[row], row);
    return copy;
  };
  const outcome = changed(given.outcome, (y, row) => 10 * Math.sin(row) - y);
  const trial = {
    ...given.trial,
    treatment: { ...given.trial.treatment, values: changed(given.trial.treatment.values, (w) => 1 - w) },
    outcomes: { outcome: { kind: 'column', name: 'outcome', values: outcome, rows: null } },
  } as Trial;
  const lost = new Float64Array(given.trial.rowCount).fill(Number.NaN);
  return {
    ...given,
    trial,
    outcome,
    nuisance: { ...given.nuisance, outcomeHat: lost, treatmentHat: lost },
    outOfBag: { ...given.outOfBag, effect: lost },
  };
}

describe('honest by construction', () => {
  test.each(['rows', 'clusters'] as const)('what a fold is ranked by does not depend on it, %s', async (kind) => {
    const given = kind === 'rows' ? forest : clustered;
    // Rows are dealt by arm, so another treatment would be another deal: there only outcomes are changed.
    const apart = resolveApart(given, QUICK);
    const folds = await sequentialFolds(given, 4, apart);
    expect(folds).toHaveLength(3);
    for (const [k, { training, rows, priorities }] of folds.entries()) {
      expect(Array.from(rows).filter((row) => training.includes(row))).toEqual([]);
      const later = Int32Array.of(...folds.slice(k).flatMap((fold) => Array.from(fold.rows)));
      const other = shaken(given, later);
      const same = kind === 'rows' ? { ...other, trial: { ...other.trial, treatment: given.trial.treatment } } : other;
      const again = (await sequentialFolds(same, 4, apart))[k];
      expect(again?.priorities).toEqual(priorities);
    }
    // The test could fail: what is trained on does matter.
    const { training, priorities } = folds[2] as (typeof folds)[number];
    const touched = shaken(given, training);
    const moved = (
      await sequentialFolds(
        kind === 'rows' ? { ...touched, trial: { ...touched.trial, treatment: given.trial.treatment } } : touched,
        4,
        apart,
      )
    )[2];
    expect(moved?.priorities).not.toEqual(priorities);
  });
});

describe('the ranking test', () => {
  test('two folds: the rank-weighted effect of one ranking on the second half', async () => {
    const [fold] = await sequentialFolds(forest, 2, resolveApart(forest, QUICK));
    const found = await testRanking(forest, { ...QUICK, folds: 2, draws: 60 });
    const { rows, priorities } = fold as NonNullable<typeof fold>;
    const direct = rankWeightedEffect(forest, priorities, { rows, draws: 60 });
    expect(found).toMatchObject({
      estimate: direct.estimate,
      standardError: direct.standardError,
      n: rows.length,
    });
    expect(found.statistic).toBeCloseTo(direct.statistic as number, 12);
    expect(found.pValue).toBeCloseTo(direct.pValue as number, 12);
    expect(found.curve[2]?.estimate).toBe(direct.curve[2]?.estimate);
    expect(found.folds).toHaveLength(1);
    expect(found.folds[0]?.trainingRows).toBe(300 - rows.length);
  });

  test('folds are averaged, their variances pooled', () => {
    const folds = [
      { estimate: 1, standardError: 0.5, testError: 0.6, freedom: 10 },
      { estimate: 0.2, standardError: 0.4, testError: 0.8, freedom: 20 },
      { estimate: 0, standardError: 0, testError: 0, freedom: 30 },
    ];
    const found = summarizeFolds(folds, 0.95);
    expect(found.estimate).toBeCloseTo(0.4, 14);
    expect(found.standardError).toBeCloseTo(Math.sqrt(0.25 + 0.16) / 3, 14);
    const { statistic, pValue } = testFolds(folds);
    expect(statistic).toBeCloseTo(1.2, 14);
    // A ranking that says nothing adds no degrees of freedom: P(t₃₀ > 1.2).
    expect(pValue).toBeCloseTo(studentTail(1.2, 30), 14);
    const unknown = { estimate: null, standardError: null, testError: null, freedom: 3 };
    expect(summarizeFolds([...folds, unknown], 0.95).estimate).toBeNull();
    expect(testFolds([...folds, unknown])).toEqual({ statistic: null, pValue: null });
    expect(testFolds([])).toEqual({ statistic: null, pValue: null });
  });

  test('plain frozen data, the same for the same seed, progress by fold', async () => {
    const seen: string[] = [];
    const options = { ...QUICK, folds: 3, draws: 50, weighting: 'qini' } as const;
    const found = await testRanking(clustered, {
      ...options,
      onProgress: ({ phase, done, total }) => seen.push(`${phase} ${done}/${total}`),
    });
    expect(seen).toEqual(['ranking folds 1/2', 'ranking folds 2/2']);
    expect(await testRanking(clustered, options)).toEqual(found);
    expect((await testRanking(clustered, { ...options, seed: 5 })).estimate).not.toBe(found.estimate);
    for (const part of [found, found.curve, found.folds, found.folds[0], found.warnings])
      expect(Object.isFrozen(part)).toBe(true);
    expect(JSON.parse(JSON.stringify(found))).toEqual(structuredClone(found));
  });

  test('a forest that sees no difference is said to test nothing', async () => {
    const covariates: Covariate[] = [{ kind: 'number', name: 'constant', values: new Float64Array(200).fill(1) }];
    const blind = await fitCausalForest(smallTrial({ rowCount: 200, covariates }), { numTrees: 50, workers: 0 });
    const found = await testRanking(blind, { ...QUICK, folds: 3 });
    expect(found).toMatchObject({ standardError: 0, statistic: null, pValue: null });
    expect(found.estimate).toBeCloseTo(0, 12);
    expect(found.warnings[0]?.code).toBe('CONSTANT_RANKING');
    expect(found.warnings[0]?.message).toMatch(/^In 2 of 2 judging folds .* Use fewer folds/);
    // Sides by chance are as good as any: the test of high against low stays defined.
    expect((await highLowEffects(blind, { ...QUICK, folds: 3 })).difference.pValue).not.toBeNull();
  });

  test('what the forests trained apart warn of is said', async () => {
    const found = await testRanking(forest, { ...QUICK, folds: 10, draws: 50 });
    const small = found.warnings.find(({ code }) => code === 'SMALL_ARM');
    expect(small?.message).toMatch(/^A forest trained apart, on 30 rows: only \d+ (treated|control) rows/);
    const { warnings } = await sortedEffects(await fitCausalForest(smallTrial({ rowCount: 70 }), QUICK), {
      ...QUICK,
      splits: 2,
      groups: 2,
    });
    expect(warnings.map(({ code }) => code)).toEqual(['SMALL_ARM']);
  });

  test('a continuous treatment needs its variance, and then works', async () => {
    const trial = smallTrial({ rowCount: 200, propensity: null });
    const stream = streamFor(3, 'dose');
    const values = Float64Array.from({ length: 200 }, () => stream.normal());
    const dose: Trial = { ...trial, treatment: { kind: 'continuous', name: 'dose', values } };
    const fitted = await fitCausalForest(dose, QUICK);
    await expect(testRanking(fitted, QUICK)).rejects.toThrow(/treatmentVariance must be given/);
    const treatmentVariance = new Float64Array(200).fill(1);
    const given = { ...QUICK, folds: 3, treatmentVariance };
    expect((await testRanking(fitted, given)).estimate).not.toBeNull();
    expect((await highLowEffects(fitted, given)).difference.estimate).not.toBeNull();
    const sorted = await sortedEffects(fitted, { ...QUICK, splits: 2, groups: 2, treatmentVariance });
    expect(sorted.difference.estimate).not.toBeNull();
  });

  test('too many folds, too few rows, unknown options, abort', async () => {
    await expect(testRanking(forest, { ...QUICK, folds: 60 })).rejects.toThrow(
      /folds must be such that a forest can be trained on 5 rows.*received 60/,
    );
    await expect(testRanking(forest, { folds: 1 })).rejects.toThrow(/folds must be a whole number at least 2/);
    await expect(testRanking(forest, { fold: 3 } as never)).rejects.toThrow(/did you mean 'folds'/);
    await expect(testRanking(forest, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await expect(highLowEffects(forest, { share: 1 })).rejects.toThrow(/share must be a number above 0 and below 1/);
    await expect(sortedEffects(forest, { groups: 1 })).rejects.toThrow(/groups/);
    await expect(sortedEffects(forest, { characteristics: ['x9'] })).rejects.toThrow(/did you mean 'x/);
  });

  test('rows without a score: null and the reason, before anything is trained', async () => {
    const treatmentHat = forest.nuisance.treatmentHat.slice();
    treatmentHat[3] = 1;
    const broken = { ...forest, nuisance: { ...forest.nuisance, treatmentHat } };
    const ranking = await testRanking(broken, QUICK);
    const { difference } = await highLowEffects(broken, QUICK);
    const sorted = await sortedEffects(broken, { ...QUICK, splits: 3 });
    for (const found of [ranking, ranking.curve[0], difference, sorted.difference, sorted.groups[0]]) {
      expect(found).toMatchObject({ estimate: null, standardError: null, interval: null });
      expect(found?.warnings[0]).toMatchObject({ code: 'NOT_IDENTIFIED' });
      expect(found?.warnings[0]?.message).toMatch(/average over 'all' is not identified.*overlap/);
    }
  });
});

describe('high against low', () => {
  test('two folds: mean scores of the better and the worse half, by hand', async () => {
    const [fold] = await sequentialFolds(forest, 2, resolveApart(forest, QUICK));
    const { rows, priorities } = fold as NonNullable<typeof fold>;
    const { values } = scores(forest);
    const order = Array.from(rows).sort((a, b) => priorities[b] - priorities[a]);
    // With an odd number of rows the middle one counts as high: its middle lies on the border.
    const [high, low] = [order.slice(0, Math.ceil(order.length / 2)), order.slice(Math.ceil(order.length / 2))];
    const side = (members: number[]) => {
      const mean = members.reduce((sum, row) => sum + values[row], 0) / members.length;
      const square = members.reduce((sum, row) => sum + (values[row] - mean) ** 2, 0);
      return { mean, variance: square / (members.length * (members.length - 1)) };
    };
    const found = await highLowEffects(forest, { ...QUICK, folds: 2 });
    expect(found.high.estimate).toBeCloseTo(side(high).mean, 12);
    expect(found.low.estimate).toBeCloseTo(side(low).mean, 12);
    expect(found.difference.estimate).toBeCloseTo(side(high).mean - side(low).mean, 12);
    expect(found.difference.standardError).toBeCloseTo(Math.sqrt(side(high).variance + side(low).variance), 12);
    expect([found.high.n, found.low.n, found.difference.n]).toEqual([high.length, low.length, rows.length]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test('a side without an arm: null, and what to do', async () => {
    const found = await highLowEffects(forest, { ...QUICK, folds: 2, share: 0.006 });
    expect(found.difference.estimate).toBeNull();
    expect(found.warnings.map(({ code }) => code)).toEqual(['ARM_MISSING']);
    expect(found.warnings[0]?.message).toMatch(/fewer folds, or a share nearer to 0\.5/);
  });
});

describe('medians over splits', () => {
  const three = [
    { estimate: 1, standardError: 1 },
    { estimate: 3, standardError: 0.5 },
    { estimate: 2, standardError: 2 },
  ];

  test('estimate, interval at the stricter level, doubled p', () => {
    const z = -quantile(0.0125);
    const found = medianOfSplits(three, { level: 0.95, n: 10, tail: 'both' }, []);
    expect(found.estimate).toBe(2);
    expect(found.standardError).toBe(1);
    expect(found.interval?.[0]).toBeCloseTo(Math.max(1 - z, 2 - 2 * z), 12);
    expect(found.interval?.[1]).toBeCloseTo(3 + 0.5 * z, 12);
    expect(found.pValue).toBeCloseTo(2 * twoSidedTail(1), 12);
    expect(medianOfSplits(three, { level: 0.95, n: 10, tail: 'upper' }, []).pValue).toBeCloseTo(2 * upperTail(1), 12);
  });

  test('an even number of splits takes the careful middle', () => {
    const two = three.slice(0, 2);
    const found = medianOfSplits(two, { level: 0.95, n: 10, tail: 'both' }, []);
    const z = -quantile(0.0125);
    expect(found.estimate).toBe(2);
    expect(found.interval?.[0]).toBeCloseTo(1 - z, 12);
    expect(found.interval?.[1]).toBeCloseTo(3 + 0.5 * z, 12);
    expect(found.pValue).toBeCloseTo(Math.min(1, 2 * twoSidedTail(1)), 12);
  });

  test('splits without an estimate are counted; with none left, null', () => {
    const some = medianOfSplits([...three, null], { level: 0.9, n: 10, tail: 'both' }, []);
    expect(some.estimate).toBe(2);
    expect(some.warnings[0]?.message).toMatch(/^1 of 4 splits/);
    expect(medianOfSplits([null], { level: 0.9, n: 10, tail: 'both' }, [])).toMatchObject({
      estimate: null,
      pValue: null,
      warnings: [{ code: 'SPLITS_WITHOUT_ESTIMATE' }],
    });
  });
});

describe('sorted groups', () => {
  test('have equal weight, lowest predictions first, ties by chance', () => {
    const scored = scoredForest(clustered, undefined, {});
    const priorities = Float64Array.from(scored.weights, (_, row) => Math.floor(row / 100));
    const groups = groupsByEffect(scored, priorities, [0.25, 0.5, 0.75], streamFor(1, 'groups'));
    const total = scored.weights.reduce((sum, weight) => sum + weight, 0);
    const heaviest = Math.max(...scored.weights);
    let before = Number.NEGATIVE_INFINITY;
    for (const group of groups) {
      const weight = group.reduce((sum, row) => sum + scored.weights[row], 0);
      expect(Math.abs(weight - total / 4)).toBeLessThanOrEqual(heaviest);
      const [least, most] = [Math.min, Math.max].map((f) => f(...Array.from(group, (row) => priorities[row])));
      expect(least as number).toBeGreaterThanOrEqual(before);
      before = most as number;
    }
    expect(groups.flatMap((group) => Array.from(group)).sort((a, b) => a - b)).toEqual(Array.from(scored.rows));
    expect(groupsByEffect(scored, priorities, [0.25, 0.5, 0.75], streamFor(2, 'groups'))).not.toEqual(groups);
  });

  test('one split, unadjusted, is the groups of the judging half', async () => {
    const found = await sortedEffects(forest, { ...QUICK, splits: 1, groups: 3 });
    expect(found.groups.map(({ rank }) => rank)).toEqual([1, 2, 3]);
    const [lowest, , highest] = found.groups;
    expect(found.difference.estimate).toBeCloseTo((highest?.estimate as number) - (lowest?.estimate as number), 12);
    const errors = [lowest, highest].map((group) => group?.standardError as number);
    expect(found.difference.standardError).toBeCloseTo(Math.hypot(...errors), 12);
    // The mean of the three groups of about 50 is the mean score of the half, up to sizes that differ by one.
    const mean = found.groups.reduce((sum, { estimate }) => sum + (estimate as number) / 3, 0);
    const { values } = scores(forest);
    const [, judges] = divideUnits(forest.trial, 2, streamFor(forest.settings.seed, 'split', 0));
    const half = (judges as Int32Array).reduce((sum, row) => sum + values[row], 0) / (judges as Int32Array).length;
    expect(Math.abs(mean - half)).toBeLessThan(0.2 * Math.hypot(...errors));
  });

  test('characteristics: means of numbers, shares of categories, missing values left out', async () => {
    const found = await sortedEffects(forest, { ...QUICK, splits: 5, groups: 4 });
    const categories = found.characteristics.filter(({ covariate }) => covariate === 'x2');
    expect(categories.length).toBeGreaterThan(1);
    const one = await sortedEffects(forest, { ...QUICK, splits: 1, groups: 4, characteristics: ['x2'] });
    const total = one.characteristics.reduce((sum, { highest }) => sum + (highest.estimate as number), 0);
    expect(total).toBeCloseTo(1, 12);
    for (const { highest, lowest, difference } of one.characteristics)
      expect(difference.estimate).toBeCloseTo((highest.estimate as number) - (lowest.estimate as number), 12);
    // The effect grows with x0, so the group of the highest predictions has the higher x0.
    const x0 = found.characteristics.find(({ covariate }) => covariate === 'x0');
    expect(x0?.difference.estimate as number).toBeGreaterThan(0);
    const missing = found.characteristics.find(({ covariate }) => covariate === 'x1');
    expect(missing?.highest.estimate).not.toBeNull();
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(await sortedEffects(forest, { ...QUICK, splits: 5, groups: 4 })).toEqual(found);
  });

  test('more groups than arms can fill: null, counted', async () => {
    const found = await sortedEffects(forest, { ...QUICK, splits: 2, groups: 70 });
    const codes = found.groups.flatMap(({ warnings }) => warnings.map(({ code }) => code));
    expect(codes).toContain('SPLITS_WITHOUT_ESTIMATE');
  });
});
