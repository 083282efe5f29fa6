/** The summary against its definitions, on a forest small enough to count by hand. */
import { expect, test } from 'vitest';
import { createTrial, fitCausalForest, summarizeForest } from '../../src/index.js';
import { formatForestSummary } from '../../src/report/index.js';
import { simulateTrial } from '../../src/simulate/index.js';

const { columns } = simulateTrial({ rowCount: 200, covariateCount: 3, seed: 8 });
const declaration = { covariates: ['x1', 'x2', 'x3'], outcomes: { y: 'outcome' } } as const;

test('binary treatment: arms, spreads and overlap', async () => {
  const trial = createTrial(columns, { ...declaration, treatment: 'treatment' });
  const forest = await fitCausalForest(trial, { numTrees: 100, seed: 3 });
  const summary = summarizeForest(forest);
  const treated = columns.treatment?.reduce((sum, w) => sum + w, 0);
  expect(summary).toMatchObject({ outcome: 'y', rowCount: 200, nTreated: treated, numTrees: 100, seed: 3 });
  expect((summary.nTreated ?? 0) + (summary.nControl ?? 0)).toBe(200);
  expect(summary.effect.minimum).toBe(Math.min(...forest.outOfBag.effect));
  expect(summary.effect.maximum).toBe(Math.max(...forest.outOfBag.effect));
  expect(summary.treatmentHat.treated?.count).toBe(treated);
  expect(summary.treatmentHat.control.count).toBe(summary.nControl);
  expect(structuredClone(summary)).toEqual(summary);
  expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  const text = formatForestSummary(summary);
  expect(text.split('\n')[0]).toBe(
    `y: 200 rows (${treated} treated, ${200 - (treated ?? 0)} control), 100 trees, seed 3, plain effects`,
  );
  expect(text).toContain('propensity, treated');
});

test('continuous treatment: one distribution of the expected treatment', async () => {
  const doses: Record<string, Float64Array> = { ...columns, dose: (columns.x3 as Float64Array).map((x) => x * x) };
  const trial = createTrial(doses, { ...declaration, treatment: { column: 'dose', kind: 'continuous' } });
  const summary = summarizeForest(await fitCausalForest(trial, { numTrees: 50, ciGroupSize: 1, seed: 3 }));
  expect(summary.nTreated).toBeNull();
  expect(summary.standardError).toBeNull();
  expect(summary.treatmentHat.treated).toBeNull();
  expect(summary.treatmentHat.control.count).toBe(200);
  expect(formatForestSummary(summary)).toContain('expected treatment');
});
