/**
 * What a fitted conditionally linear forest is: Y = c(x) + h₁(x) W₁ + … + h_K(x) W_K + noise, how the effect of each of several
 * treatments (doses, prices, binary ones too) varies with the covariates, the others held fixed.
 */
import type { Warning } from '../../base/warnings.js';
import type { Treatment, TrialFrame } from '../../data/trial.js';
import type { Forest } from '../../forest/forest.js';
import type { ResolvedForestOptions } from '../../forest/forest-options.js';
import type { NuisanceSource } from '../types.js';

/** A trial of several treatments at once. */
export interface LinearTrial<CovariateName extends string = string, OutcomeName extends string = string>
  extends TrialFrame<CovariateName, OutcomeName> {
  readonly treatments: readonly Treatment[];
}

/** m̂(xᵢ), and Ê[W_k|X = xᵢ] for every treatment, in the order of `treatments`; never from trees that saw the row. */
export interface LinearNuisance {
  readonly outcomeHat: Float64Array;
  readonly treatmentHat: readonly Float64Array[];
  readonly outcomeSource: NuisanceSource;
  readonly treatmentSources: readonly NuisanceSource[];
}

/** Effects for a set of rows, one array a treatment. NaN marks a row without an estimate. */
export interface LinearPredictions {
  /** What each array is about. */
  readonly treatments: readonly string[];
  /** ĥ_k(xᵢ) in outcome units per unit of the treatment: `effect[treatment][row]`. */
  readonly effect: readonly Float64Array[];
  /** Variances by the bootstrap of little bags, as `effect`; null where trees do not come in bags (`ciGroupSize` 1). */
  readonly variance: readonly Float64Array[] | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  /** Rows that the forest was trained on. */
  readonly trainingRows: number;
  readonly warnings: readonly Warning[];
}

/** A fitted forest of several continuous treatments: plain data. */
export interface LinearForest<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'linearForest';
  /** The rows the forest was fitted on. */
  readonly trial: LinearTrial<CovariateName, OutcomeName>;
  readonly outcomeName: OutcomeName;
  /** Y, one per row of `trial`. */
  readonly outcome: Float64Array;
  readonly settings: ResolvedForestOptions;
  readonly nuisance: LinearNuisance;
  readonly forest: Forest;
  /** Effects of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: LinearPredictions;
  readonly warnings: readonly Warning[];
}
