/**
 * Coefficients of a regression of effects, as estimates: robust standard errors (`math/robust-covariance.ts`), t intervals
 * and p-values with n − k degrees of freedom, n rows of positive weight and k columns.
 */
import type { Estimate } from '../base/estimate.js';
import { type Warning, warning } from '../base/warnings.js';
import { type LeastSquaresProblem, leastSquares } from '../math/least-squares.js';
import { type CovarianceType, type RobustCovariance, robustCovariance } from '../math/robust-covariance.js';
import { quantile, twoSidedTail, upperTail } from '../math/student-t.js';
import { fewClusters } from './checks.js';

export const COVARIANCE_TYPES = ['HC0', 'HC1', 'HC2', 'HC3'] as const satisfies readonly CovarianceType[];

/** One coefficient of a regression. */
export interface Coefficient extends Estimate {
  readonly term: string;
  /** estimate / standardError. */
  readonly tStatistic: number | null;
  /** Two-sided, or of the upper tail where the test asks whether the coefficient is above 0. */
  readonly pValue: number | null;
}

export interface RegressionRequest {
  readonly problem: LeastSquaresProblem;
  /** A name for each column of the design. */
  readonly terms: readonly string[];
  /** One id per row, or null for independent rows. */
  readonly clusters: Int32Array | null;
  readonly type: CovarianceType;
  readonly level: number;
  readonly tail: 'both' | 'upper';
}

const REASONS: Readonly<Record<NonNullable<RobustCovariance['reason']>, string>> = {
  oneCluster: 'there is a single cluster (or row)',
  noDegreesOfFreedom: 'there are no more rows than columns',
  leverageOne: 'a single row or cluster decides a coefficient alone',
};

/** One estimate per column; null with a warning where a column depends on others or no error can be given. */
export function coefficients({
  problem,
  terms,
  clusters,
  type,
  level,
  tail,
}: RegressionRequest): readonly Coefficient[] {
  const fit = leastSquares(problem);
  const { covariance, reason, clusterCount } = robustCovariance(problem, fit, clusters, type);
  const freedom = fit.degreesOfFreedom;
  const critical = freedom > 0 ? -quantile((1 - level) / 2, freedom) : null;
  return Object.freeze(
    terms.map((term, j) => {
      const value = fit.coefficients[j];
      const dependent = Number.isNaN(value);
      const variance = covariance ? covariance[j * terms.length + j] : Number.NaN;
      const standardError = dependent || !(variance >= 0) ? null : Math.sqrt(variance);
      const tStatistic = standardError ? value / standardError : null;
      const interval =
        standardError === null || critical === null
          ? null
          : Object.freeze([value - critical * standardError, value + critical * standardError] as const);
      return Object.freeze({
        term,
        estimate: dependent ? null : value,
        standardError,
        interval,
        level,
        n: fit.rowCount,
        tStatistic,
        pValue: tStatistic === null ? null : (tail === 'both' ? twoSidedTail : upperTail)(tStatistic, freedom),
        warnings: Object.freeze([
          ...warningsOf(term, dependent, reason),
          ...(standardError !== null && clusters ? fewClusters(clusterCount) : []),
        ]),
      });
    }),
  );
}

function warningsOf(term: string, dependent: boolean, reason: RobustCovariance['reason']): Warning[] {
  if (dependent)
    return [
      warning(
        'DEPENDENT_COLUMN',
        `'${term}' is a combination of other columns and was left out: leave it out, or them.`,
      ),
    ];
  if (reason) return [warning('NO_STANDARD_ERROR', `There is no standard error: ${REASONS[reason]}.`)];
  return [];
}
