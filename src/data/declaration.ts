/** What the user says about the columns of a table: which are covariates, treatment, outcomes, weights and so on. */
import type { Column, ColumnNameOf, TableInput } from './table.js';
import type { Covariate } from './trial.js';

/** A column's name, or a column and the kind it is to be read as (e.g. six-digit region codes as a 'category'). */
export type CovariateDeclaration<ColumnName extends string = string> =
  | ColumnName
  | { readonly column: ColumnName; readonly kind?: Covariate['kind'] };

/** A binary column (0/1, true/false), or a column of any numbers declared as `kind: 'continuous'`. */
export type TreatmentDeclaration<ColumnName extends string = string> =
  | ColumnName
  | { readonly column: ColumnName; readonly kind?: 'binary' | 'continuous' };

/**
 * - a column;
 * - `{ numerator, denominator }`: the mean over rows of each row's own ratio; a denominator of 0 is refused, or with
 *   `zeroDenominator: 'drop'` its row is left out of this outcome and a warning counts it;
 * - `{ numerator, denominator, as: 'totals' }`: the ratio of the two columns' totals.
 */
export type OutcomeDeclaration<ColumnName extends string = string> =
  | ColumnName
  | { readonly column: ColumnName }
  | {
      readonly numerator: ColumnName;
      readonly denominator: ColumnName;
      /** Default 'refuse'. */
      readonly zeroDenominator?: 'refuse' | 'drop';
    }
  | { readonly numerator: ColumnName; readonly denominator: ColumnName; readonly as: 'totals' };

/** One value per row given as an array instead of a column of the table. Text would be a column's name. */
export type GivenColumn = Exclude<Column, readonly unknown[]>;

/** What `createTrial` makes of a table's columns. */
export interface TrialDeclaration<
  Data = TableInput,
  Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[] = readonly CovariateDeclaration<
    ColumnNameOf<Data>
  >[],
  Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>> = Readonly<
    Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>
  >,
> {
  /** What the effect may depend on; known before treatment. At least one. */
  readonly covariates: Covariates;
  readonly treatment: TreatmentDeclaration<ColumnNameOf<Data>>;
  /** Outcome names of your choice and the columns they are made of. At least one. */
  readonly outcomes: Outcomes;
  /** Sample weights ≥ 0: a column or one number per row. Default: every row counts once. */
  readonly weights?: ColumnNameOf<Data> | readonly number[] | GivenColumn;
  /** Cluster labels: a column or one label per row. Default: every row is its own cluster. */
  readonly clusters?: ColumnNameOf<Data> | readonly (string | number | bigint)[] | GivenColumn;
  /** The known probability of treatment, strictly between 0 and 1: one number, a column, or one number per row. */
  readonly propensity?: number | ColumnNameOf<Data> | readonly number[] | GivenColumn;
  /** Words that mean "missing"; empty text always does. Default 'NA', 'NaN', 'null'. */
  readonly naStrings?: readonly string[];
}

/** Names of the declared covariates. */
export type CovariateNameOf<Declaration> = Declaration extends string
  ? Declaration
  : Declaration extends { readonly column: infer ColumnName extends string }
    ? ColumnName
    : never;
