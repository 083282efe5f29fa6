/** Training a bag where room ends: it says so, nothing is left behind, and with just enough room the trees are the same. */
import { describe, expect, test } from 'vitest';
import { makeBagTrainer } from '../../src/forest/train-forest.js';
import { streamFamily } from '../../src/math/random.js';
import { borrowEngine, returnEngine } from '../../src/tree/engine.js';
import { clearTrees, packTrees } from '../../src/tree/packed-trees.js';
import { bitsOf, forestProblem } from '../support/forest-problem.js';

const problem = forestProblem({
  kind: 'mean',
  rowCount: 160,
  columns: ['manyLevels', 'missing'],
  plan: { treesPerBag: 3, sampleFraction: 0.4 },
  options: { minNodeSize: 1 },
});
const { seed, purpose } = problem;
const TREES_PER_BAG = 3;

/** An engine with the problem in it, as the trainer leaves it behind. */
function withLoadedEngine(use: (engine: ReturnType<typeof borrowEngine>) => void): void {
  const trainer = makeBagTrainer(problem);
  trainer.trainBag(0);
  trainer.close();
  const engine = borrowEngine(problem.columns, problem.plan);
  const { batch, grown } = engine.machine.records;
  const rooms = [batch, grown].map((t) => ({ ...t }));
  try {
    use(engine);
  } finally {
    [batch, grown].forEach((t, k) => {
      const { treeRoom, nodeRoom, leafRoom, wordRoom } = rooms[k];
      Object.assign(t, { treeRoom, nodeRoom, leafRoom, wordRoom });
    });
    returnEngine(engine);
  }
}

function trainBag({ machine: { records, kernels } }: ReturnType<typeof borrowEngine>, bag: number): boolean {
  const { draws, columns, problem: given, grower, sender, near, grown, batch } = records;
  streamFamily(seed, purpose, 'rows')(bag).copyTo(draws.stream);
  streamFamily(seed, purpose, 'splits')(bag).copyTo(grower.stream);
  return Boolean(kernels.trainBag(draws, columns, given, grower, sender, near, grown, batch, TREES_PER_BAG));
}

describe('a bag that does not fit', () => {
  test.each([
    ['trees', 'treeRoom', 'treeCount'],
    ['nodes', 'nodeRoom', 'nodeCount'],
    ['leaves', 'leafRoom', 'leafCount'],
    ['words of level sets', 'wordRoom', 'wordCount'],
  ] as const)('for want of %s leaves a batch as it was', (_, room, count) =>
    withLoadedEngine((engine) => {
      const { batch } = engine.machine.records;
      clearTrees(batch);
      expect(trainBag(engine, 0)).toBe(true);
      const first = bitsOf(packTrees(batch));
      const before = batch[count];
      expect(trainBag(engine, 1)).toBe(true);
      const both = bitsOf(packTrees(batch));
      const after = batch[count];
      expect(after - before).toBeGreaterThan(2);
      clearTrees(batch);
      trainBag(engine, 0);
      for (batch[room] = before; batch[room] < after; batch[room]++) {
        expect(trainBag(engine, 1)).toBe(false);
        expect(bitsOf(packTrees(batch))).toEqual(first);
      }
      // What failed before, however far it came, has no part in what comes out now.
      expect(trainBag(engine, 1)).toBe(true);
      expect(bitsOf(packTrees(batch))).toEqual(both);
    }),
  );

  test('nor a tree as it grows', () =>
    withLoadedEngine((engine) => {
      const { batch, grown } = engine.machine.records;
      clearTrees(batch);
      expect(trainBag(engine, 2)).toBe(true);
      const trees = bitsOf(packTrees(batch));
      clearTrees(batch);
      const none = bitsOf(packTrees(batch));
      grown.nodeRoom = 1;
      while (!trainBag(engine, 2)) {
        expect(bitsOf(packTrees(batch))).toEqual(none);
        grown.nodeRoom++;
      }
      expect(bitsOf(packTrees(batch))).toEqual(trees);
      expect(grown.nodeRoom).toBeGreaterThan(10);
      clearTrees(batch);
      grown.wordRoom = 0;
      expect(trainBag(engine, 2)).toBe(false);
      expect(bitsOf(packTrees(batch))).toEqual(none);
    }));
});

test('with no room left for its trees a bag waits for the next batch, and the forest is whole', () => {
  const trees = (() => {
    const trainer = makeBagTrainer({ ...problem, plan: { ...problem.plan, treesPerBag: 1 } });
    for (let bag = 0; bag < 4500; bag++) trainer.trainBag(bag);
    const finished = trainer.finish();
    trainer.close();
    return finished;
  })();
  const leaves = trees.child.filter((_, node) => trees.feature[node] < 0);
  // Every leaf is some node's, in order of nodes, and there are no others.
  expect(trees.treeCount).toBe(4500);
  expect(new Set(leaves).size).toBe(leaves.length);
  expect(trees.moments.length).toBe(2 * (leaves.length + 1));
});
