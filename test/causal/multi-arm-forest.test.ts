/**
 * Forests of several arms trained here: known truths, two arms against the causal forest, several outcomes at once, kernel
 * weights, what is refused and said, worker threads.
 */
import '../../scripts/source-code.js';
import { describe, expect, test } from 'vitest';
import { createArmTrial } from '../../src/causal/arms/create-trial.js';
import { fitMultiArmForest, fitMultiArmForests } from '../../src/causal/arms/multi-arm-forest.js';
import { predictContrasts } from '../../src/causal/arms/predict.js';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { createTrial } from '../../src/data/create-trial.js';
import { averageContrasts, contrastScores } from '../../src/effects/contrasts.js';
import { streamFor } from '../../src/math/random.js';
import { drawn } from '../support/generated-problem.js';
import { solvePlain } from '../support/plain-vectors.js';
import { smallTrial, tableOf } from '../support/trials.js';

const alone = { workers: 0 } as const;

/** Arms none, letter and call with chances that depend on x2; effects 1 + 1{x1 > 0} and −1, on z half of that. */
function threeArms(rowCount: number, seed: number) {
  const stream = streamFor(seed, 'three arms');
  const [x1, x2] = [0, 1].map(() => drawn(rowCount, () => stream.normal()));
  const arm = Array.from(x2, (x) => {
    const u = stream.uniform();
    return u < 0.3 ? 'letter' : u < (x > 0 ? 0.7 : 0.5) ? 'call' : 'none';
  });
  const effects = [x1.map((x) => 1 + (x > 0 ? 1 : 0)), new Float64Array(rowCount).fill(-1)];
  const effect = arm.map((name, i) => (name === 'none' ? 0 : effects[name === 'letter' ? 0 : 1][i]));
  const y = drawn(rowCount, (i) => x2[i] + effect[i] + stream.normal());
  const z = drawn(rowCount, (i) => 0.5 * effect[i] + 0.5 * stream.normal());
  return { columns: { x1, x2, arm, y, z }, effects };
}

const declared = {
  covariates: ['x1', 'x2'],
  treatment: 'arm',
  baseline: 'none',
  outcomes: { y: 'y', z: 'z' },
} as const;

describe('a known truth, two outcomes at once', async () => {
  const rowCount = 3000;
  const { columns, effects } = threeArms(rowCount, 1);
  const trial = createArmTrial(columns, declared);
  const forests = await fitMultiArmForests(trial, { numTrees: 300, ...alone });
  // Arms but the baseline stand in sorted order.
  const truth = [effects[1], effects[0]];

  test('names', () => {
    expect(Object.keys(forests)).toEqual(['y', 'z']);
    expect(forests.y.trial.treatment.arms).toEqual(['none', 'call', 'letter']);
    expect(forests.y.outOfBag.contrasts).toEqual(['call - none', 'letter - none']);
    expect(forests.z.forest).toBe(forests.y.forest);
    expect(forests.y.warnings).toEqual([]);
  });

  test('averages hold the truth, on both outcomes', () => {
    for (const [forest, scale] of [
      [forests.y, 1],
      [forests.z, 0.5],
    ] as const)
      averageContrasts(forest).forEach(({ estimate, standardError }, k) => {
        const mean = (scale * truth[k].reduce((sum, value) => sum + value, 0)) / rowCount;
        // |z| < 4.892: each of the four fails a right implementation once in 1e6.
        expect(Math.abs((estimate as number) - mean)).toBeLessThan(4.892 * (standardError as number));
        expect(standardError as number).toBeLessThan(0.08);
      });
  });

  test('effects follow the truth row by row, and their standard errors the errors', () => {
    const away = [...columns.x1.keys()].filter((i) => Math.abs(columns.x1[i]) > 0.3);
    for (const [forest, scale] of [
      [forests.y, 1],
      [forests.z, 0.5],
    ] as const) {
      const { effect, variance } = forest.outOfBag;
      truth.forEach((tau, k) => {
        const meanOf = (of: (i: number) => number) => away.reduce((sum, i) => sum + of(i), 0) / away.length;
        const error = Math.sqrt(meanOf((i) => (effect[k][i] - scale * tau[i]) ** 2));
        const standardError = Math.sqrt(meanOf((i) => (variance as readonly Float64Array[])[k][i]));
        expect(error).toBeLessThan(0.35 * scale);
        // Pointwise errors have a bias too; a variance of another outcome or contrast would be off by 2 or more.
        expect(error / standardError).toBeGreaterThan(0.4);
        expect(error / standardError).toBeLessThan(2);
      });
    }
  });

  test('propensities come from a probability forest', () => {
    const { armHat, treatmentSource } = forests.y.nuisance;
    expect(treatmentSource).toBe('forest');
    const error = columns.x2.map((x, i) => (Math.abs(x) < 0.3 ? 0 : armHat[1][i] - (x > 0 ? 0.4 : 0.2)));
    expect(Math.sqrt(error.reduce((sum, e) => sum + e * e, 0) / rowCount)).toBeLessThan(0.1);
    for (let i = 0; i < rowCount; i++) expect(armHat[0][i] + armHat[1][i] + armHat[2][i]).toBeCloseTo(1, 12);
  });

  test('kernel weights reproduce the effects: weighted regressions on the dummies', () => {
    const rows = [0, 1234];
    const { codes } = trial.treatment;
    outOfBagEffectWeights(forests.z, rows).forEach((alpha, place) => {
      for (const [forest, values] of [
        [forests.y, columns.y],
        [forests.z, columns.z],
      ] as const) {
        const { armHat, outcomeHat } = forest.nuisance;
        const design = (i: number) => [1, ...[1, 2].map((k) => (codes[i] === k ? 1 : 0) - armHat[k][i])];
        const gram = [0, 1, 2].map((a) =>
          [0, 1, 2].map((b) => alpha.reduce((sum, w, i) => sum + w * design(i)[a] * design(i)[b], 0)),
        );
        const product = [0, 1, 2].map((a) =>
          alpha.reduce((sum, w, i) => sum + w * design(i)[a] * (values[i] - outcomeHat[i]), 0),
        );
        const [, ...slopes] = solvePlain(gram, product);
        slopes.forEach((slope, k) => {
          expect(slope).toBeCloseTo(forest.outOfBag.effect[k][rows[place]], 8);
        });
      }
    });
  });

  test('new rows: each outcome its own', () => {
    const table = { x1: [1, -1], x2: [0, 0] };
    const [y, z] = [predictContrasts(forests.y, table), predictContrasts(forests.z, table)];
    expect(y.effect[1][0]).toBeGreaterThan(y.effect[1][1] + 0.4);
    for (const k of [0, 1]) for (const row of [0, 1]) expect(z.effect[k][row] / y.effect[k][row]).toBeCloseTo(0.5, 0);
    expect(y.variance?.every((v) => v.every((value) => value > 0))).toBe(true);
  });
});

test('two arms are a causal forest, up to chance in drawing trees', async () => {
  const { columns } = threeArms(600, 2);
  const [arm, treated] = [
    columns.arm.map((name) => (name === 'call' ? 'yes' : 'no')),
    columns.arm.map((name) => (name === 'call' ? 1 : 0)),
  ];
  const table = { ...columns, arm, treated };
  const shared = { covariates: ['x1', 'x2'], outcomes: { y: 'y' } } as const;
  const trial = createTrial(table, { ...shared, treatment: 'treated', propensity: 0.3 });
  const options = { numTrees: 1000, ...alone };
  const arms = await fitMultiArmForest(
    createArmTrial(table, { ...shared, treatment: 'arm', armPropensities: { no: 0.7, yes: 0.3 } }),
    options,
  );
  const causal = await fitCausalForest(trial, options);
  const other = await fitCausalForest(trial, { ...options, seed: 1 });
  // The same nuisances to the last bit.
  expect(arms.nuisance.outcomeHat).toEqual(causal.nuisance.outcomeHat);
  const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0));
  // Two causal forests of other seeds lie as far apart; 1.5 covers chance in that.
  expect(distance(arms.outOfBag.effect[0], causal.outOfBag.effect)).toBeLessThan(
    1.5 * distance(other.outOfBag.effect, causal.outOfBag.effect),
  );
  expect(arms.nuisance.treatmentSource).toBe('known');
});

describe('several outcomes', () => {
  const { columns } = threeArms(400, 3);
  const trial = createArmTrial(columns, declared);
  const options = { numTrees: 40, ...alone };

  test('one of them is the forest of one', async () => {
    const one = await fitMultiArmForest(trial, { ...options, outcome: 'y' });
    const { y } = await fitMultiArmForests(trial, { ...options, outcomes: ['y'] });
    expect(y).toEqual(one);
  });

  test('their units do not matter', async () => {
    const bigger = createArmTrial({ ...columns, z: columns.z.map((value) => 1024 * value) }, declared);
    const [plain, scaled] = [await fitMultiArmForests(trial, options), await fitMultiArmForests(bigger, options)];
    expect(scaled.y.forest.trees.feature).toEqual(plain.y.forest.trees.feature);
    expect(scaled.y.outOfBag).toEqual(plain.y.outOfBag);
    expect(scaled.z.outOfBag.effect[0]).toEqual(plain.z.outOfBag.effect[0].map((value) => 1024 * value));
  });

  test('rows that one of them leaves out are left out of all', async () => {
    const count = columns.y.map((_, i) => (i % 4 === 0 ? 0 : 1));
    const partial = createArmTrial(
      { ...columns, count },
      { ...declared, outcomes: { y: 'y', rate: { numerator: 'z', denominator: 'count', zeroDenominator: 'drop' } } },
    );
    const forests = await fitMultiArmForests(partial, options);
    expect(forests.y.trial.rowCount).toBe(300);
    expect(forests.y.outcome).toEqual(columns.y.filter((_, i) => i % 4 > 0));
    expect(forests.rate.outcome).toEqual(columns.z.filter((_, i) => i % 4 > 0));
    expect((await fitMultiArmForest(partial, { ...options, outcome: 'y' })).trial.rowCount).toBe(400);
  });
});

describe('every sort of data', () => {
  const cases = {
    plain: smallTrial({ rowCount: 300 }),
    weighted: smallTrial({ rowCount: 300, weights: true }),
    clustered: smallTrial({ rowCount: 300, clusterSize: 5 }),
  };
  test.each(Object.entries(cases))('%s: the same bits with and without workers', async (_, base) => {
    const stream = streamFor(1, 'arms');
    const codes = base.treatment.values.map((w) => (w === 0 ? 0 : 1 + stream.below(2)));
    const trial = {
      ...base,
      treatment: { kind: 'arms', name: 'arm', arms: ['a', 'b', 'c'], codes: Int32Array.from(codes) } as const,
    };
    const options = { numTrees: 60, minNodeSize: 2 };
    const single = await fitMultiArmForest(trial, { ...options, workers: 0 });
    const divided = await fitMultiArmForest(trial, { ...options, workers: 2 });
    expect(divided).toEqual(single);
    expect(structuredClone(divided)).toEqual(single);
    expect(predictContrasts(single, tableOf(base.covariates)).effect.every((e) => e.every(Number.isFinite))).toBe(true);
    expect(contrastScores(single).values.every((scores) => scores.every(Number.isFinite))).toBe(true);
    expect(averageContrasts(single)[1].standardError).toBeGreaterThan(0);
  });
});

describe('what cannot be said', () => {
  const { columns } = threeArms(400, 4);

  test('rows that could not have been in an arm', async () => {
    const arm = columns.arm.map((name, i) => (columns.x1[i] > 0 && name === 'call' ? 'none' : name));
    const trial = createArmTrial({ ...columns, arm }, { ...declared, outcomes: { y: 'y' } });
    const forest = await fitMultiArmForest(trial, { numTrees: 50, ...alone });
    const [found] = forest.warnings.filter(({ code }) => code === 'ZERO_PROPENSITY');
    expect(found.message).toMatch(/^\d+ of 400 rows have an estimated probability of 0 of arm 'call'.*not identified/);
    const [call] = averageContrasts(forest);
    expect(call.warnings.map(({ code }) => code)).toContain('EXTREME_PROPENSITY');
    // A group without the arm has no comparison with it; the other one stands.
    const groups = averageContrasts(forest, { rows: (_, row) => columns.x1[row] > 0 });
    expect(groups[0].estimate).toBeNull();
    expect(groups[0].warnings[0].code).toBe('ARM_MISSING');
    expect(groups[1].estimate).not.toBeNull();
  });

  test('arms with few rows', async () => {
    let left = 30;
    const arm = columns.arm.map((name) => (name === 'call' && left-- <= 0 ? 'none' : name));
    const trial = createArmTrial({ ...columns, arm }, { ...declared, outcomes: { y: 'y' } });
    const { warnings } = await fitMultiArmForest(trial, { numTrees: 50, ...alone });
    expect(warnings.find(({ code }) => code === 'SMALL_ARM')?.message).toContain("only 30 'call' rows");
    await expect(fitMultiArmForest(trial, { numTrees: 50, minNodeSize: 20 })).rejects.toThrow(
      /30 'call' rows: a split/,
    );
  });
});

test('nuisances that are given are used as they are', async () => {
  const { columns } = threeArms(300, 8);
  const trial = createArmTrial(columns, declared);
  const options = { numTrees: 20, ...alone };
  const fitted = await fitMultiArmForests(trial, options);
  const { outcomeHat, armHat } = fitted.y.nuisance;
  const again = await fitMultiArmForests(trial, {
    ...options,
    outcomeHat: { y: outcomeHat },
    armHat: Object.fromEntries(trial.treatment.arms.map((arm, a) => [arm, armHat[a]])),
  });
  expect(again.y.outOfBag.effect).toEqual(fitted.y.outOfBag.effect);
  expect([again.y.nuisance.outcomeSource, again.z.nuisance.outcomeSource]).toEqual(['given', 'forest']);
  const other = await fitMultiArmForest(trial, { ...options, outcome: 'y', outcomeHat: 3 });
  expect(new Set(other.nuisance.outcomeHat)).toEqual(new Set([3]));
  expect(other.outOfBag.effect).not.toEqual(fitted.y.outOfBag.effect);
});

describe('what is refused', () => {
  const { columns } = threeArms(60, 5);
  const weights = columns.arm.map((name) => (name === 'call' ? 0 : 1));
  test.each([
    [{ baseline: 'nonne' }, /baseline must be one of call, letter, none \(did you mean 'none'\?\)/],
    [{ treatment: 'x1' }, /'x1' is declared as the treatment and as a covariate/],
    [{ treatment: undefined }, /treatment must be a column's name/],
    [{ armPropensities: { none: 0.5, call: 0.25 } }, /armPropensities must be .* adding up to 1/],
    [{ armPropensities: { none: 0.5, call: 0.25, letter: 0.5 } }, /adding up to 1/],
    [{ armPropensities: { none: 0.5, call: 0.25, leter: 0.25 } }, /leter/],
    [{ propensity: 0.5 }, /propensity/],
    [{ weights }, /'call' only in rows of weight 0/],
  ])('%o', (change, message) => {
    expect(() => createArmTrial(columns, { ...declared, ...change } as never)).toThrow(message);
  });

  test('cells', () => {
    const of = (arm: unknown[]) => () => createArmTrial({ ...columns, arm } as never, declared as never);
    expect(of(columns.arm.map((name, i) => (i === 3 ? null : name)))).toThrow(/no label in row 3/);
    expect(of(columns.arm.map(() => 'none'))).toThrow(/is 'none' in every row/);
  });

  test('options', async () => {
    const trial = createArmTrial(columns, declared);
    const start = (options: object) => fitMultiArmForests(trial, options as never);
    await expect(start({ outcomes: ['w'] })).rejects.toThrow(/outcomes must be among y, z/);
    await expect(start({ outcomes: [] })).rejects.toThrow(/at least one/);
    await expect(start({ outcome: 'y' })).rejects.toThrow(/outcome/);
    await expect(start({ armHat: { none: 0.5, call: 0.5 } })).rejects.toThrow(/armHat.letter must be a number/);
    await expect(start({ armHat: { none: 0.5, call: 0.5, letter: 0 } })).rejects.toThrow(/strictly between 0 and 1/);
    await expect(start({ outcomeHat: { q: 1 } })).rejects.toThrow(/outcomeHat.q must be left out/);
    await expect(start({ outcomeHat: { y: Number.NaN } })).rejects.toThrow(/outcomeHat.y must be a finite number/);
    await expect(fitMultiArmForest(trial, {})).rejects.toThrow(/outcome must be one of/);
  });
});
