/** What is said before a fit against the arrays that it then makes. */
import { describe, expect, test, vi } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import type { Covariate } from '../../src/data/trial.js';
import { estimateMemory } from '../../src/forest/estimate-memory.js';
import { type ForestOptions, planOf, resolveForestOptions } from '../../src/forest/forest-options.js';
import { ONE_OF_EACH } from '../../src/tree/engine.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { type Sorting, sortingFor } from '../../src/tree/sorting.js';
import { designTrial } from '../support/trials.js';

/** Bytes of all arrays that a value holds. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}

/** The engine's arrays, those that data are coded in, and two residuals. Another copy of the library has no larger engine. */
async function trainingBytes(
  covariates: readonly Covariate[],
  rowCount: number,
  given: ForestOptions,
  sorting: Sorting = 'lists',
) {
  vi.resetModules();
  const { borrowEngine, engineBytes } = await import('../../src/tree/engine.js');
  const columns = rankColumns(covariates, rowCount);
  const frame = { rowCount, covariateCount: covariates.length, clusters: null, weights: null };
  const settings = resolveForestOptions(given, frame);
  expect(sortingFor(columns.coding, rowCount, settings.mtry)).toBe(sorting);
  const { capacity, machine } = borrowEngine(columns, planOf(settings, frame), undefined, 0, ONE_OF_EACH, sorting);
  const bytes = bytesOf(machine.records);
  // What is said of an engine is its arrays, its numbers, and what lies between.
  expect(engineBytes(capacity)).toBeGreaterThan(bytes);
  expect(engineBytes(capacity)).toBeLessThan(bytes + 8192);
  return bytes + bytesOf(columns.code) + 2 * 8 * rowCount;
}

const cases = [
  { rowCount: 600, covariateCount: 4, numTrees: 200, minNodeSize: 5, propensity: 0.5 },
  { rowCount: 3000, covariateCount: 6, numTrees: 100, minNodeSize: 5, propensity: 0.3 },
  { rowCount: 2000, covariateCount: 12, numTrees: 60, minNodeSize: 1, propensity: 0.5 },
  { rowCount: 1500, covariateCount: 5, numTrees: 80, minNodeSize: 20, propensity: 0.5 },
] as const;

describe.each(cases)('%o', ({ rowCount, covariateCount, numTrees, minNodeSize, propensity }) => {
  const { trial } = designTrial(propensity === 0.5 ? 'oneSided' : 'confounded', rowCount, 3, covariateCount);
  const said = estimateMemory({ numTrees, minNodeSize }, rowCount, covariateCount);
  const fitted = fitCausalForest(trial, { numTrees, minNodeSize, outcomeHat: 0, treatmentHat: propensity });

  // The ceiling counts the most leaves that the rules allow; trees have a third of it or more.
  test('forest: at most what is said, at least a third of it', async () => {
    const { forest } = await fitted;
    const measured = bytesOf([forest.trees, forest.coding]);
    expect(measured).toBeLessThanOrEqual(said.forest);
    expect(measured).toBeGreaterThan(said.forest / 3);
  });

  test('training: the engine, the data and the finished trees fit into what is said', async () => {
    const { forest } = await fitted;
    const engine = await trainingBytes(trial.covariates, rowCount, { numTrees, minNodeSize });
    expect(engine + bytesOf(forest.trees)).toBeLessThanOrEqual(said.training);
    expect(engine + bytesOf(forest.trees)).toBeGreaterThan(said.training / 3);
  });

  test('prediction: blocks of training and of new rows, within a factor of 3', async () => {
    const { forest } = await fitted;
    const columns = rankColumns(trial.covariates, rowCount);
    vi.resetModules();
    const { eachNewBlock, eachOutOfBagBlock } = await import('../../src/forest/leaf-blocks.js');
    for (const each of [eachOutOfBagBlock, eachNewBlock])
      each(forest, columns, ({ leaf }) => {
        // The machine's whole memory, less what is rounded up to a page.
        expect(leaf.buffer.byteLength - 65_536).toBeLessThanOrEqual(said.prediction);
        expect(leaf.buffer.byteLength).toBeGreaterThan(said.prediction / 3);
      });
  });
});

// Two trees, so that data weigh more than trees: what is said is then within a factor of 2 of the engine's arrays.
test.each([
  [50, 'lists'],
  [200, 'ranks'],
] as const)('training on %i covariates, with %s', async (covariateCount, sorting) => {
  const { trial } = designTrial('oneSided', 2000, 1, covariateCount);
  const measured = await trainingBytes(trial.covariates, 2000, { numTrees: 2 }, sorting);
  const said = estimateMemory({ numTrees: 2 }, 2000, covariateCount).training;
  expect(measured).toBeLessThanOrEqual(said);
  expect(measured).toBeGreaterThan(said / 2);
});

test('training where rows are sorted by rank', async () => {
  const { trial } = designTrial('oneSided', 2000, 1, 200);
  const ranks = await trainingBytes(trial.covariates, 2000, { numTrees: 2 }, 'ranks');
  const said = estimateMemory({ numTrees: 2 }, 2000, 200).training;
  expect(ranks).toBeLessThanOrEqual(said);
  expect(ranks).toBeGreaterThan(said / 2);
});
