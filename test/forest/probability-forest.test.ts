/**
 * Probability forests: known truths, two classes against a regression forest, leaves by kernel weights, little bags by hand,
 * what is refused and said, worker threads and JavaScript instead of WebAssembly.
 */
import '../../scripts/source-code.js';
import { describe, expect, test } from 'vitest';
import { eachTreeDraw } from '../../src/forest/forest.js';
import { kernelWeights } from '../../src/forest/kernel-weights.js';
import { fitProbabilityForest, predictProbabilities } from '../../src/forest/probability-forest.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { streamFor } from '../../src/math/random.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { drawn, numberColumn } from '../support/generated-problem.js';
import { smallTrial, tableOf } from '../support/trials.js';

const alone = { workers: 0 } as const;

/** Three classes: 'a' below −0.5 and 'c' above 0.5 of x with chance 0.8, the others 0.1 each; even between. */
function threeClasses(rowCount: number, seed: number) {
  const stream = streamFor(seed, 'three classes');
  const x = drawn(rowCount, () => stream.normal());
  const noise = drawn(rowCount, () => stream.normal());
  const truth = Array.from(x, (value) =>
    value < -0.5 ? [0.8, 0.1, 0.1] : value > 0.5 ? [0.1, 0.1, 0.8] : [1, 1, 1].map((p) => p / 3),
  );
  const labels = truth.map(([a, b]) => {
    const u = stream.uniform();
    return u < a ? 'a' : u < a + b ? 'b' : 'c';
  });
  const data = {
    rowCount,
    covariates: [numberColumn('x', x), numberColumn('noise', noise)],
    weights: null,
    clusters: null,
  };
  return { data, labels, truth, x };
}

describe('a known truth', async () => {
  const { data, labels, truth, x } = threeClasses(3000, 1);
  const forest = await fitProbabilityForest(data, { outcome: labels, numTrees: 400, minNodeSize: 50, ...alone });
  const { probability, variance, classes, warnings } = forest.outOfBag;

  test('probabilities add up to 1 and lie in [0, 1]', () => {
    expect(classes).toEqual(['a', 'b', 'c']);
    expect(warnings).toEqual([]);
    for (let i = 0; i < data.rowCount; i++) {
      expect(probability.reduce((sum, p) => sum + p[i], 0)).toBeCloseTo(1, 12);
      expect(probability.every((p) => p[i] >= 0 && p[i] <= 1)).toBe(true);
    }
  });

  test('are near the truth away from its steps, and so are their standard errors', () => {
    const inside = [...x.keys()].filter((i) => Math.abs(Math.abs(x[i]) - 0.5) > 0.25);
    const errors = inside.flatMap((i) => probability.map((p, c) => p[i] - truth[i][c]));
    const rootMeanSquare = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
    // A leaf of 3000 rows' subsamples holds 25 to 50 rows, averaged over 400 trees: about √(0.2/500) = 0.02 … 0.05.
    expect(rootMeanSquare).toBeLessThan(0.06);
    const spread = inside.flatMap((i) => (variance ?? []).map((v) => v[i]));
    const standardError = Math.sqrt(spread.reduce((sum, v) => sum + v, 0) / spread.length);
    expect(rootMeanSquare / standardError).toBeGreaterThan(0.5);
    expect(rootMeanSquare / standardError).toBeLessThan(2);
  });

  test('kernel weights reproduce them', () => {
    const columns = rankColumns(data.covariates, data.rowCount);
    const rows = Int32Array.of(0, 5, 2999);
    kernelWeights(forest.forest, columns, columns, rows, true).forEach((alpha, k) => {
      classes.forEach((name, c) => {
        const share = alpha.reduce((sum, a, i) => sum + (labels[i] === name ? a : 0), 0);
        expect(share).toBeCloseTo(probability[c][rows[k]], 12);
      });
    });
  });

  test('new rows', () => {
    const fresh = predictProbabilities(forest, { x: [-1.5, 0, 1.5], noise: [0, 0, 0] });
    expect(fresh.probability[0][0]).toBeGreaterThan(0.65);
    expect(fresh.probability[2][2]).toBeGreaterThan(0.65);
    expect(fresh.probability[1][1]).toBeGreaterThan(0.2);
    expect(fresh.variance).toHaveLength(3);
  });
});

test('two classes are a regression forest of 0 and 1, up to chance in drawing trees', async () => {
  const { data, labels } = threeClasses(600, 2);
  const outcome = Float64Array.from(labels, (label) => (label === 'a' ? 1 : 0));
  const options = { numTrees: 800, minNodeSize: 20, ...alone };
  const means = (seed: number) =>
    fitRegressionForest({ ...data, outcomes: {} }, { ...options, outcome, seed }).then(({ outOfBag }) => outOfBag);
  const [one, two] = [await means(1), await means(2)];
  const { outOfBag } = await fitProbabilityForest(data, { ...options, outcome });
  const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0));
  // Classes are '0' and '1'. Two regression forests of other seeds lie as far apart; 1.5 covers chance in that.
  expect(distance(outOfBag.probability[1], one.estimate)).toBeLessThan(1.5 * distance(one.estimate, two.estimate));
  const [v, u] = [(outOfBag.variance as readonly Float64Array[])[1], one.variance as Float64Array];
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(v) / mean(u)).toBeGreaterThan(0.8);
  expect(mean(v) / mean(u)).toBeLessThan(1.25);
});

test('honest: a leaf holds shares of rows that did not grow its tree', async () => {
  const { data, labels } = threeClasses(200, 3);
  const { forest } = await fitProbabilityForest(data, { outcome: labels, numTrees: 2, ...alone });
  const { trees } = forest;
  eachTreeDraw(forest, ({ tree, units, fill }) => {
    expect(fill.length).toBe(Math.floor(units.length / 2));
    const leaves = [...trees.feature.keys()]
      .filter((node) => node >= trees.root[tree] && node < trees.root[tree + 1] && trees.feature[node] < 0)
      .map((node) => trees.child[node]);
    for (const leaf of leaves) {
      const own = trees.moments.subarray(4 * leaf, 4 * leaf + 4);
      expect(own[0]).toBe(1);
      expect(own[1] + own[2] + own[3]).toBeCloseTo(1, 14);
    }
  });
});

describe('every sort of data', () => {
  const cases = {
    plain: smallTrial({ rowCount: 300 }),
    weighted: smallTrial({ rowCount: 300, weights: true }),
    clustered: smallTrial({ rowCount: 300, clusterSize: 5 }),
  };
  const stream = streamFor(4, 'labels');
  const labels = Array.from({ length: 300 }, () => ['x', 'y', 'z', 'w'][stream.below(4)]);
  test.each(Object.entries(cases))('%s: the same bits with and without workers', async (_, data) => {
    const options = { outcome: labels, numTrees: 60 };
    const single = await fitProbabilityForest(data, { ...options, workers: 0 });
    const divided = await fitProbabilityForest(data, { ...options, workers: 2 });
    expect(divided).toEqual(single);
    expect(structuredClone(divided)).toEqual(single);
    expect(
      predictProbabilities(single, tableOf(data.covariates)).probability.every((p) => p.every(Number.isFinite)),
    ).toBe(true);
  });

  test('a weight of 0 counts for nothing, and a class that has no other is named', async () => {
    const { data, labels } = threeClasses(300, 5);
    const weights = Float64Array.from(labels, (label) => (label === 'b' ? 0 : 1));
    const { outOfBag } = await fitProbabilityForest({ ...data, weights }, { outcome: labels, numTrees: 50, ...alone });
    expect(Math.max(...outOfBag.probability[1])).toBe(0);
    expect(outOfBag.warnings[0].code).toBe('CLASS_WITHOUT_WEIGHT');
    expect(outOfBag.warnings[0].message).toContain("'b'");
  });
});

describe('what is refused', () => {
  const { data, labels } = threeClasses(50, 6);
  test.each([
    [labels.slice(1), /outcome must be an array of 50 labels/],
    ['outcome', /outcome must be an array of 50 labels/],
    [labels.map((label, i) => (i === 7 ? null : label)), /no label in row 7/],
    [labels.map(() => 'a'), /at least two classes; all are 'a'/],
  ])('%#', async (outcome, message) => {
    await expect(fitProbabilityForest(data, { outcome: outcome as never })).rejects.toThrow(message);
  });

  test('unknown options', async () => {
    await expect(fitProbabilityForest(data, { outcome: labels, tree: 5 } as never)).rejects.toThrow(/tree/);
  });
});
