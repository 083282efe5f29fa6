/**
 * Effects in groups of rows: the same estimators, each over a group's rows.
 * Groups must be chosen before looking at outcomes. Splitting rows by their own effects from the same fit and then
 * comparing the groups finds differences where there are none, far more often than the nominal level.
 */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import type { RatioForests } from '../causal/ratio-forests.js';
import type { CausalForest } from '../causal/types.js';
import { type GroupBy, type Groups, groupRows } from '../data/groups.js';
import { type AverageEffect, type Measured, measureDifference } from './average.js';
import { AVERAGE_KEYS, type AverageEffectOptions, resolveAverageOptions } from './options.js';
import type { RatioMethod } from './ratio.js';
import { measureRatio, type RatioEffect, requireSameTrial } from './ratio-of-totals.js';
import { measurePercent, type RelativeEffect, resolveRelativeOptions } from './relative.js';

export interface GroupEffectOptions<CovariateName extends string = string>
  extends Omit<AverageEffectOptions<CovariateName>, 'rows'> {
  /** The groups: a covariate's levels, intervals of a number or date, or labelled rules (see `groupRows`). */
  readonly by: GroupBy<CovariateName>;
  /**
   * 'difference': average effect in outcome units, the default. 'percent': relative effect in percent, with targets
   * 'all', 'treated' and 'control'; the only measure for a ratio of totals, and its default.
   */
  readonly measure?: 'difference' | 'percent';
  /** How intervals of percentages are made (see `relativeEffect`). Default 'auto'. */
  readonly method?: 'auto' | RatioMethod;
}

/** The effect in one group: an average, relative or ratio effect with the group's name. */
export type GroupEffect = (AverageEffect | RelativeEffect | RatioEffect) & {
  /** Name of the grouping: the covariate, or 'groups' for a list of rules. */
  readonly by: string;
  /** The group's label. */
  readonly group: string;
};

/** What `groupEffects` finds. */
export interface GroupEffects {
  readonly by: string;
  /** One per group, in the order of `groupRows`. Intervals hold one by one, not all together. */
  readonly groups: readonly GroupEffect[];
  /** Rows in no group, because the covariate is missing. */
  readonly missing: number;
  readonly warnings: readonly Warning[];
}

/**
 * The effect in every group. A group that cannot be estimated (no rows, an arm missing, …) has null numbers and a
 * warning.
 * @param source a fitted forest, or the two forests of a ratio of totals
 * @throws InvalidOptionError for wrong options or groups
 * @example groupEffects(forest, { by: 'region', measure: 'percent' })
 */
export function groupEffects<CovariateName extends string>(
  source: CausalForest<CovariateName> | RatioForests<CovariateName>,
  options: GroupEffectOptions<NoInfer<CovariateName>>,
): GroupEffects {
  const { grouping, measured } = measureGroups(source, options);
  return Object.freeze({
    by: grouping.name,
    groups: Object.freeze(
      measured.map(({ result }, k) => Object.freeze({ ...result, by: grouping.name, group: grouping.groups[k].label })),
    ),
    missing: grouping.missing,
    warnings: grouping.warnings,
  });
}

export interface MeasuredGroups {
  readonly grouping: Groups;
  /** Results and influence functions in the order of `grouping.groups`. */
  readonly measured: readonly Measured<AverageEffect | RelativeEffect | RatioEffect>[];
  readonly forest: CausalForest;
}

/** Effects of all groups with their influence functions. */
export function measureGroups<CovariateName extends string>(
  source: CausalForest<CovariateName> | RatioForests<CovariateName>,
  given: GroupEffectOptions<CovariateName>,
): MeasuredGroups {
  rejectUnknownKeys('options', given, ['by', 'measure', 'method', ...AVERAGE_KEYS.filter((key) => key !== 'rows')]);
  const { by, measure: chosen, ...rest } = given;
  const ratio = 'numerator' in source ? source : null;
  const forest = ratio ? ratio.numerator : (source as CausalForest<CovariateName>);
  const measure = requireOneOf('measure', chosen ?? (ratio ? 'percent' : 'difference'), ['difference', 'percent']);
  if (ratio && measure === 'difference')
    throw new InvalidOptionError('measure', measure, `'percent' for a ratio of totals`);
  if (ratio) requireSameTrial(ratio);

  const grouping = groupRows(forest.trial, by);
  const over = (measureRows: (rows: Int32Array) => MeasuredGroups['measured'][number]): MeasuredGroups => ({
    grouping,
    measured: grouping.groups.map(({ rows }) => measureRows(rows)),
    forest,
  });
  if (measure === 'difference') {
    const { method, ...forAverage } = rest;
    if (method !== undefined) throw new InvalidOptionError('method', method, `left out: it is for measure 'percent'`);
    const options = resolveAverageOptions(forest, forAverage);
    return over((rows) => measureDifference(forest, { ...options, rows }));
  }
  const options = resolveRelativeOptions(forest, rest as Parameters<typeof resolveRelativeOptions>[1]);
  return over((rows) =>
    ratio ? measureRatio(ratio, { ...options, rows }) : measurePercent(forest, { ...options, rows }),
  );
}
