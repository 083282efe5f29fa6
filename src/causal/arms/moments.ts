/**
 * Moments of a forest of K contrasts: averages over trees of q, qY, qW_k, qW_kY and qW_jW_k (Y and the arms' dummies
 * centred; q sample weight), then once, with S = WW' moments − W W'/q,
 *   τ̂ = S⁻¹ (WY − W·Y/q),   μ̂ = (Y − W'τ̂)/q
 * (Athey, Tibshirani & Wager 2019, §6, for a vector of treatments). K = 1 is the causal forest's slope.
 */
import type { RowMoments } from '../../forest/row-moments.js';
import { factorInPlace, solveInPlace } from '../../math/positive-definite.js';

const Q = 0;
const Y = 1;
const firstW = 2;
const firstWY = (contrasts: number): number => 2 + contrasts;
/** Place of qW_jW_k, k ≤ j: rows of the lower triangle one after another. */
const placeOfWW = (contrasts: number, j: number, k: number): number => 2 + 2 * contrasts + (j * (j + 1)) / 2 + k;

export const armMomentCount = (contrasts: number): number => 2 + 2 * contrasts + (contrasts * (contrasts + 1)) / 2;

/** What a row gives to its leaf. @param treatments one array of centred dummies for each arm but the first */
export function armMoments(
  outcome: Float64Array,
  treatments: readonly Float64Array[],
  weight: Float64Array | null,
): RowMoments {
  const contrasts = treatments.length;
  const wy = firstWY(contrasts);
  return {
    count: armMomentCount(contrasts),
    addInto(row, sums, at) {
      const q = weight ? weight[row] : 1;
      sums[at + Q] += q;
      sums[at + Y] += q * outcome[row];
      for (let j = 0; j < contrasts; j++) {
        const w = q * treatments[j][row];
        sums[at + firstW + j] += w;
        sums[at + wy + j] += w * outcome[row];
        for (let k = 0; k <= j; k++) sums[at + placeOfWW(contrasts, j, k)] += w * treatments[k][row];
      }
    },
  };
}

/** Solves the averaged moments row by row, in buffers of its own. */
export interface ArmSolver {
  /**
   * τ̂ of the moments at `at` into `effects[0 … K)`, NaN where the arms do not vary apart from each other among them.
   * @returns whether there is an estimate
   */
  solve(moments: Float64Array, at: number, effects: Float64Array): boolean;
  /**
   * After `solve`: coefficients of tree b's influence on τ̂_k on its moments, into out[to …]. With a = S⁻¹e_k,
   * ψ1 = WY_b − WW_b τ̂ − W_b μ̂ and ψ2 = Y_b − W_b'τ̂ − q_b μ̂, ρ_b = a'(ψ1 − W ψ2/q): entry k of M⁻¹[ψ1; ψ2],
   * M = [WW W; W' q] (ibid., §4.1).
   */
  influenceInto(
    moments: Float64Array,
    at: number,
    effects: Float64Array,
    contrast: number,
    out: Float64Array,
    to: number,
  ): void;
}

export function makeArmSolver(contrasts: number): ArmSolver {
  const lower = new Float64Array(contrasts * contrasts);
  const row = new Float64Array(contrasts);
  const wy = firstWY(contrasts);
  return {
    solve(moments, at, effects) {
      const q = moments[at + Q];
      const y = moments[at + Y];
      for (let j = 0; j < contrasts; j++) {
        const w = moments[at + firstW + j];
        effects[j] = moments[at + wy + j] - (w * y) / q;
        for (let k = 0; k <= j; k++)
          lower[j * contrasts + k] = moments[at + placeOfWW(contrasts, j, k)] - (w * moments[at + firstW + k]) / q;
      }
      const solved = factorInPlace(lower, contrasts);
      if (solved) solveInPlace(lower, contrasts, effects);
      else effects.fill(Number.NaN);
      return solved;
    },
    influenceInto(moments, at, effects, contrast, out, to) {
      row.fill(0);
      row[contrast] = 1;
      solveInPlace(lower, contrasts, row);
      const q = moments[at + Q];
      let intercept = moments[at + Y];
      let level = 0;
      for (let j = 0; j < contrasts; j++) {
        intercept -= moments[at + firstW + j] * effects[j];
        level += row[j] * moments[at + firstW + j];
      }
      intercept /= q;
      level /= q;
      out[to + Q] = level * intercept;
      out[to + Y] = -level;
      for (let j = 0; j < contrasts; j++) {
        out[to + firstW + j] = level * effects[j] - intercept * row[j];
        out[to + wy + j] = row[j];
        for (let k = 0; k < j; k++) out[to + placeOfWW(contrasts, j, k)] = -(row[j] * effects[k] + row[k] * effects[j]);
        out[to + placeOfWW(contrasts, j, j)] = -row[j] * effects[j];
      }
    },
  };
}
