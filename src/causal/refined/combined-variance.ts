/**
 * Variance of combined effects τ̂(x) = c + Σₖ aₖ(τ̂ₖ(x) − τ̄ₖ) over samples, on the combination itself, since all members share
 * the half-samples of their bags. Bag g, with trees j, moves the effect by
 *   D_gj(x) = Σ over forests aₖ ρᵏ_gj(x),   L_g(x) = Σ over linear members aₖ(τ̂ₖ,g(x) − τ̂ₖ(x)) + (1 − Σaₖ)(c_g − c):
 * trees by their influences, what is refitted in halves by what came of it; each member carries its own share of the level,
 * and c the rest. L′_g is the same of the other half.
 *   S = [between(D) − noise(D)] + V_L + 2C,   V_L = −mean L_g L′_g,   C = mean D̄_g (L_g − L′_g)/2,
 * means over bags (of D: that have all their trees for x, out of bag: that did not draw it), replaced by its posterior mean
 * on S ≥ 0. The first part is the bootstrap of little bags (`forest/little-bags.ts`). The second is exact: models of two
 * halves without a common row are independent, so 0 = E[Cov(L_g, L′_g | data)] + Var(mean of all halves), whatever the
 * models, at a given penalty; the spread between halves alone would count what is not linear in the rows, as a lasso's choice
 * of columns, three times or more.
 */
import { type Forest, treesPerBag } from '../../forest/forest.js';
import type { LeafBlock } from '../../forest/leaf-blocks.js';
import { posteriorMean } from '../../forest/little-bags.js';
import { influenceCoefficientsInto, SLOPE_MOMENTS, slopeOf } from '../effect-moments.js';
import type { RefinedEffects } from './types.js';

/** A forest in the combination. Passes rows from … end through it, block by block. */
export interface ForestPart {
  readonly weight: number;
  readonly forest: Forest;
  readonly eachBlock: (visit: (block: LeafBlock) => void, from: number, end: number) => void;
}

/** The forests of a combination, whose blocks are passed by `eachBlock`. */
export const forestParts = (
  forest: Forest,
  { members, largeLeafForest }: RefinedEffects,
  eachBlock: (forest: Forest, visit: (block: LeafBlock) => void, from: number, end: number) => void,
): ForestPart[] =>
  [forest, largeLeafForest].map((own, k) => ({
    weight: members[k].weight,
    forest: own,
    eachBlock: (visit, from, end) => eachBlock(own, visit, from, end),
  }));

/** What is refitted in both halves of bags. */
export interface RefittedPart {
  readonly bags: number;
  /**
   * Deviations of rows from … end, at bag·(end − from) + row − from: of the bag's half without the row, and of the half that
   * holds it; of new rows, of what the bag drew and of the rest.
   */
  deviationsInto(from: number, end: number, without: Float64Array, held: Float64Array): void;
}

/** Numbers held at a time: one for each row and tree (32 MB). */
const CELLS = 1 << 22;

/**
 * Variances of so many rows in steps, stretch by stretch; NaN where no bag has all its trees for a row. All forests have the
 * same bags. `variance` is whole after `step(0 … steps − 1)`.
 */
export function combinedVariances(forests: readonly ForestPart[], refitted: RefittedPart, rowCount: number) {
  const variance = new Float64Array(rowCount);
  const size = Math.max(1, Math.min(rowCount, Math.floor(CELLS / forests[0].forest.trees.treeCount)));
  return {
    variance,
    steps: Math.ceil(rowCount / size),
    step(k: number): void {
      const from = k * size;
      variance.set(variancesOfStretch(forests, refitted, from, Math.min(rowCount, from + size)), from);
    },
  };
}

/** Rows from … end. */
function variancesOfStretch(
  forests: readonly ForestPart[],
  refitted: RefittedPart,
  from: number,
  end: number,
): Float64Array {
  const { trees } = forests[0].forest;
  const perBag = treesPerBag(forests[0].forest);
  const { treeCount } = trees;
  const bagCount = treeCount / perBag;
  const active = forests.filter(({ weight }) => weight > 0);
  const size = end - from;
  const influence = new Float64Array(active.length > 0 ? size * treeCount : 0);
  const leaves = new Uint16Array(active.length > 0 ? size * bagCount : 0);
  const without = new Float64Array(size * refitted.bags);
  const held = new Float64Array(size * refitted.bags);
  for (const part of active)
    part.eachBlock((block) => addInfluences(part, block, perBag, size, influence, leaves), from, end);
  refitted.deviationsInto(from, end, without, held);

  const whole = active.length * perBag;
  const sums = makeSums(size);
  const moments = { mean: new Float64Array(size), square: new Float64Array(size) };
  const ofBag = <Numbers extends Float64Array | Uint16Array>(numbers: Numbers, bag: number, width = size) =>
    numbers.subarray(bag * width, (bag + 1) * width) as Numbers;
  for (let bag = 0; bag < Math.max(whole > 0 ? bagCount : 0, refitted.bags); bag++) {
    if (whole > 0) {
      momentsOfBag(ofBag(influence, bag, size * perBag), ofBag(leaves, bag), perBag, whole, moments);
      addBag(moments, sums);
    }
    if (bag < refitted.bags) addRefit(ofBag(without, bag), ofBag(held, bag), moments.mean, sums);
  }
  return Float64Array.from({ length: size }, (_, row) => varianceOfRow(sums, row, perBag, refitted.bags, whole > 0));
}

/** Adds aₖρᵏ of a block's rows, at tree·size + row, and counts the leaves of each bag and row, at bag·size + row. */
function addInfluences(
  { weight, forest }: ForestPart,
  { first, rowCount, leaf, average }: LeafBlock,
  perBag: number,
  size: number,
  influence: Float64Array,
  leaves: Uint16Array,
): void {
  const { treeCount, momentCount, moments } = forest.trees;
  const effect = Float64Array.from({ length: rowCount }, (_, r) => slopeOf(average, SLOPE_MOMENTS * r));
  const coefficients = new Float64Array(SLOPE_MOMENTS * rowCount);
  influenceCoefficientsInto(average, effect, rowCount, coefficients);
  for (let k = 0; k < coefficients.length; k++) coefficients[k] *= weight;
  for (let tree = 0; tree < treeCount; tree++) {
    const inTree = tree * size + first;
    const inBag = Math.floor(tree / perBag) * size + first;
    for (let r = 0; r < rowCount; r++) {
      const reached = leaf[tree * rowCount + r];
      if (reached === 0) continue;
      const at = reached * momentCount;
      const own = SLOPE_MOMENTS * r;
      influence[inTree + r] +=
        coefficients[own] * moments[at] +
        coefficients[own + 1] * moments[at + 1] +
        coefficients[own + 2] * moments[at + 2] +
        coefficients[own + 3] * moments[at + 3] +
        coefficients[own + 4] * moments[at + 4];
      leaves[inBag + r]++;
    }
  }
}

/** Of one bag's trees and each row: means of D and D²; NaN where a tree has no leaf for the row. */
interface BagMoments {
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

/** @param whole leaves of a bag that has all its trees */
function momentsOfBag(
  influence: Float64Array,
  leaves: Uint16Array,
  perBag: number,
  whole: number,
  { mean, square }: BagMoments,
): void {
  const size = leaves.length;
  for (let row = 0; row < size; row++) mean[row] = square[row] = leaves[row] === whole ? 0 : Number.NaN;
  for (let tree = 0; tree < perBag; tree++)
    for (let row = 0; row < size; row++) {
      const value = influence[tree * size + row];
      mean[row] += value / perBag;
      square[row] += (value * value) / perBag;
    }
}

/** Over bags, for each row: sums of D̄_g², mean D², bags; of LL′, L², L′²; of D̄_g(L − L′)/2, ((L − L′)/2)², bags of these. */
const makeSums = (size: number) => ({
  between: new Float64Array(size),
  total: new Float64Array(size),
  bags: new Float64Array(size),
  across: new Float64Array(size),
  without: new Float64Array(size),
  held: new Float64Array(size),
  shared: new Float64Array(size),
  halfDifferences: new Float64Array(size),
  sharing: new Float64Array(size),
});
type Sums = ReturnType<typeof makeSums>;

function addBag({ mean, square }: BagMoments, { between, total, bags }: Sums): void {
  for (let row = 0; row < mean.length; row++) {
    if (Number.isNaN(mean[row])) continue;
    between[row] += mean[row] * mean[row];
    total[row] += square[row];
    bags[row]++;
  }
}

/** @param mean D̄_g; NaN where the bag does not count; 0 where no forest has a part */
function addRefit(without: Float64Array, held: Float64Array, mean: Float64Array, sums: Sums): void {
  for (let row = 0; row < mean.length; row++) {
    sums.across[row] += without[row] * held[row];
    sums.without[row] += without[row] * without[row];
    sums.held[row] += held[row] * held[row];
    if (Number.isNaN(mean[row])) continue;
    const halfDifference = (without[row] - held[row]) / 2;
    sums.shared[row] += mean[row] * halfDifference;
    sums.halfDifferences[row] += halfDifference * halfDifference;
    sums.sharing[row]++;
  }
}

function varianceOfRow(sums: Sums, row: number, perBag: number, refits: number, hasForest: boolean): number {
  const [bags, sharing] = [sums.bags[row], sums.sharing[row]];
  if (hasForest && (bags === 0 || sharing === 0)) return Number.NaN;
  const spread = bags > 0 ? sums.between[row] / bags : 0;
  const noise = bags > 0 ? (sums.total[row] / bags - spread) / (perBag - 1) : 0;
  const linear = -sums.across[row] / refits;
  const estimate = spread - noise + linear + (2 * sums.shared[row]) / sharing;
  // Means of products of numbers as good as normal: their variance is that of one product over how many there are.
  const ofSpread = bags > 0 ? (2 * Math.max(spread, noise) ** 2) / bags : 0;
  const ofLinear = ((sums.without[row] / refits) * (sums.held[row] / refits) + linear ** 2) / refits;
  const ofShared = (4 * spread * sums.halfDifferences[row]) / sharing ** 2;
  return posteriorMean(estimate, Math.sqrt(ofSpread + ofLinear + ofShared));
}
