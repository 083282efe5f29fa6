/**
 * Differences between groups: θ̂_g − θ̂_h with ψ = ψ_g − ψ_h, so that rows in both groups and clusters that cross
 * groups are accounted for (influence.ts). p = 2 · P(N(0,1) > |difference| / standard error).
 */

import { InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { hint } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { RatioForests } from '../causal/ratio-forests.js';
import type { CausalForest } from '../causal/types.js';
import { twoSidedTail } from '../math/normal.js';
import { intervalAround } from './estimate.js';
import { type GroupEffectOptions, type MeasuredGroups, measureGroups } from './groups.js';
import { difference, variance } from './influence.js';
import type { Target } from './options.js';

export interface GroupDifferenceOptions<CovariateName extends string = string>
  extends GroupEffectOptions<CovariateName> {
  /** Label of the group that the others are compared with. Default: every pair, the later group minus the earlier. */
  readonly reference?: string;
}

/**
 * Effect in `group` minus effect in `reference`: in outcome units, or in percentage points where effects are percent.
 */
export interface GroupDifference extends Estimate {
  readonly by: string;
  readonly group: string;
  readonly reference: string;
  readonly measure: 'difference' | 'percent';
  readonly target: Target;
  /** Name of the outcome. */
  readonly outcome: string;
  /** Two-sided, normal; not adjusted for the number of comparisons. Null where there is no positive standard error. */
  readonly pValue: number | null;
}

/** What `groupDifferences` finds. */
export interface GroupDifferences {
  readonly by: string;
  readonly differences: readonly GroupDifference[];
  readonly warnings: readonly Warning[];
}

/**
 * Differences between groups with their own standard errors. Percentages are subtracted: the result is in percentage
 * points and its interval by the delta method, whatever `method` the groups' own intervals use.
 * @throws InvalidOptionError for wrong options or groups, or an unknown reference
 */
export function groupDifferences<CovariateName extends string>(
  source: CausalForest<CovariateName> | RatioForests<CovariateName>,
  options: GroupDifferenceOptions<NoInfer<CovariateName>>,
): GroupDifferences {
  const { reference, ...forGroups } = options ?? {};
  const groups = measureGroups(source, forGroups);
  const { grouping } = groups;
  const pairs = reference === undefined ? everyPair(grouping.groups.length) : against(groups, reference);
  return Object.freeze({
    by: grouping.name,
    differences: Object.freeze(pairs.map(([group, other]) => compare(groups, group, other))),
    warnings: grouping.warnings,
  });
}

type Pair = readonly [group: number, reference: number];

const everyPair = (count: number): Pair[] =>
  Array.from({ length: count }, (_, reference) =>
    Array.from({ length: count - reference - 1 }, (__, k): Pair => [reference + 1 + k, reference]),
  ).flat();

function against({ grouping }: MeasuredGroups, reference: string): Pair[] {
  const labels = grouping.groups.map(({ label }) => label);
  const index = labels.indexOf(reference);
  if (index < 0)
    throw new InvalidOptionError(
      'reference',
      reference,
      `the label of a group of '${grouping.name}'${hint(reference, labels)}`,
    );
  return labels.flatMap((_, group): Pair[] => (group === index ? [] : [[group, index]]));
}

function compare({ grouping, measured, forest }: MeasuredGroups, first: number, second: number): GroupDifference {
  const sides = [first, second].map((k) => ({ ...measured[k], label: grouping.groups[k].label }));
  const [group, reference] = sides;
  const { level, measure, target, outcome } = group.result;
  const influence = group.influence && reference.influence && difference(group.influence, reference.influence);
  const measurable = sides.every(({ result }) => result.standardError !== null);
  const standardError = influence && measurable ? Math.sqrt(variance(influence, forest.trial.clusters)) : null;
  const estimate = influence ? influence.estimate : null;
  return Object.freeze({
    by: grouping.name,
    group: group.label,
    reference: reference.label,
    estimate,
    standardError,
    interval: estimate === null || standardError === null ? null : intervalAround(estimate, standardError, level),
    level,
    pValue: estimate !== null && standardError ? twoSidedTail(estimate / standardError) : null,
    n: new Set([...group.rows, ...reference.rows]).size,
    measure,
    target,
    outcome,
    warnings: Object.freeze(
      sides.flatMap(({ label, result }) =>
        result.warnings.map(({ code, message }) => warning(code, `Group '${label}': ${message}`)),
      ),
    ),
  });
}
