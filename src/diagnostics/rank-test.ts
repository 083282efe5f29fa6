/**
 * Is a ranking better than chance? A rank-weighted effect is a linear form Σ w z Γ of the scores with Σ w z = 0
 * (`rankWeights`), so it is 0 in expectation if scores do not depend on z, and it is Σwz² times the slope of the weighted
 * regression of Γ on [1, z]. The test is that of the slope with HC3 errors, by cluster where there are any, against
 * Student's t with units − 2 degrees of freedom, clusters being units (Cameron & Miller 2015, §VI).
 *
 * Why not the half-samples' standard error: an AUTOC of 80 rows hangs on its first few, and half-samples of 40 rows know
 * their spread too badly for a test at 5 % (it rejected in 7.3 % of 400 simulated trials, HC3 in 5.5 %).
 */
import type { Warning } from '../base/warnings.js';
import { coefficients } from '../effects/coefficients.js';
import { twoSidedTail, upperTail } from '../math/student-t.js';
import type { Scored } from './scored-rows.js';

export interface RankTestNumbers {
  /** Standard error of the form where scores do not depend on z, in outcome units; null where there is none. */
  readonly testError: number | null;
  /** Estimate over `testError`; null where that is null or 0. */
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** Of Student's t: rows − 2, or clusters − 2. */
  readonly freedom: number;
  readonly warnings: readonly Warning[];
}

/** @param z one number per row, Σwz = 0 over the rows that count; all 0 for a ranking that says nothing */
export function rankTest(
  { rows, rowCount, scores, weights, clusters, unitCount }: Scored,
  z: Float64Array,
  tail: 'both' | 'upper',
): RankTestNumbers {
  const freedom = unitCount - 2;
  const square = rows.reduce((sum, row) => sum + weights[row] * z[row] ** 2, 0);
  const none = { statistic: null, pValue: null, freedom, warnings: [] };
  if (!(square > 0)) return { ...none, testError: 0 };
  if (freedom < 1) return { ...none, testError: null };
  const design = new Float64Array(rowCount);
  const outcome = new Float64Array(rowCount);
  const counted = new Float64Array(rowCount);
  for (const row of rows) {
    design[row] = z[row];
    outcome[row] = scores[row];
    counted[row] = weights[row];
  }
  const [, slope] = coefficients({
    problem: { design: [new Float64Array(rowCount).fill(1), design], outcome, weights: counted },
    terms: ['(intercept)', 'ranking'],
    clusters,
    type: 'HC3',
    level: 0.95,
    tail,
  });
  return {
    testError: slope.standardError === null ? null : slope.standardError * square,
    statistic: slope.tStatistic,
    pValue: slope.tStatistic === null ? null : (tail === 'both' ? twoSidedTail : upperTail)(slope.tStatistic, freedom),
    freedom,
    warnings: slope.warnings.filter(({ code }) => code === 'NO_STANDARD_ERROR'),
  };
}
