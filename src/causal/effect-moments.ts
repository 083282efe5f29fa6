/**
 * From leaf moments to effects: averages over trees of q, qY, qW, qWY, qW² (Y, W centred; q sample weight), then once
 *   τ̂ = (WY·q − W·Y)/(WW·q − W²),   μ̂ = (Y − W τ̂)/q
 * (Athey, Tibshirani & Wager 2019, §6). It is not the mean of the trees' effects.
 */
import type { RowMoments } from '../forest/row-moments.js';

/** Places of the moments, as `slopeMoments` writes them. */
const Q = 0;
const Y = 1;
const W = 2;
const WY = 3;
const WW = 4;

/** τ̂ from averaged moments; NaN where the treatment does not vary among them. */
export function slopeOf(average: Float64Array): number {
  const determinant = average[WW] * average[Q] - average[W] * average[W];
  return determinant > 0 ? (average[WY] * average[Q] - average[W] * average[Y]) / determinant : Number.NaN;
}

/**
 * Coefficients of ρ_b, tree b's influence on τ̂, on its moments: with ψ1 = WY_b − WW_b τ̂ − W_b μ̂ and
 * ψ2 = Y_b − W_b τ̂ − q_b μ̂, ρ_b = (q ψ1 − W ψ2)/(WW·q − W²) (ibid., §4.1).
 */
export function influenceCoefficientsInto(average: Float64Array, slope: number, out: Float64Array): void {
  const q = average[Q];
  const w = average[W];
  const determinant = average[WW] * q - w * w;
  const intercept = (average[Y] - w * slope) / q;
  out[Q] = (w * intercept) / determinant;
  out[Y] = -w / determinant;
  out[W] = (w * slope - q * intercept) / determinant;
  out[WY] = q / determinant;
  out[WW] = (-q * slope) / determinant;
}

/** With so few trees or fewer the Monte-Carlo error is not estimable. */
const FEWEST_TREES = 5;

/**
 * Error of the fit at one training row: raw = r², r = (Ỹ − Y/q) − (W̃ − W/q) τ̂. Its Monte-Carlo part is the jackknife's
 * (T−1)/T · Σ_b (r₍₋b₎ − r)², each r₍₋b₎ from the averages without tree b. NaN with FEWEST_TREES or fewer.
 * @param out [raw − excess, excess]
 */
export function errorsInto(
  row: RowMoments,
  slope: number,
  outcome: number,
  treatment: number,
  out: Float64Array,
): void {
  const { average, moments, treeCount } = row;
  const raw = residual(average[Q], average[Y], average[W], slope, outcome, treatment);
  if (treeCount <= FEWEST_TREES) {
    out[0] = out[1] = Number.NaN;
    return;
  }
  const rest = 1 / (treeCount - 1);
  let squares = 0;
  for (let b = 0; b < treeCount; b++) {
    const at = 5 * b;
    const q = (treeCount * average[Q] - moments[at + Q]) * rest;
    const y = (treeCount * average[Y] - moments[at + Y]) * rest;
    const w = (treeCount * average[W] - moments[at + W]) * rest;
    const wy = (treeCount * average[WY] - moments[at + WY]) * rest;
    const ww = (treeCount * average[WW] - moments[at + WW]) * rest;
    const slopeWithout = (wy * q - w * y) / (ww * q - w * w);
    const change = residual(q, y, w, slopeWithout, outcome, treatment) - raw;
    squares += change * change;
  }
  out[1] = squares * (1 - 1 / treeCount);
  out[0] = raw * raw - out[1];
}

const residual = (q: number, y: number, w: number, slope: number, outcome: number, treatment: number): number =>
  outcome - y / q - (treatment - w / q) * slope;
