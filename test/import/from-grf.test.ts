/**
 * Forests read from an export. That they give grf's numbers is held by test/reference; here: that a forest trained by
 * this library comes back from the layout with its own numbers, whatever its options, and that all that works on trained
 * forests works on read ones. Tolerance 1e-12: leaves are filled by rows in another order.
 */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { CausalForestOptions } from '../../src/causal/causal-options.js';
import { effectWeights, outOfBagEffectWeights } from '../../src/causal/effect-weights.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { predictor } from '../../src/causal/predictor.js';
import { estimateTreatmentVariance } from '../../src/causal/treatment-variance.js';
import type { CausalForest } from '../../src/causal/types.js';
import { testCalibration } from '../../src/diagnostics/calibration.js';
import { splitFrequencies } from '../../src/diagnostics/importance.js';
import { summarizeForest } from '../../src/diagnostics/summary.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupDifferences } from '../../src/effects/differences.js';
import { groupEffects } from '../../src/effects/groups.js';
import { bestLinearProjection } from '../../src/effects/projection.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { rowEffects } from '../../src/effects/row-effects.js';
import { scores } from '../../src/effects/scores.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { fromGrf } from '../../src/import/from-grf.js';
import { streamFor } from '../../src/math/random.js';
import { formatForestSummary } from '../../src/report/summary-text.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { exportForest } from '../support/export-forest.js';
import { drawColumn } from '../support/generated-problem.js';
import { exportOf, referenceCase, relativeDifference } from '../support/grf-forest.js';
import { smallTrial, type TrialParts, tableOf } from '../support/trials.js';

const columns = (rowCount: number, seed: number) => {
  const stream = streamFor(seed, 'export');
  return (['continuous', 'missing', 'ties'] as const).map((kind, f) => drawColumn(kind, `x${f}`, rowCount, stream));
};

const variants: Readonly<Record<string, [TrialParts, CausalForestOptions]>> = {
  plain: [{}, {}],
  weights: [{ weights: true }, {}],
  clusters: [{ clusterSize: 4, weights: true }, {}],
  'equalised clusters': [{ clusterSize: 3 }, { equalizeClusterWeights: true }],
  'bags of three': [{}, { ciGroupSize: 3, numTrees: 45 }],
  'bags of one': [{}, { ciGroupSize: 1 }],
  'without honesty': [{}, { honesty: false, sampleFraction: 0.3 }],
  'empty leaves': [{}, { honestyPruneLeaves: false, minNodeSize: 1 }],
};

describe.each(Object.entries(variants))('there and back: %s', (_, [parts, options]) => {
  test('the same effects, variances, errors, weights and averages', async () => {
    const trial = smallTrial({ ...parts, covariates: columns(150, 1) });
    const settings = { numTrees: 40, seed: 3, minNodeSize: 3, ...options } as CausalForestOptions<'outcome'>;
    const trained: CausalForest<string, 'outcome'> = await fitCausalForest(trial, settings);
    const read = fromGrf(JSON.stringify(exportForest(trained)), { kind: 'causalForest' });

    const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-12) => {
      const known = Array.from({ length: expected.length }, (__, i) => i).filter((i) => !Number.isNaN(expected[i]));
      expect(Array.from(actual, Number.isNaN)).toEqual(Array.from(expected, Number.isNaN));
      expect(
        relativeDifference(
          known.map((i) => actual[i]),
          known.map((i) => expected[i]),
        ),
      ).toBeLessThan(tolerance);
    };
    near(read.outOfBag.effect, trained.outOfBag.effect);
    near(read.outOfBag.excessError, trained.outOfBag.excessError, 1e-11);
    near(read.outOfBag.debiasedError, trained.outOfBag.debiasedError, 1e-11);
    expect(read.outOfBag.treeCount).toEqual(trained.outOfBag.treeCount);
    expect(read.outOfBag.variance === null).toBe(trained.outOfBag.variance === null);
    // Variances are differences of averages of squares, as in the definitions' test.
    if (trained.outOfBag.variance) near(read.outOfBag.variance as Float64Array, trained.outOfBag.variance, 1e-7);

    const fresh = tableOf(columns(20, 2));
    near(predictEffects(read, fresh).effect, predictEffects(trained, fresh).effect);
    near(effectWeights(read, fresh)[3], effectWeights(trained, fresh)[3]);
    near(outOfBagEffectWeights(read, [7])[0], outOfBagEffectWeights(trained, [7])[0]);
    expect(splitFrequencies(read)).toEqual(splitFrequencies(trained));
    const [a, b] = [averageEffect(read), averageEffect(trained)];
    near([a.estimate ?? 0, a.standardError ?? 0, a.n], [b.estimate ?? 0, b.standardError ?? 0, b.n]);
  });
});

test('columns are coded as those of a trained forest, so that whoever ranks them again gets the same codes', () => {
  for (const name of ['causal-missing', 'causal-confounded']) {
    const { trial, forest } = fromGrf(exportOf(name), { kind: 'causalForest' });
    expect(forest.coding).toEqual(rankColumns(trial.covariates, trial.rowCount).coding);
  }
});

describe('what works on a trained forest works on a read one', () => {
  const forest = fromGrf(exportOf('causal-confounded'), { kind: 'causalForest' });

  test('averages, groups, regressions', () => {
    const average = averageEffect(forest);
    expect(average.interval?.[0]).toBeLessThan(average.estimate as number);
    expect(relativeEffect(forest).method).not.toBeUndefined();
    const by = { column: 'x1', cuts: [0] } as const;
    expect(groupEffects(forest, { by }).groups).toHaveLength(2);
    expect(groupDifferences(forest, { by }).differences).toHaveLength(1);
    expect(bestLinearProjection(forest, { on: ['x1', 'x2'] })[1].estimate).toBeTypeOf('number');
    expect(testCalibration(forest).differential.pValue).toBeTypeOf('number');
    expect(scores(forest).warnings).toEqual([]);
    expect(averageEffect(forest, { rows: ({ x1 }) => (x1 as number) > 0 }).n).toBeLessThan(400);
  });

  test('rows, one at a time and as a table', () => {
    const table = tableOf(columns(1, 1).map((column, f) => ({ ...column, name: `x${f + 1}` })));
    const row = { x1: 0.3, x2: null, x3: '1.5', x4: 2, x5: -1 };
    const { effect, variance } = predictEffects(forest, [row]);
    expect(predictor(forest, { variance: true })(row)).toMatchObject({ effect: effect[0], variance: variance?.[0] });
    expect(() => predictEffects(forest, table)).toThrow(/x4/);
    expect(rowEffects(forest.outOfBag)[0]).toMatchObject({ row: 0, estimate: forest.outOfBag.effect[0] });
  });

  test('kernel weights reproduce an out-of-bag effect', () => {
    const [alpha] = outOfBagEffectWeights(forest, [11]);
    const { outcome, nuisance, trial } = forest;
    const y = (j: number) => outcome[j] - nuisance.outcomeHat[j];
    const w = (j: number) => trial.treatment.values[j] - nuisance.treatmentHat[j];
    const mean = (of: (j: number) => number) => alpha.reduce((sum, weight, j) => sum + weight * of(j), 0);
    const slope = mean((j) => (w(j) - mean(w)) * y(j)) / mean((j) => (w(j) - mean(w)) ** 2);
    expect(slope).toBeCloseTo(forest.outOfBag.effect[11], 10);
  });

  test('the summary says what is not known', () => {
    const summary = summarizeForest(forest);
    expect(summary).toMatchObject({ outcome: 'Y', rowCount: 400, numTrees: 60 });
    expect(formatForestSummary(summary)).toMatch(/Warning: the export does not say how the forest was fitted/);
  });

  test('forests fitted from its settings', async () => {
    const continuous = fromGrf(exportOf('causal-continuous'), { kind: 'causalForest' });
    expect(continuous.trial.treatment.kind).toBe('continuous');
    const variance = await estimateTreatmentVariance(continuous, { workers: 0 });
    expect(averageEffect(continuous, { treatmentVariance: variance }).estimate).toBeTypeOf('number');
  });
});

describe('what is read', () => {
  const fields = exportOf('causal-clusters-weights');
  const forest = fromGrf(fields, { kind: 'causalForest' });
  const numbers = ({ outOfBag, forest: { trees } }: CausalForest) => ({ ...outOfBag, trees });

  test('the trial', () => {
    const { trial, outcome, outcomeName, nuisance, settings } = forest;
    expect(trial.covariateNames).toEqual(['x1', 'x2', 'x3', 'x4', 'x5']);
    expect(trial.covariates[1].kind === 'number' && trial.covariates[1].values[7]).toBe(
      referenceCase('causal-clusters-weights').X[7][1],
    );
    expect(trial.treatment).toMatchObject({ kind: 'binary', name: 'W' });
    expect([...outcome]).toEqual(fields.Y);
    expect(outcomeName).toBe('Y');
    expect(trial.outcomes.Y).toMatchObject({ kind: 'column', rows: null });
    expect([...(trial.weights ?? [])]).toEqual(fields.sampleWeights);
    const { ids, labels } = trial.clusters as NonNullable<typeof trial.clusters>;
    expect([...ids].map((id) => Number(labels[id]))).toEqual(fields.clusters);
    expect([...nuisance.treatmentHat]).toEqual(fields.What);
    expect(nuisance).toMatchObject({ outcomeSource: 'given', treatmentSource: 'given' });
    expect(settings).toMatchObject({ numTrees: 60, ciGroupSize: 2, equalizeClusterWeights: false });
    expect(forest.warnings.map(({ code }) => code)).toEqual(['ASSUMED_SETTINGS']);
  });

  test('names and settings, where they are given', () => {
    const settings = { sampleFraction: 0.4, mtry: 5, minNodeSize: 7, honesty: true, honestyFraction: 0.6 };
    const rest = { honestyPruneLeaves: true, alpha: 0.1, imbalancePenalty: 0, seed: 9 };
    const names = ['age', 'income', 'x', 'y', 'z'];
    const read = fromGrf({
      ...fields,
      covariateNames: names,
      settings: { ...settings, ...rest },
      class: ['causal_forest'],
    });
    expect(read.kind === 'causalForest' && read.trial.covariateNames).toEqual(names);
    expect(read.settings).toMatchObject({ ...settings, ...rest, numTrees: 60 });
    expect(read.kind === 'causalForest' && read.warnings).toEqual([]);
    const boxed = fromGrf({ ...fields, settings: { mtry: [3] } });
    expect(boxed.settings.mtry).toBe(3);
  });

  test('text and object are the same; so is what a worker thread or a file returns', () => {
    const text = JSON.stringify(fields);
    expect(numbers(fromGrf(text, { kind: 'causalForest' }))).toEqual(numbers(forest));
    const copy = structuredClone(forest);
    expect(copy).toEqual(forest);
    expect(averageEffect(copy)).toEqual(averageEffect(forest));
    expect(predictEffects(copy, [{ x1: 1, x2: 0, x3: 0, x4: 0, x5: 0 }])).toEqual(
      predictEffects(forest, [{ x1: 1, x2: 0, x3: 0, x4: 0, x5: 0 }]),
    );
  });

  test('the given object is neither changed nor kept', () => {
    const own = exportOf('causal-missing');
    const before = JSON.stringify(own);
    const read = fromGrf(own, { kind: 'causalForest' });
    expect(JSON.stringify(own)).toBe(before);
    const effect = averageEffect(read);
    (own.Y as number[]).fill(0);
    (own.What as number[]).fill(0.5);
    expect(averageEffect(read)).toEqual(effect);
    expect(Object.isFrozen(read) && Object.isFrozen(read.trial) && Object.isFrozen(read.nuisance)).toBe(true);
  });

  test("R's arrays of one, single numbers, NULL, and typed arrays", () => {
    const given = exportOf('causal-missing');
    const { trees } = given.forest as { trees: Record<string, unknown>[] };
    const oneByOne = {
      ...given,
      Y: Float64Array.from(given.Y as number[]),
      clusters: [],
      sampleWeights: {},
      equalizeClusterWeights: [false],
      forest: {
        ciGroupSize: [2],
        numTrees: [60],
        trees: trees.map((tree) => ({
          ...tree,
          root: [tree.root],
          drawnSamples: Int32Array.from(tree.drawnSamples as number[]),
          leafSamples: (tree.leafSamples as number[][]).map((rows) => (rows.length === 1 ? rows[0] : rows)),
        })),
      },
    };
    const expected = fromGrf(exportOf('causal-missing'), { kind: 'causalForest' });
    expect(numbers(fromGrf(oneByOne, { kind: 'causalForest' }))).toEqual(numbers(expected));
  });

  test('trees of a single node', () => {
    const rows = Array.from({ length: 8 }, (_, i) => i);
    const tree = { root: 0, left: 0, right: 0, splitVariable: 0, splitValue: -1, missingGoesLeft: true };
    const read = fromGrf({
      X: rows.map((i) => [i, null]),
      Y: rows.map((i) => i % 3),
      W: rows.map((i) => i % 2),
      Yhat: rows.map(() => 1),
      What: rows.map(() => 0.5),
      forest: {
        ciGroupSize: 1,
        trees: [0, 1].map((t) => ({
          ...tree,
          drawnSamples: [0, 1, 2, 3].map((i) => i + 4 * t),
          leafSamples: [[4 * t, 4 * t + 1]],
        })),
      },
    });
    // Rows 0, 1 fill the first tree: (Y, W) = (0, 0), (1, 1), a slope of 1; rows 4, 5 the second: (1, 0), (2, 1).
    expect(read.kind === 'causalForest' && [...read.outOfBag.effect]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(read.kind === 'causalForest' && read.outOfBag.variance).toBeNull();
  });

  test('other fields are named, not passed over', () => {
    const read = fromGrf({ ...fields, oob: {}, note: 'mine' }, { kind: 'causalForest' });
    expect(read.warnings[0]).toMatchObject({ code: 'IGNORED_FIELDS', message: expect.stringContaining('oob, note') });
  });

  test('trees that are no multiple of the bag', () => {
    const { trees } = fields.forest as { trees: unknown[] };
    const read = fromGrf(
      { ...fields, forest: { ciGroupSize: 2, trees: trees.slice(0, 31) } },
      { kind: 'causalForest' },
    );
    const even = fromGrf(
      { ...fields, forest: { ciGroupSize: 2, trees: trees.slice(0, 30) } },
      { kind: 'causalForest' },
    );
    expect(read.warnings.map(({ code }) => code)).toContain('INCOMPLETE_BAG');
    expect(read.forest.trees.treeCount).toBe(31);
    expect(read.outOfBag.effect).not.toEqual(even.outOfBag.effect);
  });

  test('a regression forest predicts as a fitted one, with weights that reproduce it', async () => {
    const read = fromGrf(exportOf('regression'), { kind: 'regressionForest' });
    expect(Object.keys(read).sort()).toEqual(
      Object.keys(await fitRegressionForest(smallTrial(), { outcome: 'outcome', numTrees: 2 })).sort(),
    );
    const [alpha] = outOfBagEffectWeights(read, [5]);
    expect(alpha.reduce((sum, weight, row) => sum + weight * read.outcome[row], 0)).toBeCloseTo(
      read.outOfBag.estimate[5],
      12,
    );
  });
});
