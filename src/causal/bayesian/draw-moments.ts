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

export function makeMoments(rows: MomentRows, constant: number, variance: number) {
  const { outcome, units } = rows;
  const n = outcome.length;
  const unitCount = units ? units.reduce((most, unit) => Math.max(most, unit), -1) + 1 : n;
  const moments = {
    count: 0,
    sum: new Float64Array(n),
    squares: new Float64Array(n),
    loss: new Float64Array(unitCount),
    product: new Float64Array(n),
  };
  const now = new Float64Array(unitCount);
  const logVariance = log(variance);

  return {
    /** Adds an iteration; returns Σ ω̃r². */
    add(fitted: Float64Array, noise: number): number {
      const terms = { constant, perNoise: 0.5 / noise, perStart: 0.5 / variance, level: 0.5 * (log(noise) - logVariance) };
      moments.count++;
      if (!units) return addRows(rows, fitted, terms, moments);
      now.fill(0);
      const total = addUnits(rows, units, fitted, terms, now);
      for (let u = 0; u < unitCount; u++) moments.loss[u] += now[u];
      addProducts(units, fitted, constant, now, moments);
      return total;
    },
    finish: (): DrawMoments => ({ ...moments }),
  };
}

/** What a row's loss is made of: ω̃(perNoise·r² − perStart·r₀² + level), r₀ what the starting point leaves over. */
interface LossTerms {
  readonly constant: number;
  readonly perNoise: number;
  readonly perStart: number;
  readonly level: number;
}

/** Each row alone: all in one pass. */
function addRows(
  { outcome, treatment, precision }: MomentRows,
  fitted: Float64Array,
  { constant, perNoise, perStart, level }: LossTerms,
  { sum, squares, loss, product }: DrawMoments,
): number {
  let total = 0;
  for (let i = 0; i < outcome.length; i++) {
    const fit = fitted[i];
    const residual = outcome[i] - treatment[i] * fit;
    const start = outcome[i] - treatment[i] * constant;
    const square = residual * residual;
    const own = precision[i] * (perNoise * square - perStart * (start * start) + level);
    const difference = fit - constant;
    total += precision[i] * square;
    loss[i] += own;
    sum[i] += difference;
    squares[i] += difference * difference;
    product[i] += difference * own;
  }
  return total;
}

function addUnits(
  { outcome, treatment, precision }: MomentRows,
  units: Int32Array,
  fitted: Float64Array,
  { constant, perNoise, perStart, level }: LossTerms,
  now: Float64Array,
): number {
  let total = 0;
  for (let i = 0; i < outcome.length; i++) {
    const residual = outcome[i] - treatment[i] * fitted[i];
    const start = outcome[i] - treatment[i] * constant;
    const square = residual * residual;
    total += precision[i] * square;
    now[units[i]] += precision[i] * (perNoise * square - perStart * (start * start) + level);
  }
  return total;
}

function addProducts(
  units: Int32Array,
  fitted: Float64Array,
  constant: number,
  now: Float64Array,
  { sum, squares, product }: DrawMoments,
): void {
  for (let i = 0; i < units.length; i++) {
    const difference = fitted[i] - constant;
    sum[i] += difference;
    squares[i] += difference * difference;
    product[i] += difference * now[units[i]];
  }
}
