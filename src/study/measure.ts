/**
 * One fit → the effects of all rows and of each group, in both measures, each with its influence function summed by
 * cluster (or row) of the table, so that effects of different fits can be compared.
 */

import type { Estimate } from '../base/estimate.js';
import type { Warning } from '../base/warnings.js';
import type { TrialFrame } from '../data/trial.js';
import { type Measured, measureDifference } from '../effects/average.js';
import { jointInfluence } from '../effects/influence.js';
import type { Target } from '../effects/options.js';
import { measureRatio } from '../effects/ratio-of-totals.js';
import { measurePercent } from '../effects/relative.js';
import { sumByUnit } from '../effects/simultaneous.js';
import type { Fit } from './fits.js';

/** An estimate with what moved it; nulls where it cannot be told. */
export interface Measurement {
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Ψ by unit of the table; null without a standard error. */
  readonly influence: Float64Array | null;
}

/** One effect of a fit. */
export interface Measures {
  readonly rows: number;
  readonly treated: number;
  readonly control: number;
  readonly clusters: number | null;
  readonly controlMean: number | null;
  /** Null for ratios of totals. */
  readonly difference: Measurement | null;
  /** Null where the target is 'overlap'. */
  readonly percent: Measurement | null;
  readonly warnings: readonly Warning[];
}

export const NOTHING: Measurement = Object.freeze({
  estimate: null,
  standardError: null,
  interval: null,
  influence: null,
});

export interface MeasureOptions {
  readonly target: Target;
  readonly level: number;
}

/** Independent units of a table: its clusters, or its rows. */
export const unitCountOf = ({ clusters, rowCount }: TrialFrame): number => clusters?.count ?? rowCount;

/**
 * @param chosen rows of the table, some or all of the fit's, ascending
 * @param frame of the table, for its clusters
 */
export function measure(fit: Fit, chosen: Int32Array, frame: TrialFrame, { target, level }: MeasureOptions): Measures {
  const rows = positions(fit.rows, chosen);
  const unitOf = frame.clusters
    ? Int32Array.from(fit.rows, (row) => (frame.clusters as { ids: Int32Array }).ids[row])
    : fit.rows;
  const unitCount = unitCountOf(frame);
  const asMeasurement = ({ result, influence }: Measured<Estimate>): Measurement => ({
    estimate: result.estimate,
    standardError: result.standardError,
    interval: result.interval,
    influence:
      influence && result.standardError !== null ? sumByUnit(jointInfluence(influence), unitOf, unitCount) : null,
  });
  const complete = (
    of: Measured<Estimate & { readonly nTreated: number | null; readonly nControl: number | null }>,
    numbers: Pick<Measures, 'controlMean' | 'difference' | 'percent'>,
    warnings: readonly Warning[],
  ): Measures => ({
    rows: of.rows.length,
    treated: of.result.nTreated ?? 0,
    control: of.result.nControl ?? 0,
    clusters: frame.clusters ? new Set(Array.from(of.rows, (row) => unitOf[row])).size : null,
    ...numbers,
    warnings: distinct(warnings),
  });

  if (fit.below) {
    if (target === 'overlap') throw new RangeError('a ratio of totals has no overlap-weighted effect');
    const ratio = measureRatio(
      { numerator: fit.forest, denominator: fit.below },
      { target, level, rows, method: 'auto' },
    );
    const controlMean = ratio.result.ratioControl?.estimate ?? null;
    return complete(ratio, { controlMean, difference: null, percent: asMeasurement(ratio) }, ratio.result.warnings);
  }
  // Variances by the whole influence function: those of trends and differences between fits follow from the same one.
  const average = measureDifference(fit.forest, { target, level, rows, estimator: 'aipw', variance: 'joint' });
  const difference = asMeasurement(average);
  if (target === 'overlap')
    return complete(average, { controlMean: null, difference, percent: null }, average.result.warnings);
  const relative = measurePercent(fit.forest, { target, level, rows, method: 'auto' });
  return complete(
    average,
    { controlMean: relative.result.meanControl?.estimate ?? null, difference, percent: asMeasurement(relative) },
    [...average.result.warnings, ...relative.result.warnings],
  );
}

/** Where the chosen rows stand among a fit's; both ascending. */
function positions(rows: Int32Array, chosen: Int32Array): Int32Array {
  const found = new Int32Array(chosen.length);
  let at = 0;
  for (let k = 0; k < chosen.length; k++) {
    while (rows[at] < chosen[k]) at++;
    found[k] = at;
  }
  return found;
}

/** What both measures say is said once. */
export const distinct = (warnings: readonly Warning[]): readonly Warning[] =>
  Object.freeze(
    warnings.filter(
      (one, k) => warnings.findIndex(({ code, message }) => code === one.code && message === one.message) === k,
    ),
  );
