/**
 * Covariates as the engine sees them: small integers. Column f of row i has `code[f·n + i]`:
 *   numbers: how many cuts lie below the value, so that "x ≤ cuts[f][t]" is "code ≤ t"; categories: the level's index;
 *   missing: −1. For training rows the cuts are the column's own distinct values, hence codes are dense ranks.
 * Built once per data set in O(p · n log n) and shared by all forests fitted on it.
 */
import type { Covariate } from '../data/trial.js';
import { RANKER } from '../kernels/frames.js';
import { makeMachine, plan } from '../kernels/machine.js';
import { DIGIT_COUNTS } from '../kernels/rank.js';

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

/** Codes of training covariates. Cost: O(rows) a column. */
export function rankColumns(covariates: readonly Covariate[], rowCount: number): RankedColumns {
  const code = new Int32Array(covariates.length * rowCount);
  const hasMissing = new Uint8Array(covariates.length);
  const { rank, release } = makeRanker(covariates.some(({ kind }) => kind !== 'category') ? rowCount : 0);
  const cuts = covariates.map((column, f) => {
    const out = code.subarray(f * rowCount, (f + 1) * rowCount);
    const own = column.kind === 'category' ? null : rank(column.values, out);
    if (column.kind === 'category') out.set(column.codes);
    hasMissing[f] = out.includes(-1) ? 1 : 0;
    return own;
  });
  release();
  const levelCount = Int32Array.from(covariates, (column) => (column.kind === 'category' ? column.levels.length : 0));
  return { rowCount, columnCount: covariates.length, code, coding: { cuts, levelCount }, hasMissing };
}

/** Ranks columns of `rowCount` numbers: writes their codes and returns their distinct values, ascending; −0 counts as 0. */
function makeRanker(rowCount: number) {
  const { records, kernels, release } = makeMachine({
    ranker: plan(RANKER, {
      words: 2 * rowCount,
      order: rowCount,
      keys: rowCount,
      spareOrder: rowCount,
      spareKeys: rowCount,
      otherOrder: rowCount,
      otherKeys: rowCount,
      counts: DIGIT_COUNTS,
      code: rowCount,
    }),
  });
  const { ranker } = records;
  const numbers = new Float64Array(ranker.words.buffer, ranker.words.byteOffset, rowCount);
  const { order, code: found } = ranker;
  const rank = (values: Float64Array, code: Int32Array): Float64Array => {
    let count = 0;
    for (let i = 0; i < rowCount; i++) {
      const value = values[i] + 0;
      numbers[i] = value;
      order[count] = i;
      count += Number.isNaN(value) ? 0 : 1;
    }
    if (count < rowCount) found.fill(-1);
    const cuts = new Float64Array(kernels.rankRows(ranker, count));
    for (let c = 0; c < cuts.length; c++) cuts[c] = numbers[order[c]];
    code.set(found.subarray(0, rowCount));
    return cuts;
  };
  return { rank, release };
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
