/**
 * Whatever the data and options, within what is accepted: no crash, no NaN without a warning that counts it, trees within
 * their rules, and predictions that do not depend on how they were asked for.
 */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import { type RandomStream, streamFamily } from '../../src/math/random.js';
import { type ColumnKind, drawColumn, drawOutcome, drawTreatment, drawWeights } from '../support/generated-problem.js';
import { smallTrial, tableOf } from '../support/trials.js';

const KINDS: readonly ColumnKind[] = [
  'continuous',
  'ties',
  'missing',
  'constant',
  'allMissing',
  'category',
  'manyLevels',
];
const oneOf = <T>(stream: RandomStream, values: readonly T[]): T => values[stream.below(values.length)];

function drawTrial(stream: RandomStream) {
  const rowCount = 40 + stream.below(120);
  const covariates = Array.from({ length: 1 + stream.below(5) }, (_, f) =>
    drawColumn(oneOf(stream, KINDS), `x${f}`, rowCount, stream),
  );
  const clusterSize = oneOf(stream, [0, 0, 3]);
  const base = smallTrial({
    rowCount,
    covariates,
    clusterSize,
    seed: stream.below(1000),
    propensity: oneOf(stream, [0.5, null]),
  });
  const isBinary = stream.below(3) > 0;
  const values = drawTreatment(isBinary ? 'binary' : oneOf(stream, ['dose', 'continuous'] as const), rowCount, stream);
  const outcome = drawOutcome(covariates, values, stream, oneOf(stream, [0, 1, 1e6]));
  const weight = drawWeights(oneOf(stream, ['none', 'positive', 'withZeros'] as const), rowCount, stream);
  return {
    ...base,
    treatment: { kind: isBinary ? 'binary' : 'continuous', name: 'w', values } as const,
    outcomes: { outcome: { kind: 'column', name: 'outcome', values: outcome, rows: null } as const },
    weights: weight,
    propensity: isBinary ? base.propensity : null,
  };
}

const drawOptions = (stream: RandomStream, columns: number) => ({
  numTrees: 12 * (1 + stream.below(3)),
  ciGroupSize: oneOf(stream, [1, 2, 3]),
  sampleFraction: 0.2 + 0.3 * stream.uniform(),
  mtry: 0.5 + (columns - 0.5) * stream.uniform(),
  minNodeSize: 1 + stream.below(4),
  alpha: oneOf(stream, [0, 0.05, 0.24]),
  imbalancePenalty: oneOf(stream, [0, 0, 1]),
  honesty: stream.below(4) > 0,
  honestyFraction: 0.3 + 0.4 * stream.uniform(),
  honestyPruneLeaves: stream.below(3) > 0,
  seed: stream.below(1e6),
});

const streams = streamFamily(1, 'any data');

test.each(Array.from({ length: 60 }, (_, k) => k))('trial %i', async (k) => {
  const stream = streams(k);
  const trial = drawTrial(stream);
  const options = drawOptions(stream, trial.covariates.length);
  const forest = await fitCausalForest(trial, options);
  const { effect, variance, treeCount, warnings } = forest.outOfBag;

  expect(variance === null).toBe(options.ciGroupSize === 1);
  const counted = (code: string) => Number(/^\d+/.exec(warnings.find((w) => w.code === code)?.message ?? '0')?.[0]);
  expect(effect.filter(Number.isNaN).length).toBe(counted('ROWS_WITHOUT_ESTIMATE'));
  effect.forEach((value, row) => {
    expect(Number.isNaN(value) || Number.isFinite(value)).toBe(true);
    if (treeCount[row] === 0) expect(value).toBeNaN();
    expect(treeCount[row]).toBeLessThanOrEqual(options.numTrees);
  });
  for (const value of variance ?? []) expect(Number.isNaN(value) || (value >= 0 && Number.isFinite(value))).toBe(true);

  // Asked for together or one by one, forwards or backwards: the same bits.
  const table = tableOf(trial.covariates);
  const all = predictEffects(forest, table);
  const backwards = predictEffects(
    forest,
    Object.fromEntries(Object.entries(table).map(([name, cells]) => [name, [...cells].reverse()])),
  );
  expect([...backwards.effect].reverse()).toEqual([...all.effect]);
  expect([...(backwards.variance ?? [])].reverse()).toEqual([...(all.variance ?? [])]);
});

describe('what cannot be estimated is said', () => {
  // Trees of a bag that draw less than its half leave rows to one of them only: an effect, but no bag for its variance.
  test('rows with an effect but without a variance are counted in a warning', async () => {
    const { outOfBag } = await fitCausalForest(smallTrial(), { numTrees: 2, sampleFraction: 0.3 });
    const without = outOfBag.effect.filter(
      (value, row) => !Number.isNaN(value) && Number.isNaN(outOfBag.variance?.[row]),
    ).length;
    expect(without).toBeGreaterThan(0);
    expect(outOfBag.warnings.some(({ message }) => message.includes(`${without} of 150`))).toBe(true);
  });
});
