/**
 * Influence functions: the one road from an estimate to its uncertainty.
 *
 * θ̂ − θ ≈ Σᵢ ψᵢ, with ψᵢ already divided by the total weight and multiplied by √(C/(C − 1)), so that
 *   Cov(θ̂, θ̂′) = Σ_c (Σ_{i∈c} ψᵢ)(Σ_{i∈c} ψᵢ′),   c = cluster, a row of its own where none are given.
 * (Tsiatis 2006, ch. 3; cluster sums: Liang & Zeger 1986; finite-sample factor: Athey & Wager 2019.)
 * Differences, ratios and simultaneous bands follow from linear combinations of ψ, between overlapping sets of rows and
 * across outcomes too, because every ψ has one entry per row of the trial.
 */
import type { Clusters } from '../data/trial.js';

/** One estimate and how each row moved it. */
export interface InfluenceEstimate {
  readonly estimate: number;
  /**
   * ψ in parts whose covariance with each other is taken to be 0; nearly always a single part. Each part has one entry
   * per row of the trial, 0 for rows that played no role.
   */
  readonly parts: readonly InfluencePart[];
}

export interface InfluencePart {
  readonly values: Float64Array;
  /** False where rows count as independent although the trial has clusters. */
  readonly clustered: boolean;
}

/** An estimate with a single part, summed by cluster. */
export const influenceEstimate = (estimate: number, values: Float64Array): InfluenceEstimate => ({
  estimate,
  parts: [{ values, clustered: true }],
});

/** ψ summed over the parts: one number per row of the trial. */
export function jointInfluence({ parts }: InfluenceEstimate): Float64Array {
  const joint = Float64Array.from(parts[0].values);
  for (const { values } of parts.slice(1)) for (let row = 0; row < joint.length; row++) joint[row] += values[row];
  return joint;
}

/**
 * Covariance matrix of estimates from the same trial, in their units multiplied. All must have the same number of
 * parts.
 */
export function covarianceMatrix(
  estimates: readonly InfluenceEstimate[],
  clusters: Clusters | null,
): readonly (readonly number[])[] {
  const sums = estimates.map(({ parts }) =>
    parts.map(({ values, clustered }) => (clusters && clustered ? clusterSums(values, clusters) : values)),
  );
  return sums.map((mine) => sums.map((other) => mine.reduce((total, part, k) => total + dot(part, other[k]), 0)));
}

/** Σψ², by cluster: the squared standard error. */
export const variance = (estimate: InfluenceEstimate, clusters: Clusters | null): number =>
  covarianceMatrix([estimate], clusters)[0][0];

/**
 * `estimate` as a smooth function of others: ψ = Σ_k gradient_k ψ_k (delta method). A linear combination is exact.
 * @param gradient derivative of the function by each of `of`, at their estimates
 */
export function combine(
  estimate: number,
  of: readonly InfluenceEstimate[],
  gradient: readonly number[],
): InfluenceEstimate {
  return {
    estimate,
    parts: of[0].parts.map(({ values: { length }, clustered }, p) => {
      const values = new Float64Array(length);
      of.forEach(({ parts }, k) => {
        const part = parts[p].values;
        for (let row = 0; row < length; row++) values[row] += gradient[k] * part[row];
      });
      return { values, clustered };
    }),
  };
}

/** First estimate minus second. */
export const difference = (first: InfluenceEstimate, second: InfluenceEstimate): InfluenceEstimate =>
  combine(first.estimate - second.estimate, [first, second], [1, -1]);

function clusterSums(values: Float64Array, { ids, count }: Clusters): Float64Array {
  const sums = new Float64Array(count);
  for (let row = 0; row < values.length; row++) sums[ids[row]] += values[row];
  return sums;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k] * b[k];
  return total;
}
