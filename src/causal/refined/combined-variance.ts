/**
 * Variance of combined effects τ̂(x) = c + Σₖ aₖ(τ̂ₖ(x) − τ̄ₖ) by the bootstrap of little bags (`forest/little-bags.ts`), on the
 * combination itself, since all members share the half-samples of their bags. Bag g, with trees j, moves the effect by
 *   D_gj(x) = Σ over forests aₖ ρᵏ_gj(x),   L_g(x) = Σ over linear members aₖ(τ̂ₖ,g(x) − τ̂ₖ(x)) + (1 − Σaₖ)(c_g − c):
 * trees by their influences, what is refitted in each bag by what came of it; each member carries its own share of the
 * level, and c the rest. With means over the bags that have all their trees for x (out of bag: that did not draw it),
 *   S = between(D) − noise(D) + mean L² + 2 mean(D̄_g L_g),
 * replaced by its posterior mean on S ≥ 0. Only the first bags are refitted linearly; L is averaged over those.
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

/** What is refitted once a bag: L of rows from … end, at bag·(end − from) + row − from; NaN where the bag drew the row. */
export interface RefittedPart {
  readonly bags: number;
  deviationsInto(from: number, end: number, out: Float64Array): void;
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
  const deviations = new Float64Array(size * refitted.bags);
  for (const part of active)
    part.eachBlock((block) => addInfluences(part, block, perBag, size, influence, leaves), from, end);
  refitted.deviationsInto(from, end, deviations);

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
    if (bag < refitted.bags) addRefit(ofBag(deviations, bag), moments.mean, sums);
  }
  return Float64Array.from({ length: size }, (_, row) => varianceOfRow(sums, row, perBag, whole > 0));
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

/** Over bags, for each row: sums of D̄_g², mean D², bags; of L², D̄_gL, bags of these. */
const makeSums = (size: number) => ({
  between: new Float64Array(size),
  total: new Float64Array(size),
  bags: new Float64Array(size),
  squares: new Float64Array(size),
  products: new Float64Array(size),
  refits: new Float64Array(size),
});

function addBag({ mean, square }: BagMoments, { between, total, bags }: ReturnType<typeof makeSums>): void {
  for (let row = 0; row < mean.length; row++) {
    if (Number.isNaN(mean[row])) continue;
    between[row] += mean[row] * mean[row];
    total[row] += square[row];
    bags[row]++;
  }
}

/** @param mean D̄_g; NaN where the bag does not count; 0 where no forest has a part */
function addRefit(
  deviations: Float64Array,
  mean: Float64Array,
  { squares, products, refits }: ReturnType<typeof makeSums>,
): void {
  for (let row = 0; row < mean.length; row++) {
    const product = deviations[row] * mean[row];
    if (Number.isNaN(product)) continue;
    squares[row] += deviations[row] * deviations[row];
    products[row] += product;
    refits[row]++;
  }
}

function varianceOfRow(sums: ReturnType<typeof makeSums>, row: number, perBag: number, hasForest: boolean): number {
  const [bags, refits] = [sums.bags[row], sums.refits[row]];
  if (refits === 0 || (hasForest && bags === 0)) return Number.NaN;
  const spread = bags > 0 ? sums.between[row] / bags : 0;
  const noise = bags > 0 ? (sums.total[row] / bags - spread) / (perBag - 1) : 0;
  const linear = sums.squares[row] / refits;
  const estimate = spread - noise + linear + (2 * sums.products[row]) / refits;
  const error = Math.sqrt(
    (bags > 0 ? (Math.max(spread, noise) ** 2 * 2) / bags : 0) + (2 * linear ** 2 + 4 * spread * linear) / refits,
  );
  return posteriorMean(estimate, error);
}
