/** Worker threads change how long a fit takes and nothing else: all bits are those of one thread. */
import '../../scripts/source-code.js';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { fitCausalForest } from '../../src/causal/causal-forest.js';
import { outOfBagLocalLinearEffects } from '../../src/causal/local-linear-effects.js';
import { fitRatioForests } from '../../src/causal/ratio-forests.js';
import { fitCausalSurvivalForest } from '../../src/causal/survival/causal-survival-forest.js';
import { estimateTreatmentVariance } from '../../src/causal/treatment-variance.js';
import { fitDoubleSampleForest, fitPropensityForest } from '../../src/causal/tree-average-forest.js';
import { fitBoostedRegressionForest } from '../../src/forest/boosted-forest.js';
import { fitRegressionForest } from '../../src/forest/regression-forest.js';
import { fitSurvivalForest } from '../../src/forest/survival/survival-forest.js';
import type { Progress, WorkControl } from '../../src/forest/work-control.js';
import { idleThreads } from '../../src/threads/pool.js';
import { survivalTrial } from '../causal/survival-trials.js';
import { smallTrial } from '../support/trials.js';

/** Numbers, missing values, ties and a category with level sets; nuisances are fitted too. */
const mixed = smallTrial({ rowCount: 300, propensity: null });
const weighted = smallTrial({ rowCount: 300, propensity: null, weights: true });
const clustered = smallTrial({ rowCount: 300, propensity: null, clusterSize: 5 });
const { trial: survival } = survivalTrial({ rowCount: 300, weights: true, missing: 0.2 });
const died = { time: 'time', event: 'died' } as const;
const small = { numTrees: 60 };

const fits: Readonly<Record<string, (control: WorkControl) => Promise<object>>> = {
  'causal forest': (control) => fitCausalForest(mixed, { ...small, ...control }),
  'causal forest, weighted': (control) => fitCausalForest(weighted, { ...small, ...control }),
  'causal forest, clustered': (control) => fitCausalForest(clustered, { ...small, ...control }),
  'causal forest, equal clusters': (control) =>
    fitCausalForest(clustered, { ...small, equalizeClusterWeights: true, ...control }),
  'causal forest, bags of one': (control) => fitCausalForest(mixed, { ...small, ciGroupSize: 1, ...control }),
  'causal forest, stacked nuisances': (control) =>
    fitCausalForest(clustered, { ...small, nuisance: 'stack', ...control }),
  'regression forest': (control) => fitRegressionForest(weighted, { outcome: 'outcome', ...small, ...control }),
  'boosted regression forest': (control) =>
    fitBoostedRegressionForest(weighted, { outcome: 'outcome', numSteps: 2, ...small, ...control }),
  'local linear effects': async (control) =>
    outOfBagLocalLinearEffects(await fitCausalForest(clustered, { ...small, ...control }), {
      on: ['x0', 'x3'],
      ...control,
    }),
  'survival forest': (control) => fitSurvivalForest(survival, { ...died, ...small, ...control }),
  'causal survival forest': (control) =>
    fitCausalSurvivalForest(survival, { ...died, horizon: 2, ...small, ...control }),
  'double-sample forest': (control) => fitDoubleSampleForest(mixed, { ...small, ...control }),
  'propensity forest': (control) => fitPropensityForest(mixed, { ...small, ...control }),
};

describe('the same bits with 0, 1, 2 and 3 workers', () => {
  test.each(Object.entries(fits))('%s', async (_, start) => {
    const alone = await start({ workers: 0 });
    for (const workers of [1, 2, 3]) {
      const divided = await start({ workers });
      expect(divided).toEqual(alone);
      // Results leave shared memory behind: it can be neither saved nor sent to another origin.
      expect(structuredClone(divided)).toEqual(alone);
      expect(sharedArrays(divided)).toBe(0);
      expect(idleThreads()).toBeGreaterThanOrEqual(workers);
    }
  });

  test('more workers than bags', async () => {
    const few = (workers: number) => fitCausalForest(mixed, { numTrees: 4, outcomeHat: 0, treatmentHat: 0.5, workers });
    expect(await few(7)).toEqual(await few(0));
  });

  test('fits at the same time', async () => {
    const alone = await fitCausalForest(mixed, { ...small, workers: 0 });
    const both = await Promise.all([2, 2].map((workers) => fitCausalForest(mixed, { ...small, workers })));
    expect(both).toEqual([alone, alone]);
  });

  test('the variance of a continuous treatment', async () => {
    const { treatment, covariates } = mixed;
    const doses = Object.freeze({
      ...mixed,
      treatment: {
        kind: 'continuous' as const,
        name: 'dose',
        values: treatment.values.map((w, i) => w + (covariates[0].kind === 'category' ? 0 : covariates[0].values[i])),
      },
    });
    const forest = await fitCausalForest(doses, { ...small, workers: 0 });
    expect(await estimateTreatmentVariance(forest, { workers: 2 })).toEqual(
      await estimateTreatmentVariance(forest, { workers: 0 }),
    );
  });
});

/** Typed arrays over shared memory anywhere in a result. */
function sharedArrays(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer ? 1 : 0;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((count: number, item) => count + sharedArrays(item), 0);
}

test('progress is counted up to the end of every phase', async () => {
  const seen: Progress[] = [];
  await fitCausalForest(mixed, { numTrees: 400, workers: 2, onProgress: (progress) => seen.push(progress) });
  expect([...new Set(seen.map(({ phase }) => phase))]).toEqual(['outcome forest', 'treatment forest', 'causal forest']);
  for (const [phase, total] of [
    ['outcome forest', 100],
    ['treatment forest', 100],
    ['causal forest', 200],
  ] as const) {
    const done = seen.filter((progress) => progress.phase === phase).map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(total);
    expect(done.filter((count) => count === total).length).toBe(1);
  }
});

test('abort in the middle leaves the pool usable', async () => {
  const alone = await fitCausalForest(mixed, { ...small, workers: 0 });
  const reason = { why: 'the user went away' };
  const stop = new AbortController();
  const fitted = fitCausalForest(mixed, {
    numTrees: 40_000,
    workers: 2,
    signal: stop.signal,
    onProgress: () => stop.abort(reason),
  });
  await expect(fitted).rejects.toBe(reason);
  expect(await fitCausalForest(mixed, { ...small, workers: 2 })).toEqual(alone);
});

test.each([-1, 1.5, Number.NaN, '2', null, 5000])('workers: %j is refused', async (workers) => {
  const given = { ...small, workers } as { readonly workers: number };
  const refusal = { name: 'InvalidOptionError', option: 'workers', received: workers };
  await expect(fitCausalForest(mixed, given)).rejects.toMatchObject(refusal);
  await expect(fitRegressionForest(mixed, { outcome: 'outcome', ...given })).rejects.toMatchObject(refusal);
  await expect(fitDoubleSampleForest(mixed, given)).rejects.toMatchObject(refusal);
});

test('a ratio of totals passes its workers on', async () => {
  const { outcome } = mixed.outcomes;
  if (outcome.kind !== 'column') throw new Error('a column was expected');
  const totals = {
    kind: 'ratioOfTotals' as const,
    name: 'ratio',
    numerator: outcome.values,
    denominator: outcome.values.map((y) => 1 + y * y),
  };
  const trial = Object.freeze({ ...mixed, outcomes: { ratio: totals } });
  expect(await fitRatioForests(trial, { ...small, workers: 2 })).toEqual(
    await fitRatioForests(trial, { ...small, workers: 0 }),
  );
});

test('a process with idle workers ends by itself, one with busy workers does not', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const started = Date.now();
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', '--import', './scripts/source-code.ts', 'test/support/fit-and-end.ts'],
    { cwd: root, encoding: 'utf8', timeout: 25_000 },
  );
  expect(output.trim()).toBe('fitted without warnings');
  // Idle workers would be kept for 30 seconds.
  expect(Date.now() - started).toBeLessThan(25_000);
});
