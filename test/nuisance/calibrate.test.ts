/** Calibration of nuisances: the slope is the right one, no row has a say in its own, and what says nothing stays. */
import { expect, test } from 'vitest';
import { leastSquares } from '../../src/math/least-squares.js';
import { streamFor } from '../../src/math/random.js';
import { type CalibrationProblem, startCalibration } from '../../src/nuisance/calibrate.js';
import { assignFolds } from '../../src/penalized/folds.js';
import { drawn } from '../support/generated-problem.js';

const FOLDS = 5;
const PRIOR = 0.25 ** 2;

function calibrate(given: Omit<CalibrationProblem, 'folds' | 'weights' | 'clusters'> & Partial<CalibrationProblem>) {
  const { target, clusters = null } = given;
  const folds = assignFolds({ rowCount: target.length, clusters }, FOLDS, 1, ['calibrate']);
  const problem = { weights: null, clusters, folds, ...given };
  const run = startCalibration(problem);
  for (let k = 0; k < run.steps; k++) run.step(k);
  return { ...run.finish(), of: problem.folds.of };
}

const logistic = (eta: number): number => 1 / (1 + Math.exp(-eta));
const logit = (p: number): number => Math.log(p / (1 - p));
const taken = (slope: number, error: number): number => 1 + ((slope - 1) * PRIOR) / (PRIOR + error ** 2);
const meanSquare = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;

/** e, its shrunk guess with half the logit, and a treatment drawn by e. */
function shrunkTrial(rowCount: number, seed: number) {
  const stream = streamFor(seed, 'shrunk');
  const eta = drawn(rowCount, () => stream.normal());
  const truth = eta.map(logistic);
  const estimate = eta.map((value) => logistic(value / 2 + 0.3));
  const target = truth.map((e) => +(stream.uniform() < e));
  return { truth, estimate, target };
}

/** A line with slope 1.2 and noise that grows with |x|, so that the cluster-robust error is the larger one. */
function line(rowCount: number, seed = 1) {
  const stream = streamFor(seed, 'line');
  const estimate = drawn(rowCount, () => 5 + stream.normal());
  const target = estimate.map((m) => 2 + 1.2 * m + (0.2 + (m - 5) ** 2) * stream.normal());
  return { estimate, target, family: 'gaussian' as const };
}

test('a number: weighted least squares, and each fold by the others', () => {
  const problem = line(300);
  const weights = problem.target.map((_, i) => 1 + (i % 3));
  const found = calibrate({ ...problem, weights });
  const fitOf = (keep: (i: number) => boolean) =>
    leastSquares({
      design: [new Float64Array(300).fill(1), problem.estimate],
      outcome: problem.target,
      weights: weights.map((w, i) => (keep(i) ? w : 0)),
    }).coefficients;
  expect(found.slope).toBeCloseTo(fitOf(() => true)[1], 12);
  expect(found.scale).toBe('identity');
  found.folds.forEach(({ slope, intercept }, k) => {
    const kept = (i: number) => found.of[i] !== k;
    const free = fitOf(kept)[1];
    // Between no calibration and the fold's own slope; the line goes through the other folds' means.
    expect((slope - 1) / (free - 1)).toBeGreaterThan(0);
    expect((slope - 1) / (free - 1)).toBeLessThan(1);
    let gap = 0;
    for (let i = 0; i < 300; i++)
      if (kept(i)) gap += weights[i] * (problem.target[i] - intercept - slope * problem.estimate[i]);
    expect(gap).toBeCloseTo(0, 9);
    for (let i = 0; i < 300; i++)
      if (!kept(i)) expect(found.estimate[i]).toBeCloseTo(intercept + slope * problem.estimate[i], 12);
  });
});

test('a probability: maximum likelihood, both its equations', () => {
  const { estimate, target } = shrunkTrial(800, 3);
  const { slope } = calibrate({ estimate, target, family: 'binomial' });
  const x = estimate.map(logit);
  // The intercept by bisection, so that the sum of residuals is 0; then their sum with x has to be 0 too.
  let [low, high] = [-10, 10];
  const gaps = (a: number) => target.map((y, i) => y - logistic(a + (slope as number) * x[i]));
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (gaps(middle).reduce((a, b) => a + b, 0) > 0) low = middle;
    else high = middle;
  }
  expect(gaps(low).reduce((sum, gap, i) => sum + gap * x[i], 0)).toBeCloseTo(0, 8);
});

test('known truth: half the logit is found to be half, and most of the error goes', () => {
  const { truth, estimate, target } = shrunkTrial(20_000, 4);
  const found = calibrate({ estimate, target, family: 'binomial' });
  const { slope, slopeError } = found as { slope: number; slopeError: number };
  // Five standard errors: one false alarm in a million, and the seed is fixed.
  expect(Math.abs(slope - 2)).toBeLessThan(5 * slopeError);
  expect(slopeError).toBeLessThan(0.05);
  // What the prior holds back of a slope of 2 is s²/(v + s²), 2 %; two estimated numbers add about 2·0.25/16,000 to the error.
  expect(meanSquare(found.estimate, truth)).toBeLessThan(0.02 * meanSquare(estimate, truth));
});

test('the standard error is that of slopes between samples', () => {
  const [slopes, errors]: [number[], number[]] = [[], []];
  for (let seed = 0; seed < 200; seed++) {
    const { estimate, target } = shrunkTrial(400, 100 + seed);
    const found = calibrate({ estimate, target, family: 'binomial' });
    slopes.push(found.slope as number);
    errors.push(found.slopeError as number);
  }
  const mean = slopes.reduce((a, b) => a + b, 0) / 200;
  const deviation = Math.sqrt(slopes.reduce((sum, b) => sum + (b - mean) ** 2, 0) / 199);
  // A deviation of 200 draws errs by 5 %: four of that, one false alarm in 16,000.
  expect(Math.abs(errors.reduce((a, b) => a + b, 0) / 200 / deviation - 1)).toBeLessThan(0.2);
});

test('the slope taken: its posterior mean', () => {
  // Folds of which one is empty: what is taken for it comes from all rows, as the record's slope does.
  for (const problem of [line(200), { ...shrunkTrial(200, 5), family: 'binomial' as const }]) {
    const of = Int32Array.from(problem.target, (_, i) => i % 4);
    const found = calibrate({ ...problem, folds: { count: FOLDS, of } });
    const { slope, slopeError } = found as { slope: number; slopeError: number };
    expect(found.folds[4].slope).toBeCloseTo(taken(slope, slopeError), 12);
  }
});

test('no row has a say in its own calibration, nor has its cluster', () => {
  const { estimate, target, family } = line(240);
  const clusters = {
    ids: Int32Array.from(target, (_, i) => Math.floor(i / 4)),
    labels: Array.from({ length: 60 }, (_, c) => `${c}`),
    count: 60,
    name: 'c',
  };
  const before = calibrate({ estimate, target, family, clusters });
  const wild = target.map((y, i) => (before.of[i] === 2 ? -50 * y : y));
  const after = calibrate({ estimate, target: wild, family, clusters });
  for (let i = 0; i < 240; i++) {
    if (before.of[i] === 2) expect(after.estimate[i]).toBe(before.estimate[i]);
    else expect(after.estimate[i]).not.toBe(before.estimate[i]);
    expect(before.of[i]).toBe(before.of[4 * Math.floor(i / 4)]);
  }
});

test('rows of weight 0 have estimates and no say', () => {
  const { estimate, target, family } = line(200);
  const weights = target.map((_, i) => +(i % 4 !== 0));
  const wild = target.map((y, i) => (weights[i] === 0 ? 1e6 : y));
  const found = calibrate({ estimate, target, family, weights });
  expect(calibrate({ estimate, target: wild, family, weights }).estimate).toEqual(found.estimate);
  const double = calibrate({ estimate, target, family, weights: weights.map((w) => 2 * w) });
  for (let i = 0; i < 200; i++) expect(double.estimate[i]).toBeCloseTo(found.estimate[i], 12);
});

test('rows four times in a cluster are one: the slope’s error does not fall', () => {
  const { estimate, target, family } = line(100);
  const four = (values: Float64Array) => drawn(400, (i) => values[Math.floor(i / 4)]);
  const clusters = {
    ids: Int32Array.from({ length: 400 }, (_, i) => Math.floor(i / 4)),
    labels: Array.from({ length: 100 }, (_, c) => `${c}`),
    count: 100,
    name: 'c',
  };
  const once = calibrate({ estimate, target, family });
  const often = calibrate({ estimate: four(estimate), target: four(target), family, clusters });
  expect(often.slope).toBeCloseTo(once.slope as number, 12);
  expect(often.slopeError).toBeCloseTo(once.slopeError as number, 12);
});

test.each(['gaussian', 'binomial'] as const)('%s: a constant stays, bit for bit', (family) => {
  const target = drawn(100, (i) => i % 2);
  // As sums of weights and constants leave it: alike but for rounding.
  const estimate = target.map((_, i) => (i % 3 === 0 ? 0.1 + 0.2 : 0.3));
  const found = calibrate({ estimate, target, family });
  expect(found.estimate).toEqual(estimate);
  expect(found).toMatchObject({ slope: null, slopeError: null, unmovedRows: 0 });
  expect(found.folds).toEqual(new Array(FOLDS).fill({ intercept: 0, slope: 1 }));
});

test('0 and 1 stay and are counted, whatever the others do', () => {
  const { estimate, target } = shrunkTrial(400, 6);
  const ends = estimate.map((e, i) => (i < 10 ? i % 2 : e));
  const found = calibrate({ estimate: ends, target, family: 'binomial' });
  expect(found.unmovedRows).toBe(10);
  expect([...found.estimate.subarray(0, 10)]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
  for (let i = 10; i < 400; i++) expect(found.estimate[i]).not.toBe(estimate[i]);
  expect(Math.max(...found.estimate.subarray(10))).toBeLessThan(1);
});

test('classes that separate, or are one, or two clusters, tell no slope: all stays', () => {
  const estimate = drawn(100, (i) => (i + 0.5) / 100);
  const separate = calibrate({ estimate, target: estimate.map((e) => +(e > 0.5)), family: 'binomial' });
  const one = calibrate({ estimate, target: new Float64Array(100).fill(1), family: 'binomial' });
  for (const found of [separate, one]) {
    expect(found.slope).toBeNull();
    expect(found.estimate).toEqual(estimate);
  }
  const clusters = { ids: Int32Array.from(estimate, (_, i) => i % 2), labels: ['a', 'b'], count: 2, name: 'c' };
  const { target } = line(100);
  expect(calibrate({ estimate, target, family: 'gaussian', clusters }).estimate).toEqual(estimate);
});

test('nearly separate: slopes do not explode', () => {
  const stream = streamFor(8, 'nearly');
  const eta = drawn(200, () => stream.normal());
  const target = eta.map((value, i) => (i === 0 ? +(value <= 0) : +(value > 0)));
  const found = calibrate({ estimate: eta.map((value) => logistic(value / 4)), target, family: 'binomial' });
  for (const { slope } of found.folds) expect(slope).toBeLessThan(2);
});

test('a randomised trial whose estimates are noise: slopes stay near 1', () => {
  const stream = streamFor(9, 'noise');
  const estimate = drawn(1000, () => 0.5 + 0.02 * stream.normal());
  const target = estimate.map(() => +(stream.uniform() < 0.5));
  const found = calibrate({ estimate, target, family: 'binomial' });
  // s is 0.8, so a slope moves by less than a tenth of what the data say: three standard errors are 0.25.
  for (const { slope } of found.folds) expect(Math.abs(slope - 1)).toBeLessThan(0.25);
  expect(meanSquare(found.estimate, estimate)).toBeLessThan(0.02 ** 2);
});
