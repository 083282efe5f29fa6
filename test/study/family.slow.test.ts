/**
 * Whole studies in small (bench/family): 96 simultaneous intervals that hold together, and Romano–Wolf where nothing has an
 * effect. Bands: with a chance of 0.95 (0.05) the count of 200 falls below 178 (above 22) with probability below 0.001;
 * there are four such counts. The studies are those of `npm run bench:family`.
 */
import { expect, test } from 'vitest';
import { covered, rejected, simulatedStudy } from '../../bench/family/simulated-study.js';

const TRIALS = 200;

test('all 96 simultaneous intervals hold together in 95 % of studies', async () => {
  let together = 0;
  let single = 0;
  for (let index = 0; index < TRIALS; index++) {
    const hold = covered(await simulatedStudy(index, true));
    if (hold.together) together++;
    if (hold.single) single++;
  }
  expect(together).toBeGreaterThanOrEqual(178);
  // Not by being far too wide: 200 of 200 has a probability of 0.00004.
  expect(together).toBeLessThan(200);
  // The test could fail: pointwise intervals hold together in few studies.
  expect(single).toBeLessThan(100);
});

test('Romano–Wolf rejects anything in 5 % of studies without any effect', async () => {
  const counts = { effects: 0, differences: 0, trends: 0, raw: 0 };
  for (let index = 0; index < TRIALS; index++) {
    const found = rejected(await simulatedStudy(index, false));
    for (const key of Object.keys(counts) as (keyof typeof counts)[]) if (found[key]) counts[key]++;
  }
  for (const key of ['effects', 'differences', 'trends'] as const) expect(counts[key], key).toBeLessThanOrEqual(22);
  // The test could fail: p-values as they are reject something in most studies.
  expect(counts.raw).toBeGreaterThan(100);
});
