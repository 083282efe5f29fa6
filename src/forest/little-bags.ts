/**
 * Variance of a forest's prediction by the bootstrap of little bags (Athey, Tibshirani & Wager 2019, §4.1, after
 * Sexton & Laake 2009), with an objective Bayes correction that keeps it positive.
 *
 * ρ_b is tree b's influence on the estimate, linear in its leaf's moments. Over the G bags whose trees all have a leaf:
 *   between = mean_g(mean_b ρ)²,  total = mean ρ²,  noise = (total − between)/(treesPerBag − 1),  S = between − noise.
 * `noise` is what finitely many trees add. S may be negative, so it is replaced by its posterior mean under a flat prior
 * on S ≥ 0 and a normal likelihood: with se = max(between, noise)·√(2/G) and r = S/se,  V̂ = S + se·φ(r)/Φ(r).
 */
import { BAG_STATE, BAGS, BETWEEN, TOTAL } from '../kernels/little-bags.js';
import { inverseMillsLower } from '../math/normal.js';
import { type Forest, treesPerBag } from './forest.js';
import type { LeafBlock } from './leaf-blocks.js';

/**
 * Variances of a block's rows, into out[block.first …]; NaN where no bag has a leaf in each of its trees.
 * @param coefficients ρ_b = Σ_m coefficients[r · momentCount + m] · moment m of row r's leaf in tree b
 */
export const littleBagVariancesInto = (
  forest: Forest,
  block: LeafBlock,
  coefficients: Float64Array,
  out: Float64Array,
): void => {
  const state = addInfluences(forest, block, coefficients);
  variancesInto(forest, block, state, forest.trees.momentCount + BAG_STATE, out);
};

/**
 * Adds up what the trees' influences on a block's rows come to (`kernels/little-bags.ts`).
 * @returns for each row `momentCount + BAG_STATE` numbers; overwritten by whatever goes over the block next
 */
export function addInfluences({ trees }: Forest, block: LeafBlock, coefficients: Float64Array): Float64Array {
  const { kernels, frame, rowCount } = block;
  const { momentCount } = trees;
  const width = momentCount + BAG_STATE;
  for (let r = 0; r < rowCount; r++)
    for (let m = 0; m < momentCount; m++) frame.state[r * width + m] = coefficients[r * momentCount + m];
  let isFirst = true;
  block.eachChunk((trees, from, end) => {
    if (isFirst) kernels.startBags(frame, trees);
    isFirst = false;
    kernels.addBags(frame, trees, from, end);
  });
  return frame.state;
}

/** The same, where influences have been added up: row r's numbers begin at `width` · r, the coefficients first. */
export function variancesInto(
  forest: Forest,
  block: LeafBlock,
  state: Float64Array,
  width: number,
  out: Float64Array,
): void {
  const { momentCount } = forest.trees;
  const perBag = treesPerBag(forest);
  for (let r = 0; r < block.rowCount; r++) {
    const at = r * width + momentCount;
    const bags = state[at + BAGS];
    out[block.first + r] = varianceOfBags(
      state[at + BETWEEN] / bags,
      state[at + TOTAL] / (bags * perBag),
      bags,
      perBag,
    );
  }
}

/** V̂ from mean_g(mean_b ρ)² and mean ρ² over so many whole bags; NaN without any. */
export function varianceOfBags(between: number, total: number, bags: number, perBag: number): number {
  if (bags === 0) return Number.NaN;
  const noise = (total - between) / (perBag - 1);
  return posteriorMean(between - noise, Math.max(between, noise) * Math.sqrt(2 / bags));
}

/** Estimates of so many standard errors are what they are: the rest of V̂, below φ(9)/9 of S, is beyond a double's digits. */
const CERTAIN = 9;

/** Posterior mean of S ≥ 0 given its estimate and standard error, flat prior; 0 where all trees agree. */
export function posteriorMean(estimate: number, standardError: number): number {
  if (Number.isNaN(standardError)) return Number.NaN;
  if (!(standardError > 0)) return 0;
  if (estimate > CERTAIN * standardError) return estimate;
  return estimate + standardError * inverseMillsLower(estimate / standardError);
}
