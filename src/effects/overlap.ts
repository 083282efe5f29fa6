/**
 * Overlap-weighted average effect: slope of the weighted regression of Y − m̂ on W − ê with intercept. It estimates
 * E[Var(W|X) τ(X)] / E[Var(W|X)], the average with weights e(1 − e) for a binary W (Li, Morgan & Zaslavsky 2018;
 * Robinson 1988), and divides by no propensity.
 *
 * With W̃ centred at its weighted mean, S = Σω W̃², residual r and leverage h = ω(1/Σω + W̃²/S):
 *   rows:      ψᵢ = ω W̃ r / (S (1 − h))                          (HC3, MacKinnon & White 1985)
 *   clusters:  ψᵢ = ω W̃ r / S · √(C/(C − 1) · (n − 1)/(n − 2))    (HC1 by cluster, Liang & Zeger 1986)
 */
import { type InfluenceEstimate, influenceEstimate } from './influence.js';
import type { EffectSample } from './sample.js';

/**
 * Share of ΣωW̃² before centring (or of 1 − h) below which a difference is rounding: 2⁻⁵² times a margin for n terms.
 */
const ROUNDING = 1e-12;

/** The regression, or null where the treatment residual does not vary or a single row decides the slope. */
export function overlapEffect(sample: EffectSample): InfluenceEstimate | null {
  const { rows, weight, totalWeight, treatment, treatmentHat, outcome, outcomeHat, rowCount, unitCount } = sample;
  let treatmentMean = 0;
  let outcomeMean = 0;
  for (const row of rows) {
    treatmentMean += (weight[row] * (treatment[row] - treatmentHat[row])) / totalWeight;
    outcomeMean += (weight[row] * (outcome[row] - outcomeHat[row])) / totalWeight;
  }
  let spread = 0;
  let product = 0;
  let scale = 0;
  for (const row of rows) {
    const treatmentResidual = treatment[row] - treatmentHat[row] - treatmentMean;
    spread += weight[row] * treatmentResidual ** 2;
    product += weight[row] * treatmentResidual * (outcome[row] - outcomeHat[row] - outcomeMean);
    scale += weight[row] * (treatment[row] - treatmentHat[row]) ** 2;
  }
  if (rows.length < 3 || !(spread > ROUNDING * scale)) return null;

  const slope = product / spread;
  const clustered = sample.clusters !== null;
  const n = rows.length;
  const factor = clustered && unitCount > 1 ? Math.sqrt(((unitCount / (unitCount - 1)) * (n - 1)) / (n - 2)) : 1;
  const influence = new Float64Array(rowCount);
  for (const row of rows) {
    const treatmentResidual = treatment[row] - treatmentHat[row] - treatmentMean;
    const residual = outcome[row] - outcomeHat[row] - outcomeMean - slope * treatmentResidual;
    const leverage = weight[row] * (1 / totalWeight + treatmentResidual ** 2 / spread);
    // Such a row decides the slope alone: its residual is 0 whatever its outcome, so no error can be measured.
    if (leverage > 1 - ROUNDING) return null;
    const inflation = clustered ? factor : 1 / (1 - leverage);
    influence[row] = (inflation * weight[row] * treatmentResidual * residual) / spread;
  }
  return influenceEstimate(slope, influence);
}
