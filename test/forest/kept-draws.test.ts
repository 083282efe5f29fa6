/** Draws kept from training are those that an out-of-bag pass would draw again. */
import { describe, expect, test } from 'vitest';
import type { Forest } from '../../src/forest/forest.js';
import { keptDraws, keptWords } from '../../src/forest/kept-draws.js';
import { eachOutOfBagBlock } from '../../src/forest/leaf-blocks.js';
import { trainForest } from '../../src/forest/train-forest.js';
import { FOREST_KINDS, type ForestParts, forestProblem } from '../support/forest-problem.js';

/** The leaves of all rows in the trees that did not draw them. */
function leavesOf(forest: Forest, columns: Parameters<typeof eachOutOfBagBlock>[1]): number[] {
  const leaves: number[] = [];
  eachOutOfBagBlock(forest, columns, ({ leaf, rowCount }) => {
    leaves.push(...leaf.subarray(0, rowCount * forest.trees.treeCount));
  });
  return leaves;
}

// Trees that draw part of their bag's units: draws differ within a bag, and are not kept.
const DRAW_APART = ['bags of five'];

describe.each(Object.entries(FOREST_KINDS))('%s', (name, parts: ForestParts) => {
  test('the same rows are out of bag', async () => {
    const own = { treeCount: parts.plan?.treesPerBag === 5 ? 20 : 8 };
    const problem = { ...forestProblem({ rowCount: 333, ...parts }), ...own };
    const forest = await trainForest(problem, { workers: 0 });
    const copy: Forest = { ...forest, draws: structuredClone(forest.draws) };
    expect(keptDraws(forest.draws) === undefined).toBe(DRAW_APART.includes(name));
    expect(keptDraws(copy.draws)).toBeUndefined();
    const leaves = leavesOf(forest, problem.columns);
    expect(leaves).toEqual(leavesOf(copy, problem.columns));
    expect(leaves.filter((leaf) => leaf > 0).length).toBeGreaterThan(problem.treeCount * 50);
  });
});

test('after a larger forest in the same machine', async () => {
  const large = await trainForest(forestProblem({ rowCount: 1000 }), { workers: 0 });
  const small = await trainForest(forestProblem({ rowCount: 333, seed: 2 }), { workers: 0 });
  for (const forest of [large, small]) {
    const { plan } = forest.draws as Extract<Forest['draws'], { kind: 'seeded' }>;
    const problem = forestProblem({ rowCount: plan.rowCount, seed: forest === small ? 2 : 1 });
    const copy: Forest = { ...forest, draws: structuredClone(forest.draws) };
    expect(leavesOf(forest, problem.columns)).toEqual(leavesOf(copy, problem.columns));
  }
});

test('no more than 4 MB', () => {
  const { plan } = forestProblem({});
  const of = (rowCount: number, bags: number) => 4 * keptWords({ ...plan, rowCount }, bags);
  expect(of(2000, 1000)).toBe(252_000);
  expect(of(1_048_576, 32)).toBe(2 ** 22);
  expect(of(1_048_577, 32)).toBe(0);
});
