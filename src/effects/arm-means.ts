/**
 * Doubly robust means of the potential outcomes, E[Y(1)] and E[Y(0)] over a target; their difference is the average
 * effect. With Ŷ₁ = m̂ + (1 − ê)τ̂, Ŷ₀ = m̂ − êτ̂ and P(W = 1) = ê:
 *
 *   all:      mean over all rows of Ŷ_a + 1{W = a}/P(W = a) · (Y − Ŷ_a)              (Robins, Rotnitzky & Zhao 1994)
 *   treated:  E[Y(1)]: mean Y of the treated;  E[Y(0)]: mean Ŷ₀ of the treated + mean of Y − Ŷ₀ over controls, weighted
 *             by the odds ê/(1 − ê)                                                  (Hirano, Imbens & Ridder 2003)
 *   control:  the mirror image, odds (1 − ê)/ê
 *
 * Means are weighted by ω. The weights of each arm's residuals are normalised to sum to 1, so those means are centred
 * in ψ. Invariant: Σψ = 0.
 */
import { type InfluenceEstimate, influenceEstimate } from './influence.js';
import { meanOf } from './mean.js';
import { type EffectSample, unitFactor } from './sample.js';

export interface ArmMeans {
  readonly treated: InfluenceEstimate;
  readonly control: InfluenceEstimate;
}

/** Means of both arms; the caller has checked that they are identified. */
export function armMeans(sample: EffectSample, target: 'all' | 'treated' | 'control'): ArmMeans {
  const mean = (arm: 0 | 1) =>
    target === 'all' ? overall(sample, arm) : overArm(sample, arm, target === 'treated' ? 1 : 0);
  return { treated: mean(1), control: mean(0) };
}

/** Ŷ_a of one row. */
export const armPrediction = ({ outcomeHat, treatmentHat, effect }: EffectSample, row: number, arm: 0 | 1): number =>
  outcomeHat[row] + (arm - treatmentHat[row]) * effect[row];

/** Odds that carry a row's residual from its own arm to the other: ê/(1 − ê) from controls, (1 − ê)/ê from treated. */
export const oddsOfTarget = ({ treatmentHat }: EffectSample, row: number, target: 0 | 1): number =>
  target === 1 ? treatmentHat[row] / (1 - treatmentHat[row]) : (1 - treatmentHat[row]) / treatmentHat[row];

function overall(sample: EffectSample, arm: 0 | 1): InfluenceEstimate {
  const { rows, treatment, treatmentHat, outcome, rowCount } = sample;
  const score = new Float64Array(rowCount);
  for (const row of rows) {
    const prediction = armPrediction(sample, row, arm);
    const probability = arm === 1 ? treatmentHat[row] : 1 - treatmentHat[row];
    score[row] = prediction + (treatment[row] === arm ? (outcome[row] - prediction) / probability : 0);
  }
  return meanOf(score, sample);
}

function overArm(sample: EffectSample, arm: 0 | 1, target: 0 | 1): InfluenceEstimate {
  const { rowCount, outcome, treatment } = sample;
  const values = new Float64Array(rowCount);
  if (arm === target) {
    const mean = addMean(
      sample,
      values,
      (row) => outcome[row],
      (row) => (treatment[row] === arm ? 1 : 0),
    );
    return influenceEstimate(mean, values);
  }
  const predicted = addMean(
    sample,
    values,
    (row) => armPrediction(sample, row, arm),
    (row) => (treatment[row] === target ? 1 : 0),
  );
  const correction = addMean(
    sample,
    values,
    (row) => outcome[row] - armPrediction(sample, row, arm),
    (row) => (treatment[row] === arm ? oddsOfTarget(sample, row, target) : 0),
  );
  return influenceEstimate(predicted + correction, values);
}

/** Weighted mean Σωγv/Σωγ; adds ωγ(v − mean)/Σωγ, times the factor for units, to `influence`. */
function addMean(
  sample: EffectSample,
  influence: Float64Array,
  value: (row: number) => number,
  share: (row: number) => number,
): number {
  const { rows, weight } = sample;
  let total = 0;
  let sum = 0;
  for (const row of rows) {
    const part = weight[row] * share(row);
    if (part === 0) continue;
    total += part;
    sum += part * value(row);
  }
  const mean = sum / total;
  const factor = unitFactor(sample) / total;
  for (const row of rows) {
    const part = weight[row] * share(row);
    if (part !== 0) influence[row] += factor * part * (value(row) - mean);
  }
  return mean;
}
