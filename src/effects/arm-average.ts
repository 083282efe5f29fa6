/**
 * Average effect on the treated (or the controls): mean predicted effect of that arm plus a residual correction.
 *
 *   θ̂ = Σ_arm ωτ̂ / Σ_arm ω + Σ_treated ωγ(Y − Ŷ₁)/Σ_treated ωγ − Σ_controls ωγ(Y − Ŷ₀)/Σ_controls ωγ,
 *   γ = 1 in the target arm, odds ê/(1 − ê) or (1 − ê)/ê in the other
 *
 * (Hirano, Imbens & Ridder 2003; Athey & Wager 2019)
 *
 * 'joint':    ψ of all three means together: the difference of the two arm means.
 * 'separate': ψ in two parts, taken as uncorrelated: ω(τ̂ − τ̄)/Σ_arm ω row by row, and the correction by cluster, not
 *             centred, with C/(C − 1). The form of grf 2.6.1.
 */
import { armMeans, armPrediction, oddsOfTarget } from './arm-means.js';
import { difference, type InfluenceEstimate } from './influence.js';
import { type EffectSample, unitFactor } from './sample.js';

/** The average over one arm; the caller has checked that it is identified. */
export function armAverage(
  sample: EffectSample,
  target: 'treated' | 'control',
  variance: 'joint' | 'separate',
): InfluenceEstimate {
  const { treated, control } = armMeans(sample, target);
  const joint = difference(treated, control);
  return variance === 'joint' ? joint : { estimate: joint.estimate, parts: separateParts(sample, target) };
}

function separateParts(sample: EffectSample, target: 'treated' | 'control'): InfluenceEstimate['parts'] {
  const { rows, rowCount, weight, treatment, effect, outcome } = sample;
  const targetArm = target === 'treated' ? 1 : 0;
  const odds = (row: number) => (treatment[row] === targetArm ? 1 : oddsOfTarget(sample, row, targetArm));
  const totalByArm = [0, 0];
  let effectMean = 0;
  let armWeight = 0;
  for (const row of rows) {
    totalByArm[treatment[row]] += weight[row] * odds(row);
    if (treatment[row] !== targetArm) continue;
    armWeight += weight[row];
    effectMean += weight[row] * effect[row];
  }
  effectMean /= armWeight;

  const predicted = new Float64Array(rowCount);
  const correction = new Float64Array(rowCount);
  const factor = unitFactor(sample);
  for (const row of rows) {
    const arm = treatment[row] === 1 ? 1 : 0;
    if (arm === targetArm) predicted[row] = (weight[row] * (effect[row] - effectMean)) / armWeight;
    const residual = outcome[row] - armPrediction(sample, row, arm);
    correction[row] = (((arm === 1 ? factor : -factor) * weight[row] * odds(row)) / totalByArm[arm]) * residual;
  }
  return [
    { values: predicted, clustered: false },
    { values: correction, clustered: true },
  ];
}
