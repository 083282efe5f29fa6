/** Puts ranked columns into a machine: codes as they are, and rows' ranks in each numeric column by counting. */
import type { Columns } from '../kernels/frames.js';
import { MANY_TIES } from '../kernels/scan-numeric.js';
import type { CodedRows, ColumnCoding, RankedColumns } from './ranked-columns.js';
import type { Sorting } from './sorting.js';

/**
 * So many codes fit a core's own cache (1 MB): there columns lie one after another, since a node asks for one of them. Of
 * more codes, rows lie one after another where trees are grown and filled: a tree's rows are drawn from all over the data,
 * and each of them then stays in few cache lines. Passes load small blocks of rows and have columns in any case.
 */
const CODES_IN_CACHE = 1 << 18;

/**
 * Of more codes than that (16 MB), those of the rows that fill a tree are copied side by side first (`kernels/fill.ts`): where
 * they are further apart than caches and tables of pages reach, each level would wait for memory.
 */
const CODES_FAR_APART = 1 << 22;

/** Codes that are copied for each tree, at most, of so many rows that fill it. */
export const nearCodes = (rowCount: number, columnCount: number, fillRows: number): number =>
  rowCount * columnCount > CODES_FAR_APART ? fillRows * columnCount : 0;

/** Codes of rows first … first + count alone, column by column: enough to send them down trees. */
export function loadCodes(
  { rowCount, code }: CodedRows,
  { levelCount }: ColumnCoding,
  into: Columns,
  first = 0,
  count = rowCount,
): void {
  const columnCount = levelCount.length;
  into.rowCount = count;
  into.columnCount = columnCount;
  into.levelCount.set(levelCount);
  into.rowStep = 1;
  into.columnStep = count;
  for (let f = 0; f < columnCount; f++)
    into.code.set(code.subarray(f * rowCount + first, f * rowCount + first + count), f * count);
}

/** Rows whose codes are put side by side at a time: they stay in the nearest cache while column after column comes in. */
const ROWS_AT_A_TIME = 256;

/** The same for all rows, row by row. */
export function loadRowCodes({ rowCount, code }: CodedRows, coding: ColumnCoding, into: Columns): void {
  const columnCount = coding.levelCount.length;
  into.rowCount = rowCount;
  into.columnCount = columnCount;
  into.levelCount.set(coding.levelCount);
  into.rowStep = columnCount;
  into.columnStep = 1;
  const out = into.code;
  for (let first = 0; first < rowCount; first += ROWS_AT_A_TIME) {
    const end = Math.min(first + ROWS_AT_A_TIME, rowCount);
    for (let f = 0; f < columnCount; f++)
      for (let i = first, at = first * columnCount + f; i < end; i++, at += columnCount)
        out[at] = code[f * rowCount + i];
  }
}

/** Below so many values of a column, cuts are looked at one by one (bench/README.md). */
const FEW_VALUES = 32;

/** All that growing trees takes. Cost: O(rows + codes) a column. */
export function loadColumns(columns: RankedColumns, into: Columns, sorting: Sorting): void {
  const { rowCount, code, coding, hasMissing } = columns;
  if (code.length <= CODES_IN_CACHE) loadCodes(columns, coding, into);
  else loadRowCodes(columns, coding, into);
  into.hasMissing.set(hasMissing);
  into.numericCount = 0;
  coding.cuts.forEach((cuts, f) => {
    if (!cuts) return;
    const at = into.numericCount * rowCount;
    const codes = code.subarray(f * rowCount, (f + 1) * rowCount);
    const present = rankCodes(codes, cuts.length, into.rank.subarray(at, at + rowCount));
    into.hasTies[f] = cuts.length === present ? 0 : cuts.length < FEW_VALUES ? MANY_TIES : 1;
    into.numeric[into.numericCount++] = f;
  });
  into.ranked = sorting === 'ranks' && into.numericCount > 0 ? 1 : 0;
}

/** Each row's place among rows by ascending code, ties by row, code −1 last. Returns how many rows have another code. */
function rankCodes(code: Int32Array, codeCount: number, out: Int32Array): number {
  // As many codes as rows: each row has one of its own.
  if (codeCount === code.length) {
    out.set(code);
    return code.length;
  }
  // Code c is counted at c + 1, and those that have none before it.
  const next = new Int32Array(codeCount + 1);
  for (let i = 0; i < code.length; i++) next[code[i] + 1]++;
  const missing = next[0];
  next[0] = code.length - missing;
  for (let c = 1, start = 0; c <= codeCount; c++) {
    const size = next[c];
    next[c] = start;
    start += size;
  }
  for (let i = 0; i < code.length; i++) out[i] = next[code[i] + 1]++;
  return code.length - missing;
}
