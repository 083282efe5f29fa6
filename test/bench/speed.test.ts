/** The benchmarks' own promises: stored times belong to cases, goals to stored times, and the data are as described. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMPARE_CASES } from '../../bench/compare/cases.js';
import { CASES } from '../../bench/speed/cases.js';
import { median, spreadOf } from '../../bench/speed/spread.js';
import { makeTrialData } from '../../bench/speed/trial-data.js';

const baseline = JSON.parse(readFileSync(new URL('../../bench/baseline.json', import.meta.url), 'utf8'));
const names = CASES.map(({ name }) => name);

test('names are unique; stored times are those of cases', () => {
  expect(new Set(names).size).toBe(names.length);
  for (const name of Object.keys(baseline.grf.yardsticks)) expect(names).toContain(name);
  for (const name of Object.keys(baseline.ours.yardsticks))
    expect([...names, 'kernels, shared source']).toContain(name);
  for (const { name } of COMPARE_CASES) expect(names).toContain(name);
});

test('every goal has a time of grf to be held against', () => {
  for (const { name, goals } of CASES) {
    if (!goals) continue;
    const stored = baseline.grf.yardsticks[name];
    if (goals.cold || goals.warm) expect(stored.training).toBeGreaterThan(0);
    if (goals.effects) expect(stored.effects).toBeGreaterThan(0);
  }
});

test('medians and ranges', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, lowest: 1, highest: 3 });
});

// Four standard errors each: together a false alarm in fewer than 1 of 5,000 seeds, and the seed is fixed.
test('data: W ~ Bernoulli(0.25), Y = max(x1, 0) W + x2 + min(x3, 0) + N(0, 1), nuisances near the truth', () => {
  const n = 20_000;
  const { trial, outcome, outcomeHat, treatmentHat, effect } = makeTrialData(n, 3);
  const treatment = trial.treatment.values;
  const x = trial.covariates.map((column) => (column.kind === 'category' ? new Float64Array() : column.values));
  const mean = (of: (i: number) => number) => outcome.reduce((sum, _, i) => sum + of(i), 0) / n;
  const within = 4 / Math.sqrt(n);
  expect(Math.abs(mean((i) => treatment[i]) - 0.25)).toBeLessThan(within * Math.sqrt(0.25 * 0.75));
  const noise = (i: number) => outcome[i] - Math.max(x[0][i], 0) * treatment[i] - x[1][i] - Math.min(x[2][i], 0);
  expect(Math.abs(mean(noise))).toBeLessThan(within);
  expect(Math.abs(mean((i) => noise(i) ** 2) - 1)).toBeLessThan(within * Math.SQRT2);
  expect(mean((i) => Math.abs(effect[i] - Math.max(x[0][i], 0)))).toBe(0);
  expect(mean((i) => Math.abs(outcome[i] - noise(i) - outcomeHat[i] - (treatment[i] - 0.25) * effect[i]))).toBeLessThan(
    1e-12,
  );
  expect(Math.abs(mean((i) => treatmentHat[i]) - 0.25)).toBeLessThan(within * 0.03);
});
