/** Shapes of small trees under random cuts and joins, against rows that carry their leaf along and a walk from the root. */
import { expect, test } from 'vitest';
import {
  joinLeaves,
  makeTrees,
  NODES,
  nodesWithTwoLeaves,
  SIDE_WORDS,
  type SmallTrees,
  sisterIsLeaf,
  splitLeaf,
} from '../../../src/causal/bayesian/small-trees.js';
import { LEAVES } from '../../../src/kernels/additive-trees.js';
import { type RandomStream, streamFor } from '../../../src/math/random.js';

const TREES = 3;
const ROWS = 60;
const COLUMNS = 4;

/** The node that a row reaches, by the tree alone. */
function reached(trees: SmallTrees, tree: number, classOf: (column: number) => number): number {
  const first = tree * NODES;
  let node = 0;
  while (trees.column[first + node] >= 0) {
    const own = classOf(trees.column[first + node]);
    const word = trees.side[(first + node) * SIDE_WORDS + (own >>> 5)];
    node = trees.child[first + node] + ((word >>> (own & 31)) & 1);
  }
  return node;
}

/** Every node below and with `node`, with its depth. */
function walk(trees: SmallTrees, tree: number, node: number, depth: number): { node: number; depth: number }[] {
  const at = tree * NODES + node;
  const below = trees.column[at] < 0 ? [] : [0, 1].map((k) => trees.child[at] + k);
  for (const part of below) expect(trees.parent[tree * NODES + part]).toBe(node);
  return [{ node, depth }, ...below.flatMap((part) => walk(trees, tree, part, depth + 1))];
}

function check(trees: SmallTrees, tree: number): void {
  const first = tree * NODES;
  const nodes = walk(trees, tree, 0, 0);
  const isLeaf = (node: number) => trees.column[first + node] < 0;
  const leaves = nodes.filter(({ node }) => isLeaf(node));
  for (const { node, depth } of nodes) expect(trees.depth[first + node]).toBe(depth);
  expect(leaves.map(({ node }) => trees.leaf[first + node]).sort((a, b) => a - b)).toEqual(
    Array.from({ length: trees.leafCount[tree] }, (_, leaf) => leaf),
  );
  for (const { node } of leaves) expect(trees.nodeOf[tree * LEAVES + trees.leaf[first + node]]).toBe(node);
  // Pairs in use are those below the cuts, and no others.
  const pairs = nodes.filter(({ node }) => node % 2 === 1).map(({ node }) => (node - 1) / 2);
  const used = trees.pairUsed.subarray(tree * (LEAVES - 1), (tree + 1) * (LEAVES - 1));
  expect([...used.keys()].filter((pair) => used[pair] === 1)).toEqual(pairs.sort((a, b) => a - b));
  const found = new Int32Array(NODES);
  const count = nodesWithTwoLeaves(trees, tree, found);
  const joinable = nodes.filter(({ node }) => {
    const left = trees.child[first + node];
    return !isLeaf(node) && isLeaf(left) && isLeaf(left + 1);
  });
  expect([...found.subarray(0, count)].sort((a, b) => a - b)).toEqual(
    joinable.map(({ node }) => node).sort((a, b) => a - b),
  );
  for (const { node } of leaves)
    expect(sisterIsLeaf(trees, tree, node)).toBe(joinable.some((above) => trees.parent[first + node] === above.node));
}

const drawSides = (stream: RandomStream) => Uint8Array.from({ length: 256 }, () => stream.below(2));

test.each([1, 2, 3, 4, 5])(
  'numbers, parents, depths and pairs hold, and rows go where trees send them (%i)',
  (seed) => {
    const stream = streamFor(seed, 'small trees');
    const classes = Array.from({ length: ROWS * COLUMNS }, () => stream.below(256));
    const trees = makeTrees(TREES);
    const leafOf = Array.from({ length: TREES }, () => new Int32Array(ROWS));
    const renamed = new Uint8Array(LEAVES);
    const joinable = new Int32Array(NODES);
    let [most, moved] = [0, 0];
    for (let round = 0; round < 400; round++) {
      const tree = stream.below(TREES);
      const count = trees.leafCount[tree];
      const own = leafOf[tree];
      // Up to a full tree for a while, then down to a root, and again.
      const grows = stream.uniform() < (round % 200 < 120 ? 0.8 : 0.2);
      if (grows && count < LEAVES) {
        const [cut, column, side] = [stream.below(count), stream.below(COLUMNS), drawSides(stream)];
        splitLeaf(trees, tree, cut, column, side);
        for (let i = 0; i < ROWS; i++) if (own[i] === cut && side[classes[i * COLUMNS + column]] === 1) own[i] = count;
      } else if (!grows && count > 1) {
        const node = joinable[stream.below(nodesWithTwoLeaves(trees, tree, joinable))];
        joinLeaves(trees, tree, node, renamed);
        own.forEach((leaf, i) => {
          own[i] = renamed[leaf];
        });
        moved += +(renamed[count - 1] < count - 1);
      }
      most = Math.max(most, trees.leafCount[tree]);
      // The others too, now and then: they have not changed.
      for (const other of round % 20 === 0 ? [0, 1, 2] : [tree]) {
        check(trees, other);
        const found = Int32Array.from({ length: ROWS }, (_, i) => {
          const node = reached(trees, other, (column) => classes[i * COLUMNS + column]);
          return trees.leaf[other * NODES + node];
        });
        expect(found).toEqual(leafOf[other]);
      }
    }
    // Trees were full, and leaves that were not joined took other numbers.
    expect(most).toBe(LEAVES);
    expect(moved).toBeGreaterThan(10);
  },
);
