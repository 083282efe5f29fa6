/**
 * Variance of combined effects τ̂(x) = c + Σₖ aₖ(τ̂ₖ(x) − τ̄ₖ) by the bootstrap of little bags (`forest/little-bags.ts`), on the
 * combination itself, since all members share the half-samples of their bags. Bag g, with trees j, moves the effect by
 *   D_gj(x) = Σ over forests aₖ ρᵏ_gj(x),   L_g(x) = Σ over linear members aₖ(τ̂ₖ,g(x) − τ̂ₖ(x)) + (1 − Σaₖ)(c_g − c):
 * trees by their influences, what is refitted in each bag by what came of it; each member carries its own share of the
 * level, and c the rest. With means over the bags that have all their trees for x (out of bag: that did not draw it),
 *   S = between(D) − noise(D) + mean L² + 2 mean(D̄_g L_g),
 * replaced by its posterior mean on S ≥ 0. Only the first bags are refitted linearly; L is averaged over those.
 * Rows pass all forests at once, so that nothing is kept of a bag when it has been added.
 */
import { type Forest, treesPerBag } from '../../forest/forest.js';
import type { LeafBlock } from '../../forest/leaf-blocks.js';
import { posteriorMean } from '../../forest/little-bags.js';
import { influenceCoefficientsInto, SLOPE_MOMENTS, slopeOf } from '../effect-moments.js';
import type { RefinedEffects } from './types.js';

/** Passes rows from … end, block by block. */
export type LeafPass = (visit: (block: LeafBlock) => void, from: number, end: number) => void;

/** A forest in the combination. */
export interface ForestPart {
  readonly weight: number;
  readonly forest: Forest;
  readonly eachBlock: LeafPass;
}

/** The forests of a combination, each with its pass. */
export const forestParts = (
  forest: Forest,
  { members, largeLeafForest }: RefinedEffects,
  passOf: (forest: Forest) => LeafPass,
): ForestPart[] =>
  [forest, largeLeafForest].map((own, k) => ({ weight: members[k].weight, forest: own, eachBlock: passOf(own) }));

/** What is refitted once a bag: L of rows from … end, at bag·(end − from) + row − from; NaN where the bag drew the row. */
export interface RefittedPart {
  readonly bags: number;
  deviationsInto(from: number, end: number, out: Float64Array): void;
}

/** Rows of a stretch times trees. */
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
  const perBag = treesPerBag(forests[0].forest);
  const active = forests.filter(({ weight }) => weight > 0);
  const size = end - from;
  const deviations = new Float64Array(size * refitted.bags);
  refitted.deviationsInto(from, end, deviations);
  const sums = makeSums(size);
  const refits = { deviations, bags: refitted.bags };
  if (active.length === 0) addRefits(refits, sums);
  else eachLeaves(active, from, end, (leaves) => addBags(leaves, leaves[0].first - from, perBag, refits, sums));
  return Float64Array.from({ length: size }, (_, row) => varianceOfRow(sums, row, perBag, active.length > 0));
}

/** Leaves of the same rows in one forest. */
interface PartLeaves {
  /** The first of them, and how many they are. */
  readonly first: number;
  readonly rowCount: number;
  /** Leaf of row r (from 0) in tree b at start + b·stride + r. */
  readonly leaf: Int32Array;
  readonly start: number;
  readonly stride: number;
  /** aₖρᵏ = Σ_m coefficients[5r + m] · moment m of the leaf. */
  readonly coefficients: Float64Array;
  readonly forest: Forest;
}

/** Passes rows through all forests at once: block by block through the first, each block's rows through the others. */
function eachLeaves(
  [part, ...others]: readonly ForestPart[],
  from: number,
  end: number,
  visit: (leaves: readonly PartLeaves[]) => void,
): void {
  part.eachBlock(
    (block) => {
      const first = from + block.first;
      const { rowCount, leaf, average } = block;
      const coefficients = influencesOf(average, rowCount, part.weight);
      const { forest } = part;
      const whole = { first, rowCount, leaf, start: 0, stride: rowCount, coefficients, forest };
      if (others.length === 0) visit([whole]);
      else
        eachLeaves(others, first, first + rowCount, (inner) => {
          const start = inner[0].first - first;
          const own = { first: inner[0].first, rowCount: inner[0].rowCount, start };
          visit([{ ...whole, ...own, coefficients: coefficients.subarray(SLOPE_MOMENTS * start) }, ...inner]);
        });
    },
    from,
    end,
  );
}

function influencesOf(average: Float64Array, rowCount: number, weight: number): Float64Array {
  const effect = Float64Array.from({ length: rowCount }, (_, r) => slopeOf(average, SLOPE_MOMENTS * r));
  const coefficients = new Float64Array(SLOPE_MOMENTS * rowCount);
  influenceCoefficientsInto(average, effect, rowCount, coefficients);
  for (let k = 0; k < coefficients.length; k++) coefficients[k] *= weight;
  return coefficients;
}

/** L by bag and row, as `RefittedPart` writes it. */
interface Refits {
  readonly deviations: Float64Array;
  readonly bags: number;
}

/** Adds all bags for the leaves' rows, the first of which is the stretch's row `place`. */
function addBags(
  leaves: readonly PartLeaves[],
  place: number,
  perBag: number,
  { deviations, bags: refitBags }: Refits,
  { between, total, bags, squares, products, refits }: Sums,
): void {
  const size = between.length;
  const { rowCount } = leaves[0];
  const rows = new Int32Array(rowCount);
  const influence = new Float64Array(perBag * rowCount);
  const present = new Int32Array(rowCount);
  for (let bag = 0; bag < leaves[0].forest.trees.treeCount / perBag; bag++) {
    const count = rowsWithLeaf(leaves[0], bag * perBag, rows);
    influence.fill(0, 0, perBag * count);
    present.fill(0, 0, count);
    for (const part of leaves) addInfluences(part, bag, perBag, rows, count, influence, present);
    for (let k = 0; k < count; k++) {
      if (present[k] !== leaves.length * perBag) continue;
      let sum = 0;
      let square = 0;
      for (let j = perBag * k; j < perBag * (k + 1); j++) {
        sum += influence[j];
        square += influence[j] * influence[j];
      }
      const row = place + rows[k];
      const mean = sum / perBag;
      between[row] += mean * mean;
      total[row] += square / perBag;
      bags[row]++;
      const deviation = bag < refitBags ? deviations[bag * size + row] : Number.NaN;
      if (Number.isNaN(deviation)) continue;
      squares[row] += deviation * deviation;
      products[row] += deviation * mean;
      refits[row]++;
    }
  }
}

/** 1 for a leaf, 0 for none, by the sign of its negative: whether there is one is chance, and a branch would often be missed. */
const isLeaf = (leaf: number): number => -leaf >>> 31;

/** Rows that have a leaf in a tree; returns their number. Those without one there are not whole in its bag. */
function rowsWithLeaf({ leaf, start, stride, rowCount }: PartLeaves, tree: number, rows: Int32Array): number {
  const at = start + tree * stride;
  let count = 0;
  for (let r = 0; r < rowCount; r++) {
    rows[count] = r;
    count += isLeaf(leaf[at + r]);
  }
  return count;
}

/**
 * Adds aₖρᵏ of a bag's trees and the first `count` of `rows`, at perBag·k + tree, and counts the leaves of each. The empty
 * leaf's moments are 0.
 */
function addInfluences(
  { leaf, start, stride, coefficients, forest }: PartLeaves,
  bag: number,
  perBag: number,
  rows: Int32Array,
  count: number,
  influence: Float64Array,
  present: Int32Array,
): void {
  const { moments } = forest.trees;
  const first = start + bag * perBag * stride;
  for (let k = 0; k < count; k++) {
    const own = SLOPE_MOMENTS * rows[k];
    const c0 = coefficients[own];
    const c1 = coefficients[own + 1];
    const c2 = coefficients[own + 2];
    const c3 = coefficients[own + 3];
    const c4 = coefficients[own + 4];
    let at = first + rows[k];
    for (let j = perBag * k; j < perBag * (k + 1); j++, at += stride) {
      const reached = leaf[at];
      const m = SLOPE_MOMENTS * reached;
      influence[j] +=
        c0 * moments[m] + c1 * moments[m + 1] + c2 * moments[m + 2] + c3 * moments[m + 3] + c4 * moments[m + 4];
      present[k] += isLeaf(reached);
    }
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

type Sums = ReturnType<typeof makeSums>;

/** L² alone, where no forest has a part. */
function addRefits({ deviations, bags }: Refits, { squares, refits }: Sums): void {
  const size = squares.length;
  for (let bag = 0; bag < bags; bag++)
    for (let row = 0; row < size; row++) {
      const deviation = deviations[bag * size + row];
      if (Number.isNaN(deviation)) continue;
      squares[row] += deviation * deviation;
      refits[row]++;
    }
}

function varianceOfRow(sums: Sums, row: number, perBag: number, hasForest: boolean): number {
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
