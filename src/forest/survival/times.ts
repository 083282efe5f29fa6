/**
 * Times of events as places on a grid of failure times t_1 < … < t_K. A row with place k is at risk at t_1 … t_k; if it has
 * the event, that is at t_k. Place 0: not at risk at any of them.
 */
import { InvalidDataError, InvalidOptionError } from '../../base/errors.js';
import type { Trial } from '../../data/trial.js';
import { lowerBound } from '../../tree/ranked-columns.js';

/** Rows as survival trees and curves read them. */
export interface PlacedRows {
  /** Whole numbers, kept as doubles since trees read them as an outcome. */
  readonly place: Float64Array;
  /** 1 where the row has the event at its place, else 0: it then leaves after its place. */
  readonly event: Float64Array;
}

/** Observed times U and whether the event was observed then (1) or the row was censored (0). */
export interface ObservedTimes {
  readonly time: Float64Array;
  readonly event: Float64Array;
}

/** So many failure times are taken where none are given: finer grids cost more than they tell. */
export const MOST_TIMES = 250;

/**
 * Places of observed times: an event at the first failure time that is not before it, a censored row after the last one
 * that is not after it. Events after the last failure time count as censored there.
 */
export function placeRows({ time, event }: ObservedTimes, grid: Float64Array): PlacedRows {
  const place = new Float64Array(time.length);
  const isEvent = new Float64Array(time.length);
  for (let i = 0; i < time.length; i++) {
    const before = lowerBound(grid, time[i]);
    const isHere = before < grid.length && grid[before] === time[i];
    isEvent[i] = event[i] === 1 && before < grid.length ? 1 : 0;
    place[i] = before + (isEvent[i] === 1 || isHere ? 1 : 0);
  }
  return { place, event: isEvent };
}

/** Distinct values, ascending; where there are more than `most`, so many of them at equal steps of rank, the last included. */
export function distinctTimes(values: Float64Array, most = MOST_TIMES): Float64Array {
  const sorted = values.slice().sort();
  const distinct = sorted.filter((value, k) => k === 0 || value !== sorted[k - 1]);
  if (distinct.length <= most) return distinct;
  return Float64Array.from({ length: most }, (_, k) => distinct[Math.floor(((k + 1) * distinct.length) / most) - 1]);
}

/** Checks given failure times. @throws InvalidOptionError */
export function requireFailureTimes(given: unknown): Float64Array {
  const expected = 'a Float64Array (or an array) of at least one finite number, ascending, none negative or twice';
  if (!(given instanceof Float64Array) && !Array.isArray(given))
    throw new InvalidOptionError('failureTimes', given, expected);
  const times = Float64Array.from(given as ArrayLike<number>);
  if (times.length === 0 || !times.every((t, k) => Number.isFinite(t) && t >= 0 && (k === 0 || t > times[k - 1])))
    throw new InvalidOptionError('failureTimes', given, expected);
  return times;
}

/**
 * The columns of a survival outcome.
 * @param time, event names of outcomes of the data: times ≥ 0, and 1 for an event, 0 for censoring
 * @throws InvalidOptionError for names that are not among the outcomes, InvalidDataError for their values
 */
export function observedTimes(outcomes: Trial['outcomes'], time: string, event: string): ObservedTimes {
  const times = columnOf(outcomes, 'time', time);
  const events = columnOf(outcomes, 'event', event);
  refuse(time, times, (value) => !(value >= 0), 'holds negative times; count them from the start of follow-up');
  refuse(event, events, (value) => value !== 0 && value !== 1, 'must hold 1 (event) or 0 (censored) only');
  if (!events.includes(1))
    throw new InvalidDataError(
      'INVALID_TIMES',
      `event '${event}': no row has an event; nothing can be learnt of survival`,
      {
        column: event,
      },
    );
  return { time: times, event: events };
}

function columnOf(outcomes: Trial['outcomes'], option: string, name: string): Float64Array {
  const found = Object.hasOwn(outcomes, name) ? outcomes[name] : undefined;
  if (found === undefined || found.kind !== 'column')
    throw new InvalidOptionError(
      option,
      name,
      `one of the trial's outcomes that is a column: ${Object.keys(outcomes).join(', ')}`,
    );
  return found.values;
}

function refuse(name: string, values: Float64Array, isBad: (value: number) => boolean, what: string): void {
  const rows = Array.from(values.keys()).filter((row) => isBad(values[row]));
  if (rows.length === 0) return;
  throw new InvalidDataError(
    'INVALID_TIMES',
    `outcome '${name}' ${what}; row ${rows[0]} has ${values[rows[0]]} (${rows.length} such rows)`,
    { column: name, rows: rows.slice(0, 5) },
  );
}
