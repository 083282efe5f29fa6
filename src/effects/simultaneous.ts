/**
 * Estimates looked at together: intervals that all hold at once, and p-values adjusted for their number. Their influence
 * functions, summed by independent unit (cluster or row of one common table; 0 where a unit played no role), are stacked,
 * so that dependence between estimates is used, not assumed, whatever rows each of them rests on.
 *
 *   T*_m = Σ_c ξ_c Ψ_mc / √(Σ_c Ψ_mc²),  ξ_c independent standard normal  (multiplier bootstrap,
 *          Chernozhukov, Chetverikov & Kato 2013)
 *   interval: θ̂ ± c·se, c the quantile of max_m |T*_m| at the level
 *   Romano & Wolf 2005, step by step from the largest |t|: p_k = (1 + #{max over members not yet passed |T*| ≥ |t_k|}) /
 *          (draws + 1), made monotone
 *   Holm and Benjamini–Hochberg: math/adjust.ts, from two-sided normal p-values
 *
 * Given the data, T* is normal with mean 0 and covariance R = ΨΨ' (rows of Ψ scaled to length 1). With fewer estimates
 * than units it is drawn as L z, LL' = R: as many products as R has cells, instead of one for each estimate and unit.
 */
import { benjaminiHochberg, holm } from '../math/adjust.js';
import { twoSidedTail } from '../math/normal.js';
import { factorIndependentInPlace } from '../math/positive-definite.js';
import { streamFor } from '../math/random.js';

/** One estimate among others. */
export interface StackedEstimate {
  readonly estimate: number;
  /** Above 0. */
  readonly standardError: number;
  /** Ψ by unit, of one length for all estimates, up to a factor; not 0 everywhere. */
  readonly influence: Float64Array;
}

/** What accounts for the others, of one estimate. */
export interface JointInference {
  /** Estimate ± critical · standard error. */
  readonly simultaneousInterval: readonly [lower: number, upper: number];
  /** Two-sided, normal, of this estimate alone. */
  readonly pValue: number;
  readonly adjusted: Readonly<Record<'romanoWolf' | 'holm' | 'benjaminiHochberg', number>>;
}

export interface StackedInference {
  /** In the order of the estimates. */
  readonly members: readonly JointInference[];
  /** Standard errors to either side of every simultaneous interval; null without estimates. */
  readonly critical: number | null;
}

/** How the multipliers are drawn; checked by the caller. */
export interface MultiplierOptions {
  /** Chance that all simultaneous intervals hold. */
  readonly level: number;
  readonly draws: number;
  readonly seed: number;
}

export function stackedInference(
  estimates: readonly StackedEstimate[],
  { level, draws, seed }: MultiplierOptions,
): StackedInference {
  if (estimates.length === 0) return { members: [], critical: null };
  const drawn = multiplierDraws(
    estimates.map(({ influence }) => unitLength(influence)),
    draws,
    seed,
  );
  const critical = quantileOfLargest(drawn, estimates.length, level);
  const t = estimates.map(({ estimate, standardError }) => estimate / standardError);
  const pValues = t.map(twoSidedTail);
  const stepwise = romanoWolf(t.map(Math.abs), drawn);
  const byHolm = holm(pValues);
  const byRate = benjaminiHochberg(pValues);
  return {
    critical,
    members: estimates.map(({ estimate, standardError }, k) => ({
      simultaneousInterval: Object.freeze([
        estimate - critical * standardError,
        estimate + critical * standardError,
      ] as const),
      pValue: pValues[k],
      adjusted: Object.freeze({ romanoWolf: stepwise[k], holm: byHolm[k], benjaminiHochberg: byRate[k] }),
    })),
  };
}

/** ψ by row, summed by unit; `unitOf` maps rows to 0 … unitCount − 1. */
export function sumByUnit(values: Float64Array, unitOf: Int32Array, unitCount: number): Float64Array {
  const sums = new Float64Array(unitCount);
  for (let row = 0; row < values.length; row++) sums[unitOf[row]] += values[row];
  return sums;
}

function unitLength(influence: Float64Array): Float64Array {
  const length = Math.sqrt(influence.reduce((sum, value) => sum + value * value, 0));
  return influence.map((value) => value / length);
}

/** |T*| of every member in every draw, draw by draw in one array. */
function multiplierDraws(influences: readonly Float64Array[], draws: number, seed: number): Float64Array {
  const members = influences.length;
  const units = influences[0].length;
  const rows = members < units ? correlationFactor(influences) : influences;
  const width = rows[members - 1].length;
  const stream = streamFor(seed, 'effect family');
  const multipliers = [0, 1, 2, 3].map(() => new Float64Array(width));
  const drawn = new Float64Array(draws * members);
  const products = new Float64Array(8);
  for (let first = 0; first < draws; first += 4) {
    for (const own of multipliers) for (let unit = 0; unit < width; unit++) own[unit] = stream.normal();
    const count = Math.min(4, draws - first);
    for (let member = 0; member < members; member += 2) {
      productsInto(products, rows[member], rows[Math.min(member + 1, members - 1)], multipliers);
      for (let k = 0; k < count; k++) {
        const at = (first + k) * members + member;
        drawn[at] = Math.abs(products[k]);
        if (member + 1 < members) drawn[at + 1] = Math.abs(products[4 + k]);
      }
    }
  }
  return drawn;
}

/**
 * Rows of L, LL' = R, two by two of one length (the first of a pair ends with a 0). An estimate that others determine
 * (R singular) adds nothing of its own.
 */
function correlationFactor(influences: readonly Float64Array[]): Float64Array[] {
  const size = influences.length;
  const matrix = new Float64Array(size * size);
  const products = new Float64Array(8);
  for (let i = 0; i < size; i += 2) {
    const next = Math.min(i + 1, size - 1);
    for (let j = 0; j <= next; j += 4) {
      const four = [0, 1, 2, 3].map((k) => influences[Math.min(j + k, size - 1)]);
      productsInto(products, influences[i], influences[next], four);
      for (let k = 0; k < 4; k++) {
        if (j + k <= i) matrix[i * size + j + k] = products[k];
        if (j + k <= next) matrix[next * size + j + k] = products[4 + k];
      }
    }
  }
  factorIndependentInPlace(matrix, size);
  return influences.map((_, i) => {
    const row = matrix.slice(i * size, i * size + Math.min(size, (i | 1) + 1));
    if (row[i] === Number.POSITIVE_INFINITY) row[i] = 0;
    return row;
  });
}

/** Products of two rows with four others, over the rows' length: eight sums that do not wait for each other. */
function productsInto(
  out: Float64Array,
  first: Float64Array,
  second: Float64Array,
  others: readonly Float64Array[],
): void {
  const [z0, z1, z2, z3] = others;
  const end = first.length;
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  let [b0, b1, b2, b3] = [0, 0, 0, 0];
  for (let k = 0; k < end; k++) {
    const a = first[k];
    const b = second[k];
    a0 += a * z0[k];
    a1 += a * z1[k];
    a2 += a * z2[k];
    a3 += a * z3[k];
    b0 += b * z0[k];
    b1 += b * z1[k];
    b2 += b * z2[k];
    b3 += b * z3[k];
  }
  out[0] = a0;
  out[1] = a1;
  out[2] = a2;
  out[3] = a3;
  out[4] = b0;
  out[5] = b1;
  out[6] = b2;
  out[7] = b3;
}

/** The order statistic at ⌈level·(draws + 1)⌉. */
function quantileOfLargest(drawn: Float64Array, members: number, level: number): number {
  const draws = drawn.length / members;
  const largest = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++)
    for (let k = draw * members; k < (draw + 1) * members; k++) largest[draw] = Math.max(largest[draw], drawn[k]);
  largest.sort();
  return largest[Math.min(draws, Math.ceil(level * (draws + 1))) - 1];
}

function romanoWolf(t: readonly number[], drawn: Float64Array): number[] {
  const members = t.length;
  const draws = drawn.length / members;
  const order = Array.from(t.keys()).sort((a, b) => t[b] - t[a]);
  const adjusted = new Array<number>(members);
  // Largest |T*| among the members from the k-th on, built from the smallest |t| upward.
  const largest = new Float64Array(draws);
  for (let k = members - 1; k >= 0; k--) {
    const member = order[k];
    let beyond = 0;
    for (let draw = 0; draw < draws; draw++) {
      largest[draw] = Math.max(largest[draw], drawn[draw * members + member]);
      if (largest[draw] >= t[member]) beyond++;
    }
    adjusted[member] = (1 + beyond) / (draws + 1);
  }
  let before = 0;
  for (const member of order) before = adjusted[member] = Math.max(before, adjusted[member]);
  return adjusted;
}
