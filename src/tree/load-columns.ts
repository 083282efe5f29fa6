/** Puts ranked columns into a machine: codes as they are, and each numeric column's order by counting. */
import type { Columns } from '../kernels/frames.js';
import type { CodedRows, ColumnCoding, RankedColumns } from './ranked-columns.js';

/** Codes alone, row by row: enough to send rows down trees. */
export function loadCodes({ rowCount, code }: CodedRows, { levelCount }: ColumnCoding, into: Columns): void {
  into.rowCount = rowCount;
  into.columnCount = levelCount.length;
  // From columns to rows.
  const width = levelCount.length;
  for (let f = 0; f < width; f++)
    for (let i = 0, at = f; i < rowCount; i++, at += width) into.code[at] = code[f * rowCount + i];
  into.levelCount.set(levelCount);
}

/** All that growing trees takes. Cost: O(rows + codes) a column. */
export function loadColumns(columns: RankedColumns, into: Columns): void {
  const { rowCount, code, coding, hasMissing } = columns;
  loadCodes(columns, coding, into);
  into.hasMissing.set(hasMissing);
  into.numericCount = 0;
  coding.cuts.forEach((cuts, f) => {
    if (!cuts) return;
    const present = code.subarray(f * rowCount, (f + 1) * rowCount).reduce((count, c) => count + (c < 0 ? 0 : 1), 0);
    into.hasTies[f] = cuts.length < present ? 1 : 0;
    const at = into.numericCount * rowCount;
    countingSort(code.subarray(f * rowCount, (f + 1) * rowCount), cuts.length, into.order.subarray(at, at + rowCount));
    into.numeric[into.numericCount++] = f;
  });
}

/** Rows by ascending code, ties by row, code −1 last. */
function countingSort(code: Int32Array, codeCount: number, out: Int32Array): void {
  const next = new Int32Array(codeCount + 1);
  for (let i = 0; i < code.length; i++) next[code[i] < 0 ? codeCount : code[i]]++;
  let start = 0;
  for (let c = 0; c <= codeCount; c++) {
    const size = next[c];
    next[c] = start;
    start += size;
  }
  for (let i = 0; i < code.length; i++) out[next[code[i] < 0 ? codeCount : code[i]]++] = i;
}
