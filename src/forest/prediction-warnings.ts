/** What must be said beside predictions: how many rows have no estimate, or no variance, and what helps. */
import { type Warning, warning } from '../base/warnings.js';

/** Why a variance can be missing where the estimate is not. */
const REASONS = {
  bags: 'no bag of trees has a leaf for them in each of its trees',
  jackknife: 'they came out at or below 0 after the correction for finitely many trees',
} as const;

/**
 * @param variance null where there are none for any row, which is no surprise to the caller
 * @param given warnings that come first
 */
export function predictionWarnings(
  estimate: Float64Array,
  variance: Float64Array | null,
  given: readonly Warning[],
  reason: keyof typeof REASONS = 'bags',
): readonly Warning[] {
  let unreached = 0;
  let unknown = 0;
  for (let i = 0; i < estimate.length; i++) {
    if (Number.isNaN(estimate[i])) unreached++;
    else if (variance && Number.isNaN(variance[i])) unknown++;
  }
  const warnings = [...given];
  if (unreached > 0)
    warnings.push(
      warning(
        'ROWS_WITHOUT_ESTIMATE',
        `${unreached} of ${estimate.length} rows have no estimate: every tree drew them, or has no rows with weight where they fall; use more trees (numTrees) or a smaller sampleFraction`,
      ),
    );
  if (unknown > 0)
    warnings.push(
      warning(
        'VARIANCE_NOT_ESTIMABLE',
        `${unknown} of ${estimate.length} variances are not estimable (NaN), because ${REASONS[reason]}; use more trees (numTrees)`,
      ),
    );
  return Object.freeze(warnings);
}
