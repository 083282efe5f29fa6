/**
 * Covariates in at most 128 classes each, for trees whose cuts need not be finer: numbers between quantiles (each value its
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

/** Classes of a column, but for missing cells. */
const MOST_CLASSES = 128;

/** Rows that a level needs for a class of its own. */
const FEWEST_OF_LEVEL = 10;

/** @param rows the row that stands at each place */
export function binColumns(covariates: readonly Covariate[], rows: Int32Array): BinnedColumns {
  const n = rows.length;
  const bins = new Uint8Array(n * covariates.length);
  const counts = new Int32Array(covariates.length);
  const hasMissing = new Uint8Array(covariates.length);
  covariates.forEach((covariate, f) => {
    const { count, classOf } = covariate.kind === 'category' ? classesOfLevels(covariate) : classesOf(covariate.values);
    counts[f] = count;
    for (let place = 0; place < n; place++) {
      const own = classOf(rows[place]);
      bins[f * n + place] = own;
      if (own === count) hasMissing[f] = 1;
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

interface Classes {
  readonly count: number;
  /** The class of a row; `count` where its cell is missing. */
  readonly classOf: (row: number) => number;
}

/** Class k holds values from the kth quantile on, below the next. */
function classesOf(values: Float64Array): Classes {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const starts: number[] = [];
  for (let k = 0; k < MOST_CLASSES && sorted.length > 0; k++) {
    const value = sorted[Math.floor((k / MOST_CLASSES) * sorted.length)];
    if (starts.length === 0 || value > starts[starts.length - 1]) starts.push(value);
  }
  const count = Math.max(1, starts.length);
  const classOf = (row: number): number => {
    const value = values[row];
    if (Number.isNaN(value)) return count;
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (value >= starts[middle]) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return { count, classOf };
}

/** The most frequent levels have classes of their own, class 0 is for the others. */
function classesOfLevels({ codes, levels }: CategoryCovariate): Classes {
  const sizes = new Int32Array(levels.length);
  for (const code of codes) if (code >= 0) sizes[code]++;
  const own = Array.from(sizes.keys())
    .filter((level) => sizes[level] >= FEWEST_OF_LEVEL)
    .sort((a, b) => sizes[b] - sizes[a] || a - b)
    .slice(0, MOST_CLASSES - 1);
  const classes = new Int32Array(levels.length);
  own.forEach((level, place) => {
    classes[level] = place + 1;
  });
  const count = own.length + 1;
  return { count, classOf: (row) => (codes[row] < 0 ? count : classes[codes[row]]) };
}
