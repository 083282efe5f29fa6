/** One row at a time gives what a whole table gives: the same bits, the same warnings, the same errors. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { CausalForestOptions } from '../../src/causal/causal-options.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { type PredictorRow, predictor } from '../../src/causal/predictor.js';
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';
import { drawColumn } from '../support/generated-problem.js';
import { smallTrial, type TrialParts, tableOf } from '../support/trials.js';

const OPTIONS = { numTrees: 60, seed: 5, minNodeSize: 2, outcomeHat: 1 } as const;
const stream = streamFor(9, 'new rows');
const newTable = tableOf(
  (['continuous', 'missing', 'category', 'ties'] as const).map((kind, f) => drawColumn(kind, `x${f}`, 60, stream)),
);
const rowsOf = (table: Readonly<Record<string, ArrayLike<unknown>>>, count: number) =>
  Array.from({ length: count }, (_, i) =>
    Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, cells[i]])),
  );

const variants: Readonly<Record<string, [TrialParts, Partial<CausalForestOptions>]>> = {
  plain: [{}, {}],
  'weights and clusters': [{ weights: true, clusterSize: 4 }, {}],
  'bags of three': [{}, { ciGroupSize: 3, sampleFraction: 0.4 }],
  'bags of one': [{}, { ciGroupSize: 1 }],
  'empty leaves': [{}, { honestyPruneLeaves: false, minNodeSize: 1 }],
  'few trees': [{}, { numTrees: 2 }],
  'no splits': [{ rowCount: 30 }, { minNodeSize: 5 }],
};

describe.each(Object.entries(variants))('%s', (_, [parts, options]) => {
  test('the same bits as predictEffects, with and without variance', async () => {
    const forest = await fitCausalForest(smallTrial(parts), {
      ...OPTIONS,
      ...options,
    } as CausalForestOptions<'outcome'>);
    const { effect, variance } = predictEffects(forest, newTable);
    const plain = predictor(forest);
    const withVariance = predictor(forest, { variance: true });
    rowsOf(newTable, 60).forEach((row, i) => {
      const expected = Number.isNaN(effect[i]) ? null : effect[i];
      expect(plain(row).effect).toBe(expected);
      const found = withVariance(row);
      expect(found.effect).toBe(expected);
      expect(found.variance).toBe(variance && !Number.isNaN(variance[i]) ? variance[i] : null);
    });
  });
});

// Cuts beyond 16 bits: the copy of the splits takes its wider form.
test('more than 65,534 values in a column: the same bits', async () => {
  const draw = streamFor(2, 'wide');
  const trial = smallTrial({
    rowCount: 90_000,
    covariates: [drawColumn('continuous', 'x0', 90_000, draw), drawColumn('missing', 'x1', 90_000, draw)],
  });
  const forest = await fitCausalForest(trial, { ...OPTIONS, numTrees: 4, minNodeSize: 500, treatmentHat: 0.5 });
  expect(forest.forest.trees.threshold.some((cut) => cut > 65_534)).toBe(true);
  const table = tableOf(
    (['continuous', 'missing'] as const).map((kind, f) => drawColumn(kind, `x${f}`, 50, streamFor(4, kind))),
  );
  const { effect } = predictEffects(forest, table);
  expect(rowsOf(table, 50).map((row) => predictor(forest)(row).effect)).toEqual([...effect]);
});

test('bags of one tree: no variance, and why', async () => {
  const forest = await fitCausalForest(smallTrial(), { ...OPTIONS, ciGroupSize: 1 });
  const [row] = rowsOf(newTable, 1);
  expect(predictor(forest, { variance: true })(row)).toMatchObject({
    variance: null,
    warnings: [{ code: 'VARIANCE_NOT_ESTIMABLE' }],
  });
  expect(predictor(forest)(row).warnings).toEqual([]);
});

test('a row that no tree can place has no effect, and says so', async () => {
  // Leaves need weight: with all weight on few rows, forests of 2 trees leave some rows without any.
  const trial = smallTrial();
  const weights = new Float64Array(trial.rowCount).fill(0);
  for (let i = 0; i < trial.rowCount; i += 2) weights[i] = 1;
  const forest = await fitCausalForest(
    { ...trial, weights },
    { ...OPTIONS, numTrees: 2, minNodeSize: 1, honestyPruneLeaves: false },
  );
  const { effect } = predictEffects(forest, newTable);
  const none = effect.findIndex(Number.isNaN);
  expect(none).toBeGreaterThanOrEqual(0);
  const found = predictor(forest, { variance: true })(rowsOf(newTable, 60)[none]);
  expect(found).toMatchObject({ effect: null, warnings: [{ code: 'ROWS_WITHOUT_ESTIMATE' }] });
  expect(JSON.parse(JSON.stringify(found))).toEqual(found);
});

describe('rows as services have them', async () => {
  const draw = streamFor(3, 'customers');
  const customers = Array.from({ length: 200 }, (_, i) => ({
    age: 20 + draw.below(50),
    region: ['north', 'south', 'west'][draw.below(3)],
    joined: new Date(Date.UTC(2024, draw.below(12), 1 + draw.below(28))),
    member: draw.below(2) === 1,
    code: String(1000 + draw.below(4)),
    treated: i % 2,
    spend: draw.normal(),
  }));
  const trial = createTrial(customers, {
    covariates: ['age', 'region', 'joined', 'member', { column: 'code', kind: 'category' }],
    treatment: 'treated',
    outcomes: { spend: 'spend' },
    propensity: 0.5,
  });
  const forest = await fitCausalForest(trial, { numTrees: 50, minNodeSize: 2, outcomeHat: 0 });
  const predict = predictor(forest, { variance: true });
  const row = { age: 35, region: 'south', joined: new Date('2024-05-05'), member: true, code: '1001' };
  const nulls = { age: null, region: null, joined: null, member: null, code: null };

  test.each<[string, PredictorRow<'age' | 'region' | 'joined' | 'member' | 'code'>]>([
    ['plain', row],
    ['text', { age: ' 35', region: 'south', joined: '2024-05-05', member: 'TRUE', code: 1001 }],
    ['nulls', nulls],
    ['undefined', { ...row, age: undefined, region: undefined }],
    ['NaN and words', { ...row, age: Number.NaN, region: 'NA', joined: '', code: ' ' }],
    ['beyond training', { ...row, age: 1e9, joined: '1900-01-01' }],
    ['more columns than covariates', { ...row, spend: 'much' } as typeof row],
    ['unknown levels', { ...row, region: 'east', code: '9' }],
    ['an invalid date', { ...row, joined: new Date(Number.NaN) }],
    ['a number for a date', { ...row, joined: 3 }],
    ['infinite', { ...row, age: Number.POSITIVE_INFINITY }],
    ['text for a number', { ...row, age: 'old' }],
    ['no such column', { age: 35 } as unknown as typeof row],
    ['a list', [] as unknown as typeof row],
    ['nothing', null as unknown as typeof row],
  ])('%s: as predictEffects', (_, given) => {
    const outcomeOf = (predicts: () => unknown) => {
      try {
        return predicts();
      } catch (error) {
        const { name, message, column } = error as { name: string; message: string; column?: string };
        return { name, message, column };
      }
    };
    const expected = outcomeOf(() => {
      const { effect, variance, warnings } = predictEffects(forest, [given]);
      return { effect: effect[0], variance: variance?.[0], warnings };
    });
    expect(outcomeOf(() => predict(given))).toEqual(expected);
  });

  test('unknown levels warn; the next row is clean', () => {
    expect(predict({ ...row, region: 'east' }).warnings).toMatchObject([{ code: 'UNKNOWN_LEVELS' }]);
    expect(predict(row).warnings).toEqual([]);
  });

  test('words of naStrings are missing, also where training took them for a level', () => {
    const other = predictor(forest, { naStrings: ['south'] });
    expect(other(row)).toEqual(predictor(forest)({ ...row, region: null }));
    expect(() => predictor(forest, { naStrings: 'NA' as unknown as string[] })).toThrow(/naStrings/);
    expect(() => predictor(forest, { variances: true } as object)).toThrow(/did you mean 'variance'/);
  });

  test('results are frozen plain data', () => {
    const found = predict(row);
    expect(Object.isFrozen(found) && Object.isFrozen(found.warnings)).toBe(true);
    expect(structuredClone(found)).toEqual(found);
  });

  test('predictors do not share state', () => {
    const other = predictor(forest, { variance: true });
    const [first, second] = [predict(row), other(nulls)];
    expect(predict(row)).toEqual(first);
    expect(other(nulls)).toEqual(second);
  });
});
