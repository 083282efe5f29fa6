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
import { type Forest, treesPerBag } from './forest.js';
import type { LeafBlock } from './leaf-blocks.js';

/** Below this standard error of S the variance is that of rounding: 0. */
const NO_VARIANCE = 1e-10;

/**
 * Variances of a block's rows, into out[block.first …]; NaN where no bag has a leaf in each of its trees.
 * @param coefficients ρ_b = Σ_m coefficients[r · momentCount + m] · moment m of row r's leaf in tree b
 */
export function littleBagVariancesInto(
  forest: Forest,
  block: LeafBlock,
  coefficients: Float64Array,
  out: Float64Array,
): void {
  const { trees } = forest;
  const { rowCount, leaf, stride, first } = block;
  const perBag = treesPerBag(forest);
  const bagCount = new Int32Array(rowCount);
  const between = new Float64Array(rowCount);
  const total = new Float64Array(rowCount);
  const size = new Int32Array(rowCount);
  const sum = new Float64Array(rowCount);
  const squares = new Float64Array(rowCount);
  for (let tree = 0; tree < trees.treeCount; tree++) {
    addTree(trees.moments, trees.momentCount, leaf, tree * stride, coefficients, size, sum, squares);
    if (tree % perBag < perBag - 1) continue;
    for (let r = 0; r < rowCount; r++) {
      if (size[r] === perBag) {
        bagCount[r]++;
        between[r] += (sum[r] / perBag) ** 2;
        total[r] += squares[r];
      }
      size[r] = 0;
      sum[r] = 0;
      squares[r] = 0;
    }
  }
  for (let r = 0; r < rowCount; r++)
    out[first + r] =
      bagCount[r] === 0
        ? Number.NaN
        : variance(between[r] / bagCount[r], total[r] / (bagCount[r] * perBag), bagCount[r], perBag);
}

/** One tree's ρ of every row, added to its bag's sums; the empty leaf adds 0. */
function addTree(
  moments: Float64Array,
  momentCount: number,
  leaf: Int32Array,
  column: number,
  coefficients: Float64Array,
  size: Int32Array,
  sum: Float64Array,
  squares: Float64Array,
): void {
  for (let r = 0; r < size.length; r++) {
    const of = leaf[column + r];
    const at = of * momentCount;
    const coefficient = r * momentCount;
    let rho = 0;
    for (let m = 0; m < momentCount; m++) rho += coefficients[coefficient + m] * moments[at + m];
    size[r] = (size[r] + +(of > 0)) | 0;
    sum[r] += rho;
    squares[r] += rho * rho;
  }
}

function variance(between: number, total: number, bags: number, perBag: number): number {
  const noise = (total - between) / (perBag - 1);
  return posteriorMean(between - noise, Math.max(between, noise) * Math.sqrt(2 / bags));
}

/** Posterior mean of S ≥ 0 given its estimate and standard error, flat prior. */
function posteriorMean(estimate: number, standardError: number): number {
  if (standardError < NO_VARIANCE) return 0;
  return estimate + standardError * inverseMillsLower(estimate / standardError);
}
