/**
 * Average effects by targeted maximum likelihood: the predictions are moved along the clever covariate a by one
 * regression through the origin in each arm, instead of adding a weighted mean of residuals (van der Laan & Rubin 2006;
 * the form with a least-squares fluctuation is that of grf 2.6.1). With Ŷ₁ = m̂ + (1 − ê)τ̂, Ŷ₀ = m̂ − êτ̂ and, within
 * an arm, s = Σab/Σa², b = Y − Ŷ, h = a²/Σa²:
 *
 *   all:      a = 1/ê on treated, 1/(1 − ê) on controls;  θ̂ = mean τ̂ + s₁ mean(1/ê) − s₀ mean(1/(1 − ê))
 *   treated:  a = ê/(1 − ê) on controls;                   θ̂ = mean_T τ̂ − s₀ mean_T(ê/(1 − ê))
 *   control:  a = (1 − ê)/ê on treated;                    θ̂ = mean_C τ̂ + s₁ mean_C((1 − ê)/ê)
 *
 * ψ in two parts, taken as uncorrelated: (τ̂ − mean)/n over the target's rows; and a(b − sa)/((1 − h)Σa²) (HC3 of s)
 * times the mean of a over the target, with, for one arm, (b − b̄)/√(n(n − 1)) over that arm itself.
 */

import { armPrediction, oddsOfTarget } from './arm-means.js';
import type { InfluenceEstimate } from './influence.js';
import type { EffectSample } from './sample.js';

/** Share of 1 − h below which a single row decides an arm's slope, up to rounding. */
const ROUNDING = 1e-12;

/**
 * The average over `target` in a binary trial without weights and clusters, checked to be identified; null where a
 * single row decides the fluctuation of an arm, or is the whole of the target's arm.
 */
export function targetedEffect(sample: EffectSample, target: 'all' | 'treated' | 'control'): InfluenceEstimate | null {
  const { rows, rowCount, treatment, treatmentHat, effect, outcome } = sample;
  const targetArm = { all: null, treated: 1, control: 0 }[target];
  const chosen = targetArm === null ? rows : rows.filter((row) => treatment[row] === targetArm);
  if (chosen.length < 2) return null;
  const mean = chosen.reduce((sum, row) => sum + effect[row], 0) / chosen.length;
  const predicted = new Float64Array(rowCount);
  for (const row of chosen) predicted[row] = (effect[row] - mean) / chosen.length;

  const correction = new Float64Array(rowCount);
  let estimate = mean;
  for (const arm of [0, 1] as const) {
    if (arm === targetArm) {
      addOwnResiduals(sample, chosen, arm, correction);
      continue;
    }
    const clever = (row: number) =>
      targetArm === null
        ? 1 / (arm === 1 ? treatmentHat[row] : 1 - treatmentHat[row])
        : oddsOfTarget(sample, row, targetArm as 0 | 1);
    const reach = chosen.reduce((sum, row) => sum + clever(row), 0) / chosen.length;
    const sign = arm === 1 ? 1 : -1;
    let square = 0;
    let product = 0;
    const inArm = rows.filter((row) => treatment[row] === arm);
    for (const row of inArm) {
      square += clever(row) ** 2;
      product += clever(row) * (outcome[row] - armPrediction(sample, row, arm));
    }
    const slope = product / square;
    for (const row of inArm) {
      const a = clever(row);
      const rest = 1 - a ** 2 / square;
      if (!(rest > ROUNDING)) return null;
      const residual = outcome[row] - armPrediction(sample, row, arm) - slope * a;
      correction[row] = (sign * reach * a * residual) / (rest * square);
    }
    estimate += sign * slope * reach;
  }
  return {
    estimate,
    parts: [
      { values: predicted, clustered: false },
      { values: correction, clustered: false },
    ],
  };
}

/** The target arm's own residuals enter the variance: their mean is what the predictions miss of that arm's mean. */
function addOwnResiduals(sample: EffectSample, chosen: Int32Array, arm: 0 | 1, into: Float64Array): void {
  const residual = (row: number) => sample.outcome[row] - armPrediction(sample, row, arm);
  const mean = chosen.reduce((sum, row) => sum + residual(row), 0) / chosen.length;
  const scale = Math.sqrt(chosen.length * (chosen.length - 1));
  for (const row of chosen) into[row] = ((arm === 1 ? 1 : -1) * (residual(row) - mean)) / scale;
}
