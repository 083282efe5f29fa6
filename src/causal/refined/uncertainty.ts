/**
 * The variance of a combined effect from its parts. V(x), of what half-samples tell (`combined-variance.ts`), and the posterior
 * variance B(x) of Bayesian trees of weight a make (√V + a√B)²: the same rows speak in both, and this is the most that errors
 * that go together can make. Added is what is uncertain about the combination itself:
 *   (e² + (1 − s)²) δ(x)²                the slope on the differences δ: its error, in the units of `combine.ts`, and what
 *                                         shrinkage may have taken;
 *   Σₖ πₖ [bₖ(τ̂ₖ(x) − τ̄ₖ) − sδ(x)]²     the members' disagreement, each calibrated alone, weighted by its credence: the
 *                                         between-model variance of model averaging (Buckland, Burnham & Augustin 1997);
 *   (1 − s)(B(x) + u)                     differences that nobody could have seen, as far as none are believed.
 * u is the standard deviation that Σⱼ β̂ⱼ², the sum of squared slopes of the effect along the standardised covariates, has
 * where effects do not vary: √(2 Σⱼ seⱼ⁴). Differences of a smaller mean square cannot be told from none by such a sum, so no
 * interval may exclude them. Terms and factors were settled on random designs (`bench/accuracy/designs`), by the likelihood of
 * true effects under normal laws of these variances; published designs had no say.
 */
import type { Design } from '../../penalized/design.js';
import type { RLossRows } from './combine.js';
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
 * @param variance V, and the Bayesian trees' own
 * @param effects of the members, in their order
 */
export function withUncertainty(
  variance: Float64Array,
  posterior: Float64Array,
  effects: readonly Float64Array[],
  { members, shrinkage, slopeError, unseenVariance: unseen }: RefinedEffects,
): Float64Array {
  // What remains of δ is Σ aₖ(τ̂ₖ − τ̄ₖ) = sδ.
  const ofKept = slopeError === null || shrinkage === 0 ? 0 : (slopeError ** 2 + (1 - shrinkage) ** 2) / shrinkage ** 2;
  const ofTrees = members[members.length - 1].weight;
  return variance.map((value, i) => {
    let kept = 0;
    for (let k = 0; k < members.length; k++) kept += members[k].weight * (effects[k][i] - members[k].centre);
    let disagreement = 0;
    for (let k = 0; k < members.length; k++) {
      const { slopeAlone, centre, credence } = members[k];
      if (credence > 0) disagreement += credence * (slopeAlone * (effects[k][i] - centre) - kept) ** 2;
    }
    return (
      (Math.sqrt(value) + ofTrees * Math.sqrt(posterior[i])) ** 2 +
      ofKept * kept ** 2 +
      disagreement +
      (1 - shrinkage) * (posterior[i] + unseen)
    );
  });
}
