/**
 * Covariates in a hundred classes each or fewer, for trees whose cuts need not be finer: numbers between quantiles (each value its
 * own class where there are few), categories by level, rare levels together, and missing cells in a class behind the others.
 */
import type { CategoryCovariate, Covariate } from '../data/trial.js';

/** Columns in classes, column-major: cell (place, f) is `bins[f · rowCount + place]`. */
export interface BinnedColumns {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly bins: Uint8Array;
  /** Classes of each column, without the one of missing cells, whose number this is. */
  readonly counts: Int32Array;
  /** 1 where the column has missing cells. */
  readonly hasMissing: Uint8Array;
  /** 1 where classes have no order. */
  readonly isCategory: Uint8Array;
}

/** Rows that a level needs for a class of its own. */
const FEWEST_OF_LEVEL = 10;

/** How a column's cells become classes: plain data, that classes of new rows come from too. */
export type Classes =
  | {
      readonly kind: 'number' /** Class k begins here; ascending, the first open below. */;
      readonly starts: Float64Array;
    }
  | { readonly kind: 'category' /** The class of each level. */; readonly classes: Int32Array; readonly count: number };

/** Classes of a column but for missing cells, which have that number. */
export const classCount = (own: Classes): number =>
  own.kind === 'number' ? Math.max(1, own.starts.length) : own.count;

/** @param most classes of a column but for missing cells, at most 255 */
export const planClasses = (covariates: readonly Covariate[], most: number): Classes[] =>
  covariates.map((covariate) =>
    covariate.kind === 'category' ? classesOfLevels(covariate, most) : classesOfNumbers(covariate.values, most),
  );

/**
 * @param covariates of rows that are coded as those of `planClasses`
 * @param rows the row that stands at each place
 */
export function classifyRows(
  classes: readonly Classes[],
  covariates: readonly Covariate[],
  rows: Int32Array,
): BinnedColumns {
  const n = rows.length;
  const bins = new Uint8Array(n * covariates.length);
  const counts = Int32Array.from(classes, classCount);
  const hasMissing = new Uint8Array(covariates.length);
  covariates.forEach((covariate, f) => {
    const classOf = classifier(classes[f], covariate);
    for (let place = 0; place < n; place++) {
      const own = classOf(rows[place]);
      bins[f * n + place] = own;
      if (own === counts[f]) hasMissing[f] = 1;
    }
  });
  return {
    rowCount: n,
    columnCount: covariates.length,
    bins,
    counts,
    hasMissing,
    isCategory: Uint8Array.from(covariates, ({ kind }) => Number(kind === 'category')),
  };
}

/** Both at once. */
export const binColumns = (covariates: readonly Covariate[], rows: Int32Array, most: number): BinnedColumns =>
  classifyRows(planClasses(covariates, most), covariates, rows);

/** The class of a row. */
function classifier(own: Classes, covariate: Covariate): (row: number) => number {
  const missing = classCount(own);
  if (own.kind === 'number' && covariate.kind !== 'category') {
    const { starts } = own;
    const { values } = covariate;
    return (row) => (Number.isNaN(values[row]) ? missing : placeIn(starts, values[row]));
  }
  if (own.kind === 'category' && covariate.kind === 'category') {
    const { codes } = covariate;
    return (row) => (codes[row] < 0 ? missing : own.classes[codes[row]]);
  }
  throw new Error(`a column planned as a ${own.kind} has come back as a ${covariate.kind}`);
}

/** The last class that begins at or below a value; 0 where none does. */
function placeIn(starts: Float64Array, value: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= starts[middle]) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A class for each value where there are no more; else class k holds values from the kth quantile on, below the next. */
function classesOfNumbers(values: Float64Array, most: number): Classes {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const own = sorted.filter((value, k) => k === 0 || value > sorted[k - 1]);
  // Quantiles would pass over values that few rows have.
  if (own.length <= most) return { kind: 'number', starts: own };
  const starts: number[] = [];
  for (let k = 0; k < most; k++) {
    const value = sorted[Math.floor((k / most) * sorted.length)];
    if (starts.length === 0 || value > starts[starts.length - 1]) starts.push(value);
  }
  return { kind: 'number', starts: Float64Array.from(starts) };
}

/** The most frequent levels have classes of their own, class 0 is for the others. */
function classesOfLevels({ codes, levels }: CategoryCovariate, most: number): Classes {
  const sizes = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) sizes[code]++;
  const own = Array.from(sizes.keys())
    .filter((level) => sizes[level] >= FEWEST_OF_LEVEL)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, most - 1);
  const classes = new Int32Array(levels.length);
  own.forEach((level, place) => {
    classes[level] = place + 1;
  });
  return { kind: 'category', classes, count: own.length + 1 };
}
