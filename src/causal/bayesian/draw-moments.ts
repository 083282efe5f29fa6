/**
 * What is summed up over a chain's iterations: moments of τ(xᵢ), and its covariance with what row i's own unit loses by it,
 *   ℓᵤ = ½ Σ_{j∈u} ω̃ⱼ [(Ỹⱼ − W̃ⱼτ(xⱼ))²/σ² + log σ²].
 * Without unit u the posterior is this one times e^ℓᵤ, so E[τ(xᵢ) | all but u] = E[τe^ℓ]/E[e^ℓ] = E τ + Cov(τ, ℓ) + higher
 * cumulants: a single row weighs so little that the first term is all of it (case deletion: Millar & Stewart 2007), and no
 * draw can take over as with the weights e^ℓ themselves.
 */
import { MOMENTS } from '../../kernels/additive-frames.js';
import { makeMachine, plan } from '../../kernels/machine.js';
import { log } from '../../math/log.js';

/** Sums over iterations, of differences from a starting point that all chains share. */
export interface DrawMoments {
  readonly count: number;
  /** That point: the effect for all rows. */
  readonly start: number;
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
  const machine = makeMachine({
    moments: plan(MOMENTS, {
      unit: units ? n : 0,
      outcome: n,
      treatment: n,
      precision: n,
      fitted: n,
      now: units ? unitCount : 0,
      sum: n,
      squares: n,
      loss: unitCount,
      product: n,
    }),
  });
  const { moments } = machine.records;
  const { addDraw } = machine.kernels;
  moments.rowCount = n;
  moments.hasUnits = units ? 1 : 0;
  moments.unitCount = unitCount;
  if (units) moments.unit.set(units);
  moments.outcome.set(outcome);
  moments.treatment.set(treatment);
  moments.precision.set(precision);
  moments.constant = constant;
  moments.perStart = 0.5 / variance;
  const logVariance = log(variance);
  let count = 0;

  return {
    /** Adds an iteration; returns Σ ω̃r². */
    add(fitted: Float64Array, noise: number): number {
      moments.fitted.set(fitted);
      moments.perNoise = 0.5 / noise;
      moments.level = 0.5 * (log(noise) - logVariance);
      count++;
      return addDraw(moments);
    },
    finish(): DrawMoments {
      const { sum, squares, loss, product } = moments;
      const result = {
        count,
        start: constant,
        sum: sum.slice(),
        squares: squares.slice(),
        loss: loss.slice(),
        product: product.slice(),
      };
      machine.release();
      return result;
    },
  };
}
