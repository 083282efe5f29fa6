/**
 * The first stage: how strongly the instrument moves the treatment, over all rows. Slope of W̃ on Z̃ with intercept,
 *   b = Σω(Z̃−Z̄)(W̃−W̄)/Σω(Z̃−Z̄)²,   V = Σ_c (Σ_{i∈c} ω(Z̃−Z̄)(W̃−W̄−b(Z̃−Z̄)))² /(Σω(Z̃−Z̄)²)² · C/(C−1),   F = b²/V
 * (White 1980; by cluster, Liang & Zeger 1986). Below 10 an instrument is called weak: estimates lean towards what they
 * would be without an instrument, and their intervals do not hold (Staiger & Stock 1997).
 */
import { type Warning, warning } from '../../base/warnings.js';
import type { Clusters } from '../../data/trial.js';

/** Staiger & Stock's rule of thumb. */
const WEAK = 10;

/** F of the first stage; 0 where instrument or treatment do not vary, ∞ where one is a line of the other. */
export function firstStageStrength(
  treatment: Float64Array,
  instrument: Float64Array,
  weights: Float64Array | null,
  clusters: Clusters | null,
): number {
  const q = (row: number) => weights?.[row] ?? 1;
  let [total, w, z] = [0, 0, 0];
  for (let i = 0; i < treatment.length; i++) {
    total += q(i);
    w += q(i) * treatment[i];
    z += q(i) * instrument[i];
  }
  [w, z] = [w / total, z / total];
  let [moved, variation] = [0, 0];
  for (let i = 0; i < treatment.length; i++) {
    moved += q(i) * (instrument[i] - z) * (treatment[i] - w);
    variation += q(i) * (instrument[i] - z) ** 2;
  }
  if (!(variation > 0) || moved === 0) return 0;
  const slope = moved / variation;
  const scores = new Float64Array(clusters ? clusters.count : treatment.length);
  for (let i = 0; i < treatment.length; i++)
    scores[clusters ? clusters.ids[i] : i] +=
      q(i) * (instrument[i] - z) * (treatment[i] - w - slope * (instrument[i] - z));
  const units = scores.length;
  const variance = (scores.reduce((sum, score) => sum + score * score, 0) / variation ** 2) * (units / (units - 1));
  return slope ** 2 / variance;
}

export function firstStageWarnings(strength: number, instrument: string, treatment: string): Warning[] {
  if (strength >= WEAK) return [];
  return [
    warning(
      'WEAK_FIRST_STAGE',
      `instrument '${instrument}' hardly moves treatment '${treatment}': the first stage has F = ${strength.toFixed(1)}, below ${WEAK}. ` +
        `The effect of '${treatment}' on those whom the instrument moves is not identified by so weak an instrument: estimates lean ` +
        'towards the comparison without an instrument and no interval here holds. Report the effect of the instrument itself ' +
        '(a causal forest with it as treatment), or find a stronger one.',
    ),
  ];
}
