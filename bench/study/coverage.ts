/**
 * Coverage over simulated studies. Rows of one study share workers and forests, so a study is the unit: with c_s the
 * share of study s's intervals that hold their truths, coverage is mean(c_s) and its standard error sd(c_s)/√S.
 */
import type { PercentInterval } from '../../examples/service-training/estimate.js';

export interface Coverage {
  /** Percent of intervals that hold the truth; a missing interval holds nothing. */
  readonly coverage: number;
  /** Clustered by study, in percent; null with one study. */
  readonly standardError: number | null;
  /** Mean of estimate − truth, in percentage points, and the standard deviation of the estimates between studies. */
  readonly bias: number;
  readonly spread: number;
  /** Mean half width of the intervals over 1.96, in percentage points: what the standard errors claim the spread is. */
  readonly claimed: number;
  readonly missing: number;
}

/**
 * @param studies one array of intervals a study
 * @param truths in the order of the intervals
 * @param rows which of them to look at
 */
export function coverageOf(
  studies: readonly (readonly PercentInterval[])[],
  truths: readonly number[],
  rows: readonly number[],
): Coverage {
  const shares = studies.map(
    (intervals) =>
      (100 * rows.filter((row) => holds(intervals[row] as PercentInterval, truths[row] as number)).length) /
      rows.length,
  );
  const coverage = mean(shares);
  const present = studies.flatMap((intervals) =>
    rows.flatMap((row) => {
      const { estimate, lower, upper } = intervals[row] as PercentInterval;
      if (estimate === null || lower === null || upper === null) return [];
      return [{ row, error: estimate - (truths[row] as number), half: (upper - lower) / 2 }];
    }),
  );
  const spreads = rows.map((row) => deviation(present.filter((entry) => entry.row === row).map(({ error }) => error)));
  return Object.freeze({
    coverage,
    standardError: studies.length > 1 ? deviation(shares) / Math.sqrt(studies.length) : null,
    bias: mean(present.map(({ error }) => error)),
    spread: mean(spreads),
    claimed: mean(present.map(({ half }) => half)) / 1.96,
    missing: studies.length * rows.length - present.length,
  });
}

const holds = ({ lower, upper }: PercentInterval, truth: number): boolean =>
  lower !== null && upper !== null && lower <= truth && truth <= upper;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
