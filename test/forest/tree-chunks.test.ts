/** A pass that takes the trees in many small chunks gives the same bits as one that takes them at once. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { predictBlock } from '../../src/causal/predict-effects.js';
import type { CausalForest } from '../../src/causal/types.js';
import { eachNewBlock } from '../../src/forest/leaf-blocks.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { chunksOf } from '../../src/forest/tree-chunks.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { smallTrial } from '../support/trials.js';

/** Nodes of a chunk; undefined: as many as the library takes. */
const chunk = vi.hoisted(() => ({ nodes: undefined as number | undefined }));

vi.mock('../../src/forest/tree-chunks.js', async (original) => {
  const actual = await original<typeof import('../../src/forest/tree-chunks.js')>();
  return {
    ...actual,
    chunksOf: (forest: Parameters<typeof actual.chunksOf>[0]) => actual.chunksOf(forest, chunk.nodes),
  };
});

afterEach(() => {
  chunk.nodes = undefined;
});

const trial = smallTrial();
const columns = rankColumns(trial.covariates, trial.rowCount);

/** Effects and variances by all trees. */
function byAllTrees({ forest }: CausalForest) {
  const { rowCount } = trial;
  const out = {
    effect: new Float64Array(rowCount),
    variance: new Float64Array(rowCount),
    treeCount: new Int32Array(rowCount),
  };
  eachNewBlock(forest, columns, (block) => predictBlock(forest, block, out));
  return out;
}

const options = { numTrees: 60, seed: 3, workers: 0 };

describe.each([[1], [100]])('chunks of at most %i nodes, or one bag', (nodes) => {
  test('effects, variances and errors, out of bag and of other rows', async () => {
    const whole = await fitCausalForest(trial, options);
    expect(chunksOf(whole.forest)).toHaveLength(1);
    const other = byAllTrees(whole);
    chunk.nodes = nodes;
    expect(chunksOf(whole.forest).length).toBeGreaterThan(1);
    expect(byAllTrees(whole)).toEqual(other);
    expect((await fitCausalForest(trial, options)).outOfBag).toEqual(whole.outOfBag);
  });

  test('means', async () => {
    const whole = await fitRegressionForest(trial, { outcome: 'outcome', ...options });
    chunk.nodes = nodes;
    expect((await fitRegressionForest(trial, { outcome: 'outcome', ...options })).outOfBag).toEqual(whole.outOfBag);
  });
});
