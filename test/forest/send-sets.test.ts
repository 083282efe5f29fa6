/**
 * Leaves of blocks of rows, whether rows go down as sets of bits, as lists, or as sets and then as lists: those that a plain
 * walk reaches, and averages added up in the order of the trees, bit for bit, as WebAssembly and as JavaScript.
 */
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { eachTreeDraw, type Forest } from '../../src/forest/forest.js';
import type * as LeafBlocks from '../../src/forest/leaf-blocks.js';
import { eachNewBlock, eachOutOfBagBlock } from '../../src/forest/leaf-blocks.js';
import { makeBagTrainer } from '../../src/forest/train-forest.js';
import type { PackedTrees } from '../../src/tree/packed-trees.js';
import type { RankedColumns } from '../../src/tree/ranked-columns.js';
import { FOREST_KINDS, type ForestParts, forestProblem } from '../support/forest-problem.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';

/** Trees that rows went down as sets, and of these, those in which some went on as lists; JavaScript kernels alone count. */
const sent = vi.hoisted(() => ({ trees: 0, late: 0 }));

vi.mock('../../src/kernels/send-sets.js', async (original) => {
  const actual = await original<typeof import('../../src/kernels/send-sets.js')>();
  return {
    ...actual,
    sendSet: (...given: Parameters<typeof actual.sendSet>) => {
      const late = actual.sendSet(...given);
      sent.trees++;
      if (late > 0) sent.late++;
      return late;
    },
  };
});

beforeEach(() => {
  sent.trees = sent.late = 0;
});

type Library = Pick<typeof LeafBlocks, 'eachNewBlock' | 'eachOutOfBagBlock'>;
const compiled: Library = { eachNewBlock, eachOutOfBagBlock };
let plain: Library;

beforeAll(async () => {
  plain = await importWithoutWebAssembly('missing', () => import('../../src/forest/leaf-blocks.js'));
});

function train(parts: ForestParts, bags: number): { readonly forest: Forest; readonly columns: RankedColumns } {
  const problem = forestProblem(parts);
  const { columns, plan, seed, purpose } = problem;
  const trainer = makeBagTrainer(problem);
  for (let bag = 0; bag < bags; bag++) trainer.trainBag(bag);
  const trees = trainer.finish();
  trainer.close();
  return { columns, forest: { trees, coding: columns.coding, draws: { kind: 'seeded', plan, seed, purpose } } };
}

/** The leaf of a row, by its codes. */
function leafOf({ trees, coding }: Forest, { code, rowCount }: RankedColumns, tree: number, row: number): number {
  let node = trees.root[tree];
  while (trees.feature[node] >= 0) {
    const f = trees.feature[node];
    const own = code[f * rowCount + row];
    const cut = trees.threshold[node];
    const isInSet = () => ((trees.levelSets[cut + (own >> 5)] >>> (own & 31)) & 1) === 1;
    const goesLeft = own < 0 ? trees.missingRight[node] === 0 : coding.levelCount[f] > 0 ? isInSet() : own <= cut;
    node = trees.child[node] + (goesLeft ? 0 : 1);
  }
  return trees.child[node];
}

/** Leaves of rows from … end, tree by tree, and their averages. */
function expected(forest: Forest, columns: RankedColumns, from: number, end: number, outOfBag: boolean) {
  const { trees } = forest;
  const size = end - from;
  const leaf = new Int32Array(size * trees.treeCount);
  const average = new Float64Array(size * trees.momentCount);
  const count = new Int32Array(size);
  eachTreeDraw(forest, ({ tree, isDrawn }) => {
    for (let r = 0; r < size; r++) {
      if (outOfBag && isDrawn[from + r] === 1) continue;
      const own = leafOf(forest, columns, tree, from + r);
      leaf[tree * size + r] = own;
      if (own === 0) continue;
      count[r]++;
      for (let m = 0; m < trees.momentCount; m++)
        average[r * trees.momentCount + m] += trees.moments[own * trees.momentCount + m];
    }
  });
  return { leaf, count, average: average.map((sum, k) => sum / count[Math.floor(k / trees.momentCount)]) };
}

/** What a library finds, block by block, in the same order. */
function found(library: Library, forest: Forest, columns: RankedColumns, from: number, end: number, outOfBag: boolean) {
  const { treeCount, momentCount } = forest.trees;
  const size = end - from;
  const out = {
    leaf: new Int32Array(size * treeCount).fill(-1),
    count: new Int32Array(size),
    average: new Float64Array(size * momentCount),
  };
  const visit = ({ first, rowCount, leaf, average, treeCount: count }: LeafBlocks.LeafBlock): void => {
    for (let tree = 0; tree < treeCount; tree++)
      out.leaf.set(leaf.subarray(tree * rowCount, (tree + 1) * rowCount), tree * size + first);
    out.average.set(average.subarray(0, rowCount * momentCount), first * momentCount);
    out.count.set(count.subarray(0, rowCount), first);
  };
  const { eachNewBlock: eachNew, eachOutOfBagBlock: eachOutOfBag } = library;
  if (outOfBag) eachOutOfBag(forest, columns, visit, from, end);
  else eachNew(forest, { ...columns, ...rowsOf(columns, from, end) }, visit);
  return out;
}

/** Rows from … end alone. */
function rowsOf({ code, rowCount }: RankedColumns, from: number, end: number) {
  const columnCount = code.length / rowCount;
  const own = new Int32Array(columnCount * (end - from));
  for (let f = 0; f < columnCount; f++)
    own.set(code.subarray(f * rowCount + from, f * rowCount + end), f * (end - from));
  return { code: own, rowCount: end - from };
}

function compare(forest: Forest, columns: RankedColumns, ranges: readonly (readonly [number, number])[]): void {
  for (const [from, end] of ranges)
    for (const outOfBag of [true, false]) {
      const right = expected(forest, columns, from, end, outOfBag);
      for (const library of [compiled, plain])
        expect(found(library, forest, columns, from, end, outOfBag)).toEqual(right);
    }
}

// 700 rows of few leaves go as sets; parts begin and end within words.
const LARGE: Partial<ForestParts> = { rowCount: 700 };
const FEW_LEAVES = { minNodeSize: 20 };
const RANGES = [
  [0, 700],
  [37, 530],
  [128, 129],
] as const;

describe.each(Object.entries(FOREST_KINDS))('%s', (_, parts) => {
  const hasCategory = parts.columns?.some((kind) => kind === 'category' || kind === 'manyLevels') ?? false;

  test('few leaves', () => {
    const { forest, columns } = train({ ...parts, ...LARGE, options: { ...parts.options, ...FEW_LEAVES } }, 3);
    compare(forest, columns, RANGES);
    expect(sent.trees).toBeGreaterThan(0);
    if (!hasCategory) expect(sent.late).toBe(0);
  });

  test('many leaves', () => {
    const { forest, columns } = train({ ...parts, ...LARGE, options: { ...parts.options, minNodeSize: 1 } }, 3);
    compare(forest, columns, RANGES);
  });
});

test('at categories, rows go on as lists', () => {
  const options = FEW_LEAVES;
  const { forest, columns } = train({ ...LARGE, columns: ['continuous', 'category', 'continuous'], options }, 4);
  compare(forest, columns, RANGES);
  expect(sent.late).toBeGreaterThan(0);
  expect(sent.late).toBeLessThan(sent.trees);
});

// So many columns make blocks of some 6,000 rows.
const MANY_COLUMNS = Array.from({ length: 150 }, (_, f) => (['ties', 'missing'] as const)[f % 2]);

test('several blocks', () => {
  const parts: ForestParts = {
    rowCount: 9000,
    columns: MANY_COLUMNS,
    options: { minNodeSize: 200 },
  };
  const { forest, columns } = train(parts, 2);
  compare(forest, columns, [[11, 8990]]);
  expect(sent.trees).toBeGreaterThanOrEqual(16);
});

/** One tree on one column of codes 0 … rows − 1, as it is. */
function oneTree(nodes: Pick<PackedTrees, 'feature' | 'threshold' | 'child'>, leaves: number, rowCount: number) {
  const trees: PackedTrees = {
    treeCount: 1,
    root: Int32Array.of(0, nodes.feature.length),
    ...nodes,
    missingRight: new Uint8Array(nodes.feature.length),
    levelSets: new Uint32Array(0),
    momentCount: 1,
    moments: Float64Array.from({ length: leaves + 1 }, (_, leaf) => leaf),
  };
  const code = Int32Array.from({ length: rowCount }, (_, row) => (row * 7919) % rowCount);
  const coding = { cuts: [Float64Array.from({ length: rowCount }, (_, k) => k)], levelCount: Int32Array.of(0) };
  const drawn = [Int32Array.of(1, 5)];
  const forest: Forest = {
    trees,
    coding,
    draws: { kind: 'listed', rowCount, treesPerBag: 1, drawn, fill: [new Int32Array(0)] },
  };
  const columns: RankedColumns = { rowCount, columnCount: 1, code, coding, hasMissing: Uint8Array.of(0) };
  return { forest, columns };
}

test('more splits on the way than there is room for sets', () => {
  // Split k parts code 1,500 − k from all lower ones, which go on to split k + 1.
  const splits = 90;
  const node = (of: (k: number) => readonly [number, number]) =>
    Int32Array.from({ length: 2 * splits + 1 }, (_, k) => of((k + 1) >> 1)[k === 0 || k % 2 === 1 ? 0 : 1]);
  const { forest, columns } = oneTree(
    {
      feature: node((k) => [k < splits ? 0 : -1, -1]),
      threshold: node((k) => [k < splits ? 1498 - k : 0, 0]),
      child: node((k) => [k < splits ? 2 * k + 1 : splits + 1, k]),
    },
    splits + 1,
    1500,
  );
  compare(forest, columns, [[0, 1500]]);
  expect(sent.late).toBeGreaterThan(0);
});

test('more leaves than numbers have digits for', () => {
  const depth = 16;
  const splits = 2 ** depth - 1;
  const nodes = 2 * splits + 1;
  const levelOf = (k: number) => Math.floor(Math.log2(k + 1));
  const { forest, columns } = oneTree(
    {
      feature: Int32Array.from({ length: nodes }, (_, k) => (k < splits ? 0 : -1)),
      threshold: Int32Array.from({ length: nodes }, (_, k) => {
        const width = 2 ** (depth - levelOf(k));
        return k < splits ? (k + 1 - 2 ** levelOf(k)) * width + width / 2 - 1 : 0;
      }),
      child: Int32Array.from({ length: nodes }, (_, k) => (k < splits ? 2 * k + 1 : k - splits + 1)),
    },
    splits + 1,
    2 ** depth,
  );
  compare(forest, columns, [[0, 6000]]);
  expect(sent.trees).toBe(0);
});
