/** Resident memory of whole fits, in processes of their own, beside `estimateMemory`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMeasure } from '../../bench/memory/measure.js';

let bench: Awaited<ReturnType<typeof openMeasure>>;
beforeAll(async () => {
  bench = await openMeasure();
});
afterAll(() => bench.close());

/**
 * What is said are arrays. Garbage that was not yet collected comes on top, some tens of megabytes whatever the size, hence 1.2;
 * 0.6, since plain forests' trees have a third of the leaves that they might have.
 */
test.each([
  ['plain', 'forest', 100_000, 10],
  ['refined', 'stack', 100_000, 10],
  ['refined', 'stack', 20_000, 60],
] as const)('%s effects, nuisances by %s, %i x %i', (estimator, nuisance, rows, covariates) => {
  const { ratio } = bench.measure({ rows, covariates, trees: 100, estimator, nuisance, collect: false });
  expect(ratio).toBeLessThan(1.2);
  expect(ratio).toBeGreaterThan(0.6);
});
