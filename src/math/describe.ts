/**
 * Descriptive summaries of a column of numbers, for readers and reports, never for inference. The only file that
 * imports simple-statistics. Quantiles interpolate linearly between order statistics at (n − 1)p (R's type 7;
 * Hyndman & Fan 1996), which the tests hold, because the package has changed its definition before.
 */
import { quantileSorted } from 'simple-statistics';
import { mean, variance } from './sums.js';

/** Everything but the counts is null where there are too few values: none, or one for the standard deviation. */
export interface Description {
  /** Values that are numbers. */
  readonly count: number;
  /** Values that are NaN; they are left out of everything else. */
  readonly missing: number;
  readonly mean: number | null;
  /** √(Σ(x − x̄)²/(n − 1)). */
  readonly standardDeviation: number | null;
  readonly minimum: number | null;
  readonly lowerQuartile: number | null;
  readonly median: number | null;
  readonly upperQuartile: number | null;
  readonly maximum: number | null;
}

export function describe(values: Float64Array): Description {
  const present = values.filter((value) => !Number.isNaN(value)).sort();
  const spread = variance(present);
  const [minimum, lowerQuartile, median, upperQuartile, maximum] = quantiles(present, [0, 0.25, 0.5, 0.75, 1]);
  return Object.freeze({
    count: present.length,
    missing: values.length - present.length,
    mean: mean(present),
    standardDeviation: spread === null ? null : Math.sqrt(spread),
    minimum: minimum ?? null,
    lowerQuartile: lowerQuartile ?? null,
    median: median ?? null,
    upperQuartile: upperQuartile ?? null,
    maximum: maximum ?? null,
  });
}

/** The quantiles at the given probabilities (0 to 1), NaN left out; null for each where there are no values. */
export function quantiles(values: Float64Array, probabilities: readonly number[]): (number | null)[] {
  const sorted = Array.from(values.filter((value) => !Number.isNaN(value)).sort());
  return probabilities.map((probability) => (sorted.length === 0 ? null : quantileSorted(sorted, probability)));
}
