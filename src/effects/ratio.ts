/**
 * Ratio R = a/b of two estimated means, relative effect R − 1, with interval.
 *
 *   standard error:  √(V_aa − 2R V_ab + R² V_bb) / |b|                                      (delta method)
 *   'delta':    log R ± z √(V_aa/a² − 2V_ab/(ab) + V_bb/b²), then exp; a and b positive      (Katz et al. 1978)
 *   'fieller':  all ρ with (a − ρb)² ≤ z² (V_aa − 2ρV_ab + ρ²V_bb), an interval iff b² > z² V_bb   (Fieller 1954)
 *   'auto':     delta where both means are positive and g = z² V/mean² < 0.05 for both, where the two agree closely
 *               (Finney 1978); Fieller otherwise
 *
 * Where b² ≤ z² V_bb the interval of b covers 0: the ratio could be anything, and none is given.
 */
import { type Warning, warning } from '../base/warnings.js';

export type RatioMethod = 'delta' | 'fieller';

export const RATIO_METHODS = ['auto', 'delta', 'fieller'] as const;

/** Finney's g below which denominators are known well enough for the delta method. */
const SMALL_G = 0.05;

/** Two means from the same data: a over b. */
export interface MeanPair {
  readonly numerator: number;
  readonly denominator: number;
  /** [[V_aa, V_ab], [V_ab, V_bb]]. */
  readonly covariance: readonly (readonly number[])[];
}

/** R − 1 as a fraction (not yet in percent); nulls where the denominator's interval covers 0. */
export interface RelativeChange {
  readonly change: number | null;
  readonly standardError: number | null;
  readonly interval: readonly [lower: number, upper: number] | null;
  readonly method: RatioMethod | null;
  readonly warnings: readonly Warning[];
}

/**
 * The relative change from denominator to numerator.
 * @param critical z of the two-sided interval, e.g. 1.96
 */
export function relativeChange(means: MeanPair, critical: number, method: 'auto' | RatioMethod): RelativeChange {
  const { numerator: a, denominator: b, covariance } = means;
  const [[vaa, vab], [, vbb]] = covariance;
  if (!(b ** 2 > critical ** 2 * vbb)) return unknown(denominatorNearZero(b, Math.sqrt(vbb), critical));

  const positive = a > 0 && b > 0;
  const wellKnown = critical ** 2 * vaa < SMALL_G * a ** 2 && critical ** 2 * vbb < SMALL_G * b ** 2;
  const used = method === 'auto' ? (positive && wellKnown ? 'delta' : 'fieller') : method;
  if (used === 'delta' && !positive)
    return unknown(
      warning(
        'LOG_RATIO_UNDEFINED',
        `The delta method needs two positive means; they are ${a.toPrecision(4)} and ${b.toPrecision(4)}. Use method 'fieller' or 'auto'.`,
      ),
    );

  const ratio = a / b;
  const interval = used === 'delta' ? logDeltaLimits(means, critical) : fiellerLimits(means, critical);
  return {
    change: (a - b) / b,
    standardError: Math.sqrt(Math.max(0, vaa - 2 * ratio * vab + ratio ** 2 * vbb)) / Math.abs(b),
    interval: interval && Object.freeze([interval[0] - 1, interval[1] - 1] as const),
    method: used,
    warnings: b < 0 ? [negativeBaseline(b)] : [],
  };
}

/** exp(log(a/b) ± z·se): limits of the ratio itself. Both means must be positive. */
export function logDeltaLimits({ numerator: a, denominator: b, covariance }: MeanPair, critical: number) {
  const [[vaa, vab], [, vbb]] = covariance;
  const margin = critical * Math.sqrt(Math.max(0, vaa / a ** 2 - (2 * vab) / (a * b) + vbb / b ** 2));
  return [(a / b) * Math.exp(-margin), (a / b) * Math.exp(margin)] as const;
}

/**
 * Fieller's limits of the ratio itself, or null where its set is not an interval (b² ≤ z² V_bb). They are the roots of
 * (b² − z²V_bb)ρ² − 2(ab − z²V_ab)ρ + (a² − z²V_aa); the discriminant is written without the terms that cancel.
 */
export function fiellerLimits({ numerator: a, denominator: b, covariance }: MeanPair, critical: number) {
  const [[vaa, vab], [, vbb]] = covariance;
  const square = critical ** 2;
  const leading = b ** 2 - square * vbb;
  if (!(leading > 0)) return null;
  const centre = (a * b - square * vab) / leading;
  const inner = a ** 2 * vbb - 2 * a * b * vab + b ** 2 * vaa - square * (vaa * vbb - vab ** 2);
  const margin = (critical * Math.sqrt(Math.max(0, inner))) / leading;
  return [centre - margin, centre + margin] as const;
}

const unknown = (reason: Warning): RelativeChange => ({
  change: null,
  standardError: null,
  interval: null,
  method: null,
  warnings: [reason],
});

const denominatorNearZero = (mean: number, standardError: number, critical: number): Warning =>
  warning(
    'DENOMINATOR_NEAR_ZERO',
    `The mean to compare with is ${mean.toPrecision(4)} with standard error ${standardError.toPrecision(3)}: its interval (± ${critical.toFixed(2)} standard errors) covers 0, so a percentage of it has no meaning. Report the difference instead.`,
  );

const negativeBaseline = (mean: number): Warning =>
  warning(
    'NEGATIVE_BASELINE',
    `The mean to compare with is negative (${mean.toPrecision(4)}): a positive percentage means that the mean moved further below 0. Report the difference instead.`,
  );
