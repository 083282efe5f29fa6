/**
 * Error of a causal forest's fit at its training rows: raw = r², r = (Ỹ − Y/q) − (W̃ − W/q) τ̂ with the row's averages.
 * Its Monte-Carlo part is the jackknife's (T−1)/T · Σ_b (r₍₋b₎ − r)², each r₍₋b₎ from the averages without tree b
 * (`kernels/fit-errors.ts`).
 */
import type { Forest } from '../forest/forest.js';
import type { LeafBlock } from '../forest/leaf-blocks.js';
import { variancesInto } from '../forest/little-bags.js';
import { ERROR, ERROR_STATE, OUTCOME, TREATMENT } from '../kernels/fit-errors.js';

/** With so few trees or fewer the Monte-Carlo error is not estimable. */
const FEWEST_TREES = 5;

export interface FitErrors {
  /** raw − excess; NaN with FEWEST_TREES or fewer. */
  readonly debiasedError: Float64Array;
  readonly excessError: Float64Array;
}

/**
 * Writes the errors of a block's rows, and their variances where trees come in bags: both add up over the same leaves.
 * @param slopes τ̂ of the block's rows; coefficients: of ρ_b, five a row; outcome and treatment are centred, one value per
 *   training row
 */
export function fitErrorsInto(
  forest: Forest,
  block: LeafBlock,
  slopes: Float64Array,
  coefficients: Float64Array,
  outcome: Float64Array,
  treatment: Float64Array,
  out: FitErrors,
  variance: Float64Array | null,
): void {
  const { first, rowCount, average, treeCount, kernels, frame } = block;
  const { state } = frame;
  const residuals = new Float64Array(rowCount);
  for (let r = 0; r < rowCount; r++) {
    const q = average[5 * r];
    const y = outcome[first + r] - average[5 * r + 1] / q;
    residuals[r] = y - (treatment[first + r] - average[5 * r + 2] / q) * slopes[r];
    for (let m = 0; m < 5; m++) state[ERROR_STATE * r + m] = coefficients[5 * r + m];
    state[ERROR_STATE * r + OUTCOME] = outcome[first + r] - residuals[r];
    state[ERROR_STATE * r + TREATMENT] = treatment[first + r];
  }
  kernels.startErrors(frame);
  block.eachChunk((trees, from, end) => kernels.addErrors(frame, trees, from, end));
  for (let r = 0; r < rowCount; r++) {
    const count = treeCount[r];
    const excess = count > FEWEST_TREES ? state[ERROR_STATE * r + ERROR] * (1 - 1 / count) : Number.NaN;
    out.excessError[first + r] = excess;
    out.debiasedError[first + r] = residuals[r] ** 2 - excess;
  }
  if (variance) variancesInto(forest, block, state, ERROR_STATE, variance);
}
