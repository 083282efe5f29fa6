/** Double-sample and propensity forests (Wager & Athey 2018): what their leaves hold, and what they find. */
import { describe, expect, test } from 'vitest';
import { jackknifeVariances } from '../../src/causal/infinitesimal-jackknife.js';
import {
  fitDoubleSampleForest,
  fitPropensityForest,
  predictTreeAverage,
  type TreeAverageForest,
} from '../../src/causal/tree-average-forest.js';
import { eachTreeDraw } from '../../src/forest/forest.js';
import { streamFor } from '../../src/math/random.js';
import { subsampleSizes } from '../../src/tree/subsample.js';
import { drawColumn } from '../support/generated-problem.js';
import { relativeDifference } from '../support/grf-forest.js';
import { smallTrial, tableOf, valuesOf, withOutcome } from '../support/trials.js';
import { leafNodeOf } from '../support/walk.js';

const FORESTS = [
  ['double-sample', fitDoubleSampleForest],
  ['propensity', fitPropensityForest],
] as const;

/** Effect of each tree's leaf for a row, from the rows that fill it; NaN where there is none, or the tree drew the row. */
function leafEffects(
  { trial, forest }: TreeAverageForest<string, 'outcome'>,
  row: number,
  outOfBag: boolean,
): number[] {
  const y = valuesOf(trial);
  const w = trial.treatment.values;
  const { trees, coding } = forest;
  const effects: number[] = [];
  eachTreeDraw(forest, ({ tree, isDrawn, fill }) => {
    const leafOf = (i: number) => leafNodeOf(trees, trees.root[tree], trial.covariates, coding, i);
    const there = leafOf(row);
    const rows = [...fill].filter((i) => leafOf(i) === there);
    const meanOf = (arm: number) => {
      const own = rows.filter((i) => w[i] === arm);
      const q = (i: number) => trial.weights?.[i] ?? 1;
      return own.reduce((sum, i) => sum + q(i) * y[i], 0) / own.reduce((sum, i) => sum + q(i), 0);
    };
    const isLeaf = Math.min(rows.filter((i) => w[i] === 1).length, rows.filter((i) => w[i] === 0).length) > 0;
    effects.push(isLeaf && !(outOfBag && isDrawn[row] === 1) ? meanOf(1) - meanOf(0) : Number.NaN);
  });
  return effects;
}

describe.each(FORESTS)('%s forest', (_, fitForest) => {
  test.each([1, 4])('every leaf has at least %i treated and as many control rows', async (minNodeSize) => {
    const forest = await fitForest(smallTrial({ clusterSize: 0, weights: true }), { numTrees: 40, minNodeSize });
    const { trial } = forest;
    const { trees, coding } = forest.forest;
    const w = trial.treatment.values;
    let leaves = 0;
    let splits = 0;
    eachTreeDraw(forest.forest, ({ tree, fill }) => {
      const counts = new Map<number, [control: number, treated: number]>();
      for (const i of fill) {
        const node = leafNodeOf(trees, trees.root[tree], trial.covariates, coding, i);
        const count = counts.get(node) ?? [0, 0];
        count[w[i]]++;
        counts.set(node, count);
      }
      for (const [control, treated] of counts.values()) {
        expect(Math.min(control, treated)).toBeGreaterThanOrEqual(minNodeSize);
        leaves++;
      }
      splits += counts.size > 1 ? 1 : 0;
    });
    expect(leaves).toBeGreaterThan(40);
    expect(splits).toBeGreaterThan(10);
  });

  // 1e-9: averages of products instead of means by arm; 1e-7 for variances, which are small differences.
  test.each([{}, { weights: true }, { clusterSize: 3 }])(
    'effect and variance by their definition (%#)',
    async (parts) => {
      const trial = smallTrial(parts);
      const forest = await fitForest(trial, { numTrees: 60, minNodeSize: 2, sampleFraction: 0.6, seed: 5 });
      const rows = [0, 1, 20, 77, 149];
      const effects = rows.map((row) => leafEffects(forest, row, true));
      const { plan } = forest.forest.draws as Extract<typeof forest.forest.draws, { kind: 'seeded' }>;
      const sizes = { units: trial.clusters?.count ?? 150, drawn: subsampleSizes(plan).tree };
      const present = (values: number[]) => values.filter((value) => !Number.isNaN(value));
      const means = effects.map((values) => present(values).reduce((a, b) => a + b, 0) / present(values).length);
      const variances = jackknifeVariances(forest.forest, Float64Array.from(effects.flat()), sizes);
      expect(
        relativeDifference(
          rows.map((row) => forest.outOfBag.effect[row]),
          means,
        ),
      ).toBeLessThan(1e-9);
      expect(rows.map((row) => forest.outOfBag.treeCount[row])).toEqual(
        effects.map((values) => present(values).length),
      );
      rows.forEach((row, k) => {
        const actual = forest.outOfBag.variance?.[row] ?? 0;
        if (Number.isNaN(variances[k])) expect(actual).toBeNaN();
        else expect(Math.abs(actual / variances[k] - 1)).toBeLessThan(1e-7);
      });
    },
  );

  test('new rows: all trees speak', async () => {
    const trial = smallTrial();
    const forest = await fitForest(trial, { numTrees: 50, minNodeSize: 2 });
    const { effect, treeCount } = predictTreeAverage(forest, tableOf(trial.covariates));
    const rows = [3, 50, 120];
    expect([...treeCount]).toEqual(new Array(150).fill(50));
    const means = rows.map((row) => leafEffects(forest, row, false).reduce((a, b) => a + b, 0) / 50);
    expect(
      relativeDifference(
        rows.map((row) => effect[row]),
        means,
      ),
    ).toBeLessThan(1e-9);
  });

  // Noise of 0.1 on 300 rows: leaves of ten and more rows err by 0.06, averages over trees and rows by far less.
  test('recovers a constant effect, whatever the baseline of a randomised trial', async () => {
    const stream = streamFor(4, 'constant');
    const base = smallTrial({ rowCount: 300 });
    const w = base.treatment.values;
    const trial = withOutcome(base, (_, i) => 10 + 0.7 * w[i] + 0.1 * stream.normal());
    const { outOfBag } = await fitForest(trial, { numTrees: 200 });
    const average = outOfBag.effect.reduce((a, b) => a + b, 0) / 300;
    expect(Math.abs(average - 0.7)).toBeLessThan(0.05);
    for (const effect of outOfBag.effect) expect(Math.abs(effect - 0.7)).toBeLessThan(0.1);
  });

  test('outcomes times 4: effects times 4, variances times 16, bit for bit; plus 1,000: unchanged', async () => {
    const trial = smallTrial({ covariates: [drawColumn('continuous', 'x', 150, streamFor(1, 'tree average'))] });
    const options = { numTrees: 100, minNodeSize: 2 };
    const { outOfBag } = await fitForest(trial, options);
    const scaled = (
      await fitForest(
        withOutcome(trial, (y) => 4 * y),
        options,
      )
    ).outOfBag;
    expect(scaled.effect).toEqual(outOfBag.effect.map((effect) => 4 * effect));
    expect(scaled.variance).toEqual(outOfBag.variance?.map((variance) => 16 * variance));
    const shifted = (
      await fitForest(
        withOutcome(trial, (y) => y + 1000),
        options,
      )
    ).outOfBag;
    expect(relativeDifference(shifted.effect, outOfBag.effect)).toBeLessThan(1e-9);
  });

  test('variances that are not estimable are NaN, with a warning that counts them', async () => {
    const forest = await fitForest(smallTrial(), { numTrees: 20, minNodeSize: 2 });
    const variance = forest.outOfBag.variance as Float64Array;
    const missing = variance.filter(Number.isNaN).length;
    expect(missing).toBeGreaterThan(0);
    for (const value of variance) expect(Number.isNaN(value) || value > 0).toBe(true);
    expect(forest.warnings.find(({ code }) => code === 'VARIANCE_NOT_ESTIMABLE')?.message).toMatch(
      new RegExp(`^${missing} of 150 variances`),
    );
  });

  test('the same seed gives the same bits', async () => {
    const [a, b, c] = [
      await fitForest(smallTrial(), { numTrees: 20, seed: 3 }),
      await fitForest(smallTrial(), { numTrees: 20, seed: 3 }),
      await fitForest(smallTrial(), { numTrees: 20, seed: 4 }),
    ];
    expect(b.outOfBag).toEqual(a.outOfBag);
    expect(c.outOfBag.effect).not.toEqual(a.outOfBag.effect);
    expect(structuredClone(a)).toEqual(a);
  });
});

// The treatment alone places the splits: other outcomes, the same trees.
test('propensity trees do not look at the outcome', async () => {
  const trial = smallTrial();
  const stream = streamFor(9, 'other outcomes');
  const other = withOutcome(trial, () => stream.normal());
  const [a, b] = [
    await fitPropensityForest(trial, { numTrees: 30 }),
    await fitPropensityForest(other, { numTrees: 30 }),
  ];
  expect(b.forest.trees.feature).toEqual(a.forest.trees.feature);
  expect(b.forest.trees.threshold).toEqual(a.forest.trees.threshold);
  expect(b.outOfBag.effect).not.toEqual(a.outOfBag.effect);
  const [c, d] = [
    await fitDoubleSampleForest(trial, { numTrees: 30 }),
    await fitDoubleSampleForest(other, { numTrees: 30 }),
  ];
  expect(d.forest.trees.threshold).not.toEqual(c.forest.trees.threshold);
});

test('honest double-sample trees: outcomes of the half that fills leaves place no split', async () => {
  const trial = smallTrial();
  const forest = await fitDoubleSampleForest(trial, { numTrees: 1, minNodeSize: 2 });
  const filled = new Set<number>();
  eachTreeDraw(forest.forest, ({ fill }) => {
    for (const row of fill) filled.add(row);
  });
  const moved = withOutcome(trial, (y, i) => (filled.has(i) ? y + 50 * Math.sin(i) : y));
  const other = await fitDoubleSampleForest(moved, { numTrees: 1, minNodeSize: 2 });
  expect(other.forest.trees.feature).toEqual(forest.forest.trees.feature);
  expect(other.forest.trees.threshold).toEqual(forest.forest.trees.threshold);
  expect(other.forest.trees.moments).not.toEqual(forest.forest.trees.moments);
});
