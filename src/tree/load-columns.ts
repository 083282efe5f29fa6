/** Puts ranked columns into a machine: codes as they are, and each numeric column's order by counting. */
import type { Columns } from '../kernels/frames.js';
import type { CodedRows, ColumnCoding, RankedColumns } from './ranked-columns.js';

/** Codes alone: enough to send rows down trees. */
export function loadCodes({ rowCount, code }: CodedRows, { levelCount }: ColumnCoding, into: Columns): void {
  into.rowCount = rowCount;
  into.columnCount = levelCount.length;
  into.code.set(code);
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
