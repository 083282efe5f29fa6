/**
 * Error of a causal forest's fit at its training rows: raw = r², r = (Ỹ − Y/q) − (W̃ − W/q) τ̂ with the row's averages.
 * Its Monte-Carlo part is the jackknife's (T−1)/T · Σ_b (r₍₋b₎ − r)², each r₍₋b₎ from the averages without tree b
 * (value (T·average − value_b)/(T − 1)). Cost: one division a row and tree.
 */
import type { Forest } from '../forest/forest.js';
import type { LeafBlock } from '../forest/leaf-blocks.js';

/** With so few trees or fewer the Monte-Carlo error is not estimable. */
const FEWEST_TREES = 5;

export interface FitErrors {
  /** raw − excess; NaN with FEWEST_TREES or fewer. */
  readonly debiasedError: Float64Array;
  readonly excessError: Float64Array;
}

/**
 * Writes the errors of a block's rows.
 * @param slopes τ̂ of the block's rows; outcome and treatment are centred, one value per training row
 */
export function fitErrorsInto(
  { trees }: Forest,
  block: LeafBlock,
  slopes: Float64Array,
  outcome: Float64Array,
  treatment: Float64Array,
  out: FitErrors,
): void {
  const { first, rowCount, leaf, stride, average, treeCount } = block;
  const residuals = new Float64Array(rowCount);
  const squares = new Float64Array(rowCount);
  for (let r = 0; r < rowCount; r++) {
    const q = average[5 * r];
    const y = outcome[first + r] - average[5 * r + 1] / q;
    residuals[r] = y - (treatment[first + r] - average[5 * r + 2] / q) * slopes[r];
  }
  for (let tree = 0; tree < trees.treeCount; tree++)
    addTree(trees.moments, leaf, tree * stride, block, residuals, outcome, treatment, squares);
  for (let r = 0; r < rowCount; r++) {
    const count = treeCount[r];
    const excess = count > FEWEST_TREES ? squares[r] * (1 - 1 / count) : Number.NaN;
    out.excessError[first + r] = excess;
    out.debiasedError[first + r] = residuals[r] ** 2 - excess;
  }
}

/** Adds (r₍₋b₎ − r)² of one tree to each row that has a leaf in it. */
function addTree(
  moments: Float64Array,
  leaf: Int32Array,
  column: number,
  { first, average, treeCount }: LeafBlock,
  residuals: Float64Array,
  outcome: Float64Array,
  treatment: Float64Array,
  squares: Float64Array,
): void {
  for (let r = 0; r < residuals.length; r++) {
    const of = leaf[column + r];
    if (of === 0) continue;
    const at = 5 * of;
    const row = 5 * r;
    const count = treeCount[r];
    // Moments without this tree, up to the factor 1/(T − 1), which cancels in every ratio below.
    const q = count * average[row] - moments[at];
    const y = count * average[row + 1] - moments[at + 1];
    const w = count * average[row + 2] - moments[at + 2];
    const wy = count * average[row + 3] - moments[at + 3];
    const ww = count * average[row + 4] - moments[at + 4];
    const slope = (wy * q - w * y) / (ww * q - w * w);
    const change = outcome[first + r] - y / q - (treatment[first + r] - w / q) * slope - residuals[r];
    squares[r] += change * change;
  }
}
