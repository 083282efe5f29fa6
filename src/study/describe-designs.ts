/**
 * What a design's comparison rests on: arm sizes, overlap of propensities, and the balance of covariates between arms
 * before and after weighting by them,
 *   (x̄₁ − x̄₀) / √((s₁² + s₀²)/2),  s² of each arm without the propensity's weights
 * (standardised mean difference; Austin 2009; the same denominator after weighting, Stuart 2010), with weights ω before
 * and ω/ê, ω/(1 − ê) after, ω the sample weights. Levels of a category, and missing cells, are indicators.
 */
import { isoOfDays } from '../data/cells.js';
import type { Covariate, TrialFrame } from '../data/trial.js';
import { histogram } from './histogram.js';
import { notReceived, tooLittle } from './holes.js';
import type { Design } from './open-study.js';
import type { StudyBalance, StudyDesignInfo, StudyOverlap } from './types.js';

/** Bins of propensities: 2 percentage points each. */
const PROPENSITY_BINS = 50;
/** Propensities outside [0.05, 0.95] are counted. */
const NEAR_ZERO = 0.05;
/** Levels of a category shown by themselves: the most frequent ones, if they have enough rows for a mean. */
const MOST_LEVELS = 12;
const LEAST_LEVEL_ROWS = 30;

/** @param propensity of the design's rows, in their order; null where there is none */
export function describeDesign(
  design: Design,
  propensity: Float64Array | null,
  frame: TrialFrame,
  labels: ReadonlyMap<string, string>,
): StudyDesignInfo {
  const { name, label, column, rows } = design;
  const weight = (row: number) => (frame.weights ? frame.weights[row] : 1);
  const used = rows.filter((row) => weight(row) > 0);
  const treated = used.reduce((sum, row) => sum + design.treatment[row], 0);
  const none =
    treated === 0
      ? notReceived(name, column)
      : tooLittle({ where: `design '${name}'`, rows: used.length, treated }, name);
  const propensityOf = new Float64Array(frame.rowCount).fill(Number.NaN);
  for (let k = 0; propensity && k < rows.length; k++) propensityOf[rows[k]] = propensity[k];
  const { clusters } = frame;
  return Object.freeze({
    name,
    label,
    column,
    rows: used.length,
    treated,
    control: used.length - treated,
    clusters: clusters ? new Set(Array.from(used, (row) => clusters.ids[row])).size : null,
    treatedShare: used.length > 0 ? treated / used.length : null,
    overlap: propensity ? overlapOf(design, used, propensityOf) : null,
    balance: Object.freeze(
      none
        ? []
        : frame.covariates.flatMap((covariate) =>
            balanceOf(covariate, labels.get(covariate.name) ?? covariate.name, design, used, weight, propensityOf),
          ),
    ),
    warnings: Object.freeze(none ? [none] : []),
  });
}

function overlapOf(design: Design, rows: Int32Array, propensity: Float64Array): StudyOverlap {
  const arm = (treatment: number) =>
    histogram(
      Array.from(
        rows.filter((row) => design.treatment[row] === treatment),
        (row) => propensity[row],
      ),
      0,
      1,
      PROPENSITY_BINS,
    );
  let smallest = 1;
  let largest = 0;
  let extreme = 0;
  for (const row of rows) {
    smallest = Math.min(smallest, propensity[row]);
    largest = Math.max(largest, propensity[row]);
    if (propensity[row] < NEAR_ZERO || propensity[row] > 1 - NEAR_ZERO) extreme++;
  }
  return Object.freeze({
    source: design.propensity ? 'known' : 'forest',
    treated: arm(1),
    control: arm(0),
    smallest,
    largest,
    extreme,
  });
}

function balanceOf(
  covariate: Covariate,
  label: string,
  { treatment }: Design,
  rows: Int32Array,
  weight: (row: number) => number,
  propensity: Float64Array,
): StudyBalance[] {
  const inverse = (row: number) => weight(row) / (treatment[row] === 1 ? propensity[row] : 1 - propensity[row]);
  return indicators(covariate, rows).map(({ level, value }) => {
    const present = rows.filter((row) => !Number.isNaN(value(row)));
    const before = [0, 1].map((arm) => moments(present, (row) => treatment[row] === arm, weight, value));
    const after = [0, 1].map((arm) => moments(present, (row) => treatment[row] === arm, inverse, value));
    const scale = Math.sqrt((before[0].variance + before[1].variance) / 2);
    const standardised = ([control, treated]: typeof before): number | null => {
      const difference = (treated.mean - control.mean) / scale;
      return scale > 0 && Number.isFinite(difference) ? difference : null;
    };
    return Object.freeze({
      covariate: covariate.name,
      label,
      level,
      before: standardised(before),
      after: standardised(after),
    });
  });
}

/** Weighted mean and variance of the rows in an arm. */
function moments(
  rows: Int32Array,
  belongs: (row: number) => boolean,
  weight: (row: number) => number,
  value: (row: number) => number,
): { readonly mean: number; readonly variance: number } {
  const own = rows.filter(belongs);
  let total = 0;
  let sum = 0;
  for (const row of own) {
    total += weight(row);
    sum += weight(row) * value(row);
  }
  const mean = sum / total;
  let squares = 0;
  for (const row of own) squares += weight(row) * (value(row) - mean) ** 2;
  return { mean, variance: squares / total };
}

interface Indicator {
  readonly level: string | null;
  /** NaN where the row has no value. */
  readonly value: (row: number) => number;
}

/** A number as it is, a category as its frequent levels and the rest; missing cells as a share where there are any. */
function indicators(covariate: Covariate, rows: Int32Array): Indicator[] {
  const missing = (row: number) =>
    (covariate.kind === 'category' ? covariate.codes[row] < 0 : Number.isNaN(covariate.values[row])) ? 1 : 0;
  const shareMissing = rows.some((row) => missing(row) === 1) ? [{ level: 'missing', value: missing }] : [];
  if (covariate.kind !== 'category') return [{ level: null, value: (row) => covariate.values[row] }, ...shareMissing];
  const { codes, levels } = covariate;
  const { own, others } = frequentLevels(covariate, rows);
  const rest = new Set(others);
  return [
    ...own.map((code) => ({ level: levels[code], value: (row: number) => (codes[row] === code ? 1 : 0) })),
    ...(others.length > 0 ? [{ level: 'other levels', value: (row: number) => (rest.has(codes[row]) ? 1 : 0) }] : []),
    ...shareMissing,
  ];
}

/** Codes of levels with enough rows, the most frequent ones at most, in the order of levels; and of the other levels. */
export function frequentLevels(
  { codes, levels }: Extract<Covariate, { kind: 'category' }>,
  rows: Int32Array,
): { readonly own: readonly number[]; readonly others: readonly number[] } {
  const count = new Float64Array(levels.length);
  for (const row of rows) if (codes[row] >= 0) count[codes[row]]++;
  const all = Array.from(count.keys()).filter((code) => count[code] > 0);
  const own = all
    .filter((code) => count[code] >= LEAST_LEVEL_ROWS)
    .sort((a, b) => count[b] - count[a])
    .slice(0, MOST_LEVELS)
    .sort((a, b) => a - b);
  return { own, others: all.filter((code) => !own.includes(code)) };
}

/** A covariate's number in words: dates as dates. */
export const numberText = (value: number, kind: Covariate['kind']): string =>
  kind === 'date' ? isoOfDays(Math.round(value)) : String(Number(value.toPrecision(4)));
