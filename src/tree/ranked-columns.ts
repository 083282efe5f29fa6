/**
 * Covariates as the engine sees them: small integers. Column f of row i has `code[f·n + i]`:
 *   numbers: how many cuts lie below the value, so that "x ≤ cuts[f][t]" is "code ≤ t"; categories: the level's index;
 *   missing: −1. For training rows the cuts are the column's own distinct values, hence codes are dense ranks.
 * Built once per data set in O(p · n log n) and shared by all forests fitted on it.
 */
import type { Covariate } from '../data/trial.js';

/** Codes of rows, enough to send them down a tree. */
export interface CodedRows {
  readonly rowCount: number;
  /** p columns of `rowCount` codes each, column by column. */
  readonly code: Int32Array;
}

/** How columns are coded: fixed by the training rows, applied to new ones. */
export interface ColumnCoding {
  /** Per column: ascending cut values of a number, or null for a category. */
  readonly cuts: readonly (Float64Array | null)[];
  /** Per column: number of levels of a category, 0 for a number. */
  readonly levelCount: Int32Array;
}

/** Training columns: codes, how they came about, and where missing values occur. */
export interface RankedColumns extends CodedRows {
  readonly columnCount: number;
  readonly coding: ColumnCoding;
  /** 1 where the column has missing values. */
  readonly hasMissing: Uint8Array;
}

/** Codes of training covariates. */
export function rankColumns(covariates: readonly Covariate[], rowCount: number): RankedColumns {
  const coding: ColumnCoding = {
    cuts: covariates.map((column) => (column.kind === 'category' ? null : distinct(column.values))),
    levelCount: Int32Array.from(covariates, (column) => (column.kind === 'category' ? column.levels.length : 0)),
  };
  const { code } = codeRows(covariates, coding, rowCount);
  const hasMissing = Uint8Array.from(covariates, (_, f) =>
    code.subarray(f * rowCount, (f + 1) * rowCount).includes(-1) ? 1 : 0,
  );
  return { rowCount, columnCount: covariates.length, code, coding, hasMissing };
}

/** Codes of any rows under a given coding. A level outside the coding counts as missing. */
export function codeRows(covariates: readonly Covariate[], coding: ColumnCoding, rowCount: number): CodedRows {
  const code = new Int32Array(covariates.length * rowCount);
  covariates.forEach((column, f) => {
    const out = code.subarray(f * rowCount, (f + 1) * rowCount);
    const cuts = coding.cuts[f];
    if (column.kind === 'category') {
      const levels = coding.levelCount[f];
      for (let i = 0; i < rowCount; i++) out[i] = column.codes[i] < levels ? column.codes[i] : -1;
    } else if (cuts) {
      for (let i = 0; i < rowCount; i++)
        out[i] = Number.isNaN(column.values[i]) ? -1 : lowerBound(cuts, column.values[i]);
    }
  });
  return { rowCount, code };
}

/** The number of cuts below x; cuts ascend. */
export function lowerBound(cuts: Float64Array, x: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cuts[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Distinct non-missing values, ascending; −0 counts as 0. */
function distinct(values: Float64Array): Float64Array {
  const sorted = values.filter((x) => !Number.isNaN(x)).sort();
  let count = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] > sorted[count - 1]) sorted[count++] = sorted[i] + 0;
  return sorted.slice(0, count);
}
