/**
 * What figures show of single fits: how a forest's effects of rows are distributed, and averages of effects along each
 * covariate. Bins are chosen by the covariate alone, before looking at outcomes, so their intervals mean what they say.
 */
import type { Covariate, TrialFrame } from '../data/trial.js';
import { criticalValue } from '../effects/estimate.js';
import { quantiles } from '../math/describe.js';
import { frequentLevels, numberText } from './describe-designs.js';
import type { Fit } from './fits.js';
import { binsFor, histogram } from './histogram.js';
import { LEAST_ROWS } from './holes.js';
import { type MeasureOptions, measure } from './measure.js';
import type { StudyCell, StudyDistribution, StudyProfile, StudyProfilePoint } from './types.js';

/** Where a fit stands in the study. */
export type FitPlace = Pick<StudyCell, 'outcome' | 'window' | 'design'>;

/** Ranks at which the sorted effects are given. */
const POINTS = 101;
const MOST_BINS = 60;
/** Intervals of a number: sextiles, fewer where values repeat. */
const INTERVALS = 6;

/** Null for ratios of totals, whose rows have no effect of their own, and where no row has an estimate. */
export function distributionOf(
  place: FitPlace,
  fit: Fit,
  average: number | null,
  level: number,
): StudyDistribution | null {
  const { effect, variance } = fit.forest.outOfBag;
  const order = Int32Array.from([...effect.keys()].filter((row) => Number.isFinite(effect[row])));
  if (fit.below || order.length < 2) return null;
  order.sort((a, b) => effect[a] - effect[b]);
  const z = criticalValue(level);
  const sorted = Float64Array.from(order, (row) => effect[row]);
  const [from, to] = [sorted[0], sorted[sorted.length - 1]];
  return Object.freeze({
    ...place,
    rows: order.length,
    points: Object.freeze(
      Array.from({ length: POINTS }, (_, k) => {
        const rank = k / (POINTS - 1);
        const row = order[Math.round(rank * (order.length - 1))];
        const margin = variance ? z * Math.sqrt(variance[row]) : Number.NaN;
        const known = Number.isFinite(margin);
        return Object.freeze({
          rank,
          effect: effect[row],
          lower: known ? effect[row] - margin : null,
          upper: known ? effect[row] + margin : null,
        });
      }),
    ),
    // Effects that are all alike are one bar.
    histogram:
      to > from
        ? histogram(sorted, from, to, binsFor(order.length, MOST_BINS))
        : histogram(sorted, from - 0.5, from + 0.5, 1),
    average,
  });
}

/** Effects along every covariate of the study. */
export function profilesOf(
  place: FitPlace,
  fit: Fit,
  frame: TrialFrame,
  labels: ReadonlyMap<string, string>,
  options: MeasureOptions,
): StudyProfile[] {
  return frame.covariates.map((covariate) =>
    Object.freeze({
      ...place,
      covariate: covariate.name,
      label: labels.get(covariate.name) ?? covariate.name,
      kind: covariate.kind,
      measure: fit.below ? 'percent' : 'difference',
      points: Object.freeze(binsOf(covariate, fit.rows).map((bin) => pointOf(bin, fit, frame, options))),
    }),
  );
}

interface Bin extends Pick<StudyProfilePoint, 'label' | 'at' | 'from' | 'to'> {
  readonly rows: Int32Array;
}

function pointOf({ rows, ...bin }: Bin, fit: Fit, frame: TrialFrame, options: MeasureOptions): StudyProfilePoint {
  const measures = measure(fit, rows, frame, options);
  const found = fit.below ? measures.percent : measures.difference;
  return Object.freeze({
    ...bin,
    rows: measures.rows,
    estimate: found?.estimate ?? null,
    standardError: found?.standardError ?? null,
    interval: found?.interval ?? null,
  });
}

/** Levels of a category or truth value, intervals of a number; those with enough rows. */
function binsOf(covariate: Covariate, rows: Int32Array): Bin[] {
  return (covariate.kind === 'category' ? levelBins(covariate, rows) : numberBins(covariate, rows)).filter(
    (bin) => bin.rows.length >= LEAST_ROWS,
  );
}

const levelBins = (covariate: Extract<Covariate, { kind: 'category' }>, rows: Int32Array): Bin[] =>
  frequentLevels(covariate, rows).own.map((code) => ({
    label: covariate.levels[code],
    at: null,
    from: null,
    to: null,
    rows: rows.filter((row) => covariate.codes[row] === code),
  }));

function numberBins({ kind, values }: Exclude<Covariate, { kind: 'category' }>, rows: Int32Array): Bin[] {
  const present = rows.filter((row) => !Number.isNaN(values[row]));
  const own = Float64Array.from(present, (row) => values[row]);
  const inner = quantiles(
    own,
    Array.from({ length: INTERVALS - 1 }, (_, k) => (k + 1) / INTERVALS),
  );
  const smallest = own.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const borders =
    kind === 'boolean' ? [1] : [...new Set(inner)].filter((border) => border !== null && border > smallest);
  const edges = [Number.NEGATIVE_INFINITY, ...(borders as number[]), Number.POSITIVE_INFINITY];
  return edges.slice(1).flatMap((end, k): Bin[] => {
    const inside = present.filter((row) => values[row] >= edges[k] && values[row] < end);
    if (inside.length === 0) return [];
    const inBin = Float64Array.from(inside, (row) => values[row]).sort();
    const [from, to] = [inBin[0], inBin[inBin.length - 1]];
    const at = inBin.reduce((sum, value) => sum + value, 0) / inBin.length;
    const label =
      kind === 'boolean'
        ? from === 1
          ? 'true'
          : 'false'
        : from === to
          ? numberText(from, kind)
          : `${numberText(from, kind)} to ${numberText(to, kind)}`;
    return [{ label, at, from, to, rows: inside }];
  });
}
