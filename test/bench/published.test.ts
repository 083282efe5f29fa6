/** Published designs against the stored files, which another program drew: the same functions of the same rows. */
import { fileURLToPath } from 'node:url';
import { readCsv } from 'causal-forest/node';
import { expect, test } from 'vitest';
import {
  PUBLISHED_LAWS,
  PUBLISHED_NAMES,
  type PublishedLaw,
  publishedDesign,
} from '../../bench/accuracy/designs/published.js';
import { mean } from '../../bench/accuracy/scores.js';

/** With n − 1. */
function deviationOf(values: Float64Array): number {
  const centre = mean(values);
  return Math.sqrt((mean(values.map((value) => (value - centre) ** 2)) * values.length) / (values.length - 1));
}

test.each(PUBLISHED_NAMES)('%s: effect, propensity and mean outcome of a stored file', async (name) => {
  const path = fileURLToPath(new URL(`../../bench/accuracy/cases/${name}-1.csv.gz`, import.meta.url));
  const columns = await readCsv(path);
  const numbers = (column: string) => Float64Array.from(columns[column], Number);
  const [stored, propensity, outcome, treatment] = ['tau', 'e', 'Y', 'W'].map(numbers);
  const x = Array.from({ length: 10 }, (_, f) => numbers(`x${f + 1}`));
  const rows = Array.from(stored, (_, i) => Float64Array.from(x, (column) => column[i]));
  const law: PublishedLaw = PUBLISHED_LAWS[name];
  const raw = Float64Array.from(rows, law.effect);
  const spread = deviationOf(raw);
  const effect = raw.map((value) => (spread > 1e-9 ? (0.5 * value) / spread : value));
  // The files hold six or seven digits of x, and steep curves (slope up to 20) multiply their rounding.
  rows.forEach((row, i) => {
    expect(Math.abs(effect[i] - stored[i])).toBeLessThan(1e-4);
    expect(Math.abs(law.propensity(row) - propensity[i])).toBeLessThan(1e-5);
  });
  if (name === 'kunzel') return; // Its baseline's coefficients were drawn and are not stored.
  const none = new Float64Array(10);
  const baseline = Float64Array.from(rows, (row, i) => law.baseline(row, none) + propensity[i] * raw[i]);
  const deviation = deviationOf(baseline);
  const noise = outcome.map(
    (y, i) => y - (deviation > 1e-9 ? baseline[i] / deviation : 0) - (treatment[i] - propensity[i]) * effect[i],
  );
  // N(0, 1) in 2,000 rows: five standard errors of mean and of variance; twelve files, false alarm 1 in 70,000.
  expect(Math.abs(mean(noise))).toBeLessThan(5 / Math.sqrt(2000));
  expect(Math.abs(mean(noise.map((e) => e * e)) - 1)).toBeLessThan(5 * Math.sqrt(2 / 2000));
});

test('populations are scaled: m to 1, τ to 0.5; repetitions share one average effect', () => {
  for (const name of ['nw2', 'aw3', 'kunzel'] as const) {
    const design = publishedDesign(name);
    const drawn = design.draw(0, 20_000);
    // Five standard errors of a standard deviation, generously 1/√n of it; the reference rows err by as much again.
    expect(Math.abs(deviationOf(drawn.effect) - 0.5)).toBeLessThan(10 * (0.5 / Math.sqrt(20_000)));
    if (name !== 'kunzel') expect(Math.abs(deviationOf(drawn.outcomeMean) - 1)).toBeLessThan(10 / Math.sqrt(20_000));
    expect(Math.abs(mean(drawn.effect) - design.averageEffect)).toBeLessThan(5 * (0.5 / Math.sqrt(20_000)));
    expect(design.draw(1, 50)).toEqual(publishedDesign(name).draw(1, 50));
  }
  expect(publishedDesign('nw3').averageEffect).toBe(1);
  expect(publishedDesign('aw1').averageEffect).toBe(0);
});
