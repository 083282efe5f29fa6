/**
 * A survival outcome up to a horizon h. What happens later does not matter: rows are
 *   events     U ≤ h with the event: y(T) is known, min(T, h) or 0;
 *   survivors  T > h, hence U > h, or censored at h itself: y(T) is known, h or 1;
 *   censored   U < h without the event: y(T) is not known.
 * Times are counted on failure times t_1 < … < t_K = h: all at the first one that is not before them, and events there come
 * before censorings. Survivors have place K + 1.
 */
import { InvalidOptionError } from '../../base/errors.js';
import { distinctTimes, MOST_TIMES, type ObservedTimes, type PlacedRows } from '../../forest/survival/times.js';
import { lowerBound } from '../../tree/ranked-columns.js';

/** What effects are about: E[min(T, h)], or P(T > h). */
export type SurvivalTarget = 'RMST' | 'survivalProbability';

export interface RestrictedTimes {
  /** t_1 … t_K; the last one is the horizon. */
  readonly failureTimes: Float64Array;
  /** y(T) where it is known; NaN for censored rows. */
  readonly value: Float64Array;
  /** Rows as the event's forest reads them. */
  readonly events: PlacedRows;
  /** Rows as the censoring's forest reads them: a row with an event is not at risk of censoring at the event's place. */
  readonly censorings: PlacedRows;
}

/**
 * Failure times up to the horizon: given ones before it, or all distinct times observed before it (at most 250 in all, at
 * equal steps of rank); and the horizon.
 */
export function failureTimesUpTo(horizon: number, time: Float64Array, given: Float64Array | null): Float64Array {
  const before = (given ?? time).filter((t) => t < horizon);
  return Float64Array.of(...(given ? before : distinctTimes(before, MOST_TIMES - 1)), horizon);
}

export function restrictTimes(
  { time, event }: ObservedTimes,
  horizon: number,
  target: SurvivalTarget,
  failureTimes: Float64Array,
): RestrictedTimes {
  const n = time.length;
  const last = failureTimes.length;
  const value = new Float64Array(n);
  const events = { place: new Float64Array(n), event: new Float64Array(n) };
  const censorings = { place: new Float64Array(n), event: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const isEvent = event[i] === 1 && time[i] <= horizon;
    const isSurvivor = !isEvent && time[i] >= horizon;
    const place = isSurvivor ? last + 1 : lowerBound(failureTimes, time[i]) + 1;
    const known = target === 'RMST' ? Math.min(time[i], horizon) : isSurvivor ? 1 : 0;
    value[i] = isEvent || isSurvivor ? known : Number.NaN;
    events.place[i] = place;
    events.event[i] = isEvent ? 1 : 0;
    censorings.place[i] = isEvent ? place - 1 : place;
    censorings.event[i] = isEvent || isSurvivor ? 0 : 1;
  }
  return { failureTimes, value, events, censorings };
}

/** Refuses a horizon that an arm is not followed to: what happens there after its last time nobody knows. */
export function requireFollowed({ time, event }: ObservedTimes, treatment: Float64Array, horizon: number): void {
  const lasts = [0, 1].map((arm) => {
    let last = 0;
    let isEnd = false;
    for (let i = 0; i < time.length; i++) {
      if (treatment[i] !== arm || time[i] < last) continue;
      isEnd = time[i] > last ? event[i] === 1 : isEnd && event[i] === 1;
      last = time[i];
    }
    // Where the last row of an arm has the event, everyone's fate is known.
    return isEnd ? Number.POSITIVE_INFINITY : last;
  });
  const last = Math.min(...lasts);
  if (horizon > last)
    throw new InvalidOptionError(
      'horizon',
      horizon,
      `at most ${last}, the last time observed in the ${lasts[0] < lasts[1] ? 'control' : 'treated'} arm: ` +
        'survival beyond it is not identified from these data; use a horizon that both arms are followed to',
    );
}

/** Rows whose outcome is not known. */
export const censoredRows = ({ censorings }: RestrictedTimes): number =>
  censorings.event.reduce((count, isCensored) => count + isCensored, 0);
