/**
 * Relative effect on a ratio of totals (revenue per order, complaints per day), in percent:
 *   100 · ( (E[N(1)]/E[D(1)]) / (E[N(0)]/E[D(0)]) − 1 ),
 * N the numerator, D the denominator outcome, each with a forest of its own on the same trial. All four means are
 * doubly robust (arm-means.ts). With R_a = E[N(a)]/E[D(a)], ψ_{R_a} = (ψ_{N(a)} − R_a ψ_{D(a)})/E[D(a)]; the change
 * from R₀ to R₁ follows ratio.ts, which carries the covariance of all four means (Deng, Knoblich & Lu 2018).
 */

import { InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { type Warning, warning } from '../base/warnings.js';
import type { RatioForests } from '../causal/ratio-forests.js';
import type { FittedEffects } from '../causal/types.js';
import { type ArmMeans, armMeans } from './arm-means.js';
import { armCounts, type Measured } from './average.js';
import { inspect } from './checks.js';
import { criticalValue } from './estimate.js';
import { combine, type InfluenceEstimate, variance } from './influence.js';
import type { RatioMethod } from './ratio.js';
import {
  type ArmMean,
  type MeanTarget,
  noChange,
  percentChange,
  type RelativeEffectOptions,
  type ResolvedRelativeOptions,
  requireBinary,
  resolveRelativeOptions,
  toArmMean,
} from './relative.js';
import { type EffectSample, effectSample } from './sample.js';

/** Relative effect on a ratio of totals; `estimate`, `standardError` and `interval` are in percent. */
export interface RatioEffect extends Estimate {
  readonly measure: 'percent';
  readonly target: MeanTarget;
  /** "numerator / denominator", by the outcomes' names. */
  readonly outcome: string;
  readonly nTreated: number | null;
  readonly nControl: number | null;
  /** E[N(1)]/E[D(1)] and E[N(0)]/E[D(0)], standard errors by the delta method; null where not estimable. */
  readonly ratioTreated: ArmMean | null;
  readonly ratioControl: ArmMean | null;
  /** How the interval was made; null where there is none. */
  readonly method: RatioMethod | null;
}

/** g = z²V/mean² of a denominator total from which on its ratio is doubtful even linearised (Finney 1978). */
const DOUBTFUL_G = 0.05;

/**
 * Relative effect on a ratio of totals, in percent.
 * Null with a warning where a denominator total, or the ratio without treatment, cannot be told from 0.
 * @throws InvalidOptionError where the two forests do not share their rows; InvalidDataError for a continuous treatment
 */
export function ratioEffect<CovariateName extends string>(
  forests: RatioForests<CovariateName>,
  options: RelativeEffectOptions<NoInfer<CovariateName>> = {},
): RatioEffect {
  requireSameTrial(forests);
  return measureRatio(forests, resolveRelativeOptions(forests.numerator, options)).result;
}

/** The two forests of a ratio, without their trees. */
export type FittedTotals = { readonly [Part in keyof RatioForests]: FittedEffects };

/**
 * The relative effect on a ratio with its linearised influence function, both in percent; forests are checked already.
 */
export function measureRatio(forests: FittedTotals, options: ResolvedRelativeOptions): Measured<RatioEffect> {
  const { numerator, denominator } = forests;
  const { target, rows, level } = options;
  const sample = effectSample(numerator, rows);
  const below = effectSample(denominator, rows);
  const checks = [inspect(sample, target), inspect(below, target)];
  const warnings = distinct(checks.flatMap((check) => check.warnings));
  const estimable = checks.every((check) => check.estimable) && sample.unitCount > 1;
  const ratios = estimable ? ratiosOf(armMeans(sample, target), armMeans(below, target), sample, level) : null;
  const { percent, influence } = ratios?.means
    ? percentChange(ratios.means.treated, ratios.means.control, sample, options)
    : { percent: noChange(sample, level, []), influence: null };
  return {
    result: Object.freeze({
      ...percent,
      warnings: Object.freeze([...warnings, ...(ratios?.warnings ?? []), ...percent.warnings]),
      measure: 'percent',
      target,
      outcome: `${numerator.outcomeName} / ${denominator.outcomeName}`,
      ...armCounts(sample),
      ratioTreated: ratios?.means ? toArmMean(ratios.means.treated, sample, level) : null,
      ratioControl: ratios?.means ? toArmMean(ratios.means.control, sample, level) : null,
    }),
    influence,
    rows: sample.rows,
  };
}

/** R₁ and R₀ with their influence functions; null means where a denominator's interval covers 0. */
function ratiosOf(above: ArmMeans, below: ArmMeans, sample: EffectSample, level: number) {
  const warnings: Warning[] = [];
  let divisible = true;
  for (const arm of ['treated', 'control'] as const) {
    const mean = below[arm].estimate;
    const standardError = Math.sqrt(variance(below[arm], sample.clusters));
    const g = (criticalValue(level) * standardError) ** 2 / mean ** 2;
    if (g < DOUBTFUL_G) continue;
    divisible &&= g < 1;
    warnings.push(
      warning(
        'DENOMINATOR_NEAR_ZERO',
        `The denominator's mean under ${arm === 'treated' ? 'treatment' : 'control'} is ${mean.toPrecision(4)} with standard error ${standardError.toPrecision(3)}: ${g < 1 ? 'the interval of the ratio is doubtful' : 'its interval covers 0 and the ratio has no meaning'}.`,
      ),
    );
  }
  const means = divisible
    ? { treated: quotient(above.treated, below.treated), control: quotient(above.control, below.control) }
    : null;
  return { means, warnings };
}

function quotient(above: InfluenceEstimate, below: InfluenceEstimate): InfluenceEstimate {
  const ratio = above.estimate / below.estimate;
  return combine(ratio, [above, below], [1 / below.estimate, -ratio / below.estimate]);
}

/** Rows, treatment, weights and clusters must agree, or the four means would not belong together. */
export function requireSameTrial({ numerator, denominator }: RatioForests): void {
  requireBinary(numerator);
  requireBinary(denominator);
  const [first, second] = [numerator.trial, denominator.trial];
  const agree =
    first === second ||
    (sameNumbers(first.treatment.values, second.treatment.values) &&
      sameNumbers(first.weights, second.weights) &&
      sameNumbers(first.clusters?.ids, second.clusters?.ids));
  if (!agree || numerator.settings.equalizeClusterWeights !== denominator.settings.equalizeClusterWeights)
    throw new InvalidOptionError(
      'denominator',
      denominator.outcomeName,
      `a forest on the same rows, weights and clusters as the numerator's (${numerator.outcomeName})`,
    );
}

/** Two columns that may be absent. */
export function sameNumbers(a: ArrayLike<number> | null | undefined, b: ArrayLike<number> | null | undefined): boolean {
  if (!a || !b) return !a && !b;
  if (a.length !== b.length) return false;
  for (let row = 0; row < a.length; row++) if (a[row] !== b[row]) return false;
  return true;
}

/** The same warning from both forests is said once. */
const distinct = (warnings: readonly Warning[]): Warning[] =>
  warnings.filter((one, k) => warnings.findIndex(({ message }) => message === one.message) === k);
