/**
 * Moments of a forest of several effects at once, of treatments W₁ … W_K (arms' dummies or doses) on outcomes Y₁ … Y_M:
 * averages over trees of q, qY_m, qW_k, qW_kY_m and qW_jW_k (Y and W centred; q sample weight), then once, for each outcome
 * and with S = WW' moments − W W'/q,
 *   τ̂ = S⁻¹ (WY − W·Y/q),   μ̂ = (Y − W'τ̂)/q
 * (Athey, Tibshirani & Wager 2019, §6, for a vector of treatments). K = M = 1 is the causal forest's slope.
 * The order of the moments is that of `kernels/leaf-moments.ts`, `writeVectors`.
 */
import type { RowMoments } from '../../forest/row-moments.js';
import { vectorMoments } from '../../kernels/leaf-moments.js';
import { factorInPlace, solveInPlace } from '../../math/positive-definite.js';

/** How many treatments and outcomes. */
export interface SlopesShape {
  readonly treatments: number;
  readonly outcomes: number;
}

const Q = 0;
const placeOfY = (outcome: number): number => 1 + outcome;
const firstW = ({ outcomes }: SlopesShape): number => 1 + outcomes;
const firstWY = ({ treatments, outcomes }: SlopesShape, outcome: number): number =>
  1 + outcomes + treatments + outcome * treatments;
/** Place of qW_jW_k, k ≤ j: rows of the lower triangle one after another. */
const placeOfWW = ({ treatments, outcomes }: SlopesShape, j: number, k: number): number =>
  1 + outcomes + treatments + outcomes * treatments + (j * (j + 1)) / 2 + k;

export const slopesMomentCount = ({ treatments, outcomes }: SlopesShape): number => vectorMoments(treatments, outcomes);

/** What a row gives to its leaf, for one outcome. @param treatments one array of centred values for each treatment */
export function slopesMomentsOf(
  outcome: Float64Array,
  treatments: readonly Float64Array[],
  weight: Float64Array | null,
): RowMoments {
  const shape = { treatments: treatments.length, outcomes: 1 };
  const [w0, wy] = [firstW(shape), firstWY(shape, 0)];
  return {
    count: slopesMomentCount(shape),
    addInto(row, sums, at) {
      const q = weight ? weight[row] : 1;
      sums[at + Q] += q;
      sums[at + placeOfY(0)] += q * outcome[row];
      for (let j = 0; j < treatments.length; j++) {
        const w = q * treatments[j][row];
        sums[at + w0 + j] += w;
        sums[at + wy + j] += w * outcome[row];
        for (let k = 0; k <= j; k++) sums[at + placeOfWW(shape, j, k)] += w * treatments[k][row];
      }
    },
  };
}

/** Solves the averaged moments row by row, in buffers of its own. */
export interface SlopesSolver {
  /** Takes the moments at `at`; false where the treatments do not vary apart from each other among them. */
  take(moments: Float64Array, at: number): boolean;
  /** After `take`: τ̂ of one outcome into effects[0 … K). */
  solve(moments: Float64Array, at: number, outcome: number, effects: Float64Array): void;
  /**
   * After `solve`: coefficients of tree b's influence on τ̂_k on its moments, into out[to …]. With a = S⁻¹e_k,
   * ψ1 = WY_b − WW_b τ̂ − W_b μ̂ and ψ2 = Y_b − W_b'τ̂ − q_b μ̂, ρ_b = a'(ψ1 − W ψ2/q): entry k of M⁻¹[ψ1; ψ2],
   * M = [WW W; W' q] (ibid., §4.1). Those of other outcomes' moments are 0.
   */
  influenceInto(
    moments: Float64Array,
    at: number,
    outcome: number,
    effects: Float64Array,
    treatment: number,
    out: Float64Array,
    to: number,
  ): void;
}

export function makeSlopesSolver(shape: SlopesShape): SlopesSolver {
  const size = shape.treatments;
  const count = slopesMomentCount(shape);
  const w0 = firstW(shape);
  const lower = new Float64Array(size * size);
  const row = new Float64Array(size);
  return {
    take(moments, at) {
      const q = moments[at + Q];
      for (let j = 0; j < size; j++) {
        const w = moments[at + w0 + j];
        for (let k = 0; k <= j; k++)
          lower[j * size + k] = moments[at + placeOfWW(shape, j, k)] - (w * moments[at + w0 + k]) / q;
      }
      return factorInPlace(lower, size);
    },
    solve(moments, at, outcome, effects) {
      const q = moments[at + Q];
      const y = moments[at + placeOfY(outcome)];
      const wy = firstWY(shape, outcome);
      for (let j = 0; j < size; j++) effects[j] = moments[at + wy + j] - (moments[at + w0 + j] * y) / q;
      solveInPlace(lower, size, effects);
    },
    influenceInto(moments, at, outcome, effects, treatment, out, to) {
      const wy = firstWY(shape, outcome);
      row.fill(0);
      row[treatment] = 1;
      solveInPlace(lower, size, row);
      const q = moments[at + Q];
      let intercept = moments[at + placeOfY(outcome)];
      let level = 0;
      for (let j = 0; j < size; j++) {
        intercept -= moments[at + w0 + j] * effects[j];
        level += row[j] * moments[at + w0 + j];
      }
      intercept /= q;
      level /= q;
      out.fill(0, to, to + count);
      out[to + Q] = level * intercept;
      out[to + placeOfY(outcome)] = -level;
      for (let j = 0; j < size; j++) {
        out[to + w0 + j] = level * effects[j] - intercept * row[j];
        out[to + wy + j] = row[j];
        for (let k = 0; k < j; k++) out[to + placeOfWW(shape, j, k)] = -(row[j] * effects[k] + row[k] * effects[j]);
        out[to + placeOfWW(shape, j, j)] = -row[j] * effects[j];
      }
    },
  };
}
