/**
 * Splits against brute force: every admissible split of every node, each judged by the rule's formula written out with
 * two-pass means and variances. The criterion reached is compared, not the split: ties are legal.
 */
import { describe, expect, test } from 'vitest';
import { type Criterion, nodeValue, splitGain } from '../../src/causal/tree/criterion.js';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import { sumRows } from '../../src/causal/tree/node-sums.js';
import type { SplitRule } from '../../src/causal/tree/options.js';
import { readTreeSample } from '../../src/causal/tree/sample.js';
import type { CausalTree, CausalTreeNode, Split } from '../../src/causal/tree/types.js';
import { createTrial } from '../../src/data/create-trial.js';
import type { Covariate, RowOutcome, Trial } from '../../src/data/trial.js';
import { mixedColumns } from './causal-tree-trials.js';

const RULES = ['causalHonest', 'tStatistic', 'fit', 'transformedOutcome'] as const;

describe('the formulas on a worked example', () => {
  // Left: treated 3, 5, untreated 1, 1. Right: treated 2, 4, untreated 2, 4. By hand, with α = ½ and n_train = n_est:
  // τ̂ = 3, 0, 1.5; V (s² over n, then over n) = 1/2 + 0, 1/2 + 1/2, 1.25/4 + 1.5/4 for left, right, node.
  const columns = { x: [0, 0, 0, 0, 1, 1, 1, 1], w: [1, 1, 0, 0, 1, 1, 0, 0], y: [3, 5, 1, 1, 2, 4, 2, 4] };
  const trial = createTrial(columns, { covariates: ['x'], treatment: 'w', outcomes: { y: 'y' } });
  const sample = readTreeSample(trial, 'y');
  const transformed = Float64Array.from(columns.y, (y, i) => (columns.w[i] === 1 ? 2 * y : -2 * y));
  const sums = (rows: number[]) => sumRows(sample, transformed, rows);
  const gainOf = (rule: SplitRule) => {
    const criterion: Criterion = { rule, honest: true, honestWeight: 0.5, varianceFactor: 2 };
    const value = nodeValue(criterion, sums([0, 1, 2, 3, 4, 5, 6, 7]));
    return splitGain(criterion, value, sums([0, 1, 2, 3]), sums([4, 5, 6, 7]));
  };

  test.each([
    // Left ½·4·9 − ½·2·4·½ = 16, right 0 − ½·2·4·1 = −4, node ½·8·1.5² − ½·2·8·0.6875 = 3.5.
    ['causalHonest', 16 - 4 - 3.5],
    // Y* = ±2Y sums to 12 and 0: 12²/4 + 0 − 12²/8.
    ['transformedOutcome', 18],
    // 2·4² + 2·1² + 2·3² + 2·3² − 4·3.5² − 4·2².
    ['fit', 5],
    // (3 − 0)² over 2/2 + 0 + 2/2 + 2/2, s² with n − 1.
    ['tStatistic', 3],
  ] as const)('%s gains %d', (rule, gain) => {
    expect(gainOf(rule)).toBeCloseTo(gain, 12);
  });
});

describe('every split is the best that brute force finds', () => {
  const columns = mixedColumns(11, 360);
  const outcomes = { y: 'outcome' } as const;
  const numeric = ['grade', 'price', 'member', 'joined'] as const;
  const plain = createTrial(columns, { covariates: numeric, treatment: 'treated', outcomes });
  const weighted = createTrial(columns, {
    covariates: numeric,
    treatment: 'treated',
    outcomes,
    weights: 'weight',
    propensity: 'propensity',
  });
  const withRegion = createTrial(columns, { covariates: ['region', ...numeric], treatment: 'treated', outcomes });

  test.each(RULES)('%s on numbers, booleans and dates with missing cells', (rule) => {
    expect(compareWithBruteForce(plain, rule)).toBeGreaterThan(2);
  });

  test.each(RULES)('%s with sample weights and a propensity that differs between rows', (rule) => {
    expect(compareWithBruteForce(weighted, rule)).toBeGreaterThan(2);
  });

  test('transformedOutcome with a category: the best of all subsets of levels', () => {
    expect(compareWithBruteForce(withRegion, 'transformedOutcome')).toBeGreaterThan(2);
  });

  test('an adaptive tree (no honesty) charges nothing for variance', () => {
    expect(compareWithBruteForce(plain, 'causalHonest', false)).toBeGreaterThan(2);
  });

  test.each(['causalHonest', 'tStatistic', 'fit'] as const)(
    '%s with a category: its gain is true, and no other covariate gains more',
    (rule) => {
      const tree = grow(withRegion, rule);
      const judge = judgeFor(withRegion, tree, rule);
      let onLevels = 0;
      for (const { rows, node } of nodeRows(tree, withRegion)) {
        const found = node.gain ?? 0;
        if (node.split !== null) expect(found).toBeCloseTo(judge(rows, sideOf(node.split, withRegion)) as number, 8);
        for (const split of candidates(withRegion, rows).filter((split) => split.kind !== 'levels'))
          expect(judge(rows, sideOf(split, withRegion)) ?? 0).toBeLessThanOrEqual(found * (1 + 1e-9) + 1e-8);
        if (node.split?.kind === 'levels') onLevels++;
      }
      expect(onLevels).toBeGreaterThan(0);
    },
  );
});

const MIN_PER_ARM = 8;

function grow(trial: Trial<string, 'y'>, splitRule: SplitRule, honesty = true): CausalTree {
  return fitCausalTree(trial, { outcome: 'y', splitRule, honesty, pruning: 'none', minPerArm: MIN_PER_ARM, seed: 5 });
}

/** Checks all nodes; returns how many were inner nodes. */
function compareWithBruteForce(trial: Trial<string, 'y'>, rule: SplitRule, honesty = true): number {
  const tree = grow(trial, rule, honesty);
  const judge = judgeFor(trial, tree, rule);
  let inner = 0;
  for (const { rows, node } of nodeRows(tree, trial)) {
    let best = 0;
    for (const split of candidates(trial, rows)) best = Math.max(best, judge(rows, sideOf(split, trial)) ?? 0);
    // Sums in another order: 1e-9 of the node's own scale of values, which here is at most a few thousand.
    expect(Math.abs((node.gain ?? 0) - best)).toBeLessThan(1e-9 * Math.max(best, 1e3));
    if (node.split === null) continue;
    inner++;
    expect(judge(rows, sideOf(node.split, trial))).toBeCloseTo(node.gain as number, 7);
  }
  return inner;
}

type Test = (row: number) => boolean;

/** Gain of a division of rows, from the formulas; null if inadmissible. */
function judgeFor(
  trial: Trial,
  tree: CausalTree,
  rule: SplitRule,
): (rows: readonly number[], left: Test) => number | null {
  const y = (trial.outcomes.y as RowOutcome).values;
  const w = trial.treatment.values;
  const mass = (row: number) => trial.weights?.[row] ?? 1;
  const e = trial.propensity;
  const armWeight = (row: number) => mass(row) / (e === null ? 1 : w[row] === 1 ? e[row] : 1 - e[row]);
  const growing = tree.growingRows;
  const total = (rows: readonly number[], value: (row: number) => number) =>
    rows.reduce((sum, row) => sum + value(row), 0);
  const share = total(growing, (row) => mass(row) * w[row]) / total(growing, mass);
  const star = (row: number) => {
    const p = e === null ? share : e[row];
    return (y[row] * (w[row] - p)) / (p * (1 - p));
  };
  const centre = total(tree.growingRows.concat(tree.estimationRows), (row) => y[row]) / y.length;
  const arm = (rows: readonly number[], value: number) => rows.filter((row) => w[row] === value);
  const mean = (rows: readonly number[]) => total(rows, (row) => armWeight(row) * y[row]) / total(rows, armWeight);
  const meanVariance = (rows: readonly number[]) => {
    const middle = mean(rows);
    return total(rows, (row) => (armWeight(row) * (y[row] - middle)) ** 2) / total(rows, armWeight) ** 2;
  };
  const effect = (rows: readonly number[]) => mean(arm(rows, 1)) - mean(arm(rows, 0));
  const alpha = tree.settings.honesty ? 0.5 : 1;
  const factor = tree.settings.honesty ? 1 + growing.length / tree.estimationRows.length : 1;
  const value = (rows: readonly number[]): number => {
    if (rule === 'transformedOutcome') return total(rows, (row) => mass(row) * star(row)) ** 2 / total(rows, mass);
    if (rule === 'fit')
      return [0, 1].reduce(
        (sum, side) => sum + total(arm(rows, side), armWeight) * (mean(arm(rows, side)) - centre) ** 2,
        0,
      );
    const variance = meanVariance(arm(rows, 1)) + meanVariance(arm(rows, 0));
    return total(rows, mass) * (alpha * effect(rows) ** 2 - (1 - alpha) * factor * variance);
  };
  return (rows, goesLeft) => {
    const left = rows.filter(goesLeft);
    const right = rows.filter((row) => !goesLeft(row));
    const cells = [arm(left, 0), arm(left, 1), arm(right, 0), arm(right, 1)];
    if (cells.some((cell) => cell.length < MIN_PER_ARM)) return null;
    if (rule !== 'tStatistic') return value(left) + value(right) - value(rows);
    const variance = cells.reduce((sum, cell) => sum + (meanVariance(cell) * cell.length) / (cell.length - 1), 0);
    return (effect(left) - effect(right)) ** 2 / variance;
  };
}

/** Every split of the rows: thresholds at observed values with the missing on either side, subsets of levels, missing. */
function candidates(trial: Trial, rows: readonly number[]): Split[] {
  const splits: Split[] = [];
  trial.covariates.forEach((covariate, index) => {
    const base = { covariate: index, missingSeen: true } as const;
    splits.push({ ...base, kind: 'missing', missing: 'left', missingSeen: true });
    for (const missing of ['left', 'right'] as const)
      if (covariate.kind === 'category')
        for (let subset = 1; subset < 2 ** covariate.levels.length - 1; subset++) {
          const levels = covariate.levels.map((_, level) => level);
          const levelsLeft = levels.filter((level) => subset & (1 << level));
          const levelsRight = levels.filter((level) => !levelsLeft.includes(level));
          splits.push({ ...base, kind: 'levels', levelsLeft, levelsRight, missing });
        }
      else
        for (const threshold of new Set(rows.map((row) => covariate.values[row])))
          if (!Number.isNaN(threshold)) splits.push({ ...base, kind: 'threshold', threshold, missing });
  });
  return splits;
}

function sideOf(split: Split, trial: Trial): Test {
  const covariate = trial.covariates[split.covariate] as Covariate;
  return (row) => {
    const cell = covariate.kind === 'category' ? covariate.codes[row] : covariate.values[row];
    if (covariate.kind === 'category' ? cell < 0 : Number.isNaN(cell)) return split.missing === 'left';
    if (split.kind === 'missing') return false;
    return split.kind === 'threshold' ? cell <= split.threshold : split.levelsLeft.includes(cell);
  };
}

function nodeRows(tree: CausalTree, trial: Trial): { node: CausalTreeNode; rows: number[] }[] {
  const reached: number[][] = [[...tree.growingRows]];
  return tree.nodes.map((node) => {
    const rows = reached[node.index] as number[];
    if (node.split !== null) {
      const goesLeft = sideOf(node.split, trial);
      reached[node.left] = rows.filter(goesLeft);
      reached[node.right] = rows.filter((row) => !goesLeft(row));
    }
    return { node, rows };
  });
}
