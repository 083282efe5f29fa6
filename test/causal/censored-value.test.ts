/** Outcomes with censoring taken out: exact identities over all that can happen on a grid. */
import { describe, expect, test } from 'vitest';
import { censoredValue, remainingInto } from '../../src/causal/survival/censored-value.js';
import { failureTimesUpTo, restrictTimes, type SurvivalTarget } from '../../src/causal/survival/restricted-times.js';

const GRID = Float64Array.of(1, 2.5, 3, 5);
const HORIZON = 5;
/** λ_1 … λ_4 at places 1 … 4. */
const EVENT = Float64Array.of(0, 0.1, 0.3, 0.25, 0.2);
const CENSORING = Float64Array.of(0, 0.2, 0.15, 0.4, 0.3);
const OTHER = Float64Array.of(0, 0.45, 0.5, 0.6, 0.5);
const NONE = new Float64Array(5);
const TARGETS = ['RMST', 'survivalProbability'] as const;

/** P(first at place k), k = 1 … 4, and at 5: later. */
const probabilities = (hazard: Float64Array): number[] => {
  let alive = 1;
  const at = [1, 2, 3, 4].map((k) => {
    const here = alive * hazard[k];
    alive -= here;
    return here;
  });
  return [...at, alive];
};

/** y of an event at place k (5: after the horizon). */
const valueAt = (target: SurvivalTarget, k: number): number =>
  target === 'RMST' ? (k <= 4 ? GRID[k - 1] : HORIZON) : k <= 4 ? 0 : 1;

function meanOf(target: SurvivalTarget, event: Float64Array, censoring: Float64Array): number {
  const remaining = new Float64Array(5);
  remainingInto(target, GRID, event, 0, remaining);
  let mean = 0;
  probabilities(EVENT).forEach((ofEvent, t) => {
    probabilities(CENSORING).forEach((ofCensoring, c) => {
      // Events come before censorings of the same place; whoever is neither by the last place survives.
      const time = c < t ? c + 0.5 : t + 1;
      const isCensored = c < t;
      const leaving = isCensored ? { place: c + 1, isCensored } : { place: t < 4 ? t : 5, isCensored };
      mean += ofEvent * ofCensoring * censoredValue(leaving, valueAt(target, time), remaining, censoring, 0);
    });
  });
  return mean;
}

describe.each(TARGETS)('%s', (target) => {
  const truth = probabilities(EVENT).reduce((sum, p, t) => sum + p * valueAt(target, t + 1), 0);

  // 1e-12: rounding of some thirty products.
  test('the mean is right where both hazards are, and where either one is wrong', () => {
    expect(Math.abs(meanOf(target, EVENT, CENSORING) - truth)).toBeLessThan(1e-12);
    expect(Math.abs(meanOf(target, OTHER, CENSORING) - truth)).toBeLessThan(1e-12);
    expect(Math.abs(meanOf(target, EVENT, OTHER) - truth)).toBeLessThan(1e-12);
  });

  test('it is wrong where both are wrong', () => {
    expect(Math.abs(meanOf(target, OTHER, OTHER) - truth)).toBeGreaterThan(0.01);
  });

  test('without censoring the outcome is itself, to the last bit', () => {
    const remaining = new Float64Array(5);
    remainingInto(target, GRID, EVENT, 0, remaining);
    expect(censoredValue({ place: 3, isCensored: false }, 1.2345678, remaining, NONE, 0)).toBe(1.2345678);
  });

  test('what remains is the conditional mean of later times', () => {
    const remaining = new Float64Array(5);
    remainingInto(target, GRID, EVENT, 0, remaining);
    const at = probabilities(EVENT);
    for (let k = 0; k <= 4; k++) {
      const later = at.slice(k).reduce((a, b) => a + b, 0);
      const mean = at.slice(k).reduce((sum, p, t) => sum + p * valueAt(target, k + t + 1), 0) / later;
      expect(Math.abs(remaining[k] - mean)).toBeLessThan(1e-12);
    }
  });

  test('weights add up to one: constants stay constants, whatever the hazard', () => {
    const constant = new Float64Array(5).fill(7);
    for (const isCensored of [true, false])
      for (let place = isCensored ? 1 : 0; place <= 5; place++)
        if (!(isCensored && place === 5))
          expect(Math.abs(censoredValue({ place, isCensored }, 7, constant, OTHER, 0) - 7)).toBeLessThan(1e-12);
  });

  test('where everyone like it is censored earlier, there is no value', () => {
    const all = Float64Array.of(0, 0.2, 1, 0, 0);
    expect(censoredValue({ place: 3, isCensored: false }, 1, new Float64Array(5), all, 0)).toBeNaN();
    expect(censoredValue({ place: 1, isCensored: false }, 1, new Float64Array(5), all, 0)).not.toBeNaN();
  });
});

describe('times up to a horizon', () => {
  test('who is known, and when each row leaves', () => {
    const observed = {
      time: Float64Array.of(1, 1, 4, 4.5, 5, 5, 6, 7),
      event: Float64Array.of(1, 0, 1, 0, 1, 0, 1, 0),
    };
    const times = failureTimesUpTo(5, observed.time, null);
    expect([...times]).toEqual([1, 4, 4.5, 5]);
    const rmst = restrictTimes(observed, 5, 'RMST', times);
    expect([...rmst.value]).toEqual([1, Number.NaN, 4, Number.NaN, 5, 5, 5, 5]);
    expect([...rmst.events.place]).toEqual([1, 1, 2, 3, 4, 5, 5, 5]);
    expect([...rmst.events.event]).toEqual([1, 0, 1, 0, 1, 0, 0, 0]);
    expect([...rmst.censorings.place]).toEqual([0, 1, 1, 3, 3, 5, 5, 5]);
    expect([...rmst.censorings.event]).toEqual([0, 1, 0, 1, 0, 0, 0, 0]);
    const survival = restrictTimes(observed, 5, 'survivalProbability', times);
    expect([...survival.value]).toEqual([0, Number.NaN, 0, Number.NaN, 0, 1, 1, 1]);
  });

  test('given failure times end at the horizon', () => {
    expect([...failureTimesUpTo(5, Float64Array.of(1), Float64Array.of(2, 4, 6))]).toEqual([2, 4, 5]);
  });
});
