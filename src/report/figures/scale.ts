/**
 * Axes from the data: a domain that holds every value drawn, and ticks at round numbers inside it.
 * Steps are 1, 2 or 5 times a power of ten, the smallest that gives at most `most` ticks.
 */

/** Smallest and largest value, the extra ones included; null without any. NaN and null do not count. */
export function extentOf(values: Iterable<number | null | undefined>): [number, number] | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : null;
}

/** A domain with room at both ends; one value alone gets room around it. */
export function domainOf(values: Iterable<number | null | undefined>, margin = 0.04): [number, number] {
  const [low, high] = extentOf(values) ?? [0, 1];
  const room = (high > low ? high - low : Math.abs(high) || 1) * margin;
  return [low - room, high + room];
}

/** What an axis shows: round numbers inside the domain, and the digits after the point that they need. */
export interface Ticks {
  readonly values: readonly number[];
  readonly digits: number;
}

export function ticksOf([low, high]: readonly [number, number], most = 6): Ticks {
  const span = high - low;
  if (!(span > 0)) return { values: [low], digits: 0 };
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10, 20]
    .map((factor) => factor * power)
    .find((size) => countOf(low, high, size) <= most) as number;
  const first = Math.ceil(low / step - 1e-9);
  const values = Array.from({ length: countOf(low, high, step) }, (_, k) => (first + k) * step + 0);
  // Adding 1e-9 forgives a step like 0.1 its binary error.
  return { values, digits: Math.max(0, Math.min(12, -Math.floor(Math.log10(step) + 1e-9))) };
}

const countOf = (low: number, high: number, step: number): number =>
  Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
