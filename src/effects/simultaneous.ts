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
  const multipliers = new Float64Array(width);
  const drawn = new Float64Array(draws * members);
  for (let draw = 0; draw < draws; draw++) {
    for (let unit = 0; unit < width; unit++) multipliers[unit] = stream.normal();
    for (let member = 0; member < members; member++)
      drawn[draw * members + member] = Math.abs(product(rows[member], multipliers));
  }
  return drawn;
}

/** Rows of L, LL' = R: row m has m + 1 numbers. An estimate that others determine (R singular) adds nothing of its own. */
function correlationFactor(influences: readonly Float64Array[]): Float64Array[] {
  const size = influences.length;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) matrix[i * size + j] = product(influences[i], influences[j]);
  factorIndependentInPlace(matrix, size);
  return influences.map((_, i) => {
    const row = matrix.slice(i * size, i * size + i + 1);
    if (row[i] === Number.POSITIVE_INFINITY) row[i] = 0;
    return row;
  });
}

/** Σ aₖbₖ over the length of a; b is at least as long. Four sums, which do not wait for each other. */
function product(a: Float64Array, b: Float64Array): number {
  const end = a.length;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < end; k += 4) {
    first += a[k] * b[k];
    second += a[k + 1] * b[k + 1];
    third += a[k + 2] * b[k + 2];
    fourth += a[k + 3] * b[k + 3];
  }
  for (; k < end; k++) first += a[k] * b[k];
  return first + second + (third + fourth);
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
