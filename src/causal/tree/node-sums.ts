/**
 * What a split needs to know of a set of rows: fifteen sums, seven for each arm and one for both.
 * They add up over disjoint sets, so a child's sums are its parent's minus its sibling's, and a scan over sorted rows
 * judges every threshold in one pass. With w the weight of arm means and y the centred outcome, for arm a:
 *   mean ȳ_a = Σwy / Σw,   variance of that mean V_a = Σw²(y − ȳ_a)² / (Σw)²,
 * which without weights is s²/n with s² divided by n (AI16's criterion as statistics.md §2 states it).
 */
import type { TreeSample } from './sample.js';

/** Cells of one set's sums: those of the untreated, then those of the treated, then the transformed outcome. */
export const SUM_COUNT = 15;
export const CONTROL = 0;
export const TREATED = 7;
/** Σ mass · transformed outcome, over both arms. */
export const TRANSFORMED = 14;

/** Offsets inside an arm. */
export const COUNT = 0;
export const MASS = 1;
const WEIGHT = 2;
const WEIGHTED_OUTCOME = 3;
const WEIGHT_SQUARED = 4;
const SQUARED_OUTCOME = 5;
const SQUARED_OUTCOME_SQUARED = 6;

/** Adds one row to the sums that begin at `offset`. `transformed` is read only where it is given. */
export function addRow(
  sums: Float64Array,
  offset: number,
  sample: TreeSample,
  transformed: Float64Array | null,
  row: number,
): void {
  const arm = offset + (sample.treated[row] === 1 ? TREATED : CONTROL);
  const weight = sample.weight[row];
  const product = weight * sample.outcome[row];
  sums[arm + COUNT] += 1;
  sums[arm + MASS] += sample.mass[row];
  sums[arm + WEIGHT] += weight;
  sums[arm + WEIGHTED_OUTCOME] += product;
  sums[arm + WEIGHT_SQUARED] += weight * weight;
  sums[arm + SQUARED_OUTCOME] += weight * product;
  sums[arm + SQUARED_OUTCOME_SQUARED] += product * product;
  if (transformed !== null) sums[offset + TRANSFORMED] += sample.mass[row] * transformed[row];
}

/** The sums of a set of rows. */
export function sumRows(
  sample: TreeSample,
  transformed: Float64Array | null,
  rows: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(SUM_COUNT);
  for (let i = 0; i < rows.length; i++) addRow(sums, 0, sample, transformed, rows[i]);
  return sums;
}

export function addInto(sums: Float64Array, other: Float64Array, otherOffset = 0): void {
  for (let k = 0; k < SUM_COUNT; k++) sums[k] += other[otherOffset + k];
}

/** out = minuend − subtrahend. */
export function subtractInto(out: Float64Array, minuend: Float64Array, subtrahend: Float64Array): void {
  for (let k = 0; k < SUM_COUNT; k++) out[k] = minuend[k] - subtrahend[k];
}

/** Rows of the arm. */
export const armCount = (sums: Float64Array, arm: number): number => sums[arm + COUNT];

/** Sample weight of both arms together: the n of the criteria. */
export const totalMass = (sums: Float64Array): number => sums[CONTROL + MASS] + sums[TREATED + MASS];

/** ȳ_a; NaN for an empty arm. */
export const armMean = (sums: Float64Array, arm: number): number => sums[arm + WEIGHTED_OUTCOME] / sums[arm + WEIGHT];

/** V_a. Rounding can leave a constant outcome a hair below 0, which is 0. */
export function armVariance(sums: Float64Array, arm: number): number {
  const mean = armMean(sums, arm);
  const squares =
    sums[arm + SQUARED_OUTCOME_SQUARED] -
    2 * mean * sums[arm + SQUARED_OUTCOME] +
    mean * mean * sums[arm + WEIGHT_SQUARED];
  return Math.max(0, squares) / (sums[arm + WEIGHT] * sums[arm + WEIGHT]);
}

/** (Σwy)²/Σw: what an arm's own mean takes off its weighted squared outcomes. */
export const armFit = (sums: Float64Array, arm: number): number =>
  (sums[arm + WEIGHTED_OUTCOME] * sums[arm + WEIGHTED_OUTCOME]) / sums[arm + WEIGHT];

/** Σw(y² − (y − c)²) = 2c·Σwy − c²·Σw: what predicting the arm's outcomes by c takes off their weighted squares. */
export const armPrediction = (sums: Float64Array, arm: number, prediction: number): number =>
  prediction * (2 * sums[arm + WEIGHTED_OUTCOME] - prediction * sums[arm + WEIGHT]);
