/**
 * The transformed outcome Y* = Y(W − p)/(p(1 − p)): E[Y* | X] = τ(X) where p is the propensity (AI16). p is the trial's
 * known propensity, row by row, or the share of treated among the growing rows, by sample weight.
 * Y* moves with a shift of Y, and so do the splits it leads to: that is the method, not a fault of the computation.
 */
import type { TreeSample } from './sample.js';

/** Y* for every row of the trial; only those of the sample's rows mean anything. */
export function transformOutcome(
  sample: TreeSample,
  outcome: Float64Array,
  propensity: Float64Array | null,
  growing: Int32Array,
): Float64Array {
  let treatedMass = 0;
  let mass = 0;
  for (const row of growing) {
    mass += sample.mass[row];
    treatedMass += sample.mass[row] * sample.treated[row];
  }
  const share = treatedMass / mass;
  return outcome.map((value, row) => {
    const p = propensity === null ? share : propensity[row];
    return (value * (sample.treated[row] - p)) / (p * (1 - p));
  });
}
