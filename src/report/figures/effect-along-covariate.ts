/**
 * Effect along a covariate: one estimate for each of its intervals or levels, in their order. Places are equally far apart,
 * whatever the width of the intervals, so that crowded and sparse stretches can both be read.
 */
import { wordsOf, writeNumber } from '../words.js';
import { drawEffectsOverWindows } from './effects-over-windows.js';
import type { FigureEstimate } from './estimates.js';
import { type FigureOptions, resolveFrame } from './frame.js';

/** One interval or level of `drawEffectAlongCovariate`. */
export interface CovariateEstimate extends FigureEstimate {
  readonly label: string;
  readonly rows?: number | null;
}

/** What `drawEffectAlongCovariate` draws. */
export interface EffectAlongCovariate extends FigureOptions {
  readonly covariate: string;
  readonly points: readonly CovariateEstimate[];
  /** Whether a line joins the points. Default true; false for categories, which have no order. */
  readonly connect?: boolean;
  readonly valueLabel: string;
  /** Whether values are percentages. Default false. */
  readonly percent?: boolean;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Values that the axis must hold beside the data's. */
  readonly domain?: readonly [lower: number, upper: number];
}

/**
 * @returns the picture as SVG text
 * @throws InvalidOptionError for unknown options; MissingPackageError where Plot (or in Node linkedom) is not installed
 * @example await drawEffectAlongCovariate({ title: 'By age', covariate: 'age', valueLabel: 'effect', points: [
 *   { label: 'under 30', estimate: 1, interval: [0, 2], rows: 407 }] })
 */
export async function drawEffectAlongCovariate(data: EffectAlongCovariate): Promise<string> {
  resolveFrame(data, ['covariate', 'points', 'valueLabel', 'percent', 'level', 'connect', 'domain']);
  const { covariate, points, ...rest } = data;
  const words = wordsOf(data.language);
  return drawEffectsOverWindows({
    ...rest,
    windowLabel: covariate,
    estimates: points.map(({ label, rows, ...estimate }) => ({
      ...estimate,
      window: rows == null ? label : `${label} (${words.rows(writeNumber(rows, 0)).replaceAll(' ', '\u00a0')})`,
      series: '',
    })),
  });
}
