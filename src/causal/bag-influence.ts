/**
 * How each tree moves the effects of new rows, for variances of what is made of several rows (little bags; Athey, Tibshirani
 * & Wager 2019, §4.1). ρ_b(x) is tree b's influence on τ̂(x) (effect-moments.ts). For a combination Σω_j τ̂(x_j) the
 * influence of tree b is D_b = Σω_j ρ_b(x_j), and over G bags of k trees
 *
 *   between = mean_g(mean_b D)²,  total = mean D²,  noise = (total − between)/(k − 1),  S = between − noise,
 *
 * S replaced by its posterior mean under a flat prior on S ≥ 0 (`forest/little-bags.ts`). With products D_b D′_b in place of squares S is a covariance.
 * A row without a leaf in some tree of a bag has ρ = 0 in that bag, and √(G/whole bags) times ρ in the others, so that its
 * own variance is that of `predictEffects`.
 */
import type { EncodedRows } from '../data/encode.js';
import { treesPerBag } from '../forest/forest.js';
import { eachNewBlock } from '../forest/leaf-blocks.js';
import { varianceOfBags } from '../forest/little-bags.js';
import { codeRows } from '../tree/ranked-columns.js';
import { influenceCoefficientsInto, SLOPE_MOMENTS, slopeOf } from './effect-moments.js';
import type { CausalForest } from './types.js';

/** A block of new rows; valid inside the call only. */
export interface InfluenceBlock {
  readonly first: number;
  readonly rowCount: number;
  /** τ̂ of the block's rows; NaN without an estimate. */
  readonly effect: Float64Array;
  /** ρ of row r in tree b, at r · trees + b; NaN throughout for a row without an estimate. */
  readonly influence: Float64Array;
  /** Bags whose trees all have a leaf for the row. */
  readonly bags: Int32Array;
}

/** Effects and influences of rows in the training trial's encoding, block by block. Trees must come in bags. */
export function eachInfluenceBlock(
  { forest }: CausalForest,
  encoded: EncodedRows,
  visit: (block: InfluenceBlock) => void,
): void {
  const { trees } = forest;
  const { treeCount, momentCount, moments } = trees;
  const perBag = treesPerBag(forest);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  eachNewBlock(forest, coded, ({ first, rowCount, leaf, average }) => {
    const effect = Float64Array.from({ length: rowCount }, (_, r) => slopeOf(average, SLOPE_MOMENTS * r));
    const coefficients = new Float64Array(SLOPE_MOMENTS * rowCount);
    influenceCoefficientsInto(average, effect, rowCount, coefficients);
    const influence = new Float64Array(rowCount * treeCount);
    const leaves = new Uint8Array(rowCount * treeCount);
    for (let tree = 0; tree < treeCount; tree++)
      for (let r = 0; r < rowCount; r++) {
        const reached = leaf[tree * rowCount + r];
        if (reached === 0) continue;
        let rho = 0;
        for (let m = 0; m < SLOPE_MOMENTS; m++)
          rho += coefficients[r * SLOPE_MOMENTS + m] * moments[reached * momentCount + m];
        influence[r * treeCount + tree] = rho;
        leaves[r * treeCount + tree] = 1;
      }
    const bags = new Int32Array(rowCount);
    for (let r = 0; r < rowCount; r++) bags[r] = keepWholeBags(influence, leaves, r * treeCount, treeCount, perBag);
    visit({ first, rowCount, effect, influence, bags });
  });
}

/** Sets ρ of bags with a missing leaf to 0 and scales the others; returns how many are whole. */
function keepWholeBags(
  influence: Float64Array,
  leaves: Uint8Array,
  from: number,
  treeCount: number,
  perBag: number,
): number {
  let whole = 0;
  for (let bag = from; bag < from + treeCount; bag += perBag) {
    let present = 0;
    for (let b = bag; b < bag + perBag; b++) present += leaves[b];
    if (present === perBag) whole++;
    else influence.fill(0, bag, bag + perBag);
  }
  const bags = treeCount / perBag;
  if (whole > 0 && whole < bags) {
    const scale = Math.sqrt(bags / whole);
    for (let b = from; b < from + treeCount; b++) influence[b] *= scale;
  }
  return whole;
}

/** Means over bags: mean of each bag's trees, one number a bag. */
export function bagMeans(influence: Float64Array, perBag: number): Float64Array {
  const means = new Float64Array(influence.length / perBag);
  for (let b = 0; b < influence.length; b++) means[Math.floor(b / perBag)] += influence[b] / perBag;
  return means;
}

/** S of two combinations from their influences (one number a tree): their covariance, of either sign. */
export function littleBagCovariance(first: Float64Array, second: Float64Array, perBag: number): number {
  const { between, total } = products(first, second, perBag);
  return between - (total - between) / (perBag - 1);
}

/**
 * V̂ of a combination.
 * @param bags whole bags it rests on
 */
export function littleBagVariance(influence: Float64Array, perBag: number, bags: number): number {
  const { between, total } = products(influence, influence, perBag);
  return varianceOfBags(between, total, bags, perBag);
}

function products(first: Float64Array, second: Float64Array, perBag: number) {
  const trees = first.length;
  let total = 0;
  let between = 0;
  for (let bag = 0; bag < trees; bag += perBag) {
    let one = 0;
    let other = 0;
    for (let b = bag; b < bag + perBag; b++) {
      total += first[b] * second[b];
      one += first[b];
      other += second[b];
    }
    between += (one / perBag) * (other / perBag);
  }
  return { between: between / (trees / perBag), total: total / trees };
}
