/**
 * What is summed up over a chain's iterations: moments of τ(xᵢ), and its covariance with what row i's own unit loses by it,
 *   ℓᵤ = ½ Σ_{j∈u} ω̃ⱼ [(Ỹⱼ − W̃ⱼτ(xⱼ))²/σ² + log σ²].
 * Without unit u the posterior is this one times e^ℓᵤ, so E[τ(xᵢ) | all but u] = E[τe^ℓ]/E[e^ℓ] = E τ + Cov(τ, ℓ) + higher
 * cumulants: a single row weighs so little that the first term is all of it (case deletion: Millar & Stewart 2007), and no
 * draw can take over as with the weights e^ℓ themselves.
 */
import { log } from '../../math/log.js';

/** Sums over iterations, of differences from a starting point that all chains share. */
export interface DrawMoments {
  readonly count: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  /** By unit. */
  readonly loss: Float64Array;
  /** Of τ(xᵢ) and the loss of the row's unit. */
  readonly product: Float64Array;
}

export interface MomentRows {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly precision: Float64Array;
  readonly units: Int32Array | null;
}

export function makeMoments({ outcome, treatment, precision, units }: MomentRows, constant: number, variance: number) {
  const n = outcome.length;
  const unitCount = units ? units.reduce((most, unit) => Math.max(most, unit), -1) + 1 : n;
  const sum = new Float64Array(n);
  const squares = new Float64Array(n);
  const loss = new Float64Array(unitCount);
  const product = new Float64Array(n);
  const now = new Float64Array(unitCount);
  const logVariance = log(variance);
  let count = 0;

  return {
    /** Adds an iteration; returns Σ ω̃r². */
    add(fitted: Float64Array, noise: number): number {
      const levels = log(noise) - logVariance;
      let total = 0;
      now.fill(0);
      for (let i = 0; i < n; i++) {
        const residual = outcome[i] - treatment[i] * fitted[i];
        const start = outcome[i] - treatment[i] * constant;
        const square = precision[i] * residual * residual;
        total += square;
        now[units ? units[i] : i] +=
          0.5 * (square / noise - (precision[i] * start * start) / variance + precision[i] * levels);
      }
      for (let u = 0; u < unitCount; u++) loss[u] += now[u];
      for (let i = 0; i < n; i++) {
        const difference = fitted[i] - constant;
        sum[i] += difference;
        squares[i] += difference * difference;
        product[i] += difference * now[units ? units[i] : i];
      }
      count++;
      return total;
    },
    finish: (): DrawMoments => ({ count, sum, squares, loss, product }),
  };
}
