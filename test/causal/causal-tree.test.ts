/** The fitted tree as users see it: effects, clusters, weights, prediction, refusals. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import { nodeEffect } from '../../src/causal/tree/node-effect.js';
import { predictCausalTree } from '../../src/causal/tree/predict-causal-tree.js';
import { readTreeSample } from '../../src/causal/tree/sample.js';
import type { CausalTree, CausalTreeNode } from '../../src/causal/tree/types.js';
import { createTrial } from '../../src/data/create-trial.js';
import type { Trial } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';
import { mixedColumns, repeat, simulateRows, trialOf } from './causal-tree-trials.js';

const columns = mixedColumns(21, 900);
const COVARIATES = ['grade', 'price', 'member', 'joined', 'region'] as const;
const declared = { covariates: COVARIATES, treatment: 'treated', outcomes: { y: 'outcome' } } as const;
const trial = createTrial(columns, declared);
const tree = fitCausalTree(trial, { outcome: 'y', minPerArm: 20 });

/** Row numbers of the trial in each leaf, by prediction. */
function rowsOfLeaf(fitted: CausalTree, data: Trial, leaf: number, among: readonly number[]): number[] {
  const { leaf: leafOf } = predictCausalTree(fitted, data);
  return among.filter((row) => leafOf[row] === leaf);
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('effects', () => {
  test("Student's sleep data, as published with Welch's test: t = -1.8608 on 17.776 degrees of freedom", () => {
    // Student (1908); Welch interval [-3.3654832, 0.2054832] at 95 %, as R's t.test prints it.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const sleep = createTrial(
      { y: [...first, ...second], w: repeat(20, (i) => (i < 10 ? 1 : 0)), x: repeat(20, (i) => i) },
      { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } },
    );
    const sample = readTreeSample(sleep, 'y');
    const effect = nodeEffect(sample, sample.rows, 0.95);
    expect(effect.estimate).toBeCloseTo(-1.58, 12);
    expect((effect.estimate as number) / (effect.standardError as number)).toBeCloseTo(-1.8608, 4);
    expect(effect.interval?.[0]).toBeCloseTo(-3.3654832, 7);
    expect(effect.interval?.[1]).toBeCloseTo(0.2054832, 7);
  });

  test('of every leaf come from the estimation half: difference of means and √(s²/n + s²/n)', () => {
    expect(tree.leaves.length).toBeGreaterThan(2);
    for (const leaf of tree.leaves) {
      const rows = rowsOfLeaf(tree, trial, leaf, tree.estimationRows);
      const arm = (w: number) =>
        rows.filter((row) => columns.treated[row] === w).map((row) => columns.outcome[row] as number);
      const square = (values: number[]) =>
        values.reduce((sum, y) => sum + (y - mean(values)) ** 2, 0) / (values.length - 1) / values.length;
      const { effect } = tree.nodes[leaf] as CausalTreeNode;
      expect(effect).toMatchObject({ n: rows.length, nTreated: arm(1).length, nControl: arm(0).length, warnings: [] });
      expect(effect.estimate).toBeCloseTo(mean(arm(1)) - mean(arm(0)), 12);
      expect(effect.standardError).toBeCloseTo(Math.sqrt(square(arm(1)) + square(arm(0))), 12);
    }
  });

  test('with weights and unequal propensities are normalised weighted means', () => {
    const weighted = createTrial(columns, { ...declared, weights: 'weight', propensity: 'propensity' });
    const fitted = fitCausalTree(weighted, { outcome: 'y', minPerArm: 20 });
    for (const leaf of fitted.leaves) {
      const rows = rowsOfLeaf(fitted, weighted, leaf, fitted.estimationRows);
      const weightOf = (row: number) =>
        (columns.weight[row] as number) /
        (columns.treated[row] === 1 ? (columns.propensity[row] as number) : 1 - (columns.propensity[row] as number));
      const parts = [1, 0].map((w) => {
        const arm = rows.filter((row) => columns.treated[row] === w);
        const total = arm.reduce((sum, row) => sum + weightOf(row), 0);
        const middle = arm.reduce((sum, row) => sum + weightOf(row) * (columns.outcome[row] as number), 0) / total;
        const squares = arm.reduce(
          (sum, row) => sum + (weightOf(row) * ((columns.outcome[row] as number) - middle)) ** 2,
          0,
        );
        return { middle, variance: (squares / total ** 2) * (arm.length / (arm.length - 1)) };
      });
      const [treated, control] = parts as [(typeof parts)[0], (typeof parts)[0]];
      const { effect } = fitted.nodes[leaf] as CausalTreeNode;
      expect(effect.estimate).toBeCloseTo(treated.middle - control.middle, 10);
      expect(effect.standardError).toBeCloseTo(Math.sqrt(treated.variance + control.variance), 10);
    }
  });

  test('are null with a reason where an arm is missing, thin, or does not vary', () => {
    const sample = readTreeSample(
      createTrial(
        { x: [1, 2, 3, 4, 5, 6], w: [1, 1, 1, 0, 0, 0], y: [5, 5, 5, 2, 2, 2] },
        { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } },
      ),
      'y',
    );
    const of = (...rows: number[]) => nodeEffect(sample, Int32Array.from(rows), 0.9);
    expect(of(0, 1, 2)).toMatchObject({ estimate: null, standardError: null, interval: null, nControl: 0 });
    expect(of(0, 1, 3)).toMatchObject({ estimate: null, warnings: [{ code: 'TOO_FEW_ROWS_PER_ARM' }] });
    expect(of(0, 1, 3, 4)).toMatchObject({ estimate: 3, interval: null, warnings: [{ code: 'NO_VARIATION' }] });
  });
});

describe('clusters', () => {
  const random = streamFor(4, 'clusters');
  const shops = repeat(80, () => ({ effect: 3 * random.normal(), treated: random.uniform() < 0.5 ? 1 : 0 }));
  const shop = repeat(1200, () => random.below(80));
  const x = repeat(1200, () => random.uniform());
  // Rows of a shop take turns, so that each shop has its arms as equal as can be.
  const turns = new Int32Array(80);
  const turn = (s: number) => turns[s]++ % 2;
  const rows = (randomisedBy: 'shop' | 'row') => {
    const treated = shop.map((s) => (randomisedBy === 'shop' ? (shops[s]?.treated ?? 0) : turn(s)));
    const y = treated.map(
      (w, i) => (shops[shop[i] as number]?.effect ?? 0) + w * ((x[i] as number) > 0.5 ? 3 : 0) + random.normal(),
    );
    return { x, shop, treated, y };
  };
  const fitted = (randomisedBy: 'shop' | 'row') => {
    const data = rows(randomisedBy);
    const clustered = createTrial(data, {
      covariates: ['x'],
      treatment: 'treated',
      outcomes: { y: 'y' },
      clusters: 'shop',
    });
    return { data, clustered, tree: fitCausalTree(clustered, { outcome: 'y' }) };
  };

  test.each(['shop', 'row'] as const)('stay whole in the honest split (treatment by %s)', (randomisedBy) => {
    const { tree } = fitted(randomisedBy);
    const grew = new Set(tree.growingRows.map((row) => shop[row]));
    expect(tree.estimationRows.some((row) => grew.has(shop[row]))).toBe(false);
  });

  test('treated as wholes have the standard error of a comparison of cluster sums', () => {
    const { data, clustered, tree } = fitted('shop');
    for (const leaf of tree.leaves) {
      const inside = rowsOfLeaf(tree, clustered, leaf, tree.estimationRows);
      const variance = [0, 1].reduce((sum, w) => {
        const arm = inside.filter((row) => data.treated[row] === w);
        const middle = mean(arm.map((row) => data.y[row] as number));
        const sums = new Map<number, number>();
        for (const row of arm) {
          const id = shop[row] as number;
          sums.set(id, (sums.get(id) ?? 0) + (data.y[row] as number) - middle);
        }
        const squares = [...sums.values()].reduce((total, value) => total + value ** 2, 0);
        return sum + ((squares / arm.length ** 2) * sums.size) / (sums.size - 1);
      }, 0);
      expect(tree.nodes[leaf]?.effect.standardError).toBeCloseTo(Math.sqrt(variance), 10);
    }
  });

  test('with both arms in each cluster have smaller errors than row-wise ones, whose shop effect cancels', () => {
    const { data, tree } = fitted('row');
    const rowWise = createTrial(data, { covariates: ['x'], treatment: 'treated', outcomes: { y: 'y' } });
    const sample = readTreeSample(rowWise, 'y');
    const naive = nodeEffect(sample, Int32Array.from(tree.estimationRows), 0.95);
    expect(tree.nodes[0]?.effect.standardError as number).toBeLessThan(naive.standardError as number);
  });

  test('too few of them in an arm leave the effect without standard error, with the reason', () => {
    const two = createTrial(
      {
        x: repeat(12, (i) => i),
        w: repeat(12, (i) => (i < 4 ? 1 : 0)),
        y: repeat(12, (i) => i * i),
        c: repeat(12, (i) => `c${i >> 2}`),
      },
      { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' }, clusters: 'c' },
    );
    const sample = readTreeSample(two, 'y');
    const effect = nodeEffect(sample, sample.rows, 0.95);
    expect(effect).toMatchObject({ standardError: null, interval: null, warnings: [{ code: 'TOO_FEW_CLUSTERS' }] });
    expect(effect.estimate).not.toBeNull();
  });
});

describe('the result', () => {
  test('is frozen plain data: structuredClone and JSON keep every cell', () => {
    expect(structuredClone(tree)).toEqual(tree);
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
    expect(Object.isFrozen(tree) && Object.isFrozen(tree.nodes) && Object.isFrozen(tree.nodes[0])).toBe(true);
  });

  test('splits the usable rows in two, each row once', () => {
    const both = [...tree.growingRows, ...tree.estimationRows].sort((a, b) => a - b);
    expect(both).toEqual(repeat(900, (row) => row));
    expect(Math.abs(tree.growingRows.length - 450)).toBeLessThanOrEqual(1);
  });

  test('respects minPerArm and maxDepth', () => {
    for (const node of tree.nodes)
      expect(Math.min(node.growing.nTreated, node.growing.nControl)).toBeGreaterThanOrEqual(20);
    const shallow = fitCausalTree(trial, { outcome: 'y', pruning: 'none', maxDepth: 1, minPerArm: 20 });
    expect(shallow.nodes.length).toBe(3);
  });

  test('uses only the rows for which an outcome is defined', () => {
    const perOrder = createTrial(
      { ...columns, orders: columns.weight.map((w, row) => (row % 4 === 0 ? 0 : w)) },
      { ...declared, outcomes: { y: { numerator: 'outcome', denominator: 'orders', zeroDenominator: 'drop' } } },
    );
    const { growingRows, estimationRows } = fitCausalTree(perOrder, { outcome: 'y', minPerArm: 20 });
    expect([...growingRows, ...estimationRows].some((row) => row % 4 === 0)).toBe(false);
    expect(growingRows.length + estimationRows.length).toBe(675);
  });

  test('buckets leave at least their size of each arm between two thresholds', () => {
    const rows = simulateRows(streamFor(1, 'buckets'), 2000, { covariates: 1, effect: ([x]) => 4 * (x as number) });
    const data = trialOf(rows);
    const thresholds = (bucketSize: number | null) =>
      fitCausalTree(data, { outcome: 'y', pruning: 'none', bucketSize, minPerArm: 30 }).nodes.filter(
        (node) => node.split,
      );
    const bucketed = thresholds(100);
    expect(bucketed.length).toBeGreaterThan(0);
    for (const node of bucketed)
      expect(Math.min(node.growing.nTreated, node.growing.nControl)).toBeGreaterThanOrEqual(100);
    expect(thresholds(null).length).toBeGreaterThanOrEqual(bucketed.length);
  });

  test('without honesty says that its intervals cannot be trusted', () => {
    const adaptive = fitCausalTree(trial, { outcome: 'y', honesty: false, minPerArm: 20 });
    expect(adaptive.warnings.map(({ code }) => code)).toContain('NOT_HONEST');
    expect(adaptive.growingRows).toEqual(adaptive.estimationRows);
    expect(adaptive.settings).toMatchObject({ honestWeight: 1, estimationFraction: 0 });
  });

  test('a category of many levels without any effect does not crowd out a true split', () => {
    // 100 counties of noise beside one step in age: ordered by their own effects, counties would gain about
    // (2/π)·99 times the noise of a fixed split and win at once.
    const found = repeat(20, (study) => {
      const random = streamFor(study, 'counties');
      const rows = simulateRows(random, 1000, { covariates: 2, effect: ([age]) => ((age as number) > 0.5 ? 1.5 : 0) });
      const data = createTrial(
        {
          age: rows.map((row) => row.x[0] as number),
          county: rows.map(() => `c${random.below(100)}`),
          w: rows.map((row) => row.treated),
          y: rows.map((row) => row.outcome),
        },
        { covariates: ['county', 'age'], treatment: 'w', outcomes: { y: 'y' } },
      );
      return fitCausalTree(data, { outcome: 'y', pruning: 'none' }).nodes[0]?.split?.covariate === 1;
    });
    // Step of 1.5 standard deviations against 250 rows per arm and half: z = 8. All twenty, by a wide margin.
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(19);
  });
});

describe('prediction', () => {
  test('gives trial, rows and a tree restored from JSON the same leaves', () => {
    const fromTrial = predictCausalTree(tree, trial);
    expect(predictCausalTree(tree, columns)).toEqual(fromTrial);
    expect(predictCausalTree(JSON.parse(JSON.stringify(tree)) as CausalTree, trial)).toEqual(fromTrial);
    fromTrial.leaf.forEach((leaf, row) => {
      expect(tree.nodes[leaf]?.split).toBeNull();
      expect(fromTrial.effect[row]).toBe(tree.nodes[leaf]?.effect.estimate);
    });
  });

  test('knows levels by name, whatever their codes in the other trial', () => {
    const regions = ['E', 'D', 'B', 'A', 'C'];
    const few = { ...mixedColumns(22, 50), region: repeat(50, (i) => regions[i % 5] as string) };
    const only = { ...few, region: few.region.map((level) => (level === 'A' ? 'B' : level)) };
    expect(predictCausalTree(tree, createTrial(only, declared)).leaf).toEqual(predictCausalTree(tree, only).leaf);
  });

  test('counts unknown levels as missing and says so, both ways', () => {
    const strange = { ...mixedColumns(22, 50), region: repeat(50, (i) => (i < 3 ? 'Z' : 'A')) };
    const missing = { ...strange, region: repeat(50, (i) => (i < 3 ? null : 'A')) };
    for (const data of [strange, createTrial(strange, declared)]) {
      const predicted = predictCausalTree(tree, data);
      expect(predicted.leaf).toEqual(predictCausalTree(tree, missing).leaf);
      expect(predicted.warnings.map(({ code }) => code)).toEqual(['UNKNOWN_LEVELS']);
    }
  });

  test('marks rows of leaves without an effect as NaN and counts them', () => {
    const silenced = structuredClone(tree) as { nodes: { effect: { estimate: number | null } }[] } & CausalTree;
    for (const leaf of tree.leaves) (silenced.nodes[leaf] as { effect: object }).effect = { estimate: null };
    const predicted = predictCausalTree(silenced, trial);
    expect(predicted.effect.every(Number.isNaN)).toBe(true);
    expect(predicted.warnings[0]).toMatchObject({ code: 'LEAVES_WITHOUT_EFFECT' });
  });

  test('refuses a trial that lacks a covariate or has it of another kind', () => {
    const { grade: _, ...rest } = columns;
    expect(() => predictCausalTree(tree, rest)).toThrow(InvalidDataError);
    const without = createTrial(columns, { ...declared, covariates: ['price'] });
    expect(() => predictCausalTree(tree, without)).toThrow(/no covariate 'grade'/);
    const other = createTrial(columns, {
      ...declared,
      covariates: [{ column: 'grade', kind: 'category' }, ...COVARIATES.slice(1)],
    });
    expect(() => predictCausalTree(tree, other)).toThrow(/'grade' is a category here but a number/);
  });
});

describe('refusals name the culprit', () => {
  const refuse = (options: object) => () => fitCausalTree(trial, { outcome: 'y', ...options } as { outcome: 'y' });

  test.each([
    [{ minTreated: 5 }, /options\.minTreated must be left out/],
    [{ splitrule: 'fit' }, /did you mean 'splitRule'/],
    [{ splitRule: 'causal' }, /splitRule must be one of 'causalHonest'/],
    [{ outcome: 'z' }, /outcome must be one of the trial's outcomes, 'y'/],
    [{ estimationFraction: 1 }, /estimationFraction must be a number above 0 and below 1/],
    [{ honesty: false, estimationFraction: 0.5 }, /left out, because honesty is false/],
    [{ honesty: false, honestWeight: 0.5 }, /left out, because honesty is false/],
    [{ splitRule: 'fit', honestWeight: 0.5 }, /splitRule 'fit' does not use it/],
    [{ pruning: 'none', folds: 5 }, /left out, because pruning is 'none'/],
    [{ minPerArm: 1 }, /minPerArm must be a whole number at least 2/],
    [{ folds: 500 }, /folds must be at most 450, the number of rows that grow the tree/],
    [{ bucketSize: 0 }, /bucketSize/],
    [{ seed: -1 }, /seed/],
    [{ level: 1 }, /level/],
    [{ maxDepth: 1.5 }, /maxDepth/],
    [{ pruningStandardErrors: -1 }, /pruningStandardErrors/],
  ])('%j', (options, message) => {
    expect(refuse(options)).toThrow(InvalidOptionError);
    expect(refuse(options)).toThrow(message);
  });

  test('too few rows per arm for a split', () => {
    expect(refuse({ minPerArm: 150 })).toThrow(InvalidDataError);
    expect(refuse({ minPerArm: 150 })).toThrow(/needs 300 treated and 300 untreated rows/);
    expect(refuse({ estimationFraction: 0.001 })).toThrow(/raise estimationFraction/);
  });

  test('a ratio of totals, and a treatment that is not binary', () => {
    const totals = createTrial(columns, {
      ...declared,
      outcomes: { y: { numerator: 'outcome', denominator: 'weight', as: 'totals' } },
    });
    expect(() => fitCausalTree(totals, { outcome: 'y' })).toThrow(InvalidOptionError);
    const dose = createTrial(columns, {
      ...declared,
      covariates: ['price'],
      treatment: { column: 'weight', kind: 'continuous' },
    });
    expect(() => fitCausalTree(dose, { outcome: 'y' })).toThrow(/'weight' is continuous/);
  });
});
