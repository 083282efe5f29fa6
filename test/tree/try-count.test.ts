/** Number of covariates tried at a node: Poisson(mtry) clamped to 1 … p. */
import { describe, expect, test } from 'vitest';
import { COLUMNS, DRAWS, GROWER, PROBLEM, TREES } from '../../src/kernels/frames.js';
import { growTree } from '../../src/kernels/grow.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { streamFor } from '../../src/math/random.js';
import { tryCountTable } from '../../src/tree/try-count.js';
import { chiSquare, chiSquareLimit } from '../support/frequencies.js';

/**
 * A node that tries columns again and again: two rows alike, which no column can split. Of the stream's words, which it
 * counts itself, two make the uniform number, and each column takes one (more with probability p/2³²).
 */
function makeNode(mtry: number, p: number) {
  const columns = plainFrame(COLUMNS, {
    code: 2 * p,
    rank: 2 * p,
    levelCount: p,
    hasMissing: p,
    hasTies: p,
    numeric: p,
  });
  Object.assign(columns, { rowCount: 2, columnCount: p, numericCount: p });
  columns.hasTies.fill(1);
  for (let f = 0; f < p; f++) columns.rank[2 * f + 1] = 1;
  const draws = plainFrame(DRAWS, { grow: 2, growHalf: 2 });
  draws.growCount = 2;
  draws.grow.set([0, 1]);
  const grower = plainFrame(GROWER, {
    ...{ stream: 4, rowOf: 2, placed: 2, list: 4 * p + 1, region: p, randomHalf: 2, side: 2 },
    ...{ y: 2, w: 2, q: 2, rho: 2, z: 2, inverse: 3, share: 3, sums: 24, stack: 4, stackSums: 8 },
    ...{ shuffled: p, tryTable: p + 1, left: 6, right: 6 },
  });
  for (let f = 0; f < p; f++) grower.region[f] = 2 * f;
  Object.assign(grower, { halfSize: 2 * p, regionSize: 2 });
  grower.inverse.set([1, 1, 0.5]);
  grower.tryTable.set(tryCountTable(mtry, p));
  const problem = plainFrame(PROBLEM, { outcome: 2, treatment: 2 });
  problem.minNodeSize = 1;
  const trees = plainFrame(TREES, { feature: 3, threshold: 3, child: 3, missingRight: 3 });
  trees.nodeRoom = 3;
  return {
    stream: grower.stream,
    /** The columns tried, in order, by a stream that goes on from where it stands. */
    tried(): Int32Array {
      const before = grower.stream[3];
      if (!growTree(grower, columns, problem, draws, trees) || trees.nodeCount > 1)
        throw new Error('the node was split');
      return grower.shuffled.subarray(0, grower.stream[3] - before - 2);
    },
  };
}

/** P(count = k) from the definition, in logs: e^(−m) m^k / k!. */
function poisson(m: number, k: number): number {
  let log = -m;
  for (let j = 1; j <= k; j++) log += Math.log(m / j);
  return Math.exp(log);
}

/** Clamped to 1 … p: entry k − 1 is the probability of k. */
function clamped(m: number, p: number): number[] {
  const share = Array.from({ length: p }, (_, k) => poisson(m, k + 1));
  share[0] += poisson(m, 0);
  share[p - 1] = 1 - share.slice(0, p - 1).reduce((sum, value) => sum + value, 0);
  return share;
}

const CASES = [
  [0.3, 1],
  [0.5, 4],
  [1, 5],
  [5, 5],
  [7.5, 10],
  [22, 22],
  [25, 60],
  [200, 300],
] as const;

describe.each(CASES)('Poisson(%d) clamped to 1 … %i', (mtry, p) => {
  // 1e-13: rounding of a few hundred products; the last entry is what the others leave.
  test('table', () => {
    const table = tryCountTable(mtry, p);
    const expected = clamped(mtry, p);
    expect(table.length).toBe(p + 1);
    for (let k = 1; k <= p; k++) expect(Math.abs(table[k] - table[k - 1] - expected[k - 1])).toBeLessThan(1e-13);
  });

  // False alarm at most 1e-6 for each case; counts expected fewer than five times are put together.
  test('draws', () => {
    const node = makeNode(mtry, p);
    streamFor(1, 'tries', mtry, p).copyTo(node.stream);
    const draws = 50_000;
    const observed = new Float64Array(p);
    for (let i = 0; i < draws; i++) observed[node.tried().length - 1]++;
    const expected = clamped(mtry, p).map((share) => share * draws);
    const common = expected.map((_, k) => k).filter((k) => expected[k] >= 5);
    const rest = (counts: ArrayLike<number>) =>
      Array.from(counts).reduce((sum, count, k) => sum + (expected[k] >= 5 ? 0 : count), 0);
    const o = [...common.map((k) => observed[k]), rest(observed)];
    const e = [...common.map((k) => expected[k]), rest(expected) + 5];
    o[o.length - 1] += 5;
    if (e.length > 2) expect(chiSquare(o, e)).toBeLessThan(chiSquareLimit(e.length - 1));
    else expect(o[0]).toBe(draws);
  });
});

test('the largest uniform number tries every column, the smallest one', () => {
  const node = makeNode(3, 10);
  // States whose next two words are all ones, and all zeros (sfc32: a + b + d, then 9c + b ^ b>>>9 + d + 1).
  node.stream.set([1, 0, 0, -2]);
  expect([...node.tried()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  node.stream.set([1, 0, 0, -1]);
  expect(node.tried().length).toBe(1);
});

// False alarm at most 1e-6.
test('which columns are tried: every ordered choice is as likely', () => {
  const node = makeNode(2, 5);
  streamFor(1, 'which').copyTo(node.stream);
  const observed = new Map<string, number>();
  let pairs = 0;
  for (let i = 0; i < 20_000; i++) {
    const tried = [...node.tried()];
    if (tried.length !== 2) continue;
    pairs++;
    observed.set(String(tried), (observed.get(String(tried)) ?? 0) + 1);
  }
  expect(pairs).toBeGreaterThan(4000);
  expect(chiSquare([...observed.values()], new Float64Array(20).fill(pairs / 20))).toBeLessThan(chiSquareLimit(19));
});
