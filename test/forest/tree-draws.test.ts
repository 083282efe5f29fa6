/** What a forest can tell about its trees afterwards: which rows each drew, which fill its leaves, which are out of bag. */
import { describe, expect, test } from 'vitest';
import { eachTreeDraw, type Forest } from '../../src/forest/forest.js';
import { type ForestOptions, resolveForestOptions } from '../../src/forest/forest-options.js';
import { eachNewBlock } from '../../src/forest/leaf-blocks.js';
import { outOfBagMeans, trainMeanForest } from '../../src/forest/regression-forest.js';
import { streamFor } from '../../src/math/random.js';
import { codeRows, rankColumns } from '../../src/tree/ranked-columns.js';
import { drawn, numberColumn } from '../support/generated-problem.js';
import { smallTrial, type TrialParts, valuesOf } from '../support/trials.js';
import { leafNodeOf } from '../support/walk.js';

async function train(parts: TrialParts, options: ForestOptions) {
  const trial = smallTrial(parts);
  const frame = { ...trial, covariateCount: trial.covariates.length };
  const settings = resolveForestOptions({ numTrees: 24, ...options }, frame);
  const columns = rankColumns(trial.covariates, trial.rowCount);
  const outcome = valuesOf(trial);
  const forest = await trainMeanForest(
    { columns, outcome, weight: trial.weights, settings, frame, purpose: 'test' },
    {},
  );
  return { trial, forest, columns, outcome };
}

const cases: Readonly<Record<string, [TrialParts, ForestOptions]>> = {
  plain: [{}, {}],
  weights: [{ weights: true }, {}],
  clusters: [{ clusterSize: 4, weights: true }, {}],
  'equalised clusters': [{ clusterSize: 4 }, { equalizeClusterWeights: true }],
  'bags of three': [{}, { ciGroupSize: 3, sampleFraction: 0.4 }],
  'without honesty': [{}, { honesty: false }],
  'empty leaves': [{}, { honestyPruneLeaves: false, minNodeSize: 1 }],
};

describe.each(Object.entries(cases))('%s', (_, [parts, options]) => {
  // The rows that are drawn again for an out-of-bag pass must be the rows that the tree was filled with.
  test("every leaf's averages are those of the rows that are said to fill it", async () => {
    const { trial, forest, outcome } = await train(parts, options);
    const { trees, coding } = forest;
    let leaves = 0;
    eachTreeDraw(forest, ({ tree, fill }) => {
      const rowsAt = new Map<number, number[]>();
      for (const row of fill) {
        const node = leafNodeOf(trees, trees.root[tree], trial.covariates, coding, row);
        rowsAt.set(node, [...(rowsAt.get(node) ?? []), row]);
      }
      for (let node = trees.root[tree]; node < trees.root[tree + 1]; node++) {
        if (trees.feature[node] >= 0) continue;
        const rows = rowsAt.get(node) ?? [];
        expect(trees.child[node] > 0).toBe(rows.length > 0);
        if (rows.length === 0) continue;
        leaves++;
        const q = (i: number) => trial.weights?.[i] ?? 1;
        const mean = (of: (i: number) => number) => rows.reduce((sum, i) => sum + of(i), 0) / rows.length;
        const at = 2 * trees.child[node];
        expect(trees.moments[at]).toBeCloseTo(mean(q), 12);
        expect(trees.moments[at + 1]).toBeCloseTo(
          mean((i) => q(i) * outcome[i]),
          12,
        );
      }
    });
    expect((leaves + 1) * 2).toBe(trees.moments.length);
  });

  test('predictions by their definition: averages over the trees that did not draw the row', async () => {
    const { trial, forest, columns, outcome } = await train(parts, options);
    const { trees, coding } = forest;
    const { estimate, treeCount } = outOfBagMeans(forest, columns, outcome);
    const sums = drawn(trial.rowCount, () => 0);
    const sumsY = drawn(trial.rowCount, () => 0);
    const count = drawn(trial.rowCount, () => 0);
    eachTreeDraw(forest, ({ tree, isDrawn, units }) => {
      const drawnUnits = new Set(units);
      for (let i = 0; i < trial.rowCount; i++) {
        expect(isDrawn[i]).toBe(drawnUnits.has(trial.clusters?.ids[i] ?? i) ? 1 : 0);
        const leaf = trees.child[leafNodeOf(trees, trees.root[tree], trial.covariates, coding, i)];
        if (isDrawn[i] === 1 || leaf === 0) continue;
        sums[i] += trees.moments[2 * leaf];
        sumsY[i] += trees.moments[2 * leaf + 1];
        count[i]++;
      }
    });
    expect([...treeCount]).toEqual([...count]);
    estimate.forEach((value, i) => {
      expect(value).toBeCloseTo(sumsY[i] / sums[i], 12);
    });
  });
});

// Above 8 million leaf indices rows are predicted in blocks; 3,000 trees of one leaf make that cheap.
describe('blocks of rows', () => {
  const TREES = 3000;
  const trained = async (
    rows: number,
  ): Promise<{ forest: Forest; columns: ReturnType<typeof rankColumns>; y: Float64Array }> => {
    const stream = streamFor(1, 'blocks');
    const covariates = [
      numberColumn(
        'x',
        drawn(rows, (i) => i),
      ),
    ];
    const y = drawn(rows, () => stream.normal());
    const frame = { rowCount: rows, covariateCount: 1, clusters: null, weights: null };
    const settings = resolveForestOptions(
      { numTrees: TREES, ciGroupSize: 1, sampleFraction: 60 / rows, minNodeSize: 20 },
      frame,
    );
    const columns = rankColumns(covariates, rows);
    const forest = await trainMeanForest({ columns, outcome: y, weight: null, settings, frame, purpose: 'test' }, {});
    return { forest, columns, y };
  };

  test('out of bag: every block draws the same rows again', async () => {
    const rows = 3000;
    const { forest, columns, y } = await trained(rows);
    const expected = new Int32Array(rows).fill(TREES);
    eachTreeDraw(forest, ({ units }) => {
      for (const row of units) expected[row]--;
    });
    expect(rows * TREES).toBeGreaterThan(2 ** 23);
    expect(outOfBagMeans(forest, columns, y).treeCount).toEqual(expected);
  });

  test('new rows: a row has the same prediction in any block', async () => {
    const { forest } = await trained(80);
    const stream = streamFor(2, 'blocks');
    const values = drawn(3000, () => 80 * stream.uniform());
    const predict = (chosen: Float64Array) => {
      const coded = codeRows([numberColumn('x', chosen)], forest.coding, chosen.length);
      const means: number[] = [];
      eachNewBlock(forest, coded, ({ first, rowCount, average, treeCount }) => {
        expect(first).toBe(means.length);
        for (let r = 0; r < rowCount; r++) {
          expect(treeCount[r]).toBe(TREES);
          means.push(average[2 * r + 1] / average[2 * r]);
        }
      });
      return means;
    };
    const all = predict(values);
    expect(predict(values.slice(2900))).toEqual(all.slice(2900));
    expect(predict(values.slice(0, 100))).toEqual(all.slice(0, 100));
    expect(new Set(all).size).toBeGreaterThan(1);
  });
});
