/**
 * The variance of a combined effect τ̂(x) = c + sδ(x) from what is known of it:
 *   V(x) + B(x) + (e² + (1 − s)²) δ(x)² + (1 − s) u
 * V is the variance over samples of what comes from half-samples (`combined-variance.ts`). B is the posterior variance of
 * Bayesian trees, whatever their weight: effects under a flexible model may lie so far from any estimate, given these data,
 * which also stands for what the other members' forms cannot follow. e is the error of the slope on δ, in the units of
 * `combine.ts`; (1 − s)δ is what shrinkage may have taken, and u what nobody could have seen, as far as nothing is believed: the
 * standard deviation that Σⱼ β̂ⱼ², the sum of squared slopes of the effect along the standardised covariates, has where effects
 * do not vary, √(2 Σⱼ seⱼ⁴). Differences of a smaller mean square cannot be told from none by such a sum, so no interval may
 * exclude them.
 * The terms were settled on random designs (`bench/accuracy/designs`), by coverage: intervals are to hold where effects are hard.
 * The likelihood of true effects there, under normal laws of these variances, would have V + 0.6 B + 2(1 − s)²δ² + (1 − s)u
 * (`docs/refined-effects.md`).
 */
import type { Design } from '../../penalized/design.js';
import type { RLossRows } from '../r-loss-rows.js';
import type { RefinedEffects } from './types.js';

/** u, with seⱼ² = C/(C−1) Σ_c (Σ_{i∈c} ωW̃zⱼr)² / (ΣωW̃²zⱼ²)², r = Ỹ − W̃τ̂, C clusters or rows. */
export function unseenVariance(design: Design, effect: Float64Array, rows: RLossRows): number {
  const { outcome, treatment, weight, clusters } = rows;
  const { rowCount, columnCount, values } = design;
  const units = clusters ? clusters.reduce((most, id) => Math.max(most, id), -1) + 1 : rowCount;
  const score = new Float64Array(units);
  let total = 0;
  for (let j = 0; j < columnCount; j++) {
    score.fill(0);
    let square = 0;
    for (let i = 0; i < rowCount; i++) {
      if (!(weight[i] > 0) || Number.isNaN(effect[i])) continue;
      const x = treatment[i] * values[j * rowCount + i];
      score[clusters ? clusters[i] : i] += weight[i] * x * (outcome[i] - treatment[i] * effect[i]);
      square += weight[i] * x * x;
    }
    if (!(square > 0)) continue;
    const meat = score.reduce((sum, own) => sum + own * own, 0) * (units / Math.max(1, units - 1));
    total += (meat / square ** 2) ** 2;
  }
  return Math.sqrt(2 * total);
}

/**
 * The whole variance.
 * @param variance V
 * @param posterior B
 * @param effect τ̂
 */
export function withUncertainty(
  variance: Float64Array,
  posterior: Float64Array,
  effect: Float64Array,
  { constant, shrinkage, slopeError, unseenVariance: unseen }: RefinedEffects,
): Float64Array {
  // In units of (sδ)².
  const ofKept = slopeError === null || shrinkage === 0 ? 0 : (slopeError ** 2 + (1 - shrinkage) ** 2) / shrinkage ** 2;
  return variance.map(
    (value, i) => value + posterior[i] + ofKept * (effect[i] - constant) ** 2 + (1 - shrinkage) * unseen,
  );
}
