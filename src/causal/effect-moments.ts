/**
 * From leaf moments to effects: averages over trees of q, qY, qW, qWY, qW² (Y, W centred; q sample weight), then once
 *   τ̂ = (WY·q − W·Y)/(WW·q − W²),   μ̂ = (Y − W τ̂)/q
 * (Athey, Tibshirani & Wager 2019, §6). It is not the mean of the trees' effects.
 */
/** Places of the moments, as `slopeMoments` writes them. */
const Q = 0;
const Y = 1;
const W = 2;
const WY = 3;
const WW = 4;

/** Moments that a leaf of a slope forest keeps. */
export const SLOPE_MOMENTS = 5;

/** τ̂ from the moments at `at`; NaN where the treatment does not vary among them. */
export function slopeOf(moments: Float64Array, at: number): number {
  const q = moments[at + Q];
  const w = moments[at + W];
  const determinant = moments[at + WW] * q - w * w;
  return determinant > 0 ? (moments[at + WY] * q - w * moments[at + Y]) / determinant : Number.NaN;
}

/**
 * Coefficients of ρ_b, tree b's influence on τ̂, on its moments: with ψ1 = WY_b − WW_b τ̂ − W_b μ̂ and
 * ψ2 = Y_b − W_b τ̂ − q_b μ̂, ρ_b = (q ψ1 − W ψ2)/(WW·q − W²) (ibid., §4.1). Row r's stand at 5r in `average` and `out`.
 */
export function influenceCoefficientsInto(
  average: Float64Array,
  slopes: Float64Array,
  rowCount: number,
  out: Float64Array,
): void {
  for (let r = 0; r < rowCount; r++) {
    const at = SLOPE_MOMENTS * r;
    const q = average[at + Q];
    const w = average[at + W];
    const slope = slopes[r];
    const determinant = average[at + WW] * q - w * w;
    const intercept = (average[at + Y] - w * slope) / q;
    out[at + Q] = (w * intercept) / determinant;
    out[at + Y] = -w / determinant;
    out[at + W] = (w * slope - q * intercept) / determinant;
    out[at + WY] = q / determinant;
    out[at + WW] = (-q * slope) / determinant;
  }
}
