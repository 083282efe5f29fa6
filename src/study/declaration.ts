/** What the user says of a study: one declaration of everything that is to be estimated from one table. */
import type { CovariateDeclaration, GivenColumn, OutcomeDeclaration } from '../data/declaration.js';
import type { GroupBy } from '../data/groups.js';
import type { ColumnNameOf, TableInput } from '../data/table.js';
import type { Target } from '../effects/options.js';
import type { ForestOptions } from '../forest/forest-options.js';
import type { WorkControl } from '../forest/work-control.js';
import type { StudyCell } from './types.js';

/** A word for readers, beside the name by which rows are found. Default: the name. */
interface Labelled {
  readonly label?: string;
}

/** A covariate, with a label for readers. */
export type StudyCovariate<ColumnName extends string = string> =
  | CovariateDeclaration<ColumnName>
  | ({ readonly column: ColumnName; readonly kind?: 'number' | 'boolean' | 'date' | 'category' } & Labelled);

/**
 * An outcome as in `createTrial`: a column, `{ numerator, denominator }` (mean of each row's own ratio), or the same with
 * `as: 'totals'`. With windows, its columns are names that each window maps to columns of the table.
 */
export type StudyOutcome = string | (Exclude<OutcomeDeclaration, string> & Labelled & { readonly unit?: string });

/** A window in which outcomes are measured. */
export interface StudyWindow extends Labelled {
  readonly name: string;
  /** Its place on the axis of windows, ascending. Default: 1, 2, 3, …. Trends are per unit of it. */
  readonly at?: number;
  /** The table's column for each column that the outcomes name. Default: what `windowColumns` says. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** A kind of treatment: a binary column, with the known probability of it among those treated so and the controls. */
export type StudyDesign<ColumnName extends string = string> =
  | ColumnName
  | ({
      readonly column: ColumnName;
      readonly propensity?: number | ColumnName | readonly number[] | GivenColumn;
    } & Labelled);

/** Groups of rows as in `groupRows`. */
export type StudyGrouping =
  | GroupBy
  | ({
      readonly by: GroupBy;
      /** Label of the group that the others are compared with. Default: every pair of groups is compared. */
      readonly reference?: string;
    } & Labelled);

/** What `runStudy` estimates, and from which columns. */
export interface StudyDeclaration<Data = TableInput> {
  /** Heads a report. */
  readonly title?: string;
  /** What the effect may depend on; known before treatment. At least one. */
  readonly covariates: readonly StudyCovariate<ColumnNameOf<Data>>[];
  /** A binary column. It is the first design; rows where it is 0 are the controls of all designs. */
  readonly treatment?: ColumnNameOf<Data> | ({ readonly column: ColumnNameOf<Data> } & Labelled);
  /**
   * Kinds of treatment by name, which may overlap: each is compared with the common controls, the rows where `treatment`
   * is 0, or without `treatment` those that received none of the designs.
   */
  readonly designs?: Readonly<Record<string, StudyDesign<ColumnNameOf<Data>>>>;
  /** By name. At least one. */
  readonly outcomes: Readonly<Record<string, StudyOutcome>>;
  /** In order; a name alone where `windowColumns` says the rest. Default: no windows, each outcome once. */
  readonly windows?: readonly (string | StudyWindow)[];
  /** The table's column for a column that an outcome names, in a window; asked where a window has no `columns`. */
  readonly windowColumns?: (column: string, window: string) => string;
  /**
   * Groupings by name, of any column of the table: without `cuts` its every value is a group; rules see the covariates.
   * Default: none.
   */
  readonly groups?: Readonly<Record<string, StudyGrouping>>;
  /**
   * Which effects account for each other: outcomes by family's name, or a rule that names each cell's family. Outcomes
   * that are not named are families of their own, as all are by default.
   */
  readonly families?: Readonly<Record<string, readonly string[]>> | ((cell: StudyCell) => string);
  /**
   * What to do about missing cells of outcomes. 'refuse', the default, throws; 'drop' leaves those rows out of that outcome
   * and window, and a warning counts them. A column that is missing altogether is a hole in either case.
   */
  readonly missingOutcomes?: 'refuse' | 'drop';
  /** A column of shares from 0 to 1 from which `treatment` was made, to be shown as a histogram. */
  readonly treatmentShare?: ColumnNameOf<Data> | ({ readonly column: ColumnNameOf<Data> } & Labelled);
  /** Sample weights ≥ 0: a column or one number per row. Default: every row counts once. */
  readonly weights?: ColumnNameOf<Data> | readonly number[] | GivenColumn;
  /** Cluster labels: a column or one label per row. Default: every row is its own cluster. */
  readonly clusters?: ColumnNameOf<Data> | readonly (string | number | bigint)[] | GivenColumn;
  /** The known probability of `treatment`, strictly between 0 and 1: one number, a column, or one number per row. */
  readonly propensity?: number | ColumnNameOf<Data> | readonly number[] | GivenColumn;
  /** Words that mean "missing"; empty text always does. Default 'NA', 'NaN', 'null'. */
  readonly naStrings?: readonly string[];
}

/** Options of `runStudy`: those of its forests, and how results are reported. */
export interface StudyOptions extends ForestOptions, WorkControl {
  /**
   * Trees of each causal forest, a quarter of them for each nuisance. Default 1000, half of `fitCausalForest`'s: a study is
   * about averages, which another seed moves by less than a tenth of their standard error from 500 trees on. Give 2000
   * where effects of single rows matter (`distributions`).
   */
  readonly numTrees?: number;
  /** Nominal coverage of intervals, each by itself and a family's together. Default 0.95. */
  readonly level?: number;
  /** Whom effects are about. 'overlap' has no percentages and suits no ratio of totals. Default 'all'. */
  readonly target?: Target;
  /** Draws of the multiplier bootstrap, at least 200. Default 5000: Romano–Wolf p-values are multiples of 1/(draws + 1). */
  readonly draws?: number;
  /** Which cells are wanted, before anything is fitted. Default: every outcome, window, design and group. */
  readonly include?: (cell: StudyCell) => boolean;
}
