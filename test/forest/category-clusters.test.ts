/**
 * A noise category that is constant within clusters, beside five such noise numbers, where clusters share a strong shift:
 * rows of one cluster must not both order the levels and judge the order.
 */
import { expect, test } from 'vitest';
import { resolveForestOptions } from '../../src/forest/forest-options.js';
import { trainMeanForest } from '../../src/forest/regression-forest.js';
import { streamFamily } from '../../src/math/random.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { categoryColumn, drawn, numberColumn } from '../support/generated-problem.js';

const CLUSTERS = 150;
const ROWS = 5;
const TRIALS = 120;

// A category as likely as any number wins with probability 1/6; Binomial(120, 1/6) exceeds 38 with probability 2e-5.
test.each([40, 100])('%i levels win no more roots than a number', async (levels) => {
  const streams = streamFamily(1, 'clustered category', levels);
  const n = CLUSTERS * ROWS;
  const clusterOf = (row: number) => Math.floor(row / ROWS);
  const clusters = { name: 'cluster', ids: Int32Array.from(drawn(n, clusterOf)), count: CLUSTERS, labels: [] };
  let chosen = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const stream = streams(trial);
    const perCluster = (draw: () => number) => {
      const values = drawn(CLUSTERS, draw);
      return drawn(n, (row) => values[clusterOf(row)]);
    };
    const covariates = [
      categoryColumn(
        'category',
        perCluster(() => stream.below(levels)),
        levels,
      ),
      ...[1, 2, 3, 4, 5].map((f) =>
        numberColumn(
          `x${f}`,
          perCluster(() => stream.normal()),
        ),
      ),
    ];
    const shift = perCluster(() => 2 * stream.normal());
    const outcome = drawn(n, (row) => shift[row] + stream.normal());
    const frame = { rowCount: n, covariateCount: 6, clusters, weights: null };
    const settings = resolveForestOptions(
      { numTrees: 1, ciGroupSize: 1, minNodeSize: 150, honestyPruneLeaves: false, seed: trial },
      frame,
    );
    const columns = rankColumns(covariates, n);
    const { trees } = await trainMeanForest({ columns, outcome, weight: null, settings, frame, purpose: 'test' }, {});
    if (trees.feature[0] === 0) chosen++;
  }
  expect(chosen).toBeLessThanOrEqual(38);
});
