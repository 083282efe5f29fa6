/**
 * Average effects of a fitted forest: over all rows, the treated, the controls, or weighted for overlap.
 * The formulas stand in scores.ts, arm-average.ts, overlap.ts and targeted.ts; every one of them yields an estimate with its
 * influence function, from which standard error and interval follow (influence.ts).
 */
import type { Estimate } from '../base/estimate.js';
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest, FittedEffects } from '../causal/types.js';
import { armAverage } from './arm-average.js';
import { inspect } from './checks.js';
import { toEstimate } from './estimate.js';
import type { InfluenceEstimate } from './influence.js';
import { meanOf } from './mean.js';
import {
  type AverageEffectOptions,
  type ResolvedAverageOptions,
  resolveAverageOptions,
  type Target,
} from './options.js';
import { overlapEffect } from './overlap.js';
import { type EffectSample, effectSample } from './sample.js';
import { doublyRobustScores } from './scores.js';
import { targetedEffect } from './targeted.js';

/** An average effect, in outcome units per unit of treatment. */
export interface AverageEffect extends Estimate {
  readonly measure: 'difference';
  readonly target: Target;
  /** Name of the outcome. */
  readonly outcome: string;
  /** Rows (of positive weight) in each arm; null where the treatment is continuous. */
  readonly nTreated: number | null;
  readonly nControl: number | null;
}

/**
 * Average effect with standard error and normal interval.
 *
 * Null numbers come with a warning: ARM_MISSING, NO_OUT_OF_BAG_ESTIMATE, NOT_IDENTIFIED, NO_TREATMENT_VARIATION,
 * NO_WEIGHT, SINGLE_UNIT (standard error only). EXTREME_PROPENSITY, SMALL_ARM and FEW_CLUSTERS warn beside a number.
 *
 * @throws InvalidOptionError for an unknown or contradictory option
 * @example averageEffect(forest, { target: 'treated', rows: ({ region }) => region === 'north' })
 */
export function averageEffect<CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  options: AverageEffectOptions<NoInfer<CovariateName>> = {},
): AverageEffect {
  return measureDifference(forest, resolveAverageOptions(forest, options)).result;
}

/** A result together with what is behind it; the influence function is null where nothing could be estimated. */
export interface Measured<Result> {
  readonly result: Result;
  readonly influence: InfluenceEstimate | null;
  /** Rows (of positive weight) that it rests on. */
  readonly rows: Int32Array;
}

/** The average effect with its influence function; options are resolved already. */
export function measureDifference(forest: FittedEffects, options: ResolvedAverageOptions): Measured<AverageEffect> {
  const { target, level } = options;
  const sample = effectSample(forest, options.rows);
  const { estimable, warnings } = inspect(sample, target);
  const influence = estimable ? influenceOf(forest, sample, options) : null;
  return {
    result: Object.freeze({
      ...toEstimate(influence, sample, level, estimable && !influence ? [...warnings, noVariation] : warnings),
      measure: 'difference',
      target,
      outcome: forest.outcomeName,
      ...armCounts(sample),
    }),
    influence,
    rows: sample.rows,
  };
}

/** Rows per arm as results report them. */
export const armCounts = ({ binary, treatedCount, controlCount }: EffectSample) => ({
  nTreated: binary ? treatedCount : null,
  nControl: binary ? controlCount : null,
});

const noVariation: Warning = warning(
  'NO_TREATMENT_VARIATION',
  'The treatment does not vary around its prediction in these rows, or a single row decides the slope: choose more rows.',
);

function influenceOf(
  forest: FittedEffects,
  sample: EffectSample,
  options: ResolvedAverageOptions,
): InfluenceEstimate | null {
  if (options.target === 'overlap') return overlapEffect(sample);
  if (options.estimator === 'tmle') return targetedEffect(sample, options.target);
  if (options.target === 'all') return meanOf(doublyRobustScores(forest, options), sample);
  return armAverage(sample, options.target, options.variance);
}
