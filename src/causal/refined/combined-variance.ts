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
 * of columns, three times or more. Rows pass all forests at once, so that nothing is kept of a bag when it has been added.
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

/** What is refitted in both halves of bags. */
export interface RefittedPart {
  readonly bags: number;
  /**
   * Deviations of rows from … end, at bag·(end − from) + row − from: of the bag's half without the row, and of the half that
   * holds it; of new rows, of what the bag drew and of the rest.
   */
  deviationsInto(from: number, end: number, without: Float64Array, held: Float64Array): void;
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
  const refits: Refits = {
    bags: refitted.bags,
    without: new Float64Array(size * refitted.bags),
    held: new Float64Array(size * refitted.bags),
  };
  refitted.deviationsInto(from, end, refits.without, refits.held);
  const sums = makeSums(size);
  addRefits(refits, sums);
  if (active.length > 0)
    eachLeaves(active, from, end, (leaves) => addBags(leaves, leaves[0].first - from, perBag, refits, sums));
  return Float64Array.from({ length: size }, (_, row) =>
    varianceOfRow(sums, row, perBag, refits.bags, active.length > 0),
  );
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

/** L and L′ by bag and row, as `RefittedPart` writes them. */
interface Refits {
  readonly bags: number;
  readonly without: Float64Array;
  readonly held: Float64Array;
}

/** Adds all bags for the leaves' rows, the first of which is the stretch's row `place`. */
function addBags(
  leaves: readonly PartLeaves[],
  place: number,
  perBag: number,
  { without, held, bags: refitBags }: Refits,
  { between, total, bags, shared, halfDifferences, sharing }: Sums,
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
      if (bag >= refitBags) continue;
      const halfDifference = (without[bag * size + row] - held[bag * size + row]) / 2;
      shared[row] += mean * halfDifference;
      halfDifferences[row] += halfDifference * halfDifference;
      sharing[row]++;
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

/** Over bags, for each row: sums of D̄_g², mean D², bags; of LL′, L², L′²; of D̄_g(L − L′)/2, ((L − L′)/2)², bags of these. */
const makeSums = (size: number) => ({
  between: new Float64Array(size),
  total: new Float64Array(size),
  bags: new Float64Array(size),
  across: new Float64Array(size),
  withoutSquares: new Float64Array(size),
  heldSquares: new Float64Array(size),
  shared: new Float64Array(size),
  halfDifferences: new Float64Array(size),
  sharing: new Float64Array(size),
});

type Sums = ReturnType<typeof makeSums>;

/** Of the refitted part alone. */
function addRefits({ without, held, bags }: Refits, { across, withoutSquares, heldSquares }: Sums): void {
  const size = across.length;
  for (let bag = 0; bag < bags; bag++)
    for (let row = 0; row < size; row++) {
      const [own, other] = [without[bag * size + row], held[bag * size + row]];
      across[row] += own * other;
      withoutSquares[row] += own * own;
      heldSquares[row] += other * other;
    }
}

function varianceOfRow(sums: Sums, row: number, perBag: number, refits: number, hasForest: boolean): number {
  const [bags, sharing] = [sums.bags[row], sums.sharing[row]];
  if (hasForest && (bags === 0 || sharing === 0)) return Number.NaN;
  const spread = bags > 0 ? sums.between[row] / bags : 0;
  const noise = bags > 0 ? (sums.total[row] / bags - spread) / (perBag - 1) : 0;
  const linear = -sums.across[row] / refits;
  const shared = sharing > 0 ? sums.shared[row] / sharing : 0;
  // Means of products of numbers as good as normal: their variance is that of one product over how many there are.
  const ofSpread = bags > 0 ? (2 * Math.max(spread, noise) ** 2) / bags : 0;
  const ofLinear = ((sums.withoutSquares[row] / refits) * (sums.heldSquares[row] / refits) + linear ** 2) / refits;
  const ofShared = sharing > 0 ? (4 * spread * sums.halfDifferences[row]) / sharing ** 2 : 0;
  return posteriorMean(spread - noise + linear + 2 * shared, Math.sqrt(ofSpread + ofLinear + ofShared));
}
