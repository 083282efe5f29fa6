/**
 * Do the intervals of leaves hold the truth? Trials are simulated with known effects; a leaf's truth is the mean effect
 * over its region, from 5,000 rows that only serve this purpose (their error is a twentieth of a standard error).
 * Leaves of one tree share rows' covariates and a random tree, so the share of hits is judged by its standard error over
 * trials: p̂ = Σ hits / Σ leaves, se² = Σ_trials (hits − p̂·leaves)² / (Σ leaves)².
 */
import { describe, expect, test } from 'vitest';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import type { CausalTreeOptions } from '../../src/causal/tree/options.js';
import { predictCausalTree } from '../../src/causal/tree/predict-causal-tree.js';
import type { Trial } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';
import { repeat, type SimulatedRow, simulateRows, trialOf } from './causal-tree-trials.js';

const effect = ([x, z]: readonly number[]) => ((x as number) > 0.5 ? 1 : 0) + (z as number);
const design = { covariates: 3, effect, baseline: ([, , b]: readonly number[]) => 2 * (b as number) };
const population = simulateRows(streamFor(99, 'population'), 5000, design);
const populationTrial = trialOf(population);
const populationEffects = population.map((row) => effect(row.x));

/** Share of leaves whose interval holds the truth, and its standard error. */
function coverage(
  studies: number,
  makeTrial: (seed: number) => Trial<string, 'y'>,
  options: Omit<CausalTreeOptions<'y'>, 'outcome' | 'seed'>,
): { share: number; standardError: number; leaves: number } {
  const counts = repeat(studies, (seed) => {
    const tree = fitCausalTree(makeTrial(seed), { outcome: 'y', seed, ...options });
    const { leaf } = predictCausalTree(tree, populationTrial);
    const sums = new Map<number, { total: number; rows: number }>();
    leaf.forEach((index, row) => {
      const cell = sums.get(index) ?? { total: 0, rows: 0 };
      sums.set(index, { total: cell.total + (populationEffects[row] as number), rows: cell.rows + 1 });
    });
    let hits = 0;
    for (const [index, { total, rows }] of sums) {
      const interval = tree.nodes[index]?.effect.interval;
      if (interval && interval[0] <= total / rows && total / rows <= interval[1]) hits++;
    }
    return { hits, leaves: sums.size };
  });
  const leaves = counts.reduce((sum, count) => sum + count.leaves, 0);
  const share = counts.reduce((sum, count) => sum + count.hits, 0) / leaves;
  const squares = counts.reduce((sum, count) => sum + (count.hits - share * count.leaves) ** 2, 0);
  return { share, standardError: Math.sqrt(squares) / leaves, leaves };
}

const simulated = (seed: number) => trialOf(simulateRows(streamFor(seed, 'coverage'), 400, design));

describe('95 % intervals of leaves', () => {
  // Four standard errors on either side: false alarm 6 in 100,000 for each test if coverage is exactly 95 %.
  test('hold in 95 % of the leaves of 500 trees as grown', () => {
    const { share, standardError, leaves } = coverage(500, simulated, { pruning: 'none', minPerArm: 15 });
    expect(leaves).toBeGreaterThan(1500);
    expect(standardError).toBeLessThan(0.01);
    expect(Math.abs(share - 0.95)).toBeLessThan(4 * standardError);
  });

  test('hold in 95 % of the leaves of 400 trees as pruned by cross-validation', () => {
    const { share, standardError } = coverage(400, simulated, { folds: 5, minPerArm: 25 });
    expect(Math.abs(share - 0.95)).toBeLessThan(4 * standardError);
  });

  test('fail without honesty: the test can tell', () => {
    const { share, standardError } = coverage(200, simulated, { honesty: false, pruning: 'none', minPerArm: 15 });
    expect(share).toBeLessThan(0.95 - 6 * standardError);
  });

  test('hold for clusters treated as wholes, and row-wise ones would not', () => {
    // 60 clusters of 8 rows, half of them treated, with an effect of the cluster on the outcome (sd 2).
    const clusters = (seed: number, declare: boolean): Trial<string, 'y'> => {
      const random = streamFor(seed, 'clusters');
      const ids = Int32Array.from({ length: 480 }, (_, row) => row >> 3);
      const offset = repeat(60, () => 2 * random.normal());
      const rows: SimulatedRow[] = simulateRows(random, 480, design).map((row, index) => {
        const cluster = ids[index];
        const treated = cluster % 2;
        const outcome = row.outcome + (treated - row.treated) * effect(row.x) + (offset[cluster] as number);
        return { ...row, treated, outcome };
      });
      const labels = repeat(60, (cluster) => `${cluster}`);
      return { ...trialOf(rows), clusters: declare ? { name: 'c', ids, count: 60, labels } : null };
    };
    const options = { pruning: 'none', minPerArm: 30 } as const;
    const clustered = coverage(400, (seed) => clusters(seed, true), options);
    expect(Math.abs(clustered.share - 0.95)).toBeLessThan(4 * clustered.standardError);
    const rowWise = coverage(200, (seed) => clusters(seed, false), options);
    expect(rowWise.share).toBeLessThan(0.95 - 4 * rowWise.standardError);
  });
});
