/** What is said before a fit against the arrays that it then makes. */
import { describe, expect, test, vi } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { estimateMemory } from '../../src/causal/estimate-memory.js';
import { refinedMemory } from '../../src/causal/refined/memory.js';
import type { Covariate } from '../../src/data/trial.js';
import { type ForestOptions, planOf, resolveForestOptions } from '../../src/forest/forest-options.js';
import { hingesOf } from '../../src/nuisance/penalized-nuisance.js';
import { stackMemory } from '../../src/nuisance/stack-memory.js';
import { arrange } from '../../src/penalized/arrange.js';
import { planBasis } from '../../src/penalized/basis.js';
import type { BasisOptions } from '../../src/penalized/basis-plan.js';
import { binomialPath } from '../../src/penalized/binomial-path.js';
import { assignFolds } from '../../src/penalized/folds.js';
import { gaussianPath } from '../../src/penalized/gaussian-path.js';
import { basisColumnCount, designBytes, machineOfRegression, regressionBytes } from '../../src/penalized/memory.js';
import { resolvePenalized } from '../../src/penalized/problem.js';
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

/** Uniform columns, whose quantiles all differ, so that every column of a basis stays. */
const numbersOf = (rowCount: number, covariateCount: number) =>
  designTrial('oneSided', rowCount, 4, covariateCount).trial;

describe('stacks and refined effects', () => {
  test.each<[number, BasisOptions]>([
    [3, {}],
    [10, { knots: hingesOf(10) }],
    [20, {}],
    [60, { knots: hingesOf(60) }],
    [20, { shape: 'linear' }],
  ])('%i numbers have as many columns as are counted: %o', (count, options) => {
    const { covariates } = numbersOf(400, count);
    expect(planBasis(covariates, 400, null, options).design.columnCount).toBe(basisColumnCount(count, options));
  });

  // What is said leaves room for numbers by row that come and go: at most a quarter here.
  test.each(['gaussian', 'binomial'] as const)('%s regression: design, machine and matrices', (family) => {
    const rowCount = 4000;
    const trial = numbersOf(rowCount, 8);
    const { design } = planBasis(trial.covariates, rowCount, null);
    const folds = assignFolds(trial, 5, 1, ['memory']);
    const problem = { design, target: trial.treatment.values, weight: null, family, folds };
    const settings = resolvePenalized({}, design);
    const arranged = arrange(problem, settings);
    const path = (family === 'binomial' ? binomialPath : gaussianPath)(
      arranged,
      { factor: settings.penaltyFactor, mix: 1 },
      true,
    );
    for (let k = 0; k < path.preparations; k++) path.prepare(k);
    path.start();
    const { values } = arranged.columns;
    expect(values.buffer.byteLength - 65_536).toBeLessThanOrEqual(machineOfRegression(rowCount, design.columnCount));
    expect(values.buffer.byteLength).toBeGreaterThan(0.95 * machineOfRegression(rowCount, design.columnCount));
    const measured = bytesOf(design) + values.buffer.byteLength - 65_536 + bytesOf(path.fits);
    const said =
      designBytes(rowCount, design.columnCount) +
      regressionBytes(rowCount, design.columnCount, { family, folds: 5, penaltyCount: 40 });
    expect(measured).toBeLessThanOrEqual(said);
    expect(measured).toBeGreaterThan(0.75 * said);
    arranged.columns.release();
  });

  test('a stack has one design for both targets, or two where products are chosen for each', () => {
    const rowCount = 5000;
    const more = (covariateCount: number) =>
      stackMemory(rowCount, covariateCount, 2).members - stackMemory(rowCount, covariateCount, 1).members;
    // Folds and predictions of a target are no design.
    expect(more(15)).toBeLessThan(64 * rowCount);
    const columns = basisColumnCount(16, { knots: hingesOf(16) });
    expect(more(16)).toBeGreaterThan(designBytes(rowCount, columns));
  });

  test('a refined fit keeps at most what is said: coefficients of all halves, draws of all chains', async () => {
    const [rowCount, covariateCount] = [1500, 6];
    const { trial } = designTrial('oneSided', rowCount, 5, covariateCount);
    const options = { numTrees: 120, estimator: 'refined', nuisance: 'forest' } as const;
    const { refined, forest } = await fitCausalForest(trial, { ...options, outcomeHat: 0, treatmentHat: 0.5 });
    const said = estimateMemory(options, rowCount, covariateCount);
    const kept = refinedMemory(rowCount, covariateCount, { numTrees: 120, ciGroupSize: 2 }).kept;
    expect(said.forest - estimateMemory({ numTrees: 120 }, rowCount, covariateCount).forest).toBe(kept);
    expect(bytesOf([forest.trees, forest.coding, refined])).toBeLessThanOrEqual(said.forest);
    expect(bytesOf(refined)).toBeLessThanOrEqual(kept);
    // The counts that it rests on, which are written down a second time.
    expect(refined?.halfConstants).toHaveLength(2 * 50);
    expect(refined?.bayesianTrees.chains.map(({ constant }) => constant.length)).toEqual([100, 100, 100, 100]);
    const halves = bytesOf([refined?.linear.halfCoefficients, refined?.spline.halfCoefficients]);
    expect(halves).toBe(
      8 * 100 * (basisColumnCount(covariateCount, { shape: 'linear' }) + basisColumnCount(covariateCount) + 2),
    );
  });

  test('the dearest step counts: a stack while nuisances are fitted, columns thrice while effects are', () => {
    const said = (options: Parameters<typeof estimateMemory>[0]) => estimateMemory(options, 50_000, 20);
    const plain = said({});
    const stack = said({ nuisance: 'stack' });
    const refined = said({ estimator: 'refined', nuisance: 'forest' });
    const columns = designBytes(50_000, basisColumnCount(20));
    expect(stack.training).toBeGreaterThan(plain.training + columns);
    expect(stack.forest).toBe(plain.forest);
    expect(refined.training).toBeGreaterThan(3 * columns);
    expect(refined.training).toBeLessThan(4 * columns);
    expect(refined.peak).toBeGreaterThan(refined.forest + refined.training);
    // A stack is what refined effects have unless told otherwise; nuisances that are given need none.
    expect(said({ estimator: 'refined' })).toEqual(said({ estimator: 'refined', nuisance: 'stack' }));
    const given = { outcomeHat: 0, treatmentHat: 0.5 } as const;
    expect(said({ nuisance: 'stack', ...given })).toEqual(said(given));
    expect(said({ nuisance: 'stack', treatmentHat: 0.5 }).training).toBeLessThan(stack.training - columns / 2);
  });

  test('an unknown option is refused, as by the fit', () => {
    const misspelt = { nuisances: 'stack' } as object;
    expect(() => estimateMemory(misspelt, 1000, 5)).toThrow(/nuisance/);
  });
});
