/**
 * A trial: the one immutable, column-major table that every estimator reads.
 * User input becomes a Trial in `create-trial.ts`, where all input errors are thrown; nothing below re-checks it.
 */
import type { Warning } from '../base/warnings.js';

/** Numbers, booleans (0/1) or dates (days since 1970-01-01 in UTC, a time of day as the fraction). NaN means missing. */
export interface NumericCovariate {
  readonly kind: 'number' | 'boolean' | 'date';
  readonly name: string;
  readonly values: Float64Array;
}

/** Category strings: `codes[i]` indexes `levels` (sorted, the user's own words); −1 means missing. */
export interface CategoryCovariate {
  readonly kind: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

export type Covariate = NumericCovariate | CategoryCovariate;

/** `binary` holds 0 and 1 only; `continuous` any finite values. */
export interface Treatment {
  readonly kind: 'binary' | 'continuous';
  readonly name: string;
  readonly values: Float64Array;
}

/** One value per row: a column as it is, or the row's own ratio (the mean of per-row ratios is then the estimand). */
export interface RowOutcome {
  readonly kind: 'column' | 'meanOfRatios';
  readonly name: string;
  /** Finite everywhere but in rows left out of `rows`. */
  readonly values: Float64Array;
  /** Rows this outcome is defined for, ascending; null means all (rows are left out only where the user asked for it). */
  readonly rows: Int32Array | null;
}

/** A ratio of totals: the estimand compares E[numerator]/E[denominator] between arms. */
export interface TotalsOutcome {
  readonly kind: 'ratioOfTotals';
  readonly name: string;
  readonly numerator: Float64Array;
  readonly denominator: Float64Array;
}

export type Outcome = RowOutcome | TotalsOutcome;

/** Cluster membership: `ids[i]` in 0..count−1, in order of first appearance; `labels` are the user's own. */
export interface Clusters {
  readonly name: string;
  readonly ids: Int32Array;
  readonly count: number;
  readonly labels: readonly string[];
}

/**
 * The table. `CovariateName` and `OutcomeName` are inferred from what the user wrote,
 * so a misspelt name is a compile error wherever a name is asked for.
 */
export interface Trial<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly rowCount: number;
  readonly covariates: readonly Covariate[];
  readonly covariateNames: readonly CovariateName[];
  readonly treatment: Treatment;
  readonly outcomes: Readonly<Record<OutcomeName, Outcome>>;
  /** Sample weights ≥ 0, or null where none were given. */
  readonly weights: Float64Array | null;
  readonly clusters: Clusters | null;
  /** Known treatment propensity of each row, strictly inside (0, 1), or null where it has to be estimated. */
  readonly propensity: Float64Array | null;
  readonly warnings: readonly Warning[];
}

/** A trial but for its treatment: what trials of every kind have in common. */
export type TrialFrame<CovariateName extends string = string, OutcomeName extends string = string> = Omit<
  Trial<CovariateName, OutcomeName>,
  'treatment' | 'propensity'
>;
