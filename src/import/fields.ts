/**
 * Checks of an exported object, field by field. Each error is an InvalidDataError `INVALID_FOREST` whose `column` is the
 * field's path, and says what was expected there, what was received, and what to do.
 * R has no single numbers, so its writers put them in arrays of one, or arrays of one as single numbers: either is read.
 */
import { InvalidDataError, show } from '../base/errors.js';

/** An object that has not been looked into yet. */
export type Fields = Readonly<Record<string, unknown>>;

const CURE = "export the forest again as the README's section on forests fitted in R shows";

/**
 * The error for one field.
 * @param expected what would have been accepted, completing "must be …"
 */
export const invalidField = (path: string, received: unknown, expected: string, cure = CURE): InvalidDataError =>
  new InvalidDataError('INVALID_FOREST', `${path} must be ${expected}; received ${show(received)}; ${cure}`, {
    column: path,
  });

export function objectOf(path: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || isList(value)) throw invalidField(path, value, 'an object');
  return value as Fields;
}

/** A list; a single number, text or truth value counts as a list of one. */
export function listOf(path: string, value: unknown, length?: number): ArrayLike<unknown> {
  const list = isList(value) ? value : isSingle(value) ? [value] : null;
  const expected = length === undefined ? 'a list' : `a list of ${length}`;
  if (!list || (length !== undefined && list.length !== length)) throw invalidField(path, value, expected);
  return list;
}

/** A whole number in a range; bounds are inclusive. */
export function integerOf(path: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const single = isList(value) && value.length === 1 ? value[0] : value;
  if (typeof single !== 'number' || !Number.isInteger(single) || single < least || single > most)
    throw invalidField(
      path,
      value,
      most < Number.MAX_SAFE_INTEGER
        ? `a whole number from ${least} to ${most}`
        : `a whole number of at least ${least}`,
    );
  return single;
}

export function booleanOf(path: string, value: unknown): boolean {
  const single = isList(value) && value.length === 1 ? value[0] : value;
  if (typeof single !== 'boolean') throw invalidField(path, value, 'true or false');
  return single;
}

export function textOf(path: string, value: unknown): string {
  const single = isList(value) && value.length === 1 ? value[0] : value;
  if (typeof single !== 'string') throw invalidField(path, value, 'text');
  return single;
}

/** Whole numbers from 0 to `most`. */
export function integersOf(path: string, value: unknown, length: number | undefined, most: number): Int32Array {
  const list = listOf(path, value, length);
  const numbers = new Int32Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const number = list[i];
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > most)
      throw invalidField(`${path}[${i}]`, number, `a whole number from 0 to ${most}`);
    numbers[i] = number;
  }
  return numbers;
}

/** Finite numbers. */
export function numbersOf(path: string, value: unknown, length?: number): Float64Array {
  const list = listOf(path, value, length);
  const numbers = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) {
    const number = list[i];
    if (typeof number !== 'number' || !Number.isFinite(number))
      throw invalidField(`${path}[${i}]`, number, 'a finite number');
    numbers[i] = number;
  }
  return numbers;
}

/** Rows of a matrix, one Float64Array per column; `missing` allows null (and NaN), which become NaN. */
export function columnsOf(
  path: string,
  value: unknown,
  size: { readonly rows?: number; readonly columns?: number },
  missing: boolean,
): Float64Array[] {
  const rows = listOf(path, value, size.rows);
  if (rows.length === 0) throw invalidField(path, value, 'a list of at least one row');
  const width = size.columns ?? listOf(`${path}[0]`, rows[0]).length;
  if (width === 0) throw invalidField(`${path}[0]`, rows[0], 'a row of at least one number');
  const columns = Array.from({ length: width }, () => new Float64Array(rows.length));
  for (let i = 0; i < rows.length; i++) {
    const row = listOf(`${path}[${i}]`, rows[i], width);
    for (let f = 0; f < width; f++) {
      const cell = row[f];
      const isMissing = missing && (cell === null || (typeof cell === 'number' && Number.isNaN(cell)));
      if (!isMissing && (typeof cell !== 'number' || !Number.isFinite(cell)))
        throw invalidField(
          `${path}[${i}][${f}]`,
          cell,
          missing ? 'a finite number, or null where missing' : 'a finite number',
        );
      columns[f][i] = isMissing ? Number.NaN : (cell as number);
    }
  }
  return columns;
}

/** Whether a field is left out: absent, null, or R's NULL in other writers' words, [] and {}. */
export const isAbsent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (isList(value) ? value.length === 0 : typeof value === 'object' && Object.keys(value).length === 0);

const isSingle = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';

const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
