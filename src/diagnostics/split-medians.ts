/**
 * One number from many sample splits (Chernozhukov, Demirer, Duflo & Fernández-Val, generic machine learning): medians
 * over the splits, with levels adjusted for having split.
 *
 *   estimate: median of θ̂ₛ;   interval at level 1 − α: medians of the splits' lower and upper limits at level 1 − α/2;
 *   p = 2 · median of pₛ, at most 1.
 *
 * Whatever the dependence between splits, P(median p ≤ α/2) ≤ α, because at least half of the splits' p-values must be
 * that small (Markov's inequality on their share). With an even number of splits the more careful middle value counts.
 */
import type { Estimate } from '../base/estimate.js';
import { type Warning, warning } from '../base/warnings.js';
import { criticalValue } from '../effects/estimate.js';
import { twoSidedTail, upperTail } from '../math/normal.js';

/** A number as one split estimates it. */
export interface SplitNumber {
  readonly estimate: number;
  readonly standardError: number;
}

/** A number over all splits; `n` counts the rows that one split's number rests on, about. */
export interface SplitEstimate extends Estimate {
  /**
   * Median of the splits' standard errors: the error within a split. The interval is wider than it says, because it
   * also covers what the choice of split adds.
   */
  readonly standardError: number | null;
  /** Adjusted for splitting. Two-sided, unless said otherwise. */
  readonly pValue: number | null;
}

/**
 * @param splits null where a split could not estimate the number
 * @param n rows that a split's number rests on
 */
export function medianOfSplits(
  splits: readonly (SplitNumber | null)[],
  { level, n, tail }: { readonly level: number; readonly n: number; readonly tail: 'both' | 'upper' },
  given: readonly Warning[],
): SplitEstimate {
  const known = splits.filter((split) => split !== null);
  const failed = splits.length - known.length;
  const warnings = Object.freeze([
    ...given,
    ...(failed > 0
      ? [
          warning(
            'SPLITS_WITHOUT_ESTIMATE',
            `${failed} of ${splits.length} splits have no estimate, because a group of theirs lacks an arm or has fewer than two rows or clusters with values: ${known.length > 0 ? 'medians are over the others' : 'nothing is identified'}. Use fewer groups.`,
          ),
        ]
      : []),
  ]);
  if (known.length === 0)
    return Object.freeze({ estimate: null, standardError: null, interval: null, level, n, pValue: null, warnings });
  const critical = criticalValue(1 - (1 - level) / 2);
  const lower = ascending(known.map(({ estimate, standardError }) => estimate - critical * standardError));
  const upper = ascending(known.map(({ estimate, standardError }) => estimate + critical * standardError));
  const pValues = ascending(
    known.map(({ estimate, standardError }) =>
      standardError > 0 ? (tail === 'both' ? twoSidedTail : upperTail)(estimate / standardError) : 1,
    ),
  );
  return Object.freeze({
    estimate: median(ascending(known.map(({ estimate }) => estimate))),
    standardError: median(ascending(known.map(({ standardError }) => standardError))),
    interval: Object.freeze([lowerMedian(lower), upperMedian(upper)] as const),
    level,
    n,
    pValue: Math.min(1, 2 * upperMedian(pValues)),
    warnings,
  });
}

const ascending = (values: readonly number[]): Float64Array => Float64Array.from(values).sort();
const lowerMedian = (sorted: Float64Array): number => sorted[Math.floor((sorted.length - 1) / 2)];
const upperMedian = (sorted: Float64Array): number => sorted[Math.floor(sorted.length / 2)];
const median = (sorted: Float64Array): number => (lowerMedian(sorted) + upperMedian(sorted)) / 2;
