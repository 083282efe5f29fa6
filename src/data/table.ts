/**
 * User data as a table of columns: an array of row objects, or an object of columns (arrays or typed arrays).
 * Only the columns that are asked for are read. Column names are inferred from the data's type where it is known.
 */
import { InvalidDataError, show } from '../base/errors.js';
import { hint } from '../base/options.js';
import { counted } from './culprits.js';

/** One column: an array or a typed array. */
export type Column =
  | readonly unknown[]
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | BigInt64Array
  | BigUint64Array;

/** Row objects, or an object of equally long columns (as `parseCsv` and `readCsv` return). */
export type TableInput = readonly object[] | { readonly [column: string]: Column };

/** What `TableInput` is for a table of known type; object types of columns may also be interfaces. */
export type TableOf<Data> = readonly object[] | { readonly [Name in keyof Data]: Column };

type KeysOf<Row> = Row extends unknown ? keyof Row & string : never;

/** The column names of a table's type; `string` where the type does not tell (CSV, JSON). */
export type ColumnNameOf<Data> = Data extends readonly (infer Row)[]
  ? [KeysOf<Row>] extends [never]
    ? string
    : KeysOf<Row>
  : keyof Data & string;

/** What the readers of columns need; `column` throws UNKNOWN_COLUMN with a suggestion. */
export interface Table {
  readonly rowCount: number;
  /** @param role what the column is wanted for, to be named in the error, e.g. `treatment` */
  column(name: string, role: string): Column;
}

/** @throws InvalidDataError NO_ROWS, UNEQUAL_LENGTHS or INVALID_TABLE */
export function openTable(data: unknown): Table {
  if (Array.isArray(data)) return tableOfRows(data);
  if (typeof data === 'object' && data !== null && !isColumn(data))
    return tableOfColumns(data as Record<string, unknown>);
  throw new InvalidDataError(
    'INVALID_TABLE',
    `data must be an array of row objects or an object of columns; received ${show(data)}`,
  );
}

/** Arrays and typed arrays; text and DataView are not columns. */
export const isColumn = (value: unknown): value is Column =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

function tableOfRows(rows: readonly unknown[]): Table {
  if (rows.length === 0) throw noRows();
  for (let row = 0; row < rows.length; row++) {
    const object = rows[row];
    if (typeof object !== 'object' || object === null || isColumn(object))
      throw new InvalidDataError(
        'INVALID_TABLE',
        `row ${row} of data is ${show(object)}, not an object; give rows as { column: value, … }, ` +
          'or columns as { column: [values], … }',
        { rows: [row] },
      );
  }
  const objects = rows as readonly Record<string, unknown>[];
  return {
    rowCount: rows.length,
    column(name, role) {
      if (!objects.some((row) => hasColumn(row, name)))
        throw unknownColumn(name, role, [...new Set(objects.flatMap((row) => Object.keys(row)))]);
      return objects.map((row) => row[name]);
    },
  };
}

function tableOfColumns(columns: Readonly<Record<string, unknown>>): Table {
  const names = Object.keys(columns);
  let first: { name: string; length: number } | null = null;
  for (const name of names) {
    const cells = columns[name];
    if (!isColumn(cells))
      throw new InvalidDataError(
        'INVALID_TABLE',
        `column '${name}' is ${show(cells)}, not an array or typed array; ` +
          'data must be an array of row objects or an object of columns',
        { column: name },
      );
    first ??= { name, length: cells.length };
    if (cells.length !== first.length)
      throw new InvalidDataError(
        'UNEQUAL_LENGTHS',
        `column '${name}' has ${counted(cells.length, 'cell')}, but column '${first.name}' has ${first.length}; ` +
          'every column needs one cell per row',
        { column: name },
      );
  }
  if (first === null || first.length === 0) throw noRows();
  return {
    rowCount: first.length,
    column(name, role) {
      if (!Object.hasOwn(columns, name)) throw unknownColumn(name, role, names);
      return columns[name] as Column;
    },
  };
}

/** Inherited getters count as columns (rows may be class instances); what every object inherits does not. */
const hasColumn = (row: object, name: string): boolean =>
  Object.hasOwn(row, name) || (name in row && !(name in Object.prototype));

const noRows = (): InvalidDataError =>
  new InvalidDataError('NO_ROWS', 'data has no rows; a trial needs at least one treated and one untreated row');

function unknownColumn(name: string, role: string, known: readonly string[]): InvalidDataError {
  const listed = known.slice(0, 20).join(', ') + (known.length > 20 ? ', …' : '');
  return new InvalidDataError(
    'UNKNOWN_COLUMN',
    `${role}: there is no column ${show(name)}${hint(name, known)}; the columns are ${listed}`,
    { column: name },
  );
}
