/** Whole fits on lent engines: in any order, at once, after a failure, and where there is no WebAssembly. */
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { CausalForest } from '../../src/causal/types.js';
import { streamFor } from '../../src/math/random.js';
import { borrowEngine, returnEngine } from '../../src/tree/engine.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { type ColumnKind, drawColumn } from '../support/generated-problem.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';
import { smallTrial, type TrialParts } from '../support/trials.js';

const columnsOf = (kinds: readonly ColumnKind[], n: number) => {
  const stream = streamFor(1, 'engine', n);
  return kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
};

/** Problems of different shapes, so that engines change hands between them. */
const problems: TrialParts[] = [
  { rowCount: 150 },
  { rowCount: 140, weights: true },
  { rowCount: 150, covariates: columnsOf(['manyLevels', 'missing'], 150) },
  { rowCount: 60, covariates: columnsOf(['continuous'], 60) },
  { rowCount: 110, covariates: columnsOf(['category', 'manyLevels'], 110) },
  { rowCount: 150, clusterSize: 3, seed: 2 },
];
const fitAll = () =>
  problems.map((parts) => () => fitCausalForest(smallTrial(parts), { numTrees: 20, minNodeSize: 2 }));

describe('lending', () => {
  test('fits one after another, backwards, and at the same time give the same bits', async () => {
    const inOrder: CausalForest[] = [];
    for (const run of fitAll()) inOrder.push(await run());
    const backwards: CausalForest[] = [];
    for (const run of fitAll().reverse()) backwards.unshift(await run());
    const together = await Promise.all(fitAll().map((run) => run()));
    for (const other of [backwards, together])
      other.forEach((forest, k) => {
        expect(forest.forest).toEqual(inOrder[k].forest);
        expect(forest.outOfBag).toEqual(inOrder[k].outOfBag);
      });
  });

  test('an engine that was given back is lent again', () => {
    const columns = rankColumns(columnsOf(['missing', 'ties'], 90), 90);
    const plan = {
      rowCount: 90,
      treesPerBag: 2,
      sampleFraction: 0.5,
      honesty: true,
      honestyFraction: 0.5,
      clusters: null,
      equalizeClusterWeights: false,
    };
    const engine = borrowEngine(columns, plan);
    returnEngine(engine);
    expect(borrowEngine(columns, plan)).toBe(engine);
    returnEngine(engine);
  });

  test('work that fails gives its engine back in order', async () => {
    const fits = fitAll();
    const expected = await fits[0]();
    const stop = new AbortController();
    const stopped = fitCausalForest(smallTrial(problems[0]), {
      numTrees: 20_000,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect((await fits[0]()).outOfBag).toEqual(expected.outOfBag);
  });
});

test.each(['missing', 'forbidden'] as const)('where WebAssembly is %s fits have the same bits', async (how) => {
  const fresh = await importWithoutWebAssembly(how, () => import('../../src/causal/causal-forest.js'));
  for (const [k, run] of fitAll().entries()) {
    const usual = await run();
    const forest = await fresh.fitCausalForest(smallTrial(problems[k]), { numTrees: 20, minNodeSize: 2 });
    expect(forest.forest).toEqual(usual.forest);
    expect(forest.outOfBag).toEqual(usual.outOfBag);
  }
});
