/**
 * Categories among numbers: noise levels win no more often than a noise number, real ones are found, and two levels are
 * the number 0/1.
 */
import { describe, expect, test } from 'vitest';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import { categoryColumn, drawn, drawRows, numberColumn } from '../support/generated-problem.js';
import { growTree, treeOptions } from '../support/grow.js';
import { goesLeft, leafGroups } from '../support/walk.js';

const N = 300;

/**
 * Beside 5 noise numbers a noise category that is as likely to win has the root with probability 1/6. Over 400 trees
 * Binomial(400, 1/6) exceeds 97 with probability 5e-5. Only the upper side counts: few levels offer few cuts and win less.
 */
describe.each(['mean', 'slope'] as const)('%s target: a noise category beside five noise numbers', (target) => {
  test.each([6, 12, 40, 300])('%i levels', (levels) => {
    const streams = streamFamily(1, 'noise category', target, levels);
    let chosen = 0;
    for (let trial = 0; trial < 400; trial++) {
      const stream = streams(trial);
      const covariates = [
        categoryColumn(
          'category',
          drawn(N, () => stream.below(levels)),
          levels,
        ),
        ...[1, 2, 3, 4, 5].map((f) =>
          numberColumn(
            `x${f}`,
            drawn(N, () => stream.normal()),
          ),
        ),
      ];
      const treatment = drawn(N, () => stream.below(2) - 0.5);
      const outcome = drawn(N, () => stream.normal());
      // Only the root is of interest, and it is large enough to split.
      const options = treeOptions({ mtry: 6, alpha: 0.05, minNodeSize: target === 'mean' ? N - 1 : 5 });
      const problem = { target, covariates, outcome, treatment, weight: null, options };
      const { nodes, root } = growTree(problem, drawRows(N, stream), new RandomStream(trial, 1, 1));
      if (nodes.feature[root] === 0) chosen++;
    }
    expect(chosen).toBeLessThanOrEqual(97);
  });
});

describe.each([
  // Halving leaves 4 (of 8) rows a level to order by: fewer levels end on their own side.
  [8, 1],
  [40, 0.95],
  [150, 0.8],
])('a category of %i levels, half of which shift the outcome', (levels, purity) => {
  const stream = streamFamily(1, 'signal')(levels);
  const n = 8 * levels;
  const codes = drawn(n, (i) => i % levels);
  const covariates = [
    categoryColumn('category', codes, levels),
    ...[1, 2, 3].map((f) =>
      numberColumn(
        `x${f}`,
        drawn(n, () => stream.normal()),
      ),
    ),
  ];
  const isHigh = (i: number) => (codes[i] * 7) % levels < levels / 2;
  const treatment = drawn(n, () => stream.below(2) - 0.5);

  test.each(['mean', 'slope'] as const)('%s target', (target) => {
    const size = target === 'mean' ? 3 : 8;
    const outcome = drawn(n, (i) => (isHigh(i) ? size : 0) * (target === 'mean' ? 1 : treatment[i]) + stream.normal());
    const options = treeOptions({ mtry: 4, alpha: 0.05, minNodeSize: 5 });
    const problem = { target, covariates, outcome, treatment, weight: null, options };
    const { nodes, root, columns } = growTree(problem, drawRows(n, stream), new RandomStream(1, 1, 1));
    expect(nodes.feature[root]).toBe(0);
    const agree = [...codes.keys()].filter(
      (i) => goesLeft(nodes, root, covariates, columns.coding, i) !== isHigh(i),
    ).length;
    expect(Math.max(agree, n - agree) / n).toBeGreaterThanOrEqual(purity);
  });
});

// The three ways to part "0, 1, missing" are the cuts of the number with missing values on either side, and no others.
test.each(['mean', 'slope'] as const)('%s target: two levels part rows as the number 0/1 does', (target) => {
  const streams = streamFamily(1, 'two levels', target);
  for (let seed = 0; seed < 20; seed++) {
    const stream = streams(seed);
    const n = 150;
    const codes = drawn(n, () => (seed % 2 === 0 ? stream.below(2) : stream.below(3) - 1));
    const other = numberColumn(
      'other',
      drawn(n, () => stream.normal()),
    );
    const treatment = drawn(n, () => stream.below(2) - stream.uniform());
    const outcome = drawn(n, (i) => codes[i] * (1 + treatment[i]) + stream.normal());
    const rows = drawRows(n, stream);
    const groups = [
      categoryColumn('x', codes, 2),
      numberColumn(
        'x',
        codes.map((code) => (code < 0 ? Number.NaN : code)),
      ),
    ].map((column) => {
      const covariates = [column, other];
      const options = treeOptions({ mtry: 2, minNodeSize: 4 });
      const problem = { target, covariates, outcome, treatment, weight: null, options };
      const { nodes, root, columns } = growTree(problem, rows, new RandomStream(1, 1, seed));
      return leafGroups(nodes, root, covariates, columns.coding, [...rows]);
    });
    expect(groups[0].length).toBeGreaterThan(1);
    expect(groups[0]).toEqual(groups[1]);
  }
});

// The effect jumps by 120 standard deviations where x passes 0.2, so no other split comes near.
test.each([null, 'weighted'])('a left side turned missing gives the same split (%s)', (weighted) => {
  const streams = streamFamily(1, 'turned missing');
  for (let seed = 0; seed < 20; seed++) {
    const stream = streams(seed);
    const n = 100;
    const x = drawn(n, () => stream.normal());
    const treatment = drawn(n, () => stream.below(2) - 0.5);
    const outcome = drawn(n, (i) => 6 * treatment[i] * (x[i] > 0.2 ? 1 : 0) + 0.05 * stream.normal());
    const weight = weighted ? drawn(n, () => 0.5 + stream.uniform()) : null;
    const rows = drawRows(n, stream);
    const noise = numberColumn(
      'noise',
      drawn(n, () => stream.normal()),
    );
    const rootSplit = (values: Float64Array) => {
      const covariates = [noise, numberColumn('x', values)];
      const options = treeOptions({ mtry: 2, minNodeSize: 5, alpha: 0.05 });
      const problem = { target: 'slope', covariates, outcome, treatment, weight, options } as const;
      const { nodes, root, columns } = growTree(problem, rows, new RandomStream(1, 1, seed));
      expect(nodes.feature[root]).toBe(1);
      return [...x.keys()].filter((i) => goesLeft(nodes, root, covariates, columns.coding, i));
    };
    const left = rootSplit(x);
    const onLeft = new Set(left);
    expect(rootSplit(x.map((value, i) => (onLeft.has(i) ? Number.NaN : value)))).toEqual(left);
    // And with the right side turned missing: missing goes right of every number.
    const mirrored = rootSplit(x.map((value, i) => (onLeft.has(i) ? value : Number.NaN)));
    expect([left, [...x.keys()].filter((i) => !onLeft.has(i))]).toContainEqual(mirrored);
  }
});

// Half of the levels have rows in the tree; the others, met only when it predicts, go where most rows went.
test.each([
  [0.3, 'right'],
  [0.7, 'left'],
])('levels that a node has not seen go with its larger child (%d of the rows low, so %s)', (low, side) => {
  const n = 120;
  const stream = streamFamily(1, 'unseen')(0);
  const isLow = (i: number) => i % 10 < 10 * low;
  // Even levels only: 0 and 2 are low, 4 and 6 high.
  const codes = drawn(n, (i) => (isLow(i) ? 0 : 4) + 2 * (i % 2));
  const covariates = [categoryColumn('x', codes, 40)];
  const outcome = drawn(n, (i) => (isLow(i) ? -5 : 5) + stream.normal());
  const options = treeOptions({ minNodeSize: n - 1 });
  const problem = { target: 'mean', covariates, outcome, treatment: outcome, weight: null, options } as const;
  const { nodes, root, columns } = growTree(problem, drawRows(n, stream), new RandomStream(1, 1, 1));
  const levels = drawn(40, (level) => level);
  const left = levels.filter((level) =>
    goesLeft(nodes, root, [categoryColumn('x', levels, 40)], columns.coding, level),
  );
  const unseen = [...levels].filter((level) => level % 2 === 1 || level > 6);
  expect([...left]).toEqual(
    [...levels].filter((level) => level === 0 || level === 2 || (side === 'left' && unseen.includes(level))),
  );
});
