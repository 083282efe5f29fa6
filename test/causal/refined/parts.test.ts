/** The parts of refined effects against what they must equal: the forest's own variance, the conditions of a lasso, the draws. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../../src/causal/causal-forest.js';
import { makeBagLasso } from '../../../src/causal/refined/bag-lasso.js';
import { makeBagRows, otherHalf } from '../../../src/causal/refined/bag-rows.js';
import { combinedVariances, type ForestPart } from '../../../src/causal/refined/combined-variance.js';
import { effectWriter } from '../../../src/causal/refined/linear-effects.js';
import { refittedPart } from '../../../src/causal/refined/refitted-part.js';
import { eachTreeDraw } from '../../../src/forest/forest.js';
import { planOf } from '../../../src/forest/forest-options.js';
import { eachOutOfBagBlock, type LeafBlock } from '../../../src/forest/leaf-blocks.js';
import { streamFor } from '../../../src/math/random.js';
import { designOf } from '../../../src/penalized/design.js';
import { rankColumns } from '../../../src/tree/ranked-columns.js';
import { smallTrial } from '../../support/trials.js';

describe('combinedVariances', () => {
  const still = {
    bags: 40,
    deviationsInto: (_: number, __: number, without: Float64Array, held: Float64Array) => {
      without.fill(0);
      held.fill(0);
    },
  };

  test.each([2, 3])(
    'of one forest with weight 1 and nothing refitted are its own (bags of %i)',
    async (ciGroupSize) => {
      const fit = await fitCausalForest(smallTrial({ clusterSize: 3 }), { numTrees: 120, minNodeSize: 2, ciGroupSize });
      const columns = rankColumns(fit.trial.covariates, fit.trial.rowCount);
      const part = (weight: number) => ({
        weight,
        forest: fit.forest,
        eachBlock: (visit: Parameters<typeof eachOutOfBagBlock>[2], from: number, end: number) =>
          eachOutOfBagBlock(fit.forest, columns, visit, from, end),
      });
      const run = (own: ForestPart) => {
        const pass = combinedVariances(own, still, fit.trial.rowCount);
        for (let k = 0; k < pass.steps; k++) pass.step(k);
        return pass.variance;
      };
      const own = fit.outOfBag.variance as Float64Array;
      expect(own.some((variance) => variance > 0)).toBe(true);
      // The own ones divide sums by their number where these multiply: rounding.
      const near = (found: Float64Array, factor: number) =>
        found.every(
          (variance, i) => Object.is(own[i], variance) || Math.abs(variance - factor * own[i]) < 1e-9 * own[i],
        );
      expect(near(run(part(1)), 1)).toBe(true);
      expect(near(run(part(3)), 9)).toBe(true);
      // Passes in blocks of other sizes: 50 and 7 rows.
      const inBlocks = (weight: number, size: number) => ({
        ...part(weight),
        eachBlock: (visit: Parameters<typeof eachOutOfBagBlock>[2], from: number, end: number) => {
          for (let first = from; first < end; first += size) {
            const put = (block: LeafBlock) => visit({ ...block, first: first - from + block.first });
            eachOutOfBagBlock(fit.forest, columns, put, first, Math.min(end, first + size));
          }
        },
      });
      const whole = run(part(0.5));
      for (const size of [50, 7]) expect(run(inBlocks(0.5, size))).toEqual(whole);
    },
  );

  test('what is refitted alone has minus its mean product between halves', () => {
    const refitted = {
      bags: 4,
      deviationsInto: (_: number, __: number, without: Float64Array, held: Float64Array) => {
        without.set([0.5, -0.5, 0.25, -0.25]);
        held.set([-0.5, 0.5, 0.25, -0.25]);
      },
    };
    const forest = { trees: { treeCount: 8 }, draws: { kind: 'listed', treesPerBag: 2 } } as never;
    const pass = combinedVariances({ weight: 0, forest, eachBlock: () => {} }, refitted, 1);
    pass.step(0);
    const product = (2 * 0.25 - 2 * 0.0625) / 4;
    const square = (2 * 0.25 + 2 * 0.0625) / 4;
    // Its posterior mean on S ≥ 0 lies above it, by less than its standard error.
    expect(pass.variance[0]).toBeGreaterThan(product);
    expect(pass.variance[0]).toBeLessThan(product + Math.sqrt((square ** 2 + product ** 2) / 4));
  });
});

/**
 * A lasso whose penalty is near its slopes chooses columns anew in each half. Over 200 samples the variance between samples is
 * known to √(2/200) = 0.1 of itself at each point; points share samples, so 0.7 and 1.3 are three of those.
 */
test('variance from halves without a common row is that between samples, at a given penalty', () => {
  const [n, samples, points, p] = [200, 200, 4, 6];
  const newRows = designOf(
    Array.from({ length: p }, (_, f) => Float64Array.from({ length: points }, (_, i) => ((i + f) % points) - 1.5)),
    points,
  );
  const forest = { trees: { treeCount: 8 }, draws: { kind: 'listed', treesPerBag: 2 } } as never;
  const plan = {
    rowCount: n,
    treesPerBag: 2,
    sampleFraction: 0.5,
    honesty: true,
    honestyFraction: 0.5,
    clusters: null,
  };
  const predictions = Array.from({ length: points }, () => new Float64Array(samples));
  let [claimed, spread] = [0, 0];
  for (let sample = 0; sample < samples; sample++) {
    const stream = streamFor(sample, 'halves');
    const columns = Array.from({ length: p + 1 }, (_, j) =>
      Float64Array.from({ length: n }, () => (j === 0 ? 1 : stream.normal())),
    );
    const outcome = columns[1].map((value) => 1 + 0.1 * value + stream.normal());
    const bags = makeBagRows({ ...plan, equalizeClusterWeights: false }, sample, 'halves', 50);
    const start = { coefficients: new Float64Array(p + 1), penalty: 0.08, scale: new Float64Array(p + 1).fill(1) };
    const rows = { outcome, weight: new Float64Array(n).fill(1) };
    const lasso = makeBagLasso(
      designOf(columns, n),
      rows,
      start,
      Float64Array.from(columns, (_, j) => +(j > 0)),
    );
    const halfCoefficients = new Float64Array(100 * (p + 1));
    for (let half = 0; half < 100; half++)
      lasso.refit(bags.half(half), halfCoefficients.subarray(half * (p + 1), (half + 1) * (p + 1)));
    lasso.release();
    const linear = { halfCoefficients, coefficients: new Float64Array(p) };
    const members = [0, 1, 0, 0].map((weight) => ({ weight }));
    const refined = { members, linear, spline: linear, halfConstants: new Float64Array(100) } as never;
    const part = refittedPart(refined, [newRows, newRows], null);
    const pass = combinedVariances({ weight: 0, forest, eachBlock: () => {} }, part, points);
    pass.step(0);
    const write = effectWriter(newRows);
    const own = new Float64Array(points);
    const squares = new Float64Array(points);
    for (let half = 0; half < 100; half++) {
      write(halfCoefficients.subarray(half * (p + 1), (half + 1) * (p + 1)), 0, points, own);
      own.forEach((value, i) => {
        predictions[i][sample] += value / 100;
        squares[i] += value ** 2 / 100;
      });
    }
    for (let i = 0; i < points; i++) {
      claimed += pass.variance[i];
      spread += squares[i] - predictions[i][sample] ** 2;
    }
  }
  const actual = predictions.reduce((sum, values) => {
    const mean = values.reduce((a, b) => a + b, 0) / samples;
    return sum + (samples * values.reduce((a, b) => a + (b - mean) ** 2, 0)) / (samples - 1);
  }, 0);
  expect(claimed / actual).toBeGreaterThan(0.7);
  expect(claimed / actual).toBeLessThan(1.3);
  // What the spread between halves alone would claim.
  expect(spread / actual).toBeGreaterThan(1.3);
});

describe('makeBagRows', () => {
  test.each([
    ['rows', {}, {}],
    ['clusters', { clusterSize: 4 }, {}],
    ['trees of less than half', {}, { sampleFraction: 0.5, honestyFraction: 0.3 }],
  ])('halves are what the forest’s trees draw, and the rest: %s', async (_, parts, options) => {
    const fit = await fitCausalForest(smallTrial(parts), { numTrees: 12, minNodeSize: 2, ...options });
    const plan = planOf(fit.settings, fit.trial);
    const bags = makeBagRows(plan, fit.settings.seed, 'causal forest', 12 / plan.treesPerBag);
    eachTreeDraw(fit.forest, ({ tree, isDrawn }) => {
      const bag = Math.floor(tree / plan.treesPerBag);
      expect([...bags.half(2 * bag)]).toEqual([...isDrawn.keys()].filter((i) => isDrawn[i] === 1));
      expect([...bags.half(otherHalf(2 * bag))]).toEqual([...isDrawn.keys()].filter((i) => isDrawn[i] === 0));
    });
  });

  test('bags of one tree, which may draw all rows, have halves of their own', () => {
    const plan = {
      rowCount: 21,
      treesPerBag: 1,
      sampleFraction: 0.9,
      honesty: true,
      honestyFraction: 0.5,
      clusters: null,
    };
    const bags = makeBagRows({ ...plan, equalizeClusterWeights: false }, 1, 'halves', 4);
    const drawn = [...bags.half(6)];
    expect(drawn).toHaveLength(10);
    expect([...drawn, ...bags.half(7)].sort((a, b) => a - b)).toEqual([...Array(21).keys()]);
  });
});

test('a bag’s lasso meets its conditions: gradients at their penalties where columns are in use, within them elsewhere', () => {
  const stream = streamFor(5, 'bag lasso');
  const n = 300;
  const p = 25;
  const columns = Array.from({ length: p }, () => Float64Array.from({ length: n }, () => stream.normal()));
  columns[1] = columns[0].map((value) => value + 0.1 * stream.normal());
  const outcome = Float64Array.from({ length: n }, (_, i) => columns[0][i] - columns[2][i] + stream.normal());
  const weight = Float64Array.from({ length: n }, () => 0.5 + stream.uniform());
  const factor = new Float64Array(p).fill(1);
  factor[0] = 0;
  const fit = { coefficients: new Float64Array(p), penalty: 0.08, scale: new Float64Array(p).fill(1) };
  const lasso = makeBagLasso(designOf(columns, n), { outcome, weight }, fit, factor);
  const rows = Int32Array.from({ length: n / 2 }, (_, k) => 2 * k);
  const beta = new Float64Array(p);
  lasso.refit(rows, beta);
  const total = rows.reduce((sum, i) => sum + weight[i], 0);
  const penalty = 0.08 * Math.sqrt(weight.reduce((a, b) => a + b, 0) / total);
  let used = 0;
  for (let j = 0; j < p; j++) {
    const gradient =
      rows.reduce(
        (sum, i) =>
          sum + weight[i] * columns[j][i] * (outcome[i] - columns.reduce((fit, x, k) => fit + beta[k] * x[i], 0)),
        0,
      ) / total;
    // Sweeps end where a step adds less than 1e-6 of the outcome's mean square: steps of a thousandth.
    if (j === 0) expect(Math.abs(gradient)).toBeLessThan(5e-3);
    else if (beta[j] !== 0) expect(Math.abs(gradient - penalty * Math.sign(beta[j]))).toBeLessThan(5e-3);
    else expect(Math.abs(gradient)).toBeLessThan(penalty + 5e-3);
    used += +(beta[j] !== 0);
  }
  expect(used).toBeGreaterThan(2);
  expect(used).toBeLessThan(p);
});
