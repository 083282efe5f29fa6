/** What must hold for every causal forest, whatever the data: identities, each to the precision that arithmetic allows. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { CausalForestOptions } from '../../src/causal/causal-options.js';
import { effectWeights, outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import type { CausalForest } from '../../src/causal/types.js';
import type { Trial } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';
import { drawColumn, drawn, numberColumn } from '../support/generated-problem.js';
import { relativeDifference } from '../support/grf-forest.js';
import { smallTrial, type TrialParts, tableOf, withOutcome } from '../support/trials.js';

const OPTIONS = { numTrees: 40, seed: 7, minNodeSize: 3 } as const satisfies CausalForestOptions;

const fitted = (trial: Trial<string, 'outcome'>, options: CausalForestOptions = {}) =>
  fitCausalForest(trial, { ...OPTIONS, ...options } as CausalForestOptions<'outcome'>);

const newRows = (count: number) => {
  const stream = streamFor(3, 'new rows');
  return (['continuous', 'missing', 'category', 'ties'] as const).map((kind, f) =>
    drawColumn(kind, `x${f}`, count, stream),
  );
};

const numbersOf = ({ outOfBag, nuisance }: CausalForest) => ({ ...outOfBag, ...nuisance, warnings: [] });
const times = (factor: number) => (value: number) => value * factor;

/** Slope of Ỹ on W̃ with intercept, weights α_j q_j, in two passes. */
function weightedSlope({ trial, outcome, nuisance }: CausalForest, alpha: Float64Array): number {
  const q = (j: number) => alpha[j] * (trial.weights?.[j] ?? 1);
  const y = (j: number) => outcome[j] - nuisance.outcomeHat[j];
  const w = (j: number) => trial.treatment.values[j] - nuisance.treatmentHat[j];
  const sum = (of: (j: number) => number) => alpha.reduce((total, _, j) => total + q(j) * of(j), 0);
  const [meanY, meanW] = [sum(y) / sum(() => 1), sum(w) / sum(() => 1)];
  return sum((j) => (w(j) - meanW) * (y(j) - meanY)) / sum((j) => (w(j) - meanW) ** 2);
}

const variants: Readonly<Record<string, [TrialParts, CausalForestOptions]>> = {
  plain: [{}, {}],
  'estimated propensity': [{ propensity: null }, {}],
  weights: [{ weights: true }, {}],
  clusters: [{ clusterSize: 4 }, {}],
  'clusters and weights': [{ clusterSize: 4, weights: true }, {}],
  'equalised clusters': [{ clusterSize: 3 }, { equalizeClusterWeights: true }],
  'bags of one tree': [{}, { ciGroupSize: 1 }],
  'bags of four trees': [{}, { ciGroupSize: 4, sampleFraction: 0.3 }],
  'without honesty': [{}, { honesty: false }],
  'not pruned': [{}, { honestyPruneLeaves: false }],
};

// A weighted regression on the kernel weights is the prediction (Athey, Tibshirani & Wager 2019, §2.1). 1e-9: the sums
// run over rows instead of leaves, and the regression's denominator is a difference.
describe.each(Object.entries(variants))('kernel weights: %s', (_, [parts, options]) => {
  test('reproduce the effects of new rows', async () => {
    const forest = await fitted(smallTrial(parts), options);
    const table = tableOf(newRows(25));
    const { effect } = predictEffects(forest, table);
    const weights = effectWeights(forest, table);
    for (const alpha of weights) expect(alpha.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(
      relativeDifference(
        weights.map((alpha) => weightedSlope(forest, alpha)),
        effect,
      ),
    ).toBeLessThan(1e-9);
  });

  test('reproduce the out-of-bag effects, without the row and its cluster', async () => {
    const forest = await fitted(smallTrial(parts), options);
    const rows = [0, 5, 17, 80, 149, 5];
    const weights = outOfBagEffectWeights(forest, rows);
    weights.forEach((alpha, k) => {
      const cluster = forest.trial.clusters?.ids;
      alpha.forEach((value, j) => {
        if (j === rows[k] || (cluster && cluster[j] === cluster[rows[k]])) expect(value).toBe(0);
      });
      expect(alpha.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    });
    expect(
      relativeDifference(
        weights.map((alpha) => weightedSlope(forest, alpha)),
        rows.map((row) => forest.outOfBag.effect[row]),
      ),
    ).toBeLessThan(1e-9);
  });
});

test.each([[1.5], [-1], [150], [Number.NaN]])(
  'row %d has no out-of-bag weights: it is not in the trial',
  async (row) => {
    const forest = await fitted(smallTrial());
    expect(() => outOfBagEffectWeights(forest, [0, row])).toThrow(/rows must be a row number from 0 to 149/);
  },
);

describe('treatment', () => {
  // 1 − W − 0.5 is −(W − 0.5) without rounding, so every sum only changes its sign. Numbers only: a category's levels
  // are ordered by their pseudo-outcomes, so its children would swap sides and with them their random draws.
  test('flipped: every effect changes its sign and nothing else, bit for bit', async () => {
    const stream = streamFor(1, 'flip');
    const covariates = (['continuous', 'missing', 'ties'] as const).map((kind, f) =>
      drawColumn(kind, `x${f}`, 150, stream),
    );
    const trial = smallTrial({ weights: true, covariates });
    const flipped = { ...trial, treatment: { ...trial.treatment, values: trial.treatment.values.map((w) => 1 - w) } };
    const [a, b] = [await fitted(trial), await fitted(flipped)];
    expect(b.outOfBag.effect).toEqual(a.outOfBag.effect.map(times(-1)));
    expect(b.outOfBag.variance).toEqual(a.outOfBag.variance);
    expect(b.outOfBag.debiasedError).toEqual(a.outOfBag.debiasedError);
  });
});

describe('outcome', () => {
  // Powers of two only shift exponents.
  test.each([4, 2 ** 20, 2 ** -20])(
    'times %d: effects times as much, variances times its square, bit for bit',
    async (factor) => {
      const trial = smallTrial({ propensity: null, clusterSize: 3, weights: true });
      const [a, b] = [await fitted(trial), await fitted(withOutcome(trial, times(factor)))];
      expect(b.nuisance.outcomeHat).toEqual(a.nuisance.outcomeHat.map(times(factor)));
      expect(b.nuisance.treatmentHat).toEqual(a.nuisance.treatmentHat);
      expect(b.outOfBag.effect).toEqual(a.outOfBag.effect.map(times(factor)));
      expect(b.outOfBag.debiasedError).toEqual(a.outOfBag.debiasedError.map(times(factor ** 2)));
      expect(b.outOfBag.excessError).toEqual(a.outOfBag.excessError.map(times(factor ** 2)));
      expect(b.outOfBag.variance).toEqual(a.outOfBag.variance?.map(times(factor ** 2)));
    },
  );

  // One covariate: between two columns that cut a node alike rounding would choose. 1e-9: 1,000 costs three digits.
  test('plus 1,000: effects stay, predictions move', async () => {
    const stream = streamFor(1, 'shift');
    const trial = smallTrial({ covariates: [drawColumn('missing', 'x', 150, stream)] });
    const [a, b] = [await fitted(trial), await fitted(withOutcome(trial, (y) => y + 1000))];
    expect(relativeDifference(b.outOfBag.effect, a.outOfBag.effect)).toBeLessThan(1e-9);
    expect(relativeDifference(b.outOfBag.variance as Float64Array, a.outOfBag.variance as Float64Array)).toBeLessThan(
      1e-9,
    );
    expect(
      relativeDifference(
        b.nuisance.outcomeHat.map((y) => y - 1000),
        a.nuisance.outcomeHat,
      ),
    ).toBeLessThan(1e-9);
  });

  test('what the covariates cannot explain away: Y = 3 + 2W exactly gives the effect 2 everywhere', async () => {
    const trial = smallTrial();
    const w = trial.treatment.values;
    const forest = await fitted(
      withOutcome(trial, (_, i) => 3 + 2 * w[i]),
      { outcomeHat: 4 },
    );
    for (const effect of forest.outOfBag.effect) expect(effect).toBeCloseTo(2, 12);
  });
});

describe('weights', () => {
  test('times 4: the same bits', async () => {
    const trial = smallTrial({ weights: true });
    const heavier = { ...trial, weights: trial.weights?.map(times(4)) ?? null };
    expect(numbersOf(await fitted(heavier))).toEqual(numbersOf(await fitted(trial)));
  });

  test('all one: as without weights', async () => {
    const trial = smallTrial({ covariates: [drawColumn('missing', 'x', 150, streamFor(1, 'ones'))] });
    const ones = { ...trial, weights: new Float64Array(150).fill(1) };
    const [a, b] = [await fitted(trial), await fitted(ones)];
    expect(relativeDifference(b.outOfBag.effect, a.outOfBag.effect)).toBeLessThan(1e-9);
  });

  test('rows of weight 0 do not speak: their outcomes may be anything', async () => {
    const base = smallTrial({ weights: true });
    const weights = base.weights?.map((q, i) => (i % 5 === 0 ? 0 : q)) ?? null;
    const trial = { ...base, weights };
    const other = withOutcome(trial, (y, i) => (i % 5 === 0 ? 1e3 * Math.sin(i) : y));
    const [a, b] = [await fitted(trial), await fitted(other)];
    expect(b.outOfBag.effect).toEqual(a.outOfBag.effect);
    expect(b.outOfBag.variance).toEqual(a.outOfBag.variance);
  });
});

describe('covariates', () => {
  // A split sees only the order of a column, and a cut lies at a training value.
  test('any increasing transformation leaves the training rows where they are, bit for bit', async () => {
    const trial = smallTrial();
    const covariates = trial.covariates.map((column) =>
      column.kind === 'category' ? column : { ...column, values: column.values.map((x) => Math.exp(3 * x) - 5) },
    );
    expect(numbersOf(await fitted({ ...trial, covariates }))).toEqual(numbersOf(await fitted(trial)));
  });

  test('constant ones split nothing: one effect for everyone', async () => {
    const constant = numberColumn('x', new Float64Array(150).fill(3));
    const forest = await fitted(smallTrial({ covariates: [constant] }));
    expect(forest.forest.trees.feature.every((f) => f === -1)).toBe(true);
    expect(new Set(predictEffects(forest, { x: [3, -1, 10, null] }).effect).size).toBe(1);
  });
});

describe('seed', () => {
  test('the same gives the same bits, with progress and pauses or without', async () => {
    const trial = smallTrial({ propensity: null });
    const first = await fitted(trial);
    const second = await fitted(trial, { onProgress: () => {}, signal: new AbortController().signal });
    expect(second.forest).toEqual(first.forest);
    expect(numbersOf(second)).toEqual(numbersOf(first));
  });

  test('another gives other trees', async () => {
    const trial = smallTrial();
    const [a, b] = [await fitted(trial), await fitted(trial, { seed: 8 })];
    expect(b.outOfBag.effect).not.toEqual(a.outOfBag.effect);
    expect(b.nuisance.outcomeHat).not.toEqual(a.nuisance.outcomeHat);
  });

  test('a forest of fewer trees is the beginning of a larger one', async () => {
    const trial = smallTrial();
    const given = { outcomeHat: 0 };
    const [few, many] = [
      await fitted(trial, { ...given, numTrees: 20 }),
      await fitted(trial, { ...given, numTrees: 40 }),
    ];
    const nodes = few.forest.trees.feature.length;
    expect(many.forest.trees.feature.slice(0, nodes)).toEqual(few.forest.trees.feature);
    expect(many.forest.trees.threshold.slice(0, nodes)).toEqual(few.forest.trees.threshold);
  });
});

test('results are plain frozen data: a structured clone predicts the same bits', async () => {
  const forest = await fitted(smallTrial({ clusterSize: 3 }));
  for (const part of [forest, forest.outOfBag, forest.nuisance, forest.warnings, forest.settings])
    expect(Object.isFrozen(part)).toBe(true);
  const clone = structuredClone(forest);
  expect(clone).toEqual(forest);
  const table = tableOf(newRows(30));
  expect(predictEffects(clone, table)).toEqual(predictEffects(forest, table));
  expect(outOfBagEffectWeights(clone, [3])).toEqual(outOfBagEffectWeights(forest, [3]));
});

test('out of bag: no tree that drew the row, or a row of its cluster, speaks', async () => {
  const trial = smallTrial({ clusterSize: 3, rowCount: 60 });
  const forest = await fitted(trial, { numTrees: 4, honestyPruneLeaves: true });
  // With 4 trees in 2 bags some clusters are in no tree and some in all four.
  const seen = new Set<number>();
  forest.outOfBag.treeCount.forEach((count) => {
    seen.add(count);
  });
  expect(seen.size).toBeGreaterThan(2);
  const ids = trial.clusters?.ids as Int32Array;
  drawn(60, (i) => i).forEach((i) => {
    const mate = ids.indexOf(ids[i]);
    expect(forest.outOfBag.treeCount[i]).toBe(forest.outOfBag.treeCount[mate]);
  });
});
