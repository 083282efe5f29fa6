/**
 * Relative effect in percent, 100 · (E[Y(1)]/E[Y(0)] − 1), from doubly robust means of both arms on the same rows
 * (arm-means.ts) with their joint covariance; interval as in ratio.ts.
 * For differences between groups the percentage is linearised: ψ = 100 (ψ₁ − R ψ₀)/E[Y(0)] (delta method).
 */

import { InvalidDataError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import type { CausalForest, FittedEffects } from '../causal/types.js';
import { armMeans } from './arm-means.js';
import { armCounts, type Measured } from './average.js';
import { inspect } from './checks.js';
import { criticalValue, intervalAround, toEstimate } from './estimate.js';
import { combine, covarianceMatrix, type InfluenceEstimate } from './influence.js';
import { resolveLevel } from './options.js';
import { RATIO_METHODS, type RatioMethod, type RelativeChange, relativeChange } from './ratio.js';
import { type RowSelection, resolveRows } from './rows.js';
import { type EffectSample, effectSample } from './sample.js';

/** Targets for which each arm has a mean of its own; the overlap-weighted effect is a slope and has none. */
export type MeanTarget = 'all' | 'treated' | 'control';

/** Options of `relativeEffect`; defaults stand at each. */
export interface RelativeEffectOptions<CovariateName extends string = string> {
  /** Whose means are compared. Default 'all'. */
  readonly target?: MeanTarget;
  /** Rows to average over. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
  /** Nominal coverage of the interval, between 0 and 1. Default 0.95. */
  readonly level?: number;
  /** How the interval is made (see ratio.ts). Default 'auto'. */
  readonly method?: 'auto' | RatioMethod;
}

export type ResolvedRelativeOptions = {
  readonly target: MeanTarget;
  readonly rows: Int32Array;
  readonly level: number;
  readonly method: 'auto' | RatioMethod;
};

/** A mean potential outcome (or a ratio of two), with the interval at the result's level. */
export interface ArmMean {
  readonly estimate: number;
  readonly standardError: number;
  readonly interval: readonly [lower: number, upper: number];
}

/** A relative effect; `estimate`, `standardError` and `interval` are in percent. */
export interface RelativeEffect extends Estimate {
  readonly measure: 'percent';
  readonly target: MeanTarget;
  /** Name of the outcome. */
  readonly outcome: string;
  readonly nTreated: number | null;
  readonly nControl: number | null;
  /** E[Y(1)] and E[Y(0)] over the target, in outcome units; null where not estimable. */
  readonly meanTreated: ArmMean | null;
  readonly meanControl: ArmMean | null;
  /** How the interval was made; null where there is none. */
  readonly method: RatioMethod | null;
}

/**
 * Relative effect in percent with standard error (delta method) and interval.
 * Null with a warning where the control mean cannot be told from 0 (DENOMINATOR_NEAR_ZERO), where 'delta' meets a mean
 * that is not positive (LOG_RATIO_UNDEFINED), or where the means or their errors cannot be estimated (see
 * `averageEffect`).
 * @throws InvalidOptionError for a wrong option; InvalidDataError where the treatment is not binary
 */
export function relativeEffect<CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  options: RelativeEffectOptions<NoInfer<CovariateName>> = {},
): RelativeEffect {
  return measurePercent(forest, resolveRelativeOptions(forest, options)).result;
}

/** Checks the options of a relative effect. @throws InvalidOptionError */
export function resolveRelativeOptions(forest: CausalForest, given: RelativeEffectOptions): ResolvedRelativeOptions {
  rejectUnknownKeys('options', given, ['target', 'rows', 'level', 'method']);
  return {
    target: requireOneOf('target', given.target ?? 'all', ['all', 'treated', 'control']),
    rows: resolveRows(forest.trial, given.rows),
    level: resolveLevel(given.level),
    method: requireOneOf('method', given.method ?? 'auto', RATIO_METHODS),
  };
}

/** The relative effect with its linearised influence function, both in percent. */
export function measurePercent(forest: FittedEffects, options: ResolvedRelativeOptions): Measured<RelativeEffect> {
  requireBinary(forest);
  const { target, rows, level } = options;
  const sample = effectSample(forest, rows);
  const { estimable, warnings } = inspect(sample, target);
  const means = estimable && sample.unitCount > 1 ? armMeans(sample, target) : null;
  const { percent, influence } = means
    ? percentChange(means.treated, means.control, sample, options)
    : { percent: noChange(sample, level, warnings), influence: null };
  return {
    result: Object.freeze({
      ...percent,
      warnings: means ? Object.freeze([...warnings, ...percent.warnings]) : percent.warnings,
      measure: 'percent',
      target,
      outcome: forest.outcomeName,
      ...armCounts(sample),
      meanTreated: means && toArmMean(means.treated, sample, level),
      meanControl: means && toArmMean(means.control, sample, level),
    }),
    influence,
    rows: sample.rows,
  };
}

/** Percent change from `control` to `treated`; shared with ratios of totals, whose arms are ratios themselves. */
export function percentChange(
  treated: InfluenceEstimate,
  control: InfluenceEstimate,
  sample: EffectSample,
  { level, method }: Pick<ResolvedRelativeOptions, 'level' | 'method'>,
): { percent: Estimate & { method: RatioMethod | null }; influence: InfluenceEstimate | null } {
  const covariance = covarianceMatrix([treated, control], sample.clusters);
  const pair = { numerator: treated.estimate, denominator: control.estimate, covariance };
  const relative = relativeChange(pair, criticalValue(level), method);
  return { percent: inPercent(relative, sample, level), influence: linearised(relative, treated, control) };
}

/** The result of a relative effect that cannot be estimated at all. */
export const noChange = (sample: EffectSample, level: number, warnings: readonly Warning[]) => ({
  ...toEstimate(null, sample, level, warnings),
  method: null,
});

/** An arm's mean as results report it. */
export function toArmMean(mean: InfluenceEstimate, sample: EffectSample, level: number): ArmMean {
  const standardError = Math.sqrt(covarianceMatrix([mean], sample.clusters)[0][0]);
  return Object.freeze({
    estimate: mean.estimate,
    standardError,
    interval: intervalAround(mean.estimate, standardError, level),
  });
}

/** @throws InvalidDataError: the means of two arms need two arms */
export function requireBinary({ trial }: FittedEffects): void {
  if (trial.treatment.kind !== 'binary')
    throw new InvalidDataError(
      'NOT_BINARY',
      `A relative effect compares two arms, but the treatment ${trial.treatment.name} is continuous. Use averageEffect, which gives the effect per unit of treatment.`,
      { column: trial.treatment.name },
    );
}

function inPercent(
  { change, standardError, interval, method, warnings }: RelativeChange,
  sample: EffectSample,
  level: number,
) {
  return {
    estimate: change === null ? null : 100 * change,
    standardError: standardError === null ? null : 100 * standardError,
    interval: interval && Object.freeze([100 * interval[0], 100 * interval[1]] as const),
    level,
    n: sample.rows.length,
    warnings: Object.freeze([...warnings]),
    method,
  };
}

function linearised({ change }: RelativeChange, treated: InfluenceEstimate, control: InfluenceEstimate) {
  if (change === null) return null;
  const scale = 100 / control.estimate;
  return combine(100 * change, [treated, control], [scale, -scale * (1 + change)]);
}
