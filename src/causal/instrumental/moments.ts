/**
 * Moments of an instrumental forest: averages over trees of q, qY, qW, qZ, qZY, qZW, qZZ (Y, W, Z centred; q sample
 * weight), then once, with D = ZW·q − Z·W,
 *   τ̂ = (ZY·q − Z·Y)/D,   μ̂ = (Y − W τ̂)/q
 * (Athey, Tibshirani & Wager 2019, §7). With Z = W it is the causal forest's slope. ZZ serves the fit's error only.
 */
import type { RowMoments } from '../../forest/row-moments.js';

/** Places of the moments. */
export const Q = 0;
export const Y = 1;
export const W = 2;
export const Z = 3;
export const ZY = 4;
export const ZW = 5;
export const ZZ = 6;
export const INSTRUMENTAL_MOMENTS = 7;

/** D as a share of the products it is the difference of, below which it is rounding. */
const ROUNDING = 1e-12;

/** What a row gives to its leaf. @param outcome, treatment, instrument centred, one per training row */
export function instrumentalMoments(
  outcome: Float64Array,
  treatment: Float64Array,
  instrument: Float64Array,
  weight: Float64Array | null,
): RowMoments {
  return {
    count: INSTRUMENTAL_MOMENTS,
    addInto(row, sums, at) {
      const q = weight ? weight[row] : 1;
      const z = q * instrument[row];
      sums[at + Q] += q;
      sums[at + Y] += q * outcome[row];
      sums[at + W] += q * treatment[row];
      sums[at + Z] += z;
      sums[at + ZY] += z * outcome[row];
      sums[at + ZW] += z * treatment[row];
      sums[at + ZZ] += z * instrument[row];
    },
  };
}

/** τ̂ from the moments at `at`; NaN where the instrument does not move the treatment among them. */
export function instrumentalEffectOf(moments: Float64Array, at: number): number {
  const q = moments[at + Q];
  const z = moments[at + Z];
  const moved = moments[at + ZW] * q;
  const apart = z * moments[at + W];
  const determinant = moved - apart;
  return Math.abs(determinant) > ROUNDING * (Math.abs(moved) + Math.abs(apart))
    ? (moments[at + ZY] * q - z * moments[at + Y]) / determinant
    : Number.NaN;
}

/**
 * Coefficients of ρ_b, tree b's influence on τ̂, on its moments: with ψ1 = ZY_b − ZW_b τ̂ − Z_b μ̂ and
 * ψ2 = Y_b − W_b τ̂ − q_b μ̂, ρ_b = (q ψ1 − Z ψ2)/D (ibid., §4.1). Row r's stand at 7r in `average` and `out`.
 */
export function instrumentalInfluenceInto(
  average: Float64Array,
  effects: Float64Array,
  rowCount: number,
  out: Float64Array,
): void {
  for (let r = 0; r < rowCount; r++) {
    const at = INSTRUMENTAL_MOMENTS * r;
    const q = average[at + Q];
    const z = average[at + Z];
    const effect = effects[r];
    const determinant = average[at + ZW] * q - z * average[at + W];
    const intercept = (average[at + Y] - average[at + W] * effect) / q;
    out[at + Q] = (z * intercept) / determinant;
    out[at + Y] = -z / determinant;
    out[at + W] = (z * effect) / determinant;
    out[at + Z] = (-q * intercept) / determinant;
    out[at + ZY] = q / determinant;
    out[at + ZW] = (-q * effect) / determinant;
    out[at + ZZ] = 0;
  }
}
