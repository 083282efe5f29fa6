/**
 * The outcome of a censored row: augmented inverse weighting by the probability of not being censored (Robins & Rotnitzky
 * 1992; Tsiatis 2006, §9.3; Cui et al. 2023, §3), with hazards on the grid t_1 … t_K = h:
 *
 *   Ỹ = Δʰ y / Ĝ(U−) + Σ_k Q̂_k dM̂ᶜ_k / Ĝ_k,   dMᶜ_k = 1{censored at k} − 1{at risk of censoring at k} λ̂ᶜ_k,
 *
 * Ĝ_k = Π_{l≤k}(1 − λ̂ᶜ_l) and Q̂_k = Ê[y(T) | T > t_k, X, W]. With events counted before censorings at the same place:
 *   event at k:     y/Ĝ_{k−1} − Σ_{l<k} Q̂_l λ̂ᶜ_l/Ĝ_l,     survivor:  y/Ĝ_K − Σ_{l≤K} Q̂_l λ̂ᶜ_l/Ĝ_l,
 *   censored at k:  Q̂_k/Ĝ_k − Σ_{l≤k} Q̂_l λ̂ᶜ_l/Ĝ_l.
 * Its mean given X and W is that of y(T) if either hazard is right. Invariants: without censoring Ỹ = y; for any hazards
 * the weights add up to one, so where y and Q̂ are one constant, so is Ỹ. Hence Cui et al.'s score, with m̂ and τ
 * subtracted inside the weights, is (W − ê)(Ỹ − m̂ − τ(W − ê)): numerator (W − ê)(Ỹ − m̂), denominator (W − ê)².
 */
import type { SurvivalTarget } from './restricted-times.js';

/** Where a row leaves, for its own censoring: the last place at which it was at risk of it, and whether it was censored. */
export interface Leaving {
  readonly place: number;
  readonly isCensored: boolean;
}

/**
 * Q̂_k = Ê[y(T) | T > t_k], k = 0 … K, into `out`. By steps from the horizon: R_K = 0, R_k = t_{k+1} − t_k +
 * (1 − λ_{k+1}) R_{k+1}, Q_k = t_k + R_k; for the probability Q_K = 1, Q_k = (1 − λ_{k+1}) Q_{k+1}.
 * @param hazard of the event, at hazard[at + 1 … at + K]
 */
export function remainingInto(
  target: SurvivalTarget,
  failureTimes: Float64Array,
  hazard: Float64Array,
  at: number,
  out: Float64Array,
): void {
  const last = failureTimes.length;
  let rest = target === 'RMST' ? 0 : 1;
  out[last] = target === 'RMST' ? failureTimes[last - 1] : 1;
  for (let k = last - 1; k >= 0; k--) {
    const from = k === 0 ? 0 : failureTimes[k - 1];
    rest *= 1 - hazard[at + k + 1];
    if (target === 'RMST') rest += failureTimes[k] - from;
    out[k] = target === 'RMST' ? from + rest : rest;
  }
}

/**
 * Ỹ of one row.
 * @param value y(T); not read where the row is censored
 * @param remaining Q̂ of the row's own arm
 * @param hazard of censoring in the row's own arm, at hazard[at + 1 … at + K]
 * @returns NaN where Ĝ is 0 before the row leaves: nobody like it is followed so far
 */
export function censoredValue(
  { place, isCensored }: Leaving,
  value: number,
  remaining: Float64Array,
  hazard: Float64Array,
  at: number,
): number {
  let uncensored = 1;
  let expected = 0;
  const last = Math.min(place, remaining.length - 1);
  for (let k = 1; k <= last; k++) {
    const own = hazard[at + k];
    uncensored *= 1 - own;
    if (!(uncensored > 0)) return Number.NaN;
    expected += (remaining[k] * own) / uncensored;
  }
  return (isCensored ? remaining[last] : value) / uncensored - expected;
}
