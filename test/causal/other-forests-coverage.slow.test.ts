/**
 * Averages of instrumental and of several-arm forests hold their truths as often as they say: 200 trials at 95 %.
 * Binomial(200, 0.95) lies below 176 with probability 2.6e-5; three counts, so a right implementation fails once in 12,000.
 * Point effects of the linear forest, averaged over all rows, are centred: |z| < 4.892, once in 1e6 each.
 */
import { expect, test } from 'vitest';
import { createArmTrial } from '../../src/causal/arms/create-trial.js';
import { fitMultiArmForest } from '../../src/causal/arms/multi-arm-forest.js';
import { estimateCompliance } from '../../src/causal/instrumental/compliance.js';
import { createInstrumentalTrial } from '../../src/causal/instrumental/create-trial.js';
import { fitInstrumentalForest } from '../../src/causal/instrumental/instrumental-forest.js';
import { createLinearTrial } from '../../src/causal/linear/create-trial.js';
import { fitLinearForest } from '../../src/causal/linear/linear-forest.js';
import { averageContrasts } from '../../src/effects/contrasts.js';
import { averageInstrumentalEffect } from '../../src/effects/instrumental.js';
import { streamFor } from '../../src/math/random.js';
import { drawn } from '../support/generated-problem.js';

const TRIALS = 200;
const LEAST = 176;
const n = 600;
const options = { numTrees: 100, workers: 0 } as const;
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;

test('the average effect on those whom an instrument moves', async () => {
  let hits = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const stream = streamFor(trial, 'instrument coverage');
    const [x1, x2, hidden] = [0, 1, 2].map(() => drawn(n, () => stream.normal()));
    const z = drawn(n, () => stream.below(2));
    // Half of those who get the instrument comply, whatever their covariates; effects do not depend on who complies.
    const w = drawn(n, (i) => (stream.uniform() < 0.2 + 0.5 * z[i] + (hidden[i] > 0 ? 0.2 : 0) ? 1 : 0));
    const effect = x1.map((x) => 1 + (x > 0 ? 1 : 0));
    const y = drawn(n, (i) => x2[i] + effect[i] * w[i] + hidden[i] + stream.normal());
    const table = createInstrumentalTrial(
      { x1, x2, z, w, y },
      { covariates: ['x1', 'x2'], treatment: 'w', instrument: 'z', outcomes: { y: 'y' }, instrumentPropensity: 0.5 },
    );
    const forest = await fitInstrumentalForest(table, { ...options, seed: trial });
    const compliance = await estimateCompliance(forest, { workers: 0 });
    const { interval } = averageInstrumentalEffect(forest, { compliance });
    hits += interval && interval[0] <= mean(effect) && mean(effect) <= interval[1] ? 1 : 0;
  }
  expect(hits).toBeGreaterThanOrEqual(LEAST);
});

test('average contrasts of three arms whose chances depend on the covariates', async () => {
  const hits = [0, 0];
  for (let trial = 0; trial < TRIALS; trial++) {
    const stream = streamFor(trial, 'arms coverage');
    const [x1, x2] = [0, 1].map(() => drawn(n, () => stream.normal()));
    const arm = Array.from(x2, (x) => {
      const u = stream.uniform();
      return u < 0.3 ? 'b' : u < (x > 0 ? 0.7 : 0.5) ? 'c' : 'a';
    });
    const effects = [x1.map((x) => 1 + (x > 0 ? 1 : 0)), x1.map(() => -1)];
    const y = drawn(n, (i) => x2[i] + (arm[i] === 'a' ? 0 : effects[arm[i] === 'b' ? 0 : 1][i]) + stream.normal());
    const table = createArmTrial(
      { x1, x2, arm, y },
      { covariates: ['x1', 'x2'], treatment: 'arm', outcomes: { y: 'y' } },
    );
    averageContrasts(await fitMultiArmForest(table, { ...options, seed: trial })).forEach(({ interval }, k) => {
      hits[k] += interval && interval[0] <= mean(effects[k]) && mean(effects[k]) <= interval[1] ? 1 : 0;
    });
  }
  for (const count of hits) expect(count).toBeGreaterThanOrEqual(LEAST);
});

test('effects of two doses are centred', async () => {
  const errors: number[][] = [[], []];
  for (let trial = 0; trial < TRIALS / 2; trial++) {
    const stream = streamFor(trial, 'doses');
    const [x1, a, noise] = [0, 1, 2].map(() => drawn(n, () => stream.normal()));
    const b = a.map((value, i) => 0.6 * value + 0.8 * noise[i]);
    const truth = [x1.map((x) => (x > 0 ? 1 : 0)), x1.map(() => 0.5)];
    const y = drawn(n, (i) => truth[0][i] * a[i] + truth[1][i] * b[i] + stream.normal());
    const table = createLinearTrial(
      { x1, a, b, y },
      { covariates: ['x1'], treatments: ['a', 'b'], outcomes: { y: 'y' } },
    );
    const given = { outcomeHat: 0, treatmentHat: { a: 0, b: 0 } };
    const { outOfBag } = await fitLinearForest(table, { ...options, ...given, seed: trial });
    truth.forEach((values, k) => {
      errors[k].push(mean(outOfBag.effect[k]) - mean(values));
    });
  }
  for (const own of errors) {
    const standardError = Math.sqrt(mean(own.map((e) => (e - mean(own)) ** 2)) / (own.length - 1));
    expect(Math.abs(mean(own))).toBeLessThan(4.892 * standardError);
    expect(standardError).toBeLessThan(0.02);
  }
});
