/**
 * One effect from several: τ̂(x) = c + s Σₖ aₖ (τ̂ₖ(x) − τ̄ₖ), judged by the R-loss
 *   L(τ) = Σᵢ ωᵢ [Ỹᵢ − W̃ᵢ τ(xᵢ)]²,   Ỹ = Y − m̂,  W̃ = W − ê,
 * of effects that are out of bag, so that no row judges what it made (Nie & Wager 2021, §4.2: stacking by the R-loss; van
 * der Laan, Polley & Hubbard 2007). With τ̄ₖ the mean of member k weighted by ωW̃², the columns W̃(τ̂ₖ − τ̄ₖ) are orthogonal
 * to W̃, so c is the slope of Ỹ on W̃ whatever the aₖ ≥ 0, and the aₖ solve a least-squares problem of their own, with a
 * small ridge penalty: of members that say nearly the same it takes some of each (Hoerl & Kennard 1970). Then δ = Σ aₖ(τ̂ₖ − τ̄ₖ)
 * is multiplied by the slope of Ỹ − cW̃ on W̃δ, and the aₖ with it. So they calibrate: a forest that shrinks differences between
 * rows gets a weight above 1 (the calibration regression of Chernozhukov, Demirer, Duflo & Fernández-Val).
 *
 * Shrinkage: that slope is now 1, with standard error e (robust to uneven variance, by cluster). s = max(0, 1 − 3e²), a
 * positive-part rule as James and Stein's (Efron & Morris 1973): differences that are not seen clearly are not believed. For
 * one difference named beforehand it would be 1 − e²; this one is the best of many, and part of it may be confounding that the
 * nuisances left. Random designs of constant effect chose 3 rather than 2, for a tenth less false difference and 1 % more error
 * where effects vary.
 */
import { bestNonNegative } from '../../math/non-negative.js';
import type { RLossRows } from '../r-loss-rows.js';

/** The ridge penalty on aₖ, in squares of member k's own column. */
const RIDGE = 0.04;
/** In how many e² differences lose their weight. */
const DOUBT = 3;

/** Share of differences to keep, given the squared t-value of their slope. */
const shrinkageOf = (square: number): number => (square > DOUBT ? 1 - DOUBT / square : 0);

export interface Combination {
  readonly constant: number;
  /** s·aₖ. */
  readonly weights: Float64Array;
  readonly centres: Float64Array;
  readonly relativeLosses: Float64Array;
  readonly shrinkage: number;
  /** e; null where all aₖ are 0. */
  readonly slopeError: number | null;
  /** δ before shrinkage; NaN where a member has no effect. */
  readonly differences: Float64Array;
}

/** @param effects of each member, one per row, out of bag; rows where one is NaN have no say */
export function combine(effects: readonly Float64Array[], rows: RLossRows): Combination {
  const { outcome, treatment } = rows;
  const weight = rows.weight.map((w, i) => (effects.every((effect) => Number.isFinite(effect[i])) ? w : 0));
  const sum = (term: (i: number) => number): number => {
    let total = 0;
    for (let i = 0; i < weight.length; i++) if (weight[i] > 0) total += weight[i] * term(i);
    return total;
  };
  const treatmentSquare = sum((i) => treatment[i] ** 2);
  const constant = sum((i) => treatment[i] * outcome[i]) / treatmentSquare;
  const centres = Float64Array.from(effects, (effect) => sum((i) => treatment[i] ** 2 * effect[i]) / treatmentSquare);
  const size = effects.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let k = 0; k < size; k++) {
    right[k] = sum((i) => treatment[i] * outcome[i] * (effects[k][i] - centres[k]));
    for (let l = 0; l <= k; l++) {
      gram[k * size + l] = sum((i) => treatment[i] ** 2 * (effects[k][i] - centres[k]) * (effects[l][i] - centres[l]));
      gram[l * size + k] = gram[k * size + l];
    }
  }
  const penalised = gram.map((value, cell) => (cell % (size + 1) === 0 ? (1 + RIDGE) * value : value));
  const raw = bestNonNegative(penalised, right, size);
  const combined = outcome.map((_, i) => {
    let total = 0;
    for (let k = 0; k < size; k++) total += raw[k] * (effects[k][i] - centres[k]);
    return total;
  });
  const slope = slopeOn(combined, constant, { ...rows, weight });
  const differences = combined.map((value) => slope * value);
  const slopeError = standardErrorOfSlope(differences, constant, { ...rows, weight });
  const shrinkage = slopeError === null ? 0 : shrinkageOf(1 / slopeError ** 2);
  const lossOfConstant = sum((i) => (outcome[i] - constant * treatment[i]) ** 2);
  return {
    constant,
    weights: raw.map((a) => shrinkage * slope * a),
    centres,
    relativeLosses: Float64Array.from(
      effects,
      (effect) => sum((i) => (outcome[i] - effect[i] * treatment[i]) ** 2) / lossOfConstant,
    ),
    shrinkage,
    slopeError,
    differences,
  };
}

/** Least-squares slope of Ỹ − cW̃ on W̃δ; 0 where δ is 0. */
function slopeOn(differences: Float64Array, constant: number, { outcome, treatment, weight }: RLossRows): number {
  let [product, square] = [0, 0];
  for (let i = 0; i < weight.length; i++) {
    if (!(weight[i] > 0)) continue;
    const x = treatment[i] * differences[i];
    product += weight[i] * x * (outcome[i] - constant * treatment[i]);
    square += weight[i] * x * x;
  }
  return square > 0 ? product / square : 0;
}

/**
 * e² = C/(C−1) Σ_c (Σ_{i∈c} ω W̃δ r)² / (Σ ω (W̃δ)²)², r = Ỹ − W̃(c + δ), C clusters or rows. Of single rows it is at least what
 * noise of one variance everywhere gives, with Σωr²/Σω for r² in each summand: where few rows carry the slope the robust one
 * is too small by chance (the larger of both: Angrist & Pischke 2009, ch. 8). Null where δ is 0.
 */
function standardErrorOfSlope(differences: Float64Array, constant: number, rows: RLossRows): number | null {
  const { outcome, treatment, weight, clusters } = rows;
  const scores = new Map<number, number>();
  let [total, noise, square, spread] = [0, 0, 0, 0];
  for (let i = 0; i < weight.length; i++) {
    if (!(weight[i] > 0)) continue;
    const x = treatment[i] * differences[i];
    const unit = clusters ? clusters[i] : i;
    const residual = outcome[i] - treatment[i] * constant - x;
    total += weight[i];
    noise += weight[i] * residual * residual;
    square += weight[i] * x * x;
    spread += (weight[i] * x) ** 2;
    scores.set(unit, (scores.get(unit) ?? 0) + weight[i] * x * residual);
  }
  if (!(square > 0) || scores.size < 2) return null;
  let meat = 0;
  for (const score of scores.values()) meat += score * score;
  const robust = (meat * scores.size) / (scores.size - 1);
  return Math.sqrt(clusters ? robust : Math.max(robust, (noise / total) * spread)) / square;
}
