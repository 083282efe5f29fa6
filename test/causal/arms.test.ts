/**
 * Forests of several arms: of two arms they are causal forests; estimates are regressions on all dummies with the kernel
 * weights; another baseline changes contrasts by subtraction. The reference numbers are held by test/reference.
 */
import { describe, expect, test } from 'vitest';
import { predictContrasts } from '../../src/causal/arms/predict.js';
import { effectWeights, outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { averageEffect } from '../../src/effects/average.js';
import { averageContrasts, contrastScores } from '../../src/effects/contrasts.js';
import { scores } from '../../src/effects/scores.js';
import { fromGrf } from '../../src/import/from-grf.js';
import { factorSymmetric } from '../../src/math/linear-system.js';
import { exportOf, referenceCase, relativeDifference } from '../support/grf-forest.js';

const table = (name: string) =>
  referenceCase(name).Xnew.map((row) => Object.fromEntries(row.map((x, f) => [`x${f + 1}`, x])));

describe.each(['causal-missing', 'causal-confounded', 'causal-clusters-weights', 'causal-clusters-equalized'])(
  'two arms are a binary treatment: %s',
  (name) => {
    const fields = exportOf(name);
    const causal = fromGrf(fields, { kind: 'causalForest' });
    const What = (fields.What as number[]).map((propensity) => [1 - propensity, propensity]);
    const forest = fromGrf({ ...fields, arms: [0, 1], What }, { kind: 'multiArmForest' });

    // 1e-11: the same sums, combined in another order; variances are differences of squares, hence 1e-8.
    test('effects and variances', () => {
      const [fresh, known] = [predictContrasts(forest, table(name)), predictEffects(causal, table(name))];
      for (const [actual, expected] of [
        [forest.outOfBag, causal.outOfBag],
        [fresh, known],
      ] as const) {
        expect(relativeDifference(actual.effect[0], expected.effect)).toBeLessThan(1e-11);
        expect(
          relativeDifference(actual.variance?.[0] as Float64Array, expected.variance as Float64Array),
        ).toBeLessThan(1e-8);
        expect(actual.treeCount).toEqual(expected.treeCount);
      }
      expect(forest.outOfBag.contrasts).toEqual(['1 - 0']);
    });

    test('scores and averages', () => {
      expect(relativeDifference(contrastScores(forest).values[0], scores(causal).values)).toBeLessThan(1e-10);
      for (const rows of [undefined, (_: unknown, row: number) => row % 3 > 0]) {
        const options = rows ? { rows } : {};
        const [[contrast], average] = [averageContrasts(forest, options), averageEffect(causal, options)];
        expect(contrast.estimate).toBeCloseTo(average.estimate as number, 10);
        expect(contrast.standardError).toBeCloseTo(average.standardError as number, 10);
        expect([contrast.n, contrast.nArm, contrast.nBaseline]).toEqual([
          average.n,
          average.nTreated,
          average.nControl,
        ]);
      }
    });
  },
);

const fields = exportOf('multi-arm');
const forest = fromGrf(fields, { kind: 'multiArmForest' });

test('kernel weights reproduce the effects', () => {
  const { trial, outcome, nuisance } = forest;
  /** Weighted least squares of Ỹ on [1, W̃₁, W̃₂]. */
  const slopes = (alpha: Float64Array): number[] => {
    const design = (j: number) => [
      1,
      ...[1, 2].map((arm) => (trial.treatment.codes[j] === arm ? 1 : 0) - nuisance.armHat[arm][j]),
    ];
    const [gram, product] = [new Float64Array(9), new Float64Array(3)];
    alpha.forEach((weight, j) => {
      const row = design(j);
      for (let a = 0; a < 3; a++) {
        product[a] += weight * row[a] * (outcome[j] - nuisance.outcomeHat[j]);
        for (let b = 0; b < 3; b++) gram[3 * a + b] += weight * (row[a] * row[b]);
      }
    });
    return [...(factorSymmetric(gram, 3).solve(product) as Float64Array)].slice(1);
  };
  const rows = [0, 3, 50, 399];
  const fresh = table('multi-arm').slice(0, 10);
  const predicted = predictContrasts(forest, fresh).effect;
  for (const k of [0, 1]) {
    expect(
      relativeDifference(
        effectWeights(forest, fresh).map((alpha) => slopes(alpha)[k]),
        predicted[k],
      ),
    ).toBeLessThan(1e-9);
    const own = rows.map((row) => forest.outOfBag.effect[k][row]);
    expect(
      relativeDifference(
        outOfBagEffectWeights(forest, rows).map((alpha) => slopes(alpha)[k]),
        own,
      ),
    ).toBeLessThan(1e-9);
  }
});

describe('the order of arms', () => {
  const reordered = (order: readonly number[]) => {
    const arms = fields.arms as string[];
    const What = (fields.What as number[][]).map((row) => order.map((arm) => row[arm]));
    return fromGrf({ ...fields, arms: order.map((arm) => arms[arm]), What }, { kind: 'multiArmForest' });
  };

  // The solver's order changes, so bits may: 1e-10.
  test('arms but the first change places, and nothing else', () => {
    const swapped = reordered([0, 2, 1]);
    expect(swapped.outOfBag.contrasts).toEqual(['2 - 0', '1 - 0']);
    for (const k of [0, 1]) {
      expect(relativeDifference(swapped.outOfBag.effect[k], forest.outOfBag.effect[1 - k])).toBeLessThan(1e-10);
      expect(
        relativeDifference(
          swapped.outOfBag.variance?.[k] as Float64Array,
          forest.outOfBag.variance?.[1 - k] as Float64Array,
        ),
      ).toBeLessThan(1e-8);
      expect(averageContrasts(swapped)[k].standardError).toBeCloseTo(
        averageContrasts(forest)[1 - k].standardError as number,
        10,
      );
    }
  });

  // Propensities sum to 1, so the dummies of any two arms span the same: contrasts against arm 1 are differences.
  test('another first arm: contrasts are differences of the former', () => {
    const against = reordered([1, 0, 2]);
    const [first, second] = forest.outOfBag.effect;
    expect(against.outOfBag.contrasts).toEqual(['0 - 1', '2 - 1']);
    expect(
      relativeDifference(
        against.outOfBag.effect[0],
        first.map((effect) => -effect),
      ),
    ).toBeLessThan(1e-10);
    expect(
      relativeDifference(
        against.outOfBag.effect[1],
        second.map((effect, i) => effect - first[i]),
      ),
    ).toBeLessThan(1e-10);
    const scored = contrastScores(forest).values;
    const other = contrastScores(against).values;
    expect(
      relativeDifference(
        other[1],
        scored[1].map((score, i) => score - scored[0][i]),
      ),
    ).toBeLessThan(1e-10);
  });
});

test('arms by name', () => {
  const arms = ['none', 'letter', 'call'];
  const named = fromGrf(
    { ...fields, arms, W: (fields.W as number[]).map((arm) => arms[arm]) },
    { kind: 'multiArmForest' },
  );
  expect(named.outOfBag.effect).toEqual(forest.outOfBag.effect);
  expect(named.trial.treatment).toMatchObject({ kind: 'arms', name: 'W', arms });
  expect(averageContrasts(named)).toMatchObject([
    { contrast: 'letter - none', arm: 'letter', baseline: 'none', outcome: 'Y', measure: 'difference' },
    { contrast: 'call - none', arm: 'call', baseline: 'none' },
  ]);
});

describe('what cannot be estimated', () => {
  const predictions = (What: unknown) => fromGrf({ ...fields, What }, { kind: 'multiArmForest' }).outOfBag;

  test('arms without variation: no effect, no variance, and a warning that counts', () => {
    const exact = (fields.W as number[]).map((arm) => [0, 1, 2].map((k) => (k === arm ? 1 : 0)));
    const found = predictions(exact);
    for (const k of [0, 1]) {
      expect(found.effect[k].every(Number.isNaN)).toBe(true);
      expect(found.variance?.[k].every(Number.isNaN)).toBe(true);
    }
    expect(found.warnings).toMatchObject([
      { code: 'ROWS_WITHOUT_ESTIMATE', message: expect.stringMatching(/^400 of 400/) },
    ]);
  });

  test('rows without one of the arms', () => {
    const noThird = (_: unknown, row: number) => (fields.W as number[])[row] !== 2;
    const [first, second] = averageContrasts(forest, { rows: noThird });
    expect(first.estimate).toBeTypeOf('number');
    expect(second).toMatchObject({
      estimate: null,
      standardError: null,
      nArm: 0,
      warnings: [{ code: 'ARM_MISSING', message: expect.stringContaining("arm '2'") }],
    });
    const noFirst = averageContrasts(forest, { rows: (_: unknown, row: number) => (fields.W as number[])[row] !== 0 });
    for (const { estimate, warnings } of noFirst) {
      expect(estimate).toBeNull();
      expect(warnings).toMatchObject([{ code: 'ARM_MISSING' }]);
    }
  });

  test('a probability of 0 or near it', () => {
    const What = (fields.What as number[][]).map((row, i) => (i === 5 ? [0, 1 - row[2], row[2]] : row));
    const own = (fields.W as number[])[5];
    const zero = fromGrf(
      { ...fields, What: What.map((row, i) => (i === 5 ? row.map((p, k) => (k === own ? 0 : p)) : row)) },
      { kind: 'multiArmForest' },
    );
    expect(contrastScores(zero).warnings).toMatchObject([{ code: 'NO_SCORE' }]);
    const near = (fields.What as number[][]).map((row, i) => (i < 4 ? [0.98 - row[2], 0.02, row[2]] : row));
    const [first, second] = averageContrasts(fromGrf({ ...fields, What: near }, { kind: 'multiArmForest' }));
    expect(first.warnings.map(({ code, message }) => [code, message.slice(0, 8)])).toContainEqual([
      'EXTREME_PROPENSITY',
      '4 of 400',
    ]);
    expect(second.warnings.filter(({ message }) => message.includes("arm '1'"))).toEqual([]);
  });

  test.each([
    [{ target: 'all' }, /options\.target/],
    [{ level: 0 }, /level/],
    [{ rows: [] }, /at least one row/],
  ])('%j', (options, message) => {
    expect(() => averageContrasts(forest, options as never)).toThrow(message);
  });
});
