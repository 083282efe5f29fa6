/** Trees packed into arrays: rooms that grow, and batches that make the same forest however the work is divided. */
import { describe, expect, test } from 'vitest';
import { type ForestProblem, makeBagTrainer } from '../../src/forest/train-forest.js';
import { streamFor } from '../../src/math/random.js';
import { borrowEngine, returnEngine } from '../../src/tree/engine.js';
import { concatenateTrees, TreeWriter } from '../../src/tree/packed-trees.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { setWords } from '../../src/tree/workspace.js';
import { drawColumn, drawOutcome } from '../support/generated-problem.js';
import { treeOptions } from '../support/grow.js';

const N = 100;
const BAGS = 12;

const stream = streamFor(1, 'packed');
const covariates = (['category', 'missing', 'manyLevels'] as const).map((kind, f) =>
  drawColumn(kind, `x${f}`, N, stream),
);
const outcome = drawOutcome(covariates, new Float64Array(N), stream, 3);
const columns = rankColumns(covariates, N);
const problem: ForestProblem = {
  columns,
  kind: 'mean',
  data: { outcome, treatment: outcome, weight: null },
  options: treeOptions({ mtry: 3, minNodeSize: 2, honestyPruneLeaves: false }),
  plan: {
    rowCount: N,
    treesPerBag: 2,
    sampleFraction: 0.5,
    honesty: true,
    honestyFraction: 0.5,
    clusters: null,
    equalizeClusterWeights: false,
  },
  treeCount: 2 * BAGS,
  seed: 1,
  purpose: 'test',
};

function train(bags: readonly number[]) {
  const engine = borrowEngine(columns);
  const trainer = makeBagTrainer(problem, engine);
  for (const bag of bags) trainer.trainBag(bag);
  returnEngine(engine);
  return trainer.finish();
}

const upTo = (count: number) => Array.from({ length: count }, (_, k) => k);

describe('batches', () => {
  const whole = train(upTo(BAGS));

  test('the forest has what could go wrong: level sets and empty leaves', () => {
    expect(whole.treeCount).toBe(2 * BAGS);
    expect(whole.levelSets.length).toBeGreaterThan(10);
    expect(whole.child.some((child, k) => whole.feature[k] < 0 && child === 0)).toBe(true);
  });

  test.each([
    [[upTo(BAGS)]],
    [[[0], upTo(BAGS).slice(1)]],
    [[upTo(BAGS).slice(0, 5), [5, 6, 7], upTo(BAGS).slice(8)]],
    [upTo(BAGS).map((bag) => [bag])],
  ])('concatenated they are the forest of one batch, bit for bit (%#)', (batches) => {
    expect(concatenateTrees(batches.map(train), columns.coding)).toEqual(whole);
  });

  test('batches may be trained in any order', () => {
    const late = train([7, 8, 9, 10, 11]);
    const early = train(upTo(7));
    expect(concatenateTrees([early, late], columns.coding)).toEqual(whole);
  });
});

describe('writer', () => {
  test('rooms grow and keep what they hold', () => {
    const writer = new TreeWriter(3);
    const words = Uint32Array.of(0xffffffff, 7, 9);
    for (let tree = 0; tree < 900; tree++) {
      const root = writer.startTree();
      const children = writer.addNodes(2);
      writer.feature[root] = tree;
      writer.child[root] = children;
      writer.missingRight[root] = tree % 2;
      writer.threshold[root] = writer.addLevelSet(words, 1, 2);
      for (const side of [0, 1]) {
        writer.feature[children + side] = -1;
        writer.child[children + side] = writer.addLeaf();
        writer.moments.set([tree, side, 1], 3 * writer.child[children + side]);
      }
    }
    const trees = writer.finish();
    expect(trees).toMatchObject({ treeCount: 900, momentCount: 3 });
    expect([trees.feature.length, trees.moments.length, trees.levelSets.length]).toEqual([2700, 5403, 1800]);
    for (let tree = 0; tree < 900; tree++) {
      const root = trees.root[tree];
      expect(root).toBe(3 * tree);
      expect(trees.feature[root]).toBe(tree);
      expect(trees.missingRight[root]).toBe(tree % 2);
      expect([...trees.levelSets.subarray(trees.threshold[root], trees.threshold[root] + 2)]).toEqual([7, 9]);
      const leaf = trees.child[trees.child[root] + 1];
      expect([...trees.moments.subarray(3 * leaf, 3 * leaf + 3)]).toEqual([tree, 1, 1]);
    }
    expect(trees.root[900]).toBe(2700);
    writer.reset();
    expect(writer.finish()).toMatchObject({ treeCount: 0, feature: new Int32Array(0), moments: new Float64Array(3) });
  });

  test('holds forests of very many trees', () => {
    const writer = new TreeWriter(1);
    for (let tree = 0; tree < 250_000; tree++) writer.feature[writer.startTree()] = -1;
    expect(writer.finish().treeCount).toBe(250_000);
  });

  test.each([
    [0, 0],
    [1, 1],
    [32, 1],
    [33, 2],
    [300, 10],
  ])('a set of %i levels takes %i words', (levels, words) => expect(setWords(levels)).toBe(words));
});
