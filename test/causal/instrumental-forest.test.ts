/**
 * Instrumental forests trained here: known truths, the two-stage reductions, kernel weights, what is refused and what is
 * said of weak instruments, worker threads.
 */
import '../../scripts/source-code.js';
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { estimateCompliance } from '../../src/causal/instrumental/compliance.js';
import { createInstrumentalTrial } from '../../src/causal/instrumental/create-trial.js';
import { firstStageStrength } from '../../src/causal/instrumental/first-stage.js';
import { fitInstrumentalForest } from '../../src/causal/instrumental/instrumental-forest.js';
import { predictInstrumentalEffects } from '../../src/causal/instrumental/predict.js';
import { averageInstrumentalEffect } from '../../src/effects/instrumental.js';
import { streamFor } from '../../src/math/random.js';
import { drawn } from '../support/generated-problem.js';
import { smallTrial, tableOf } from '../support/trials.js';

interface Design {
  readonly rowCount: number;
  readonly seed: number;
  /** How much the instrument raises the chance of treatment. */
  readonly compliance?: number;
}

/** Treatment follows a hidden cause of the outcome, so comparing treated and untreated is biased by about 1. */
function hiddenCause({ rowCount: n, seed, compliance = 0.5 }: Design) {
  const stream = streamFor(seed, 'hidden cause');
  const [x1, x2, hidden] = [0, 1, 2].map(() => drawn(n, () => stream.normal()));
  const z = drawn(n, () => stream.below(2));
  const w = drawn(n, (i) => {
    const chance = 0.25 * (1 - compliance) + compliance * z[i] + (hidden[i] > 0 ? 0.5 * (1 - compliance) : 0);
    return stream.uniform() < chance ? 1 : 0;
  });
  const effect = x1.map((x) => 1 + (x > 0 ? 1 : 0));
  const y = drawn(n, (i) => x2[i] + effect[i] * w[i] + 2 * hidden[i] + stream.normal());
  return { effect, columns: { x1, x2, z, w, y } };
}

const declared = { covariates: ['x1', 'x2'], treatment: 'w', instrument: 'z', outcomes: { y: 'y' } } as const;

describe('a known truth', async () => {
  const { effect, columns } = hiddenCause({ rowCount: 4000, seed: 3 });
  const trial = createInstrumentalTrial(columns, { ...declared, instrumentPropensity: 0.5 });
  const forest = await fitInstrumentalForest(trial, { numTrees: 300, seed: 3, workers: 0 });

  test('effects follow the truth', () => {
    const mean = (keep: (i: number) => boolean) => {
      const rows = [...effect.keys()].filter(keep);
      return rows.reduce((sum, i) => sum + forest.outOfBag.effect[i], 0) / rows.length;
    };
    // Truth 2 and 1. The standard error of a half's effect is about 2.5/(0.5 √2000 · 0.5) = 0.22: 0.9 is four of them.
    expect(Math.abs(mean((i) => columns.x1[i] > 0.3) - 2)).toBeLessThan(0.9);
    expect(Math.abs(mean((i) => columns.x1[i] < -0.3) - 1)).toBeLessThan(0.9);
    expect(forest.warnings).toEqual([]);
    expect(forest.nuisance.instrumentSource).toBe('known');
  });

  test('the average, with compliance', async () => {
    const compliance = await estimateCompliance(forest, { workers: 0 });
    const average = averageInstrumentalEffect(forest, { compliance });
    const truth = effect.reduce((sum, value) => sum + value, 0) / effect.length;
    // |z| < 4.892: a right implementation fails once in 1e6 (plus what the normal approximation errs).
    expect(Math.abs((average.estimate as number) - truth)).toBeLessThan(4.892 * (average.standardError as number));
    expect(average.standardError as number).toBeLessThan(0.3);
    // The comparison without an instrument is off by more: the instrument is needed here.
    const naive = await fitCausalForest(trial, { numTrees: 50, seed: 3, workers: 0 });
    const off = naive.outOfBag.effect.reduce((sum, value) => sum + value, 0) / 4000 - truth;
    expect(off).toBeGreaterThan(3 * (average.standardError as number));
  });

  test('kernel weights reproduce the effects', () => {
    const { nuisance } = forest;
    const chosen = [0, 17, 3999];
    const weights = outOfBagEffectWeights(forest, chosen);
    chosen.forEach((row, k) => {
      const alpha = weights[k];
      const mean = (of: (i: number) => number) => alpha.reduce((sum, a, i) => sum + a * of(i), 0);
      const y = (i: number) => columns.y[i] - nuisance.outcomeHat[i];
      const w = (i: number) => columns.w[i] - nuisance.treatmentHat[i];
      const z = (i: number) => columns.z[i] - nuisance.instrumentHat[i];
      const ratio = (mean((i) => z(i) * y(i)) - mean(z) * mean(y)) / (mean((i) => z(i) * w(i)) - mean(z) * mean(w));
      expect(ratio).toBeCloseTo(forest.outOfBag.effect[row], 8);
    });
  });

  test('new rows: those of the table, by all trees', () => {
    const { effect: fresh, variance } = predictInstrumentalEffects(forest, { x1: [1, -1], x2: [0, 0] });
    expect(fresh[0]).toBeGreaterThan(fresh[1]);
    expect((variance as Float64Array).every((v) => v > 0)).toBe(true);
  });
});

test('the treatment as its own instrument gives the causal forest’s effects, up to chance in drawing trees', async () => {
  const base = smallTrial({ rowCount: 500 });
  const trial = { ...base, propensity: null, instrument: base.treatment };
  const given = { outcomeHat: 0, treatmentHat: 0.5, numTrees: 1000, workers: 0 } as const;
  const instrumental = await fitInstrumentalForest(trial, { ...given, instrumentHat: 0.5 });
  const [causal, other] = await Promise.all([1, 2].map((seed) => fitCausalForest(trial, { ...given, seed })));
  const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((s, v, i) => s + (v - b[i]) ** 2, 0) / 500);
  // Two causal forests of other seeds lie as far apart; 1.5 covers that this distance is itself random.
  expect(distance(instrumental.outOfBag.effect, causal.outOfBag.effect)).toBeLessThan(
    1.5 * distance(other.outOfBag.effect, causal.outOfBag.effect),
  );
});

describe('weak instruments', () => {
  test('the first stage is the squared t of a regression', () => {
    // By hand: Σ(z − z̄)(w − w̄) = 1, Σ(z − z̄)² = 6.
    const z = Float64Array.of(-1, -1, -1, 1, 1, 1);
    const w = Float64Array.of(0, 0, 1, 1, 0, 1);
    const slope = 1 / 6;
    const scores = [...z].map((value, i) => value * (w[i] - 0.5 - slope * value));
    const variance = (scores.reduce((sum, score) => sum + score ** 2, 0) / 36) * (6 / 5);
    expect(firstStageStrength(w, z, null, null)).toBeCloseTo(slope ** 2 / variance, 12);
    // Weights that are all alike change nothing, nor do clusters of one row.
    const ids = Int32Array.of(0, 1, 2, 3, 4, 5);
    const clusters = { name: 'c', count: 6, labels: [], ids };
    expect(firstStageStrength(w, z, Float64Array.of(2, 2, 2, 2, 2, 2), clusters)).toBeCloseTo(
      slope ** 2 / variance,
      12,
    );
    expect(firstStageStrength(w, new Float64Array(6), null, null)).toBe(0);
  });

  test('are named, with what is not identified', async () => {
    const { columns } = hiddenCause({ rowCount: 600, seed: 1, compliance: 0 });
    const { warnings } = await fitInstrumentalForest(createInstrumentalTrial(columns, declared), {
      numTrees: 50,
      workers: 0,
    });
    const [found] = warnings.filter(({ code }) => code === 'WEAK_FIRST_STAGE');
    expect(found.message).toMatch(/'z' hardly moves treatment 'w'.*F = \d\.\d.*not identified/);
  });
});

describe('what is refused', () => {
  const { columns } = hiddenCause({ rowCount: 60, seed: 1 });
  test.each([
    [{ instrument: 'x1' }, /x1.*instrument.*covariate/],
    [{ instrument: 'w' }, /'w' is declared as the treatment and as the instrument/],
    [{ instrument: { column: 'y' } }, /'y' is declared as the instrument and as outcome/],
    [{ instrument: undefined }, /instrument must be a column's name/],
    [{ propensity: 0.5 }, /propensity/],
    [{ instrumentPropensity: 1 }, /propensity must be a number above 0 and below 1/],
  ])('%o', (change, message) => {
    expect(() => createInstrumentalTrial(columns, { ...declared, ...change } as never)).toThrow(message);
  });

  test('an instrument that does not vary, or is no number', () => {
    const with_ = (z: readonly unknown[]) => () =>
      createInstrumentalTrial({ ...columns, z } as never, declared as never);
    expect(with_(columns.y.length ? Array(60).fill(1) : [])).toThrow(/instrument: column 'z' is 1 in every row/);
    expect(with_(Array.from({ length: 60 }, (_, i) => i))).toThrow(/instrument: column 'z' must hold 0 and 1/);
  });

  test('nuisances outside (0, 1), too few rows of an arm, unknown options', async () => {
    const trial = createInstrumentalTrial(columns, declared);
    await expect(fitInstrumentalForest(trial, { instrumentHat: 1 })).rejects.toThrow(/instrumentHat is a propensity/);
    await expect(fitInstrumentalForest(trial, { minNodeSize: 20 })).rejects.toThrow(/'z' = \d rows: a split keeps/);
    await expect(fitInstrumentalForest(trial, { instrumenthat: 1 } as never)).rejects.toThrow(/instrumentHat/);
  });
});

describe('every sort of data', () => {
  const cases = {
    plain: smallTrial({ rowCount: 300, propensity: null }),
    weighted: smallTrial({ rowCount: 300, propensity: null, weights: true }),
    clustered: smallTrial({ rowCount: 300, propensity: null, clusterSize: 5 }),
  };
  test.each(Object.entries(cases))('%s: the same bits with and without workers', async (_, base) => {
    const stream = streamFor(1, 'instrument');
    const values = base.treatment.values.map((w) => (stream.uniform() < 0.8 ? w : 1 - w));
    const trial = { ...base, instrument: { kind: 'binary', name: 'z', values } as const };
    const options = { numTrees: 60, seed: 5 };
    const alone = await fitInstrumentalForest(trial, { ...options, workers: 0 });
    const divided = await fitInstrumentalForest(trial, { ...options, workers: 2 });
    expect(divided).toEqual(alone);
    expect(structuredClone(divided)).toEqual(alone);
    const { effect, variance } = alone.outOfBag;
    expect(effect.every(Number.isFinite)).toBe(true);
    expect((variance as Float64Array).every((v) => v >= 0)).toBe(true);
    expect(predictInstrumentalEffects(alone, tableOf(base.covariates)).effect.every(Number.isFinite)).toBe(true);
  });

  test('an outcome that leaves rows out', async () => {
    const { columns } = hiddenCause({ rowCount: 300, seed: 2 });
    const count = columns.y.map((_, i) => (i % 3 === 0 ? 0 : 1));
    const trial = createInstrumentalTrial(
      { ...columns, count },
      {
        ...declared,
        outcomes: { y: { numerator: 'y', denominator: 'count', zeroDenominator: 'drop' } },
        instrumentPropensity: 0.5,
      },
    );
    const forest = await fitInstrumentalForest(trial, { numTrees: 50, workers: 0, treatmentHat: 0.5 });
    expect(forest.trial.rowCount).toBe(200);
    expect(forest.trial.instrument.values).toEqual(columns.z.filter((_, i) => i % 3 > 0));
    expect(forest.outOfBag.effect).toHaveLength(200);
  });
});
