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
  const { rowCount, first, groups } = block;
  const perBag = treesPerBag(forest);
  const bagCount = new Int32Array(rowCount);
  const between = new Float64Array(rowCount);
  const total = new Float64Array(rowCount);
  const bag = { size: new Int32Array(rowCount), sum: new Float64Array(rowCount), squares: new Float64Array(rowCount) };
  for (let tree = 0; tree < trees.treeCount; tree++) {
    for (let g = groups[tree]; g < groups[tree + 1]; g++)
      addGroup(trees.moments, trees.momentCount, block, g, coefficients, bag.size, bag.sum, bag.squares);
    if (tree % perBag < perBag - 1) continue;
    for (let r = 0; r < rowCount; r++) {
      const isWhole = +(bag.size[r] === perBag);
      bagCount[r] = (bagCount[r] + isWhole) | 0;
      between[r] += isWhole * (bag.sum[r] / perBag) ** 2;
      total[r] += isWhole * bag.squares[r];
    }
    bag.size.fill(0);
    bag.sum.fill(0);
    bag.squares.fill(0);
  }
  for (let r = 0; r < rowCount; r++) {
    const bags = bagCount[r];
    out[first + r] = bags === 0 ? Number.NaN : variance(between[r] / bags, total[r] / (bags * perBag), bags, perBag);
  }
}

/** ρ of one tree for the rows of one leaf, added to their bag's sums. */
function addGroup(
  moments: Float64Array,
  momentCount: number,
  { rows, start, leaf }: LeafBlock,
  group: number,
  coefficients: Float64Array,
  size: Int32Array,
  sum: Float64Array,
  squares: Float64Array,
): void {
  const at = leaf[group] * momentCount;
  const end = start[group + 1];
  for (let k = start[group]; k < end; k++) {
    const r = rows[k];
    const own = r * momentCount;
    let rho = 0;
    for (let m = 0; m < momentCount; m++) rho += coefficients[own + m] * moments[at + m];
    size[r]++;
    sum[r] += rho;
    squares[r] += rho * rho;
  }
}

function variance(between: number, total: number, bags: number, perBag: number): number {
  const noise = (total - between) / (perBag - 1);
  return posteriorMean(between - noise, Math.max(between, noise) * Math.sqrt(2 / bags));
}

/** Posterior mean of S ≥ 0 given its estimate and standard error, flat prior; 0 where all trees agree. */
function posteriorMean(estimate: number, standardError: number): number {
  if (!(standardError > 0)) return 0;
  return estimate + standardError * inverseMillsLower(estimate / standardError);
}
