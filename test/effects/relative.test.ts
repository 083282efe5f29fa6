/** Relative effects and ratios of totals: published trials, identities, refusals. */
import { describe, expect, test } from 'vitest';
import { InvalidDataError, InvalidOptionError } from '../../src/base/errors.js';
import { averageEffect } from '../../src/effects/average.js';
import { ratioEffect } from '../../src/effects/ratio-of-totals.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { streamFor } from '../../src/math/random.js';
import { forestOf } from './forest-of.js';
import { simulateTrial, twoArms } from './trials.js';

const repeat = (value: number, count: number): number[] => new Array<number>(count).fill(value);
const zeroOne = (ones: number, count: number) => [...repeat(1, ones), ...repeat(0, count - ones)];

/** `count` numbers (even) with the given sum and sum of squares. */
function withMoments(count: number, sum: number, squares: number): number[] {
  const mean = sum / count;
  const half = Math.floor(count / 2);
  // With an odd count one number is the mean itself.
  const spread = Math.sqrt((squares - count * mean ** 2) / (2 * half));
  return [...repeat(mean + spread, half), ...repeat(mean - spread, half), ...repeat(mean, count - 2 * half)];
}

describe('published trials', () => {
  test('aspirin after thrombosis: 45 of 411 against 73 of 411, ratio 0.4364 to 0.8707 (Moore, McCabe & Craig, IPS 9e, 8.18)', () => {
    const result = relativeEffect(twoArms(zeroOne(45, 411), zeroOne(73, 411)), { method: 'delta' });
    expect(result.estimate).toBeCloseTo(100 * (45 / 73 - 1), 9);
    // n/(n − 1) over both arms widens the book's interval by 0.06 %.
    expect((result.interval as readonly number[])[0]).toBeCloseTo(100 * (0.4364 - 1), 1);
    expect((result.interval as readonly number[])[1]).toBeCloseTo(100 * (0.8707 - 1), 1);
    expect(result.meanTreated?.estimate).toBeCloseTo(45 / 411, 12);
    expect(result.meanControl?.estimate).toBeCloseTo(73 / 411, 12);
    expect(result).toMatchObject({ measure: 'percent', target: 'all', nTreated: 411, nControl: 411, method: 'delta' });
  });

  test('ratio of totals: lift 0.041333, interval 0.01378609 to 0.0689 (PostHog, test of the ratio statistic)', () => {
    // Treated: 2034 users, 947 orders, value 99673.936… ; control: 1966 users, 936 orders; value only with an order.
    const treated = { users: 2034, orders: 947, sum: 99673.9364269569, squares: 11298745.182728939 };
    const control = { users: 1966, orders: 936, sum: 94605.79858780127, squares: 10463129.505392816 };
    const value = ({ users, orders, sum, squares }: typeof treated) => [
      ...withMoments(orders, sum, squares),
      ...repeat(0, users - orders),
    ];
    const numerator = twoArms(value(treated), value(control), 'value');
    const denominator = twoArms(zeroOne(947, 2034), zeroOne(936, 1966), 'orders');
    const result = ratioEffect({ numerator, denominator });
    expect(result.estimate).toBeCloseTo(4.1333, 3);
    expect(result.outcome).toBe('value / orders');
    // Theirs is ± 1.9605 standard errors around the ratio itself: 0.0689 − 0.01378609 = 2 · 1.9605 · 0.014056.
    expect(result.standardError).toBeCloseTo(1.4056, 2);
    expect(result.ratioTreated?.estimate).toBeCloseTo(99673.9364269569 / 947, 6);
    // Value and orders move together, so their ratio is known far better than the value alone.
    expect(2 * (result.standardError as number)).toBeLessThan(relativeEffect(numerator).standardError as number);
  });
});

const simulated = simulateTrial(streamFor(7, 'relative'), 300, 5);
const forest = forestOf(simulated);

describe('identities', () => {
  test.each(['all', 'treated', 'control'] as const)('the means over %s differ by the average effect', (target) => {
    const { meanTreated, meanControl } = relativeEffect(forest, { target });
    const { estimate } = averageEffect(forest, { target });
    expect((meanTreated?.estimate as number) - (meanControl?.estimate as number)).toBeCloseTo(estimate as number, 12);
  });

  test('the treated mean of the treated is their plain mean, with its cluster-robust error', () => {
    const { meanTreated } = relativeEffect(forest, { target: 'treated' });
    const sums = new Map<number, number>();
    const treatedRows = Array.from(simulated.treatment).flatMap((w, row) => (w === 1 ? [row] : []));
    const mean = treatedRows.reduce((sum, row) => sum + simulated.outcome[row], 0) / treatedRows.length;
    for (const row of treatedRows) {
      const cluster = (simulated.clusters as Int32Array)[row];
      sums.set(cluster, (sums.get(cluster) ?? 0) + simulated.outcome[row] - mean);
    }
    const squares = [...sums.values()].reduce((sum, value) => sum + value ** 2, 0);
    expect(meanTreated?.estimate).toBeCloseTo(mean, 12);
    // 60 clusters in all, C/(C − 1).
    expect(meanTreated?.standardError).toBeCloseTo(Math.sqrt(((squares / treatedRows.length ** 2) * 60) / 59), 12);
  });

  test('a denominator that is always 1 leaves the relative effect of the numerator', () => {
    const ones = forestOf({
      ...simulated,
      outcome: simulated.x.map(() => 1),
      outcomeHat: simulated.x.map(() => 1),
      effect: simulated.x.map(() => 0),
      outcomeName: 'one',
    });
    const ratio = ratioEffect({ numerator: forest, denominator: ones });
    const relative = relativeEffect(forest);
    expect(ratio.estimate).toBeCloseTo(relative.estimate as number, 10);
    expect(ratio.standardError).toBeCloseTo(relative.standardError as number, 10);
    expect((ratio.interval as readonly number[])[0]).toBeCloseTo((relative.interval as readonly number[])[0], 10);
  });

  test('a numerator in proportion to its denominator has no relative effect and no error', () => {
    const doubled = forestOf({
      ...simulated,
      outcome: Array.from(simulated.outcome, (y) => 2 * y),
      outcomeHat: Array.from(simulated.outcomeHat, (y) => 2 * y),
      effect: Array.from(simulated.effect, (y) => 2 * y),
    });
    const ratio = ratioEffect({ numerator: doubled, denominator: forest });
    expect(ratio.estimate).toBeCloseTo(0, 10);
    expect(ratio.standardError).toBeLessThan(1e-6);
    expect(ratio.ratioTreated?.estimate).toBeCloseTo(2, 12);
  });
});

describe('refusals', () => {
  test('a control mean that may be 0 gives no percentage, but the means', () => {
    const centred = forestOf({
      ...simulated,
      outcome: Array.from(simulated.outcome, (y) => y - 2.5),
      outcomeHat: Array.from(simulated.outcomeHat, (y) => y - 2.5),
    });
    const result = relativeEffect(centred);
    expect(result).toMatchObject({ estimate: null, standardError: null, interval: null, method: null });
    expect(result.warnings.map(({ code }) => code)).toEqual(['DENOMINATOR_NEAR_ZERO']);
    expect(result.meanTreated?.estimate).toBeGreaterThan(1);
    const ratio = ratioEffect({ numerator: forest, denominator: centred });
    expect(ratio).toMatchObject({ estimate: null, ratioTreated: null, ratioControl: null });
    expect(ratio.warnings.map(({ code }) => code)).toContain('DENOMINATOR_NEAR_ZERO');
  });

  test('forests on different rows do not make a ratio', () => {
    const other = forestOf(simulateTrial(streamFor(8, 'relative'), 300, 5));
    expect(() => ratioEffect({ numerator: forest, denominator: other })).toThrow(InvalidOptionError);
    const weighted = forestOf({ ...simulated, weights: simulated.x });
    expect(() => ratioEffect({ numerator: forest, denominator: weighted })).toThrow(/same rows, weights and clusters/);
  });

  test('a continuous treatment has no relative effect; the overlap target has no means', () => {
    expect(() => relativeEffect(forestOf({ ...simulated, kind: 'continuous' }))).toThrow(InvalidDataError);
    expect(() => relativeEffect(forest, { target: 'overlap' as 'all' })).toThrow(/target must be one of/);
    expect(() => relativeEffect(forest, { methode: 'delta' } as object)).toThrow(/did you mean 'method'/);
  });

  test('results are plain frozen data', () => {
    for (const result of [relativeEffect(forest), ratioEffect({ numerator: forest, denominator: forest })]) {
      expect(Object.isFrozen(result)).toBe(true);
      expect(structuredClone(result)).toEqual(result);
      expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    }
  });
});
