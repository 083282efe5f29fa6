/**
 * Variance of a mean of trees by the infinitesimal jackknife (Wager, Hastie & Efron 2014; Wager & Athey 2018, §4):
 *   V̂(x) = (n−1)/n · (n/(n−s))² · [Σᵢ Cov_b(N_ib, τ̂_b)² − s(n−s)/n · v̂/B],   v̂ = mean_b(τ̂_b − τ̂)²,
 * N_ib = 1 if unit i is in tree b's subsample (either half), n units, s drawn by each tree. The second term takes out
 * what finitely many trees add: without it the variance is useless at B near n.
 * Cost: O(rows · B · s), memory O(block · (n + B)).
 */
import { eachTreeDraw, type Forest } from '../forest/forest.js';

/** Numbers that a block's covariances may take (32 MB). */
const BLOCK_CELLS = 1 << 22;

/** Rows of a block, for `n` units and `treeCount` trees. */
export const jackknifeBlock = (unitCount: number, treeCount: number): number =>
  Math.max(1, Math.floor(BLOCK_CELLS / Math.max(unitCount, treeCount)));

/**
 * @param effects τ̂_b(x), `treeCount` numbers a row; NaN where a tree has no leaf for the row (it is then left out)
 * @param sizes n and s
 * @returns V̂ of each row; NaN where it is not positive: more trees are needed
 */
export function jackknifeVariances(
  forest: Forest,
  effects: Float64Array,
  sizes: { readonly units: number; readonly drawn: number },
): Float64Array {
  const { units: n, drawn: s } = sizes;
  const treeCount = forest.trees.treeCount;
  const rowCount = effects.length / treeCount;
  const deviations = new Float64Array(effects.length);
  const spread = new Float64Array(rowCount);
  const trees = new Int32Array(rowCount);
  for (let r = 0; r < rowCount; r++) {
    let sum = 0;
    for (let b = 0; b < treeCount; b++) {
      const value = effects[r * treeCount + b];
      if (Number.isNaN(value)) continue;
      sum += value;
      trees[r]++;
    }
    for (let b = 0; b < treeCount; b++) {
      const value = effects[r * treeCount + b];
      const deviation = Number.isNaN(value) ? 0 : value - sum / trees[r];
      deviations[r * treeCount + b] = deviation;
      spread[r] += deviation * deviation;
    }
  }
  // Σ_b (τ̂_b − τ̂) = 0, so Σ_b N_ib (τ̂_b − τ̂) is B times the covariance.
  const covariance = new Float64Array(rowCount * n);
  eachTreeDraw(forest, ({ tree, units }) => {
    for (let r = 0; r < rowCount; r++) {
      const deviation = deviations[r * treeCount + tree];
      if (deviation !== 0) addTo(covariance, r * n, units, deviation);
    }
  });
  return spread.map((squares, r) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += covariance[r * n + i] * covariance[r * n + i];
    const b = trees[r];
    const corrected = sum / (b * b) - ((s * (n - s)) / n) * (squares / b / b);
    const variance = ((n - 1) / n) * (n / (n - s)) ** 2 * corrected;
    return variance > 0 ? variance : Number.NaN;
  });
}

function addTo(covariance: Float64Array, at: number, units: Int32Array, deviation: number): void {
  for (let k = 0; k < units.length; k++) covariance[at + units[k]] += deviation;
}
