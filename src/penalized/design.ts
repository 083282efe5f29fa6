/** A design: columns of numbers, one after another, that a regression is fitted on. Column-major, since all loops run down columns. */
import { CausalForestError } from '../base/errors.js';

/** `values[j * rowCount + i]` is column j of row i; finite. */
export interface Design {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly values: Float64Array;
}

/** Columns as a design. */
export function designOf(columns: readonly Float64Array[], rowCount: number): Design {
  const values = new Float64Array(columns.length * rowCount);
  columns.forEach((column, j) => {
    if (column.length !== rowCount)
      throw new CausalForestError('INTERNAL', `column ${j} has ${column.length} of ${rowCount} rows`);
    values.set(column, j * rowCount);
  });
  return Object.freeze({ rowCount, columnCount: columns.length, values });
}

/** intercept + Xβ, one number per row; columns whose coefficient is 0 are not read. */
export function linearPredictor(design: Design, intercept: number, coefficients: Float64Array): Float64Array {
  const { rowCount, columnCount, values } = design;
  const out = new Float64Array(rowCount).fill(intercept);
  for (let j = 0; j < columnCount; j++)
    if (coefficients[j] !== 0) addColumn(values, j * rowCount, 0, rowCount, coefficients[j], out);
  return out;
}

/** out[i] += factor · column[i] for rows from … end of the column that starts at `start`. */
export function addColumn(
  values: Float64Array,
  start: number,
  from: number,
  end: number,
  factor: number,
  out: Float64Array,
): void {
  for (let i = from; i < end; i++) out[i] += factor * values[start + i];
}

/** out[i − from] += Σ over the first `count` of `columns`, each times its factor, for rows from … end; four columns a pass. */
export function addColumns(
  values: Float64Array,
  n: number,
  from: number,
  end: number,
  columns: Int32Array,
  factor: Float64Array,
  count: number,
  out: Float64Array,
): void {
  const size = end - from;
  for (let c = 0; c < count; c += 4) {
    const left = count - c;
    const f0 = factor[c];
    const f1 = left > 1 ? factor[c + 1] : 0;
    const f2 = left > 2 ? factor[c + 2] : 0;
    const f3 = left > 3 ? factor[c + 3] : 0;
    const a0 = columns[c] * n + from;
    const a1 = left > 1 ? columns[c + 1] * n + from : a0;
    const a2 = left > 2 ? columns[c + 2] * n + from : a0;
    const a3 = left > 3 ? columns[c + 3] * n + from : a0;
    for (let i = 0; i < size; i++)
      out[i] += f0 * values[a0 + i] + f1 * values[a1 + i] + (f2 * values[a2 + i] + f3 * values[a3 + i]);
  }
}
