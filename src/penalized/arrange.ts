/**
 * A problem as the solvers read it: columns centred and scaled, rows sorted by fold so that a fold is a range, a column of
 * ones behind the columns, and the target behind that. Done once; every fit of the path works on it.
 */
import { InvalidDataError } from '../base/errors.js';
import { type Columns, makeColumns } from './columns.js';
import type { PenalizedProblem, ResolvedPenalized } from './problem.js';

export interface Arranged {
  readonly rowCount: number;
  /** p, the columns of the design. */
  readonly columnCount: number;
  /** p columns, ones, target (less its mean where the family is gaussian with intercept). */
  readonly columns: Columns;
  /** Weights scaled to a mean of one; null: all 1. */
  readonly weight: Float64Array | null;
  /** Row of the problem that stands at each place. */
  readonly rows: Int32Array;
  /** Places of fold k: starts[k] … starts[k + 1]. */
  readonly starts: Int32Array;
  /** What was taken from a column, and what it was divided by then; scale 0 marks a constant, whose column is 0. */
  readonly centre: Float64Array;
  readonly scale: Float64Array;
  readonly targetCentre: number;
  /** Weighted mean square of the target as it stands in `columns`. */
  readonly targetSquare: number;
}

/** A spread below this share of a column's size is rounding. */
const CONSTANT = 1e-12;

/** @throws InvalidDataError where no row has weight */
export function arrange(problem: PenalizedProblem, options: ResolvedPenalized): Arranged {
  const { design, target, family, folds } = problem;
  const { rowCount, columnCount } = design;
  const { rows, starts } = sortByFold(folds.of, folds.count);
  const weight = problem.weight && scaledWeights(problem.weight, rows);
  const columns = makeColumns(rowCount, columnCount + 2);
  const { values } = columns;
  const centre = new Float64Array(columnCount);
  const scale = new Float64Array(columnCount);
  const moments = { mean: 0, square: 0 };
  for (let j = 0; j < columnCount; j++) {
    const column = values.subarray(j * rowCount, (j + 1) * rowCount);
    gather(design.values, j * rowCount, rows, column);
    measure(column, weight, moments);
    const size = Math.sqrt(moments.square);
    centre[j] = options.intercept ? moments.mean : 0;
    shiftAndScale(column, centre[j], 1);
    measure(column, weight, moments);
    const spread = Math.sqrt(moments.square);
    scale[j] = spread > CONSTANT * size ? (options.standardize ? spread : 1) : 0;
    shiftAndScale(column, 0, scale[j] > 0 ? 1 / scale[j] : 0);
  }
  values.fill(1, columnCount * rowCount, (columnCount + 1) * rowCount);
  const last = values.subarray((columnCount + 1) * rowCount);
  gather(target, 0, rows, last);
  measure(last, weight, moments);
  const targetCentre = options.intercept && family === 'gaussian' ? moments.mean : 0;
  shiftAndScale(last, targetCentre, 1);
  measure(last, weight, moments);
  const targetSquare = moments.square;
  return { rowCount, columnCount, columns, weight, rows, starts, centre, scale, targetCentre, targetSquare };
}

/** Rows in the order of their folds, each fold's ascending. */
function sortByFold(of: Int32Array, count: number): Pick<Arranged, 'rows' | 'starts'> {
  const starts = new Int32Array(count + 1);
  for (let i = 0; i < of.length; i++) starts[of[i] + 1]++;
  for (let k = 0; k < count; k++) starts[k + 1] += starts[k];
  const next = starts.slice(0, count);
  const rows = new Int32Array(of.length);
  for (let i = 0; i < of.length; i++) rows[next[of[i]]++] = i;
  return { rows, starts };
}

function scaledWeights(given: Float64Array, rows: Int32Array): Float64Array {
  let total = 0;
  for (let i = 0; i < given.length; i++) total += given[i];
  if (!(total > 0)) throw new InvalidDataError('INVALID_WEIGHTS', 'a regression needs a row of positive weight');
  return Float64Array.from(rows, (row) => (given[row] * rows.length) / total);
}

function gather(values: Float64Array, start: number, rows: Int32Array, out: Float64Array): void {
  for (let i = 0; i < rows.length; i++) out[i] = values[start + rows[i]];
}

function shiftAndScale(column: Float64Array, shift: number, factor: number): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] - shift) * factor;
}

/** Weighted mean and mean square; weights have a mean of one, so sums over the number of rows are weighted means. */
function measure(column: Float64Array, weight: Float64Array | null, out: { mean: number; square: number }): void {
  const n = column.length;
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const weighted = weight ? weight[i] * column[i] : column[i];
    total += weighted;
    squares += weighted * column[i];
  }
  out.mean = total / n;
  out.square = squares / n;
}

/** Coefficients of the arranged columns in the problem's own units; constants get 0. */
export function inOwnUnits(
  { centre, scale, targetCentre }: Arranged,
  beta: Float64Array,
  intercept: number,
): { readonly intercept: number; readonly coefficients: Float64Array } {
  const coefficients = new Float64Array(scale.length);
  let shift = intercept + targetCentre;
  for (let j = 0; j < scale.length; j++) {
    if (scale[j] > 0) coefficients[j] = beta[j] / scale[j];
    shift -= coefficients[j] * centre[j];
  }
  return { intercept: shift, coefficients };
}
