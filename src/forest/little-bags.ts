/**
 * Variance of a forest's prediction by the bootstrap of little bags (Athey, Tibshirani & Wager 2019, §4.1, after
 * Sexton & Laake 2009), with an objective Bayes correction that keeps it positive.
 *
 * ρ_b is tree b's influence on the estimate, linear in its leaf's moments. Over the G bags whose trees all have a leaf:
 *   between = mean_g(mean_b ρ)²,  total = mean ρ²,  noise = (total − between)/(treesPerBag − 1),  S = between − noise.
 * `noise` is what finitely many trees add. S may be negative, so it is replaced by its posterior mean under a flat prior
 * on S ≥ 0 and a normal likelihood: with se = max(between, noise)·√(2/G) and r = S/se,  V̂ = S + se·φ(r)/Φ(r).
 */
import { inverseMillsLower } from '../math/normal.js';
import type { RowMoments } from './row-moments.js';

/** Below this standard error of S the variance is that of rounding: 0. */
const NO_VARIANCE = 1e-10;

/**
 * @param coefficients ρ_b = Σ_m coefficients[m] · moment m of tree b
 * @returns V̂, or NaN where no bag has a leaf in each of its trees
 */
export function littleBagVariance(row: RowMoments, coefficients: Float64Array, treesPerBag: number): number {
  const { tree, moments, treeCount } = row;
  const momentCount = coefficients.length;
  let bags = 0;
  let between = 0;
  let total = 0;
  let k = 0;
  while (k < treeCount) {
    const bag = Math.floor(tree[k] / treesPerBag);
    let sum = 0;
    let squares = 0;
    let size = 0;
    while (k < treeCount && tree[k] < (bag + 1) * treesPerBag) {
      let rho = 0;
      for (let m = 0; m < momentCount; m++) rho += coefficients[m] * moments[k * momentCount + m];
      sum += rho;
      squares += rho * rho;
      size++;
      k++;
    }
    if (size < treesPerBag) continue;
    between += (sum / treesPerBag) ** 2;
    total += squares;
    bags++;
  }
  if (bags === 0) return Number.NaN;
  between /= bags;
  total /= bags * treesPerBag;
  const noise = (total - between) / (treesPerBag - 1);
  return posteriorMean(between - noise, Math.max(between, noise) * Math.sqrt(2 / bags));
}

/** Posterior mean of S ≥ 0 given its estimate and standard error, flat prior. */
function posteriorMean(estimate: number, standardError: number): number {
  if (standardError < NO_VARIANCE) return 0;
  return estimate + standardError * inverseMillsLower(estimate / standardError);
}
