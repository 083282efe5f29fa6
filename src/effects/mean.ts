/** The mean of one number per row over a sample, and how each row moved it. */
import { type InfluenceEstimate, influenceEstimate } from './influence.js';
import { type EffectSample, unitFactor } from './sample.js';

/** The rows a mean is over, and how many units they hold. */
export type MeanSample = Pick<EffectSample, 'rows' | 'weight' | 'totalWeight' | 'rowCount' | 'unitCount'>;

/** Weighted mean of one number per row: θ̂ = ΣωΓ/Σω, ψᵢ = ω(Γᵢ − θ̂)/Σω · √(C/(C − 1)). */
export function meanOf(values: Float64Array, sample: MeanSample): InfluenceEstimate {
  const { rows, weight, totalWeight, rowCount } = sample;
  let total = 0;
  for (const row of rows) total += weight[row] * values[row];
  const mean = total / totalWeight;
  const influence = new Float64Array(rowCount);
  const factor = unitFactor(sample) / totalWeight;
  for (const row of rows) influence[row] = factor * weight[row] * (values[row] - mean);
  return influenceEstimate(mean, influence);
}
