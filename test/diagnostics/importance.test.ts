/** Split frequencies and importance: known trees counted by hand, and a design whose covariate is known. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { splitFrequencies, variableImportance } from '../../src/diagnostics/importance.js';
import type { Forest } from '../../src/forest/forest.js';
import { designTrial } from '../support/trials.js';

type Shape = null | readonly [feature: number, left: Shape, right: Shape];

/** A forest of trees of given shape; only splits matter here. */
function forestOf(shapes: readonly Shape[], names: readonly string[]) {
  const [feature, child, root]: [number[], number[], number[]] = [[], [], []];
  const write = (shape: Shape, node: number): void => {
    feature[node] = shape === null ? -1 : shape[0];
    child[node] = shape === null ? 0 : feature.length;
    if (shape === null) return;
    const left = feature.push(0, 0) - 2;
    write(shape[1], left);
    write(shape[2], left + 1);
  };
  for (const shape of shapes) {
    root.push(feature.push(0) - 1);
    write(shape, root[root.length - 1]);
  }
  const covariates = names.map((name) => ({ kind: 'number' as const, name, values: new Float64Array(0) }));
  const trees = { treeCount: shapes.length, root, feature, child };
  return { covariates, forest: { trees } as unknown as Forest };
}

const forest = forestOf(
  [[0, [1, null, null], [1, [2, null, null], null]], [0, null, [0, null, null]], null],
  ['a', 'b', 'c'],
);

test('frequencies count splits by depth', () => {
  expect(splitFrequencies(forest)).toEqual([
    [2, 0, 0],
    [1, 2, 0],
    [0, 0, 1],
    [0, 0, 0],
  ]);
  expect(splitFrequencies(forest, { maxDepth: 1 })).toEqual([[2, 0, 0]]);
});

test('importance weighs shares of a depth by depth^(−2)', () => {
  const total = 1 + 1 / 4 + 1 / 9 + 1 / 16;
  const found = variableImportance(forest);
  expect(found.map(({ covariate }) => covariate)).toEqual(['a', 'b', 'c']);
  const expected = [1 + 1 / 12, 2 / 12, 1 / 9].map((sum) => sum / total);
  found.forEach(({ importance }, f) => {
    expect(importance).toBeCloseTo(expected[f], 14);
  });
  const flat = variableImportance(forest, { decay: 0, maxDepth: 3 });
  flat.forEach(({ importance }, f) => {
    expect(importance).toBeCloseTo([4 / 9, 2 / 9, 1 / 3][f], 14);
  });
});

test('trees that never split have no important covariate', () => {
  expect(variableImportance(forestOf([null, null], ['a']))).toEqual([{ covariate: 'a', importance: 0 }]);
});

test('the covariate that moves the effect is found', async () => {
  // The design's effect depends on its first covariate alone, from 0 to about 2.
  const { trial } = designTrial('oneSided', 500, 3);
  const fitted = await fitCausalForest(trial, { numTrees: 100, seed: 1, workers: 0 });
  const [first, ...others] = variableImportance(fitted).map(({ importance }) => importance);
  for (const other of others) expect(first).toBeGreaterThan(other);
});

describe('bad input', () => {
  test.each([
    [{ maxDepth: 0 }, /maxDepth must be a whole number at least 1; received 0/],
    [{ decay: Number.NaN }, /decay must be a number/],
    [{ depth: 3 }, /no such option/],
  ])('%j', (options, message) => {
    expect(() => variableImportance(forest, options as object)).toThrow(message);
  });
});
