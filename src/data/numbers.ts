/**
 * Reads a column as finite numbers; the one place where text, missing and infinite cells of numeric columns are judged.
 */
import { type DataErrorCode, InvalidDataError } from '../base/errors.js';
import { isMissing, numberOfCell } from './cells.js';
import { Culprits } from './culprits.js';
import type { Column } from './table.js';

export interface NumbersRequest {
  /** The column's name in errors. */
  readonly name: string;
  /** What the column is for, e.g. `outcome 'orders'`; opens the error's sentence. */
  readonly role: string;
  readonly naStrings: ReadonlySet<string>;
  /** Missing cells become NaN where true; otherwise they are refused with `missingCode`. Default false. */
  readonly allowMissing?: boolean;
  /** Default MISSING_VALUES. */
  readonly missingCode?: DataErrorCode;
  /** How a non-missing cell becomes a number (NaN: it is none). Default: numbers, numeric text, true and false. */
  readonly parse?: (cell: unknown) => number;
  /** What cells should have been, in the plural. Default `numbers`. */
  readonly expected?: string;
  /** What to do about cells that are none, closing the error's sentence. */
  readonly cure?: string;
  /** Rows that need no value: theirs becomes NaN unread. */
  readonly skip?: (row: number) => boolean;
}

/** A copy of the column as numbers: finite, or NaN where missing cells are allowed or rows are skipped. */
export function readNumbers(cells: Column, request: NumbersRequest): Float64Array {
  const { name, role, naStrings, allowMissing = false, parse = numberOfCell, skip } = request;
  const values = new Float64Array(cells.length);
  const missing = new Culprits();
  const infinite = new Culprits();
  const unreadable = new Culprits();
  for (let row = 0; row < cells.length; row++) {
    const cell: unknown = cells[row];
    values[row] = Number.NaN;
    if (skip?.(row)) continue;
    if (isMissing(cell, naStrings)) {
      if (!allowMissing) missing.add(row, cell);
      continue;
    }
    const value = parse(cell);
    if (Number.isFinite(value)) values[row] = value;
    else if (Number.isNaN(value)) unreadable.add(row, cell);
    else infinite.add(row, cell);
  }
  const subject = `${role}: column '${name}'`;
  if (unreadable.count > 0)
    throw new InvalidDataError(
      'NOT_NUMERIC',
      `${subject} must hold ${request.expected ?? 'numbers'}, but ${unreadable.describe()} cannot be read so; ` +
        `${request.cure ?? 'correct these cells, or list words that mean "missing" in naStrings'}`,
      { column: name, rows: unreadable.rows },
    );
  if (infinite.count > 0)
    throw new InvalidDataError(
      'INFINITE_VALUES',
      `${subject} holds infinite values in ${infinite.describe()}; correct these cells or make them missing`,
      { column: name, rows: infinite.rows },
    );
  if (missing.count > 0)
    throw new InvalidDataError(
      request.missingCode ?? 'MISSING_VALUES',
      `${subject} is missing in ${missing.describe('row')}; fill these cells or leave these rows out of the data`,
      { column: name, rows: missing.rows },
    );
  return values;
}
