/** Where threads cannot be started a fit is the calling thread's, and says so once, whatever number of jobs it had. */
import { expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { fitDoubleSampleForest } from '../../src/causal/tree-average-forest.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { smallTrial } from '../support/trials.js';

// Under test from source there is no text of a worker, unless a test sets it.
const trial = smallTrial({ propensity: null });
const said = { code: 'WORKERS_UNAVAILABLE', message: expect.stringContaining('workers: 0') };

test('causal forest', async () => {
  const alone = await fitCausalForest(trial, { numTrees: 40, workers: 0 });
  const asked = await fitCausalForest(trial, { numTrees: 40, workers: 2 });
  expect(asked.warnings.filter(({ code }) => code === said.code)).toEqual([said]);
  expect({ ...asked, warnings: [] }).toEqual({ ...alone, warnings: [] });
});

test('double-sample forest', async () => {
  const { warnings } = await fitDoubleSampleForest(trial, { numTrees: 40, workers: 1 });
  expect(warnings.filter(({ code }) => code === said.code)).toEqual([said]);
});

test('regression forest', async () => {
  const { outOfBag } = await fitRegressionForest(trial, { outcome: 'outcome', numTrees: 40, workers: 1 });
  expect(outOfBag.warnings.filter(({ code }) => code === said.code)).toEqual([said]);
});

test('nothing is said where none were asked for', async () => {
  for (const workers of [{}, { workers: 0 }]) {
    const { warnings } = await fitCausalForest(trial, { numTrees: 40, ...workers });
    expect(warnings.map(({ code }) => code)).not.toContain(said.code);
  }
});
