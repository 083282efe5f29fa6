/**
 * Error of a causal forest's fit at its training rows: raw = r², r = (Ỹ − Y/q) − (W̃ − W/q) τ̂ with the row's averages.
 * Its Monte-Carlo part is the jackknife's (T−1)/T · Σ_b (r₍₋b₎ − r)², each r₍₋b₎ from the averages without tree b
 * (value (T·average − value_b)/(T − 1)). Cost: three divisions a row and tree.
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
  const { first, rowCount, average, treeCount, groups } = block;
  const residuals = new Float64Array(rowCount);
  const squares = new Float64Array(rowCount);
  for (let r = 0; r < rowCount; r++) {
    const q = average[5 * r];
    const y = outcome[first + r] - average[5 * r + 1] / q;
    residuals[r] = y - (treatment[first + r] - average[5 * r + 2] / q) * slopes[r];
  }
  for (let g = 0; g < groups[trees.treeCount]; g++)
    addGroup(trees.moments, block, g, residuals, outcome, treatment, squares);
  for (let r = 0; r < rowCount; r++) {
    const count = treeCount[r];
    const excess = count > FEWEST_TREES ? squares[r] * (1 - 1 / count) : Number.NaN;
    out.excessError[first + r] = excess;
    out.debiasedError[first + r] = residuals[r] ** 2 - excess;
  }
}

/** Adds (r₍₋b₎ − r)² of one tree to the rows of one of its leaves. */
function addGroup(
  moments: Float64Array,
  { first, rows, start, leaf, average, treeCount }: LeafBlock,
  group: number,
  residuals: Float64Array,
  outcome: Float64Array,
  treatment: Float64Array,
  squares: Float64Array,
): void {
  const at = 5 * leaf[group];
  const leafQ = moments[at];
  const leafY = moments[at + 1];
  const leafW = moments[at + 2];
  const leafWY = moments[at + 3];
  const leafWW = moments[at + 4];
  const end = start[group + 1];
  for (let k = start[group]; k < end; k++) {
    const r = rows[k];
    const own = 5 * r;
    const count = treeCount[r];
    // Moments without this tree, up to the factor 1/(T − 1), which cancels in every ratio below.
    const q = count * average[own] - leafQ;
    const y = count * average[own + 1] - leafY;
    const w = count * average[own + 2] - leafW;
    const wy = count * average[own + 3] - leafWY;
    const ww = count * average[own + 4] - leafWW;
    const slope = (wy * q - w * y) / (ww * q - w * w);
    const change = outcome[first + r] - y / q - (treatment[first + r] - w / q) * slope - residuals[r];
    squares[r] += change * change;
  }
}
