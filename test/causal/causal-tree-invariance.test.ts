/** What must not change a tree, and what must change it in a known way. */
import { describe, expect, test } from 'vitest';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import type { CausalTreeOptions } from '../../src/causal/tree/options.js';
import { predictCausalTree } from '../../src/causal/tree/predict-causal-tree.js';
import { roundThreshold } from '../../src/causal/tree/round-threshold.js';
import type { CausalTree } from '../../src/causal/tree/types.js';
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';
import { mixedColumns, simulateRows, trialOf } from './causal-tree-trials.js';

const RULES = ['causalHonest', 'tStatistic', 'fit', 'transformedOutcome'] as const;
const COVARIATES = ['grade', 'price', 'member', 'joined', 'region'] as const;
type Columns = ReturnType<typeof mixedColumns>;
const columns: Columns = mixedColumns(3, 600);

const declared = { covariates: COVARIATES, treatment: 'treated', outcomes: { y: 'outcome' } } as const;
const treeOf = (given: Columns, options: Partial<CausalTreeOptions<'y'>> = {}, more: { weights?: 'weight' } = {}) =>
  fitCausalTree(createTrial(given, { ...declared, ...more }), { outcome: 'y', minPerArm: 15, ...options });

/** Splits, sizes and shape; not effects. */
const shapeOf = (tree: CausalTree) =>
  tree.nodes.map(({ split, left, right, growing }) => ({ split, left, right, growing }));
const effectsOf = (tree: CausalTree) => tree.nodes.map(({ effect }) => effect.estimate as number);
const errorsOf = (tree: CausalTree) => tree.nodes.map(({ effect }) => effect.standardError as number);

describe.each(RULES)('%s', (splitRule) => {
  const tree = treeOf(columns, { splitRule, pruning: 'none' });

  test('has enough splits to tell trees apart', () => {
    expect(tree.leaves.length).toBeGreaterThan(3);
  });

  test('the same seed gives the same bits, another seed other halves', () => {
    expect(treeOf(columns, { splitRule, pruning: 'none' })).toEqual(tree);
    expect(treeOf(columns, { splitRule, pruning: 'none', seed: 2 }).growingRows).not.toEqual(tree.growingRows);
  });

  test('naming the arms the other way round turns the effects round', () => {
    const flipped = treeOf({ ...columns, treated: columns.treated.map((w) => 1 - w) }, { splitRule, pruning: 'none' });
    expect(flipped.growingRows).toEqual(tree.growingRows);
    const data = createTrial(columns, declared);
    // Levels may swap sides; the effect of every row may not.
    const there = predictCausalTree(tree, data).effect;
    predictCausalTree(flipped, data).effect.forEach((effect, row) => {
      expect(effect).toBeCloseTo(-there[row], 10);
    });
  });

  test('outcomes in other units scale effects and errors and change no split', () => {
    const scaled = treeOf({ ...columns, outcome: columns.outcome.map((y) => 64 * y) }, { splitRule, pruning: 'none' });
    expect(shapeOf(scaled)).toEqual(shapeOf(tree));
    effectsOf(tree).forEach((effect, node) => {
      expect(effectsOf(scaled)[node]).toBeCloseTo(64 * effect, 9);
      expect(errorsOf(scaled)[node]).toBeCloseTo(64 * (errorsOf(tree)[node] as number), 9);
    });
  });

  test.runIf(splitRule !== 'transformedOutcome')('a constant added to every outcome changes nothing', () => {
    const shifted = treeOf(
      { ...columns, outcome: columns.outcome.map((y) => y + 1000) },
      { splitRule, pruning: 'none' },
    );
    expect(shapeOf(shifted)).toEqual(shapeOf(tree));
    effectsOf(tree).forEach((effect, node) => {
      expect(effectsOf(shifted)[node]).toBeCloseTo(effect, 9);
    });
  });

  test('weights all seven times as large change nothing', () => {
    const weighted = treeOf(columns, { splitRule, pruning: 'none' }, { weights: 'weight' });
    const heavier = treeOf(
      { ...columns, weight: columns.weight.map((w) => 7 * w) },
      { splitRule, pruning: 'none' },
      { weights: 'weight' },
    );
    expect(shapeOf(heavier)).toEqual(shapeOf(weighted));
    errorsOf(weighted).forEach((error, node) => {
      expect(errorsOf(heavier)[node]).toBeCloseTo(error, 10);
    });
  });

  test('the left side of the first split turned missing gives the same two groups', () => {
    const random = streamFor(8, 'missing');
    // Little noise, so that no group between two thresholds, which the missing side makes possible, is better by chance.
    const effect = ([x]: readonly number[]) => ((x as number) < 0.4 ? 2 : 0);
    const rows = simulateRows(random, 400, { covariates: 1, effect, noise: 0.1 });
    const options = { outcome: 'y', splitRule, pruning: 'none', maxDepth: 1 } as const;
    const whole = fitCausalTree(trialOf(rows), options);
    const split = whole.nodes[0]?.split;
    if (split?.kind !== 'threshold') throw new Error('expected a threshold');
    const holed = rows.map((row) => ({ ...row, x: row.x.map((x) => (x <= split.threshold ? Number.NaN : x)) }));
    const again = fitCausalTree(trialOf(holed), options);
    expect(again.nodes[0]?.gain).toBeCloseTo(whole.nodes[0]?.gain as number, 6);
    expect(again.nodes.map(({ growing }) => growing)).toEqual(whole.nodes.map(({ growing }) => growing));
    expect(effectsOf(again)).toEqual(effectsOf(whole));
  });
});

test('without honesty and folds nothing is drawn: the order of rows does not matter', () => {
  const order = [...columns.treated.keys()].sort((a, b) => ((a * 7919) % 600) - ((b * 7919) % 600));
  const shuffled = Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row])]),
  ) as unknown as Columns;
  const options = { honesty: false, pruning: 'none' } as const;
  const tree = treeOf(columns, options);
  const again = treeOf(shuffled, options);
  expect(shapeOf(again)).toEqual(shapeOf(tree));
  effectsOf(tree).forEach((effect, node) => {
    expect(effectsOf(again)[node]).toBeCloseTo(effect, 10);
  });
});

test('with honesty the draw follows the order of rows, as documented', () => {
  const reversed = Object.fromEntries(
    Object.entries(columns).map(([name, cells]) => [name, [...cells].reverse()]),
  ) as unknown as Columns;
  const mirrored = treeOf(reversed)
    .growingRows.map((row) => 599 - row)
    .sort((a, b) => a - b);
  expect(mirrored).not.toEqual(treeOf(columns).growingRows);
});

test('a number stretched without changing its order gives the same groups', () => {
  const stretched = { ...columns, price: columns.price.map((price) => (price === null ? null : Math.exp(price))) };
  const groups = (tree: CausalTree) => tree.nodes.map(({ growing, left }) => ({ growing, left }));
  expect(groups(treeOf(stretched, { pruning: 'none' }))).toEqual(groups(treeOf(columns, { pruning: 'none' })));
});

test('rows of weight 0 are as if they were not there', () => {
  const rows = columns.treated.length;
  const weight = columns.weight.map((w, row) => (row % 5 === 0 ? 0 : w));
  const kept = Object.fromEntries(
    Object.entries({ ...columns, weight }).map(([name, cells]) => [name, cells.filter((_, row) => row % 5 !== 0)]),
  ) as unknown as Columns;
  const withZeros = treeOf({ ...columns, weight }, {}, { weights: 'weight' });
  const without = treeOf(kept, {}, { weights: 'weight' });
  expect(withZeros.growingRows.every((row) => row % 5 !== 0)).toBe(true);
  expect(withZeros.growingRows.length + withZeros.estimationRows.length).toBe((rows * 4) / 5);
  expect(withZeros.nodes.map(({ effect }) => effect)).toEqual(without.nodes.map(({ effect }) => effect));
});

test('a cluster for every row is no cluster at all', () => {
  const shop = columns.treated.map((_, row) => `shop ${row}`);
  const clustered = fitCausalTree(createTrial({ ...columns, shop }, { ...declared, clusters: 'shop' }), {
    outcome: 'y',
    minPerArm: 15,
  });
  const plain = treeOf(columns);
  expect(shapeOf(clustered)).toEqual(shapeOf(plain));
  errorsOf(plain).forEach((error, node) => {
    expect(errorsOf(clustered)[node]).toBeCloseTo(error, 12);
  });
});

test.each([
  ['number', 12, 31, 20],
  ['number', 0.4967, 0.5012, 0.5],
  ['number', -3.2, 0.7, 0],
  ['number', 34, 35, 34],
  ['number', 1e308, 1.7e308, 1e308],
  ['number', 0.1 + 0.2, 0.30000000000000016, 0.3000000000000001],
  ['date', 18_500, 18_600, 18_500],
  ['boolean', 0, 1, 0],
] as const)('a threshold of kind %s between %d and %d is %d', (kind, below, above, expected) => {
  const threshold = roundThreshold(kind, below, above);
  expect(threshold).toBeGreaterThanOrEqual(below);
  expect(threshold).toBeLessThan(above);
  if (below < 1e300) expect(threshold).toBeCloseTo(expected, 15);
});
