/**
 * Linear combinations of a study's effects, from influence functions aligned by unit of the table:
 *   θ̂ = Σ_k a_k θ̂_k,  Ψ = Σ_k a_k Ψ_k,  se² = Σ_c Ψ_c² = a' Cov(θ̂) a,
 * so that the dependence between groups that share clusters, and between windows that share rows, is in the error.
 *
 *   difference between groups (Wald test of equality):  a = (1, −1)
 *   linear trend over windows at t_k:  the slope of least squares weighted by w_k = 1/se_k²,
 *     a_k = w_k (t_k − t̄)/Σ w (t − t̄)²,  t̄ = Σ w t/Σ w
 * (trend from correlated estimates, with their joint covariance in its variance: Greenland & Longnecker 1992. Weights by
 * variance alone, not by the inverse covariance: with cumulative windows, whose correlation is near 1, that inverse gives
 * large weights of both signs, and a trend that no window shows.)
 */
import { intervalAround } from '../effects/estimate.js';
import { type Measurement, NOTHING } from './measure.js';

/** The combination; null numbers where a part has no error. */
export function combination(
  parts: readonly Measurement[],
  coefficients: readonly number[],
  level: number,
): Measurement {
  const influence = new Float64Array(parts[0]?.influence?.length ?? 0);
  let estimate = 0;
  for (const [k, part] of parts.entries()) {
    if (part.estimate === null || part.influence === null) return NOTHING;
    estimate += coefficients[k] * part.estimate;
    for (let unit = 0; unit < influence.length; unit++) influence[unit] += coefficients[k] * part.influence[unit];
  }
  const standardError = Math.sqrt(influence.reduce((sum, value) => sum + value * value, 0));
  return { estimate, standardError, interval: intervalAround(estimate, standardError, level), influence };
}

/** Windows that a trend needs: any two points lie on a line. */
export const LEAST_WINDOWS = 3;

/** a_k of the trend, or null where fewer than three windows have an error above 0. */
export function trendCoefficients(parts: readonly Measurement[], at: readonly number[]): number[] | null {
  const weights = parts.map(({ standardError }) => (standardError ? 1 / standardError ** 2 : 0));
  if (weights.filter((weight) => weight > 0).length < LEAST_WINDOWS || weights.includes(0)) return null;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centre = weights.reduce((sum, weight, k) => sum + weight * at[k], 0) / total;
  const spread = weights.reduce((sum, weight, k) => sum + weight * (at[k] - centre) ** 2, 0);
  return weights.map((weight, k) => (weight * (at[k] - centre)) / spread);
}
