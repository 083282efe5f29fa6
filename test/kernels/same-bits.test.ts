/**
 * The kernels as WebAssembly and as JavaScript, with sorted lists and by ranks: the same forests, bit for bit. Beside the copy of the library whose kernels
 * are WebAssembly stands one that found none.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { type ForestProblem, makeBagTrainer } from '../../src/forest/train-forest.js';
import { borrowEngine, returnEngine, usualNodes } from '../../src/tree/engine.js';
import { bitsOf, FOREST_KINDS, forestProblem } from '../support/forest-problem.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';

interface Library {
  readonly makeBagTrainer: typeof makeBagTrainer;
  readonly borrowEngine: typeof borrowEngine;
  readonly returnEngine: typeof returnEngine;
}

const compiled: Library = { makeBagTrainer, borrowEngine, returnEngine };
let plain: Library;

beforeAll(async () => {
  plain = await importWithoutWebAssembly('missing', async () => ({
    ...(await import('../../src/forest/train-forest.js')),
    ...(await import('../../src/tree/engine.js')),
  }));
});

function train({ makeBagTrainer: make }: Library, problem: ForestProblem, bags = 4) {
  const trainer = make(problem);
  for (let bag = 0; bag < bags; bag++) trainer.trainBag(bag);
  const trees = trainer.finish();
  trainer.close();
  return trees;
}

/** How many memories an engine's arrays lie in. */
function memories({ borrowEngine: borrow, returnEngine: giveBack }: Library): number {
  const { columns, plan } = forestProblem({});
  const engine = borrow(columns, plan);
  const fields = Object.values(engine.machine.records).flatMap((record): unknown[] => Object.values(record));
  giveBack(engine);
  return new Set(fields.filter(ArrayBuffer.isView).map(({ buffer }) => buffer)).size;
}

test('one copy of the library has one memory for all of an engine, the other an array for each', () => {
  expect(memories(compiled)).toBe(1);
  expect(memories(plain)).toBeGreaterThan(50);
});

describe.each(Object.entries(FOREST_KINDS))('%s', (_, parts) => {
  test.each([1, 2, 3])('problem %i', (seed) => {
    const problem = forestProblem({ ...parts, seed });
    const trees = train(compiled, problem);
    expect(bitsOf(train(plain, problem))).toEqual(bitsOf(trees));
    for (const sorting of ['lists', 'ranks'] as const)
      for (const library of [compiled, plain])
        expect(bitsOf(train(library, { ...problem, sorting }))).toEqual(bitsOf(trees));
    // A forest of roots would say nothing.
    expect(trees.feature.length).toBeGreaterThan(4 * trees.treeCount);
    expect(trees.moments.some((moment) => moment !== 0 && moment !== 1)).toBe(true);
  });
});

describe('large nodes', () => {
  // Nodes of 1 to 1,500 rows: vectors of rows, what is left of them, and columns that their split leaves in two runs.
  test.each(['mean', 'slope'] as const)('%s', (kind) => {
    const problem = forestProblem({
      kind,
      rowCount: 3000,
      columns: ['continuous', 'rounded', 'missing', 'ties', 'continuous', 'category'],
      plan: { sampleFraction: 0.5, treesPerBag: 1 },
      options: { minNodeSize: 1, alpha: 0.001, mtry: 4 },
    });
    const trees = train(compiled, problem, 3);
    expect(bitsOf(train(plain, problem, 3))).toEqual(bitsOf(trees));
    expect(bitsOf(train(compiled, { ...problem, sorting: 'ranks' }, 3))).toEqual(bitsOf(trees));
    expect(trees.feature.length).toBeGreaterThan(100 * trees.treeCount);
  });
});

describe('large trees', () => {
  // Without honesty and with leaves of single rows a tree of 5,000 rows has some 9,000 nodes.
  const large = () =>
    forestProblem({
      kind: 'mean',
      rowCount: 5000,
      columns: ['continuous', 'continuous'],
      plan: { treesPerBag: 1, sampleFraction: 1 },
      options: { honesty: false, minNodeSize: 1, alpha: 0 },
    });

  test('that overflow an engine get a larger one, and have the same bits', () => {
    const problem = large();
    const trees = train(compiled, problem, 2);
    expect(trees.root[1]).toBeGreaterThan(2 * usualNodes(5000));
    expect(bitsOf(train(plain, problem, 2))).toEqual(bitsOf(trees));
    for (const library of [compiled, plain])
      expect(bitsOf(train(library, { ...problem, sorting: 'ranks' }, 2))).toEqual(bitsOf(trees));
    const engine = borrowEngine(problem.columns, problem.plan);
    expect(engine.capacity.nodes).toBeGreaterThan(2 * usualNodes(5000));
    returnEngine(engine);
  });

  // More rows than the numbers of which stay in the nearest caches: other loops list them (`kernels/root-lists.ts`).
  test.each(['slope', 'mean'] as const)('of many rows (%s)', (kind) => {
    const problem = forestProblem({ kind, rowCount: 20_000, columns: ['continuous', 'missing', 'ties'] });
    const trees = train(compiled, { ...problem, sorting: 'lists' }, 1);
    expect(trees.root[1]).toBeGreaterThan(200);
    for (const library of [compiled, plain])
      for (const sorting of ['lists', 'ranks'] as const)
        expect(bitsOf(train(library, { ...problem, sorting }, 1))).toEqual(bitsOf(trees));
  });

  // The rows that fill a tree have their codes copied side by side, but where arms are counted.
  test('of rows that lie far apart', () => {
    const problem = forestProblem({
      rowCount: 1_100_000,
      columns: ['continuous', 'missing', 'category', 'ties'],
      plan: { sampleFraction: 0.005 },
    });
    const trees = train(compiled, problem, 1);
    const engine = borrowEngine(problem.columns, problem.plan);
    expect(engine.machine.records.near.rowCount).toBeGreaterThan(1000);
    returnEngine(engine);
    expect(trees.root[1]).toBeGreaterThan(100);
    expect(bitsOf(train(plain, problem, 1))).toEqual(bitsOf(trees));
    expect(bitsOf(train(compiled, { ...problem, leastPerArm: 0 }, 1))).toEqual(bitsOf(trees));
  });

  test('that come after small ones: what a batch held before is kept', () => {
    // 100 bags of about 900 nodes fill a batch of 65,536.
    const problem = forestProblem({
      kind: 'mean',
      rowCount: 1000,
      columns: ['continuous', 'manyLevels'],
      plan: { treesPerBag: 2, sampleFraction: 0.5 },
      options: { honesty: false, minNodeSize: 1, alpha: 0 },
    });
    const trees = train(compiled, problem, 100);
    expect(trees.feature.length).toBeGreaterThan(2 ** 16);
    expect(bitsOf(train(plain, problem, 100))).toEqual(bitsOf(trees));
    const last = makeBagTrainer(problem);
    last.trainBag(99);
    const alone = last.finish();
    last.close();
    const from = trees.root[198];
    expect([...trees.feature.subarray(from)]).toEqual([...alone.feature]);
    expect([...trees.moments.subarray(trees.moments.length - (alone.moments.length - 2))]).toEqual([
      ...alone.moments.subarray(2),
    ]);
  });
});
