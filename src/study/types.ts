/**
 * What a study is once it has run: tidy rows and what figures and pages draw from them. Plain frozen data without a NaN,
 * so that `structuredClone` and JSON return it as it is; a hole is a row of nulls with a warning that says why.
 */
import type { Warning } from '../base/warnings.js';
import type { Target } from '../effects/options.js';

/** One effect in one measure. All null where the data cannot tell; the row's warnings then say why. */
export interface StudyEffect {
  readonly estimate: number | null;
  readonly standardError: number | null;
  /** Holds by itself at the study's level. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Estimate ± critical · standard error: all those of one family and measure hold together at the study's level. */
  readonly simultaneousInterval: readonly [lower: number, upper: number] | null;
  /** Two-sided, normal, of this effect alone. */
  readonly pValue: number | null;
  /** P-values that account for the family. */
  readonly adjusted: {
    readonly romanoWolf: number;
    readonly holm: number;
    readonly benjaminiHochberg: number;
  } | null;
}

/** Where an effect stands in the study: names as declared (`Study` has their labels). */
export interface StudyCell {
  readonly outcome: string;
  /** Null where no windows are declared. */
  readonly window: string | null;
  /** Name of the grouping; null: all rows of the design. */
  readonly groupBy: string | null;
  /** Label of the group within `groupBy`. */
  readonly group: string | null;
  readonly design: string;
}

/** One line of the study: one outcome in one window, group and design. */
export interface StudyRow extends StudyCell {
  readonly family: string;
  /** Rows of positive weight that the effect rests on; 0 in a hole without rows. */
  readonly rows: number;
  readonly treated: number;
  readonly control: number;
  /** Clusters among them; null where the study has none. */
  readonly clusters: number | null;
  /** E[Y(0)] over the target, doubly robust, in outcome units (for ratios of totals the ratio without treatment). */
  readonly controlMean: number | null;
  /** In outcome units; null for ratios of totals, which have no measure but percent. */
  readonly difference: StudyEffect | null;
  /** 100 · (E[Y(1)]/E[Y(0)] − 1); null where the target is 'overlap', which has no means of arms. */
  readonly percent: StudyEffect | null;
  readonly warnings: readonly Warning[];
}

/** Effect in `group` minus effect in `reference`, of one grouping: a Wald test of equality. */
export interface StudyDifference extends Omit<StudyCell, 'groupBy' | 'group'> {
  readonly groupBy: string;
  readonly group: string;
  readonly reference: string;
  readonly family: string;
  /** In outcome units; null for ratios of totals. */
  readonly difference: StudyEffect | null;
  /** In percentage points. */
  readonly percent: StudyEffect | null;
  readonly warnings: readonly Warning[];
}

/** Linear trend of an effect over the windows: the change per unit of the windows' `at`. */
export interface StudyTrend extends Omit<StudyCell, 'window'> {
  readonly family: string;
  /** Windows that have an estimate (of the difference; of the percentage where there is none); three are needed. */
  readonly windows: readonly string[];
  /** In outcome units per unit of `at`; null for ratios of totals. */
  readonly difference: StudyEffect | null;
  /** In percentage points per unit of `at`. */
  readonly percent: StudyEffect | null;
  readonly warnings: readonly Warning[];
}

/** Tests and intervals that account for each other; differences and percentages each for themselves. */
export interface StudyFamily {
  readonly name: string;
  /** Which of the study's lists its members are in. */
  readonly of: 'rows' | 'differences' | 'trends';
  readonly level: number;
  /** Standard errors to either side of a simultaneous interval; null without a member that has an error. */
  readonly critical: { readonly difference: number | null; readonly percent: number | null };
  /** Effects that were counted: those with a positive standard error. */
  readonly members: { readonly difference: number; readonly percent: number };
}

/** An outcome as declared. */
export interface StudyOutcomeInfo {
  readonly name: string;
  readonly label: string;
  readonly kind: 'column' | 'meanOfRatios' | 'ratioOfTotals';
  /** The user's word for its unit, e.g. 'yuan an hour'. */
  readonly unit: string | null;
}

/** A window as declared. */
export interface StudyWindowInfo {
  readonly name: string;
  readonly label: string;
  /** Its place on the axis of windows. */
  readonly at: number;
}

/** A grouping as declared, with its groups in order. */
export interface StudyGroupingInfo {
  readonly name: string;
  readonly label: string;
  readonly groups: readonly { readonly label: string; readonly rows: number }[];
  /** Rows in no group. */
  readonly missing: number;
  readonly warnings: readonly Warning[];
}

/** Counts in equal bins: bin k reaches from edges[k] to edges[k + 1], the last including its end. */
export interface StudyHistogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Propensities of a design's rows, treated and control in the same bins from 0 to 1. */
export interface StudyOverlap {
  /** How they came about: 'known' as declared, or a forest out of bag. */
  readonly source: 'known' | 'forest';
  readonly treated: StudyHistogram;
  readonly control: StudyHistogram;
  readonly smallest: number;
  readonly largest: number;
  /** Rows with a propensity below 0.05 or above 0.95. */
  readonly extreme: number;
}

/**
 * Standardised mean difference of a covariate, (treated − control) / √((s₁² + s₀²)/2) with the unweighted variances:
 * before weighting, and with weights 1/ê and 1/(1 − ê). Null where the covariate does not vary.
 */
export interface StudyBalance {
  readonly covariate: string;
  readonly label: string;
  /** A category's level, 'missing' for the share of missing cells, 'other levels' for rare ones; else null. */
  readonly level: string | null;
  readonly before: number | null;
  readonly after: number | null;
}

/** A design as declared, with its rows: those treated so and the common controls. */
export interface StudyDesignInfo {
  readonly name: string;
  readonly label: string;
  readonly column: string;
  readonly rows: number;
  readonly treated: number;
  readonly control: number;
  readonly clusters: number | null;
  /** treated / rows. */
  readonly treatedShare: number | null;
  /** Null where nobody received the design, or no propensity could be estimated. */
  readonly overlap: StudyOverlap | null;
  readonly balance: readonly StudyBalance[];
  readonly warnings: readonly Warning[];
}

/**
 * Out-of-bag effects of a fit's rows, sorted: what the forest says of single rows, with each one's standard error. Their
 * spread mixes real differences with noise. For outcomes with one value per row, in the last window that has an estimate.
 */
export interface StudyDistribution {
  readonly outcome: string;
  readonly window: string | null;
  readonly design: string;
  readonly rows: number;
  /** At equally spaced ranks (0 the smallest effect, 1 the largest); limits are pointwise at the study's level. */
  readonly points: readonly {
    readonly rank: number;
    readonly effect: number;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
  readonly histogram: StudyHistogram;
  /** The average effect and its interval, as in the study's rows. */
  readonly average: number | null;
}

/**
 * Effect along a covariate: averages over its intervals or levels, doubly robust, each interval by itself. In the same
 * fits as the distributions; ratios of totals in percent, other outcomes in their units.
 */
export interface StudyProfile {
  readonly outcome: string;
  readonly window: string | null;
  readonly design: string;
  readonly covariate: string;
  /** Display name of the covariate. */
  readonly label: string;
  readonly kind: 'number' | 'boolean' | 'date' | 'category';
  readonly measure: 'difference' | 'percent';
  readonly points: readonly StudyProfilePoint[];
}

/** The average effect in one interval or level of a covariate, in the profile's measure. */
export interface StudyProfilePoint {
  /** The interval or level in words. */
  readonly label: string;
  /** Mean of the covariate in these rows (days since 1970-01-01 for dates); null for categories. */
  readonly at: number | null;
  readonly from: number | null;
  readonly to: number | null;
  readonly rows: number;
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: readonly [lower: number, upper: number] | null;
}

/** A whole study: what `runStudy` returns. */
export interface Study {
  readonly kind: 'study';
  /** The user's title, or null. */
  readonly title: string | null;
  /** One for each outcome, window, design and group (and all rows), holes included, in the order of declaration. */
  readonly rows: readonly StudyRow[];
  readonly differences: readonly StudyDifference[];
  readonly trends: readonly StudyTrend[];
  readonly families: readonly StudyFamily[];
  readonly outcomes: readonly StudyOutcomeInfo[];
  /** Empty where none are declared. */
  readonly windows: readonly StudyWindowInfo[];
  readonly groups: readonly StudyGroupingInfo[];
  readonly designs: readonly StudyDesignInfo[];
  readonly covariates: readonly {
    readonly name: string;
    readonly label: string;
    readonly kind: 'number' | 'boolean' | 'date' | 'category';
  }[];
  readonly distributions: readonly StudyDistribution[];
  readonly profiles: readonly StudyProfile[];
  /** The column declared as the share of treatment, where one is. */
  readonly treatmentShare: {
    readonly column: string;
    readonly label: string;
    readonly histogram: StudyHistogram;
  } | null;
  /** Rows of the table; column of the clusters and their number, column of the weights (null: none). */
  readonly table: {
    readonly rows: number;
    readonly clusters: number | null;
    readonly clusterColumn: string | null;
    readonly weightColumn: string | null;
  };
  /** Nominal coverage of intervals, e.g. 0.95. */
  readonly level: number;
  readonly target: Target;
  readonly numTrees: number;
  readonly seed: number;
  /** Draws of the multiplier bootstrap. */
  readonly draws: number;
  /** Forests fitted, propensities and outcome nuisances not counted. */
  readonly forests: number;
  /** Of the wall clock, from call to result. */
  readonly seconds: number;
  /** Version of this library. */
  readonly version: string;
  /** What concerns the study as a whole. */
  readonly warnings: readonly Warning[];
}
