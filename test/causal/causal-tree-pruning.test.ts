/** The cost-complexity sequence against brute force, and what cross-validation keeps of it. */
import { describe, expect, test } from 'vitest';
import { fitCausalTree } from '../../src/causal/tree/fit-causal-tree.js';
import type { RoutedNode } from '../../src/causal/tree/route.js';
import type { Split } from '../../src/causal/tree/types.js';
import { collapsePrices, leavesAtPrice, priceSteps } from '../../src/causal/tree/weakest-link.js';
import { streamFor } from '../../src/math/random.js';
import { repeat, simulateRows, trialOf } from './causal-tree-trials.js';

const SPLIT: Split = { kind: 'missing', covariate: 0, missing: 'left', missingSeen: true };

describe('weakest links', () => {
  test.each(repeat(40, (seed) => seed))('tree %d: at every price the best of all prunings is kept', (seed) => {
    const random = streamFor(seed, 'prunings');
    const { nodes, values } = randomTree(random, 7);
    const prices = collapsePrices(nodes, values);
    const worth = (leaves: readonly number[], price: number) =>
      leaves.reduce((sum, leaf) => sum + (values[leaf] as number) - price, 0);
    const all = prunings(nodes, 0);
    const steps = priceSteps(prices);
    let previous = Number.POSITIVE_INFINITY;
    for (const [step, price] of steps.entries()) {
      // A step's tree is the best from its price up to the next; judged strictly inside.
      const inside = price + ((steps[step + 1] ?? price + 1) - price) / 2;
      const kept = leavesAtPrice(nodes, prices, price);
      expect(leavesAtPrice(nodes, prices, inside)).toEqual(kept);
      const best = Math.max(...all.map((leaves) => worth(leaves, inside)));
      expect(worth(kept, inside)).toBeCloseTo(best, 10);
      expect(kept.length).toBeLessThan(previous);
      previous = kept.length;
    }
    expect(leavesAtPrice(nodes, prices, Number.POSITIVE_INFINITY)).toEqual([0]);
  });
});

describe('cross-validation', () => {
  test('shows the whole sequence, from the tree as grown to the root, and keeps one step', () => {
    const rows = simulateRows(streamFor(2, 'sequence'), 1500, { covariates: 4, effect: ([x]) => 3 * (x as number) });
    const tree = fitCausalTree(trialOf(rows), { outcome: 'y' });
    const steps = tree.pruning ?? [];
    expect(steps.at(-1)).toMatchObject({ leafCount: 1, criterion: 0 });
    expect(steps.filter(({ chosen }) => chosen)).toHaveLength(1);
    expect(steps.find(({ chosen }) => chosen)?.leafCount).toBe(tree.leaves.length);
    for (const [index, step] of steps.entries()) {
      expect(step.leafCount).toBeLessThan(steps[index - 1]?.leafCount ?? Number.POSITIVE_INFINITY);
      expect(step.complexity).toBeGreaterThan(steps[index - 1]?.complexity ?? -1);
    }
    const best = Math.max(...steps.map(({ criterion }) => criterion));
    const chosen = steps.findIndex((step) => step.chosen);
    const within = steps.map(({ criterion, standardErrorToBest }) => best - criterion <= standardErrorToBest);
    expect(within[chosen]).toBe(true);
    expect(within.slice(chosen + 1).some(Boolean)).toBe(false);
    const boldest = fitCausalTree(trialOf(rows), { outcome: 'y', pruningStandardErrors: 0 });
    expect(boldest.pruning?.find((step) => step.chosen)?.criterion).toBe(best);
  });

  test('keeps only the root in most trials without any effect', () => {
    // Measured over 1,000 other trials of this design: 80 %. Then fewer than 65 of 100 have probability 2 in 10,000;
    // a tree that is not pruned keeps none. The slow tests measure every rule.
    const roots = repeat(100, (seed) => {
      const random = streamFor(seed, 'no effect');
      const rows = simulateRows(random, 500, { covariates: 5, effect: () => 0, baseline: ([x]) => 2 * (x as number) });
      return fitCausalTree(trialOf(rows), { outcome: 'y', seed }).leaves.length === 1;
    });
    expect(roots.filter(Boolean).length).toBeGreaterThanOrEqual(65);
  });

  test('finds a step of one and a half standard deviations where it is, nearly always', () => {
    // 500 growing rows give the step z = 1.5·√(500·0.24/4) ≈ 8: fewer than 23 of 25 only if something is broken.
    const found = repeat(25, (seed) => {
      const effect = ([, x]: readonly number[]) => ((x as number) > 0.6 ? 1.5 : 0);
      const rows = simulateRows(streamFor(seed, 'step'), 1000, { covariates: 5, effect });
      const split = fitCausalTree(trialOf(rows), { outcome: 'y', seed }).nodes[0]?.split;
      return split?.kind === 'threshold' && split.covariate === 1 && Math.abs(split.threshold - 0.6) < 0.15;
    });
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(23);
  });

  test('says what the reader of a tree without splits must know', () => {
    const rows = simulateRows(streamFor(1, 'no effect'), 500, { covariates: 5, effect: () => 0 });
    const tree = fitCausalTree(trialOf(rows), { outcome: 'y', pruningStandardErrors: 3 });
    expect(tree.leaves).toEqual([0]);
    expect(tree.warnings.map(({ code }) => code)).toEqual(['NO_SPLIT']);
  });

  test('keeps a large effect common to all from being taken for differences', () => {
    // With effects measured from zero, 50 standard deviations of common effect would drown the folds in noise.
    const roots = repeat(60, (seed) => {
      const rows = simulateRows(streamFor(seed, 'common'), 500, { covariates: 3, effect: () => 50 });
      return fitCausalTree(trialOf(rows), { outcome: 'y', seed }).leaves.length === 1;
    });
    // Measured over 1,000 other trials: 94 %. Then fewer than 49 of 60 have probability 3 in 10,000.
    expect(roots.filter(Boolean).length).toBeGreaterThanOrEqual(49);
  });

  test('runs by cluster', () => {
    const random = streamFor(6, 'clustered folds');
    const rows = simulateRows(random, 900, { covariates: 2, effect: ([x]) => ((x as number) > 0.5 ? 2 : 0) });
    const plain = trialOf(rows);
    const ids = Int32Array.from({ length: 900 }, (_, row) => row % 90);
    const labels = repeat(90, (cluster) => `${cluster}`);
    const tree = fitCausalTree({ ...plain, clusters: { name: 'shop', ids, count: 90, labels } }, { outcome: 'y' });
    expect(tree.leaves.length).toBeGreaterThan(1);
    expect(() =>
      fitCausalTree({ ...plain, clusters: { name: 'shop', ids, count: 90, labels } }, { outcome: 'y', folds: 60 }),
    ).toThrow(/folds must be at most 4[3-7], the number of clusters/);
  });
});

/** A binary tree of so many leaves with values whose children beat their parent by chance, or not. */
function randomTree(random: ReturnType<typeof streamFor>, leaves: number): { nodes: RoutedNode[]; values: number[] } {
  const nodes: RoutedNode[] = [];
  const values: number[] = [];
  const build = (count: number, value: number): number => {
    const here = nodes.length;
    nodes.push({ split: null, left: -1, right: -1 });
    values.push(value);
    if (count === 1) return here;
    const inLeft = 1 + random.below(count - 1);
    const share = random.uniform();
    const total = value + 2 * random.uniform() - 0.5;
    const left = build(inLeft, share * total);
    const right = build(count - inLeft, (1 - share) * total);
    nodes[here] = { split: SPLIT, left, right };
    return here;
  };
  build(leaves, random.uniform());
  return { nodes, values };
}

/** The leaf sets of all prunings of the branch at `index`. */
function prunings(nodes: readonly RoutedNode[], index: number): number[][] {
  const node = nodes[index] as RoutedNode;
  if (node.split === null) return [[index]];
  const right = prunings(nodes, node.right);
  return [[index], ...prunings(nodes, node.left).flatMap((l) => right.map((r) => [...l, ...r]))];
}
