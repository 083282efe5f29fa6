/**
 * A fitted forest at a glance, before any of its averages is believed: how the effects of rows are spread, and whether
 * treated and controls overlap. Descriptive only: the spread of τ̂ mixes real differences with noise, and quantiles of
 * estimated effects are not effects of groups.
 */
import type { Warning } from '../base/warnings.js';
import type { CausalForest, EffectEstimator } from '../causal/types.js';
import { type Description, describe } from '../math/describe.js';

/** What `summarizeForest` finds. */
export interface ForestSummary {
  readonly outcome: string;
  readonly rowCount: number;
  /** Rows in each arm; null where the treatment is continuous. */
  readonly nTreated: number | null;
  readonly nControl: number | null;
  readonly numTrees: number;
  readonly seed: number;
  /** How the effects were estimated. */
  readonly estimator: EffectEstimator;
  /** Out-of-bag effects of the rows, in outcome units per unit of treatment. */
  readonly effect: Description;
  /** Standard errors of those effects; null where trees do not come in bags. */
  readonly standardError: Description | null;
  /**
   * ê of each arm (binary treatment), or of all rows as `control` with `treated` null (continuous). Arms whose ranges
   * barely meet cannot be compared; `target: 'overlap'` weighs the rows where they do.
   */
  readonly treatmentHat: { readonly treated: Description | null; readonly control: Description };
  readonly warnings: readonly Warning[];
}

/** @returns plain frozen data; `formatForestSummary` of `causal-forest/report` prints it */
export function summarizeForest(forest: CausalForest): ForestSummary {
  const { trial, outOfBag, nuisance, settings, outcomeName, warnings } = forest;
  const { kind, values } = trial.treatment;
  const binary = kind === 'binary';
  const arm = (treatment: number) => nuisance.treatmentHat.filter((_, row) => values[row] === treatment);
  const nTreated = binary ? values.reduce((count, value) => count + value, 0) : null;
  return Object.freeze({
    outcome: outcomeName,
    rowCount: trial.rowCount,
    nTreated,
    nControl: nTreated === null ? null : trial.rowCount - nTreated,
    numTrees: settings.numTrees,
    seed: settings.seed,
    estimator: forest.estimator,
    effect: describe(outOfBag.effect),
    standardError: outOfBag.variance ? describe(outOfBag.variance.map(Math.sqrt)) : null,
    treatmentHat: Object.freeze({
      treated: binary ? describe(arm(1)) : null,
      control: describe(binary ? arm(0) : nuisance.treatmentHat),
    }),
    warnings,
  });
}
