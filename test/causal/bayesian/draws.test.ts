/** Kept draws say of rows what the chain had fitted to them, whatever their cells; and survive a clone. */
import { describe, expect, test } from 'vitest';
import { startChain } from '../../../src/causal/bayesian/chain.js';
import { summarizeDraws, type TreeDraws } from '../../../src/causal/bayesian/draws.js';
import type { Covariate } from '../../../src/data/trial.js';
import { streamFor } from '../../../src/math/random.js';
import { planClasses } from '../../../src/tree/binned-columns.js';
import { chainJobs, drawnTrees, runChains } from '../../support/bayesian-chains.js';
import { drawColumn, drawn, drawRows, numberColumn, signalOf } from '../../support/generated-problem.js';

const n = 500;
const stream = streamFor(1, 'draws');
const kinds = ['continuous', 'missing', 'category', 'manyLevels', 'ties'] as const;
const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
const classes = planClasses(covariates, 64);
const treatment = drawn(n, () => stream.below(2) - 0.5);
const outcome = drawn(n, (i) => {
  const effect = covariates.reduce((sum, column) => sum + 3 * signalOf(column, i), 0);
  return treatment[i] * effect + 0.5 * stream.normal();
});
const rows = { covariates, outcome, treatment };

/** The first steps of one chain, and what they add up to. */
function firstSteps(count: number) {
  const run = startChain(chainJobs(rows), streamFor(2, 'draws'));
  for (let step = 0; step < count; step++) run.step();
  return run.finish();
}

describe('the draw of one iteration', () => {
  // Every third of the iterations that count is kept; the first of them is the 103rd.
  test.each([103, 106, 199])('%i', (steps) => {
    const { moments, draws } = firstSteps(steps);
    const before = firstSteps(steps - 1).moments;
    expect([moments.count, draws.constant.length]).toEqual([steps - 100, Math.floor((steps - 100) / 3)]);
    const start = outcome.reduce((sum, y, i) => sum + y * treatment[i], 0) / (n / 4);
    // What the chain's rows had come to, tree by tree, at this iteration alone.
    const fitted = moments.sum.map((sum, i) => start + sum - before.sum[i]);
    const { mean } = summarizeDraws([lastOf(draws)], classes, covariates, n);
    mean.forEach((value, i) => {
      expect(value).toBeCloseTo(fitted[i], 9);
    });
    const columns = drawnTrees(draws, draws.constant.length - 1).map(({ column }) => column);
    expect(new Set(columns).size).toBeGreaterThan(2);
  });
});

/** The last of the draws alone. */
const drawOf = (draws: TreeDraws, d: number): TreeDraws => ({
  ...draws,
  constant: draws.constant.slice(d, d + 1),
  start: draws.start.slice(d, d + 2),
});
const lastOf = (draws: TreeDraws) => drawOf(draws, draws.constant.length - 1);

test('means and variances are those over the draws of all chains', () => {
  const chains = runChains(rows, 2).map(({ draws }) => draws);
  const each = chains.flatMap((draws) =>
    Array.from(draws.constant, (_, d) => summarizeDraws([drawOf(draws, d)], classes, covariates, n).mean),
  );
  expect(each).toHaveLength(200);
  const { mean, variance } = summarizeDraws(chains, classes, covariates, n);
  for (let i = 0; i < n; i++) {
    const own = each.reduce((sum, values) => sum + values[i], 0) / 200;
    expect(mean[i]).toBeCloseTo(own, 9);
    expect(variance[i]).toBeCloseTo(each.reduce((sum, values) => sum + (values[i] - own) ** 2, 0) / 199, 9);
  }
});

test('draws are plain data: cloned they say the same, and every number has its place', () => {
  const [{ draws }] = runChains(rows, 1);
  expect(structuredClone(draws)).toEqual(draws);
  expect(Object.isFrozen(draws)).toBe(true);
  const nodes = draws.column.length;
  expect([draws.child.length, draws.value.length, draws.side.length]).toEqual([nodes, nodes, nodes]);
  // One word list of eight for each cut; as many leaves as cuts and trees.
  const cuts = draws.column.filter((column) => column >= 0).length;
  expect(draws.words).toHaveLength(8 * cuts);
  expect(nodes - cuts).toBe(cuts + draws.roots.length);
});

describe('new rows', () => {
  const chains = runChains(rows, 1).map(({ draws }) => draws);
  const effectsOf = (columns: readonly Covariate[], count: number) => summarizeDraws(chains, classes, columns, count);

  test('in another order have the same effects', () => {
    const order = drawRows(n, stream, 50);
    const moved = covariates.map((column) =>
      column.kind === 'category'
        ? { ...column, codes: order.map((i) => column.codes[i]) }
        : { ...column, values: Float64Array.from(order, (i) => column.values[i]) },
    );
    const all = effectsOf(covariates, n);
    const own = effectsOf(moved, 50);
    order.forEach((i, place) => {
      expect([own.mean[place], own.variance[place]]).toEqual([all.mean[i], all.variance[i]]);
    });
  });

  test('beyond the range of training are as its ends; a cell that was never missing goes left', () => {
    const [first, ...others] = covariates;
    if (first.kind === 'category') throw new Error('the first column is a number');
    const with0 = (value: number) =>
      effectsOf([numberColumn('x0', new Float64Array(n).fill(value)), ...others], n).mean;
    expect(with0(1e9)).toEqual(with0(Math.max(...first.values)));
    expect(with0(-1e9)).toEqual(with0(Math.min(...first.values)));
    expect(with0(Number.NaN)).toEqual(with0(-1e9));
    expect(with0(1e9)).not.toEqual(with0(-1e9));
  });
});
