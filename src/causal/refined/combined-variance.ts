/**
 * Variance over samples of the part of combined effects τ̂(x) = c + Σₖ aₖ(τ̂ₖ(x) − τ̄ₖ) that comes from half-samples: the forest,
 * the linear members and c (Bayesian trees have their posterior's: `uncertainty.ts`). Bag g, with trees j, moves it by
 *   D_gj(x) = aₖ ρ_gj(x) of the forest,   L_g(x) = Σ over linear members aₖ(τ̂ₖ,g(x) − τ̂ₖ(x)) + (1 − Σaₖ)(c_g − c):
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

/** Passes rows from … end, block by block. */
export type LeafPass = (visit: (block: LeafBlock) => void, from: number, end: number) => void;

/** The forest in the combination. */
export interface ForestPart {
  readonly weight: number;
  readonly forest: Forest;
  readonly eachBlock: LeafPass;
}

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
 * Variances of so many rows in steps, stretch by stretch; NaN where no bag has all its trees for a row. `variance` is whole
 * after `step(0 … steps − 1)`.
 */
export function combinedVariances(part: ForestPart, refitted: RefittedPart, rowCount: number) {
  const variance = new Float64Array(rowCount);
  const size = Math.max(1, Math.min(rowCount, Math.floor(CELLS / part.forest.trees.treeCount)));
  return {
    variance,
    steps: Math.ceil(rowCount / size),
    step(k: number): void {
      const from = k * size;
      variance.set(variancesOfStretch(part, refitted, from, Math.min(rowCount, from + size)), from);
    },
  };
}

/** Rows from … end. */
function variancesOfStretch(part: ForestPart, refitted: RefittedPart, from: number, end: number): Float64Array {
  const perBag = treesPerBag(part.forest);
  const size = end - from;
  const refits: Refits = {
    bags: refitted.bags,
    without: new Float64Array(size * refitted.bags),
    held: new Float64Array(size * refitted.bags),
  };
  refitted.deviationsInto(from, end, refits.without, refits.held);
  const sums = makeSums(size);
  addRefits(refits, sums);
  if (part.weight > 0) part.eachBlock((block) => addBags(block, part, perBag, refits, sums), from, end);
  return Float64Array.from({ length: size }, (_, row) =>
    varianceOfRow(sums, row, perBag, refits.bags, part.weight > 0),
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

/** Adds all bags for a block's rows. */
function addBags(
  { first, rowCount, leaf, average }: LeafBlock,
  { forest, weight }: ForestPart,
  perBag: number,
  { without, held, bags: refitBags }: Refits,
  { between, total, bags, shared, halfDifferences, sharing }: Sums,
): void {
  const size = between.length;
  const coefficients = influencesOf(average, rowCount, weight);
  const { moments, treeCount } = forest.trees;
  const rows = new Int32Array(rowCount);
  for (let bag = 0; bag < treeCount / perBag; bag++) {
    const begin = bag * perBag * rowCount;
    const count = rowsWithLeaf(leaf, begin, rowCount, rows);
    for (let k = 0; k < count; k++) {
      const r = rows[k];
      const own = SLOPE_MOMENTS * r;
      let sum = 0;
      let square = 0;
      let present = 0;
      for (let j = 0, at = begin + r; j < perBag; j++, at += rowCount) {
        const reached = leaf[at];
        const m = SLOPE_MOMENTS * reached;
        const influence =
          coefficients[own] * moments[m] +
          coefficients[own + 1] * moments[m + 1] +
          coefficients[own + 2] * moments[m + 2] +
          coefficients[own + 3] * moments[m + 3] +
          coefficients[own + 4] * moments[m + 4];
        sum += influence;
        square += influence * influence;
        present += isLeaf(reached);
      }
      if (present !== perBag) continue;
      const row = first + r;
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

/** Rows that have a leaf in a bag's first tree; returns their number. The others are not whole in the bag. */
function rowsWithLeaf(leaf: Int32Array, begin: number, rowCount: number, rows: Int32Array): number {
  let count = 0;
  for (let r = 0; r < rowCount; r++) {
    rows[count] = r;
    count += isLeaf(leaf[begin + r]);
  }
  return count;
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
