/**
 * Conditionally linear forests: known truths, one treatment against the causal forest, kernel weights, units, what is refused
 * and said, worker threads.
 */
import '../../scripts/source-code.js';
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { tolerances } from '../../src/causal/linear/collinear.js';
import { createLinearTrial } from '../../src/causal/linear/create-trial.js';
import { fitLinearForest, predictLinearEffects } from '../../src/causal/linear/linear-forest.js';
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';
import { drawn } from '../support/generated-problem.js';
import { solvePlain } from '../support/plain-vectors.js';
import { smallTrial, tableOf } from '../support/trials.js';

const alone = { workers: 0 } as const;

/** Two correlated doses that follow x2, with effects 1 + 1{x1 > 0} and −0.5. */
function twoDoses(rowCount: number, seed: number) {
  const stream = streamFor(seed, 'two doses');
  const [x1, x2] = [0, 1].map(() => drawn(rowCount, () => stream.normal()));
  const price = drawn(rowCount, (i) => 0.5 * x2[i] + stream.normal());
  const discount = drawn(rowCount, (i) => 0.6 * price[i] + 0.8 * stream.normal());
  const effects = [x1.map((x) => 1 + (x > 0 ? 1 : 0)), new Float64Array(rowCount).fill(-0.5)];
  const y = drawn(rowCount, (i) => x2[i] + effects[0][i] * price[i] + effects[1][i] * discount[i] + stream.normal());
  return { columns: { x1, x2, price, discount, y }, effects };
}

const declared = { covariates: ['x1', 'x2'], treatments: ['price', 'discount'], outcomes: { y: 'y' } } as const;

describe('a known truth', async () => {
  const rowCount = 2500;
  const { columns, effects } = twoDoses(rowCount, 1);
  const trial = createLinearTrial(columns, declared);
  const forest = await fitLinearForest(trial, { numTrees: 300, ...alone });
  const { effect, variance, treatments } = forest.outOfBag;

  test('each effect with the other held fixed, and its standard error', () => {
    expect(treatments).toEqual(['price', 'discount']);
    expect(forest.warnings).toEqual([]);
    const away = [...columns.x1.keys()].filter((i) => Math.abs(columns.x1[i]) > 0.3);
    const meanOf = (of: (i: number) => number) => away.reduce((sum, i) => sum + of(i), 0) / away.length;
    effects.forEach((truth, k) => {
      const error = Math.sqrt(meanOf((i) => (effect[k][i] - truth[i]) ** 2));
      const standardError = Math.sqrt(meanOf((i) => (variance as readonly Float64Array[])[k][i]));
      // Left out, the other dose would move either effect by 0.3 and more everywhere.
      expect(Math.abs(meanOf((i) => effect[k][i] - truth[i]))).toBeLessThan(0.15);
      expect(error).toBeLessThan(0.3);
      expect(error / standardError).toBeGreaterThan(0.4);
      expect(error / standardError).toBeLessThan(2);
    });
  });

  test('kernel weights reproduce them: weighted regressions on both doses', () => {
    const rows = [3, 2400];
    const { outcomeHat, treatmentHat } = forest.nuisance;
    outOfBagEffectWeights(forest, rows).forEach((alpha, place) => {
      const design = (i: number) => [
        1,
        columns.price[i] - treatmentHat[0][i],
        columns.discount[i] - treatmentHat[1][i],
      ];
      const total = (of: (i: number) => number) => alpha.reduce((sum, w, i) => sum + w * of(i), 0);
      const gram = [0, 1, 2].map((a) => [0, 1, 2].map((b) => total((i) => design(i)[a] * design(i)[b])));
      const product = [0, 1, 2].map((a) => total((i) => design(i)[a] * (columns.y[i] - outcomeHat[i])));
      const [, ...slopes] = solvePlain(gram, product);
      slopes.forEach((slope, k) => {
        expect(slope).toBeCloseTo(effect[k][rows[place]], 8);
      });
    });
  });

  test('new rows', () => {
    const fresh = predictLinearEffects(forest, { x1: [1, -1], x2: [0, 0] });
    expect(fresh.effect[0][0]).toBeGreaterThan(fresh.effect[0][1] + 0.5);
    expect(fresh.variance?.every((v) => v.every((value) => value > 0))).toBe(true);
  });
});

test('one treatment is the causal forest of a dose, up to chance in drawing trees', async () => {
  const { columns } = twoDoses(600, 2);
  const options = { numTrees: 1000, ...alone };
  const shared = { covariates: ['x1', 'x2'], outcomes: { y: 'y' } } as const;
  const linear = await fitLinearForest(createLinearTrial(columns, { ...shared, treatments: ['price'] }), options);
  const trial = createTrial(columns, { ...shared, treatment: { column: 'price', kind: 'continuous' } });
  const causal = await fitCausalForest(trial, options);
  const other = await fitCausalForest(trial, { ...options, seed: 1 });
  // The same nuisances to the last bit.
  expect(linear.nuisance.treatmentHat[0]).toEqual(causal.nuisance.treatmentHat);
  const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0));
  // Two causal forests of other seeds (and nuisances) lie as far apart; 1.5 covers chance in that.
  expect(distance(linear.outOfBag.effect[0], causal.outOfBag.effect)).toBeLessThan(
    1.5 * distance(other.outOfBag.effect, causal.outOfBag.effect),
  );
});

test('units of treatments do not matter', async () => {
  const { columns } = twoDoses(400, 3);
  const options = { numTrees: 40, ...alone };
  const plain = await fitLinearForest(createLinearTrial(columns, declared), options);
  const cents = createLinearTrial({ ...columns, price: columns.price.map((value) => 128 * value) }, declared);
  const scaled = await fitLinearForest(cents, options);
  expect(scaled.forest.trees.feature).toEqual(plain.forest.trees.feature);
  scaled.outOfBag.effect[0].forEach((value, i) => {
    expect(128 * value).toBeCloseTo(plain.outOfBag.effect[0][i], 9);
    expect(scaled.outOfBag.effect[1][i]).toBeCloseTo(plain.outOfBag.effect[1][i], 9);
  });
});

describe('every sort of data', () => {
  const cases = {
    plain: smallTrial({ rowCount: 300 }),
    weighted: smallTrial({ rowCount: 300, weights: true }),
    clustered: smallTrial({ rowCount: 300, clusterSize: 5 }),
  };
  test.each(Object.entries(cases))('%s: the same bits with and without workers', async (_, base) => {
    const stream = streamFor(1, 'dose');
    const dose = { kind: 'continuous', name: 'dose', values: drawn(300, () => stream.normal()) } as const;
    const { treatment, propensity, ...frame } = base;
    const trial = { ...frame, treatments: [treatment, dose] };
    const options = { numTrees: 60, treatmentHat: { [treatment.name]: 0.5 } };
    const single = await fitLinearForest(trial, { ...options, workers: 0 });
    const divided = await fitLinearForest(trial, { ...options, workers: 2 });
    expect(propensity).not.toBeNull();
    expect(divided).toEqual(single);
    expect(structuredClone(divided)).toEqual(single);
    expect(single.nuisance.treatmentSources).toEqual(['given', 'forest']);
    expect(predictLinearEffects(single, tableOf(base.covariates)).effect.every((e) => e.every(Number.isFinite))).toBe(
      true,
    );
  });

  test('an outcome that leaves rows out', async () => {
    const { columns } = twoDoses(300, 4);
    const count = columns.y.map((_, i) => (i % 3 === 0 ? 0 : 1));
    const outcomes = { y: { numerator: 'y', denominator: 'count', zeroDenominator: 'drop' } } as const;
    const trial = createLinearTrial({ ...columns, count }, { ...declared, outcomes });
    const forest = await fitLinearForest(trial, { numTrees: 50, ...alone });
    expect(forest.trial.treatments[1].values).toEqual(columns.discount.filter((_, i) => i % 3 > 0));
    expect(forest.outOfBag.effect[1]).toHaveLength(200);
  });
});

describe('treatments that do not vary apart', () => {
  test('1 − R² by hand', () => {
    const a = Float64Array.of(1, -1, 1, -1);
    const b = Float64Array.of(1, 1, -1, -1);
    expect([...tolerances([a, b], null)]).toEqual([1, 1]);
    // Correlation 1/√2: R² = 1/2.
    const sum = a.map((value, i) => value + b[i]);
    for (const value of tolerances([a, sum], Float64Array.of(2, 2, 2, 2))) expect(value).toBeCloseTo(0.5, 12);
    expect([...tolerances([a, a], null)]).toEqual([0, 0]);
  });

  test('are named; those that are one have no effects apart', async () => {
    const { columns } = twoDoses(300, 5);
    const nearly = columns.price.map((value, i) => value + 0.1 * columns.x1[(i + 1) % 300]);
    const close = await fitLinearForest(createLinearTrial({ ...columns, discount: nearly }, declared), {
      numTrees: 50,
      ...alone,
    });
    expect(close.warnings.map(({ code }) => code)).toContain('COLLINEAR_TREATMENTS');
    const twice = columns.price.map((value) => 2 * value);
    // With the same centring the two are one to the last bit.
    const same = await fitLinearForest(createLinearTrial({ ...columns, discount: twice }, declared), {
      numTrees: 50,
      treatmentHat: { price: 0, discount: 0 },
      ...alone,
    });
    const [found] = same.warnings.filter(({ code }) => code === 'COLLINEAR_TREATMENTS');
    expect(found.message).toMatch(/'price', 'discount' hardly vary apart.*not identified/);
    expect(same.outOfBag.effect.every((values) => values.every(Number.isNaN))).toBe(true);
  });
});

describe('what is refused', () => {
  const { columns } = twoDoses(60, 6);
  test.each([
    [{ treatments: [] }, /treatments must be an array of at least one/],
    [{ treatments: ['price', 'price'] }, /'price' is .*twice|declared as a treatment and as a treatment/],
    [{ treatments: ['price', 'x1'] }, /'x1' is declared as a treatment and as a covariate/],
    [{ treatments: [{ column: 'price', kind: 'binary' }] }, /must hold 0 and 1/],
    [{ treatment: 'price' }, /treatment/],
  ])('%o', (change, message) => {
    expect(() => createLinearTrial(columns, { ...declared, ...change } as never)).toThrow(message);
  });

  test('options', async () => {
    const trial = createLinearTrial(columns, declared);
    const start = (options: object) => fitLinearForest(trial, options as never);
    await expect(start({ treatmentHat: 0.5 })).rejects.toThrow(/treatmentHat must be an object with keys among price/);
    await expect(start({ treatmentHat: { prise: 0.5 } })).rejects.toThrow(/price/);
    await expect(start({ treatmentHat: { price: Number.NaN } })).rejects.toThrow(/treatmentHat.price must be a finite/);
    await expect(start({ numTree: 5 })).rejects.toThrow(/numTrees/);
  });
});
