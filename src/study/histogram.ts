/** Counts of numbers in equal bins, for figures. */
import type { StudyHistogram } from './types.js';

/**
 * Bin k holds from + k·width ≤ x < from + (k + 1)·width, the last bin its end too.
 * @param values finite, from `from` to `to`
 */
export function histogram(values: Iterable<number>, from: number, to: number, bins: number): StudyHistogram {
  const counts = new Array<number>(bins).fill(0);
  const width = (to - from) / bins;
  for (const value of values) counts[Math.max(0, Math.min(bins - 1, Math.floor((value - from) / width)))]++;
  const edges = Array.from({ length: bins + 1 }, (_, k) => (k === bins ? to : from + k * width));
  return Object.freeze({ edges: Object.freeze(edges), counts: Object.freeze(counts) });
}

/** Bins that show a shape without noise: ⌈√n⌉, at least 5 and at most `most`. */
export const binsFor = (count: number, most: number): number =>
  Math.min(most, Math.max(5, Math.ceil(Math.sqrt(count))));
