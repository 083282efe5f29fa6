/** Ratio intervals against published worked examples, and against what defines them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fiellerLimits, logDeltaLimits, type MeanPair, relativeChange } from '../../src/effects/ratio.js';

const pair = (numerator: number, denominator: number, vaa: number, vbb: number, vab = 0): MeanPair => ({
  numerator,
  denominator,
  covariance: [
    [vaa, vab],
    [vab, vbb],
  ],
});

describe('worked examples', () => {
  test("Fieller's limits of 14/7 with standard errors 3 and 2 (DCSTATS, documentation of `fieller`)", () => {
    // There t = 1.812461 (10 degrees of freedom, 90 %): 1.051413 to 4.414296, printed to six decimals.
    const limits = fiellerLimits(pair(14, 7, 9, 4), 1.812461) as readonly [number, number];
    expect(limits[0]).toBeCloseTo(1.051413, 6);
    expect(limits[1]).toBeCloseTo(4.414296, 6);
  });

  test('delta-method standard error of a relative lift (GrowthBook gbstats, test of TwoSidedTTest)', () => {
    // Means 0.41 (sd 3.9, n 3407) and 0.70 (sd 6.2, n 3461): lift 0.70732, standard error 0.37879.
    const lift = relativeChange(pair(0.7, 0.41, 6.2 ** 2 / 3461, 3.9 ** 2 / 3407), 1.959964, 'auto');
    expect(lift.change).toBeCloseTo(0.70732, 5);
    expect(lift.standardError).toBeCloseTo(0.37879, 5);
    expect(lift.method).toBe('fieller');
  });

  test('relative risk 45/411 over 73/411, 95 % interval 0.4364 to 0.8707 (Moore, McCabe & Craig, IPS 9e, example 8.18)', () => {
    const risk = (events: number) => events / 411;
    const spread = (events: number) => (risk(events) * (1 - risk(events))) / 411;
    const limits = logDeltaLimits(pair(risk(45), risk(73), spread(45), spread(73)), 1.959964);
    expect(limits[0]).toBeCloseTo(0.4364, 4);
    expect(limits[1]).toBeCloseTo(0.8707, 4);
  });
});

const arbitraryPair = fc
  .record({
    a: fc.double({ min: -50, max: 50, noNaN: true }),
    b: fc.double({ min: 1, max: 50, noNaN: true }),
    aError: fc.double({ min: 0.01, max: 5, noNaN: true }),
    bShare: fc.double({ min: 0.01, max: 0.45, noNaN: true }),
    correlation: fc.double({ min: -0.95, max: 0.95, noNaN: true }),
  })
  .map(({ a, b, aError, bShare, correlation }) =>
    pair(a, b, aError ** 2, (b * bShare) ** 2, correlation * aError * b * bShare),
  );

describe("Fieller's set", () => {
  const z = 1.959964;

  test('its limits are where the test of a = ρb just rejects', () => {
    fc.assert(
      fc.property(arbitraryPair, (means) => {
        const [[vaa, vab], [, vbb]] = means.covariance;
        for (const rho of fiellerLimits(means, z) as readonly [number, number]) {
          const statistic = (means.numerator - rho * means.denominator) ** 2;
          const border = z ** 2 * (vaa - 2 * rho * vab + rho ** 2 * vbb);
          // Relative rounding grows with 1/(1 − g), at most 1/(1 − 0.78) here.
          expect(Math.abs(statistic - border)).toBeLessThanOrEqual(1e-9 * (statistic + border));
        }
      }),
    );
  });

  test('agrees with the delta method as errors shrink', () => {
    const small = pair(6, 4, 1e-6, 1e-6, 3e-7);
    const fieller = fiellerLimits(small, z) as readonly [number, number];
    const delta = logDeltaLimits(small, z);
    const width = delta[1] - delta[0];
    // The difference is of second order, standard error² = 1e-6, against a width of 1e-3.
    expect(Math.abs(fieller[0] - delta[0]) / width).toBeLessThan(1e-3);
    expect(Math.abs(fieller[1] - delta[1]) / width).toBeLessThan(1e-3);
  });

  test('is no interval where the denominator is not significant', () => {
    expect(fiellerLimits(pair(5, 1, 1, 0.5 ** 2), z)).not.toBeNull();
    expect(fiellerLimits(pair(5, 1, 1, 0.52 ** 2), z)).toBeNull();
  });
});

describe('relativeChange', () => {
  const z = 1.959964;

  test("'auto' takes the delta method for well-known positive means, Fieller otherwise", () => {
    expect(relativeChange(pair(6, 4, 0.01, 0.01), z, 'auto').method).toBe('delta');
    expect(relativeChange(pair(6, 4, 0.01, 0.5), z, 'auto').method).toBe('fieller');
    expect(relativeChange(pair(0.1, 4, 0.01, 0.01), z, 'auto').method).toBe('fieller');
    expect(relativeChange(pair(-1, 4, 0.01, 0.01), z, 'auto').method).toBe('fieller');
    expect(relativeChange(pair(6, -4, 0.01, 0.01), z, 'auto').method).toBe('fieller');
  });

  test('a denominator that may be 0 gives nulls and says so', () => {
    const result = relativeChange(pair(6, 1, 0.01, 0.3), z, 'auto');
    expect(result).toMatchObject({ change: null, standardError: null, interval: null, method: null });
    expect(result.warnings.map(({ code }) => code)).toEqual(['DENOMINATOR_NEAR_ZERO']);
    expect(relativeChange(pair(6, 0, 0.01, 0), z, 'auto').warnings[0].code).toBe('DENOMINATOR_NEAR_ZERO');
  });

  test('the delta method refuses means that are not positive; a negative baseline is named', () => {
    expect(relativeChange(pair(-1, 4, 0.01, 0.01), z, 'delta').warnings[0].code).toBe('LOG_RATIO_UNDEFINED');
    const negative = relativeChange(pair(-6, -4, 0.01, 0.01), z, 'auto');
    expect(negative.change).toBeCloseTo(0.5, 12);
    expect(negative.warnings[0].code).toBe('NEGATIVE_BASELINE');
  });

  test('intervals contain the estimate and do not depend on units', () => {
    fc.assert(
      fc.property(arbitraryPair, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (means, unit) => {
        const scaled = pair(
          means.numerator * unit,
          means.denominator * unit,
          means.covariance[0][0] * unit ** 2,
          means.covariance[1][1] * unit ** 2,
          means.covariance[0][1] * unit ** 2,
        );
        const result = relativeChange(means, z, 'fieller');
        const inUnits = relativeChange(scaled, z, 'fieller');
        const [lower, upper] = result.interval as readonly [number, number];
        expect(lower).toBeLessThanOrEqual(result.change as number);
        expect(upper).toBeGreaterThanOrEqual(result.change as number);
        const width = upper - lower;
        expect(Math.abs((inUnits.interval as readonly number[])[0] - lower)).toBeLessThanOrEqual(1e-9 * width);
        expect(Math.abs((inUnits.standardError as number) - (result.standardError as number))).toBeLessThanOrEqual(
          1e-9 * (result.standardError as number),
        );
      }),
    );
  });
});
