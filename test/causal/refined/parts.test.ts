/** The parts of refined effects against what they must equal: the forest's own variance, the conditions of a lasso, the draws. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../../src/causal/causal-forest.js';
import { makeBagLasso } from '../../../src/causal/refined/bag-lasso.js';
import { makeBagRows } from '../../../src/causal/refined/bag-rows.js';
import { combinedVariances } from '../../../src/causal/refined/combined-variance.js';
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
    deviationsInto: (from: number, end: number, out: Float64Array) => out.fill(0, 0, 40 * (end - from)),
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
      const run = (weights: number[]) => {
        const pass = combinedVariances(weights.map(part), still, fit.trial.rowCount);
        for (let k = 0; k < pass.steps; k++) pass.step(k);
        return pass.variance;
      };
      const own = fit.outOfBag.variance as Float64Array;
      expect(own.some((variance) => variance > 0)).toBe(true);
      // Sums in another order.
      const near = (found: Float64Array, factor: number) =>
        found.every(
          (variance, i) => Object.is(own[i], variance) || Math.abs(variance - factor * own[i]) < 1e-9 * own[i],
        );
      expect(near(run([1]), 1)).toBe(true);
      expect(near(run([0.5, 0.5]), 1)).toBe(true);
      expect(near(run([3]), 9)).toBe(true);
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
      const pass = combinedVariances([inBlocks(0.5, 50), inBlocks(0.5, 7)], still, fit.trial.rowCount);
      for (let k = 0; k < pass.steps; k++) pass.step(k);
      expect(pass.variance).toEqual(run([0.5, 0.5]));
    },
  );

  test('what is refitted alone has its mean square', () => {
    const deviations = [0.5, -0.5, Number.NaN, 0];
    const refitted = { bags: 4, deviationsInto: (_: number, __: number, out: Float64Array) => out.set(deviations) };
    const forest = { trees: { treeCount: 8 }, draws: { kind: 'listed', treesPerBag: 2 } } as never;
    const pass = combinedVariances([{ weight: 0, forest, eachBlock: () => {} }], refitted, 1);
    pass.step(0);
    // Its posterior mean on S ≥ 0 lies above the mean square, 1/6, by less than its standard error √(2/3)/6.
    expect(pass.variance[0]).toBeGreaterThan(1 / 6);
    expect(pass.variance[0]).toBeLessThan(1 / 6 + Math.sqrt(2 / 3) / 6);
  });
});

describe('makeBagRows', () => {
  test.each([
    ['rows', {}, {}],
    ['clusters', { clusterSize: 4 }, {}],
    ['bags of one', {}, { ciGroupSize: 1 }],
  ])('draws what the forest’s trees draw: %s', async (_, parts, options) => {
    const fit = await fitCausalForest(smallTrial(parts), { numTrees: 12, minNodeSize: 2, ...options });
    const plan = planOf(fit.settings, fit.trial);
    const bags = makeBagRows(plan, fit.settings.seed, 'causal forest', 12 / plan.treesPerBag);
    eachTreeDraw(fit.forest, ({ tree, isDrawn }) => {
      const bag = Math.floor(tree / plan.treesPerBag);
      expect([...bags.drawn(bag)]).toEqual([...isDrawn.keys()].filter((i) => isDrawn[i] === 1));
      expect([...bags.undrawn(bag)]).toEqual([...isDrawn.keys()].filter((i) => isDrawn[i] === 0));
    });
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
