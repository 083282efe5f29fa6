/** Trees packed into arrays: room that ends, and batches that make the same forest however the work is divided. */
import { describe, expect, test } from 'vitest';
import { type ForestProblem, makeBagTrainer } from '../../src/forest/train-forest.js';
import { TREES } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { addLeaf, addLevelSet, addNodes } from '../../src/kernels/trees.js';
import { streamFor } from '../../src/math/random.js';
import { levelWords } from '../../src/tree/engine.js';
import { clearTrees, concatenateTrees, packTrees } from '../../src/tree/packed-trees.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { drawColumn, drawOutcome, numberColumn } from '../support/generated-problem.js';
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

function train(bags: readonly number[], of = problem) {
  const trainer = makeBagTrainer(of);
  for (const bag of bags) trainer.trainBag(bag);
  const trees = trainer.finish();
  trainer.close();
  return trees;
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
    expect(
      concatenateTrees(
        batches.map((bags) => train(bags)),
        columns.coding,
      ),
    ).toEqual(whole);
  });

  test('batches may be trained in any order', () => {
    const late = train([7, 8, 9, 10, 11]);
    const early = train(upTo(7));
    expect(concatenateTrees([early, late], columns.coding)).toEqual(whole);
  });
});

/** Room for so many trees of three nodes, two leaves of three moments, and a set of two words. */
function makeRoom(treeRoom: number) {
  const [nodes, leaves, words] = [3 * treeRoom, 1 + 2 * treeRoom, 2 * treeRoom];
  const trees = plainFrame(TREES, {
    root: treeRoom,
    feature: nodes,
    threshold: nodes,
    child: nodes,
    missingRight: nodes,
    levelSets: words,
    moments: 3 * leaves,
  });
  Object.assign(trees, { treeRoom, nodeRoom: nodes, leafRoom: leaves, wordRoom: words, momentCount: 3 });
  clearTrees(trees);
  return trees;
}

/** Writes a tree: a split by words 7 and 9, and two leaves with moments (number, side, 1). */
function addTree(trees: ReturnType<typeof makeRoom>, number: number): void {
  const root = addNodes(trees, 1);
  const children = addNodes(trees, 2);
  trees.root[trees.treeCount++] = root;
  trees.feature[root] = number;
  trees.child[root] = children;
  trees.missingRight[root] = number % 2;
  trees.threshold[root] = addLevelSet(trees, Int32Array.of(-1, 7, -9), 1, 2);
  for (const side of [0, 1]) {
    trees.feature[children + side] = -1;
    trees.child[children + side] = addLeaf(trees);
    trees.moments.set([number, side, 1], 3 * trees.child[children + side]);
  }
}

describe('room', () => {
  test('is taken from the front; packed is what was written, and nothing after it', () => {
    const room = makeRoom(1000);
    for (let tree = 0; tree < 900; tree++) addTree(room, tree);
    const trees = packTrees(room);
    expect(trees).toMatchObject({ treeCount: 900, momentCount: 3 });
    expect([trees.feature.length, trees.moments.length, trees.levelSets.length]).toEqual([2700, 5403, 1800]);
    for (let tree = 0; tree < 900; tree++) {
      const root = trees.root[tree];
      expect(root).toBe(3 * tree);
      expect(trees.feature[root]).toBe(tree);
      expect(trees.missingRight[root]).toBe(tree % 2);
      expect([...trees.levelSets.subarray(trees.threshold[root], trees.threshold[root] + 2)]).toEqual([7, 2 ** 32 - 9]);
      const leaf = trees.child[trees.child[root] + 1];
      expect([...trees.moments.subarray(3 * leaf, 3 * leaf + 3)]).toEqual([tree, 1, 1]);
    }
    expect(trees.root[900]).toBe(2700);
    clearTrees(room);
    expect(packTrees(room)).toMatchObject({ treeCount: 0, feature: new Int32Array(0), moments: new Float64Array(3) });
    // What is packed is a copy.
    expect(trees.feature[3]).toBe(1);
    addTree(room, 77);
    expect(trees.feature[0]).toBe(0);
  });

  test('ends: who asks for more than there is gets −1, and what is there stays', () => {
    const room = makeRoom(2);
    addTree(room, 0);
    expect(addNodes(room, 4)).toBe(-1);
    expect(addLevelSet(room, new Int32Array(3), 0, 3)).toBe(-1);
    addTree(room, 1);
    expect([room.nodeCount, room.leafCount, room.wordCount]).toEqual([6, 5, 4]);
    expect([addNodes(room, 1), addLeaf(room), addLevelSet(room, new Int32Array(1), 0, 1)]).toEqual([-1, -1, -1]);
    expect([room.nodeCount, room.leafCount, room.wordCount]).toEqual([6, 5, 4]);
    expect([addNodes(room, 0), addLevelSet(room, new Int32Array(0), 0, 0)]).toEqual([6, 4]);
  });

  test('suffices for very many trees, and for very many in one bag', () => {
    const rows = 8;
    const small: ForestProblem = {
      ...problem,
      columns: rankColumns([numberColumn('x', upTo(rows))], rows),
      data: { outcome: Float64Array.from(upTo(rows)), treatment: new Float64Array(rows), weight: null },
      options: treeOptions({ mtry: 1 }),
      plan: { ...problem.plan, rowCount: rows, treesPerBag: 1 },
      treeCount: 60_000,
    };
    const single = train(upTo(60_000), small);
    expect(single.treeCount).toBe(60_000);
    expect(single.root[60_000]).toBe(single.feature.length);
    for (const bag of [0, 4095, 4096, 59_999]) {
      const alone = train([bag], small);
      const nodes = single.feature.subarray(single.root[bag], single.root[bag + 1]);
      expect(nodes).toEqual(alone.feature);
    }
    expect(train([1], { ...small, plan: { ...small.plan, treesPerBag: 60_000 } }).treeCount).toBe(60_000);
  });

  // Trees of some 3,000 nodes: 40 of them are more than a batch has room for at first.
  test('suffices for a bag of many large trees', () => {
    const rows = 8000;
    const large = streamFor(1, 'large');
    const y = Float64Array.from({ length: rows }, () => large.normal());
    const many: ForestProblem = {
      ...problem,
      columns: rankColumns([numberColumn('x', y)], rows),
      data: { outcome: y, treatment: y, weight: null },
      options: treeOptions({ mtry: 1, honestyPruneLeaves: true }),
      plan: { ...problem.plan, rowCount: rows, treesPerBag: 40 },
      treeCount: 40,
    };
    const trees = train([0], many);
    expect(trees.treeCount).toBe(40);
    expect(trees.feature.length).toBeGreaterThan(2 ** 16);
  });

  test.each([
    [0, 0],
    [1, 1],
    [32, 1],
    [33, 2],
    [300, 10],
  ])('a set of %i levels takes %i words', (levels, words) => expect(levelWords(levels)).toBe(words));
});
