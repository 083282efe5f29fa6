/**
 * The errors that this library throws. Each carries a stable `code`, names the culprit (option, column or rows)
 * and says what was received and what to do. What is wrong with the input is thrown at the boundary;
 * what cannot be estimated from good input is not an error but a result with a warning (`warnings.ts`).
 */

/** Base class: `catch (error) { if (error instanceof CausalForestError) … }`. `code` is stable across versions. */
export class CausalForestError extends Error {
  override readonly name: string = 'CausalForestError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** An option is misspelt, out of range, or contradicts another one. Code `INVALID_OPTION`. */
export class InvalidOptionError extends CausalForestError {
  override readonly name = 'InvalidOptionError';
  /**
   * @param option the option's name as the user wrote it
   * @param received the value that was given
   * @param expected what would have been accepted, completing "must be …"
   */
  constructor(
    readonly option: string,
    readonly received: unknown,
    expected: string,
  ) {
    super('INVALID_OPTION', `${option} must be ${expected}; received ${show(received)}`);
  }
}

/** What is wrong with a table. */
export type DataErrorCode =
  | 'NO_ROWS'
  | 'UNEQUAL_LENGTHS'
  | 'UNKNOWN_COLUMN'
  | 'REPEATED_COLUMN'
  | 'NOT_NUMERIC'
  | 'NOT_BINARY'
  | 'CONSTANT_TREATMENT'
  | 'MISSING_VALUES'
  | 'INFINITE_VALUES'
  | 'INVALID_WEIGHTS'
  | 'INVALID_PROPENSITY'
  | 'INVALID_CLUSTERS'
  | 'ZERO_DENOMINATOR'
  | 'TOO_FEW_ROWS'
  | 'INVALID_TIMES'
  | 'NOT_IDENTIFIED'
  | 'INVALID_CSV'
  | 'INVALID_PARQUET'
  | 'INVALID_TABLE'
  | 'INVALID_FOREST';

/** A column or row of the input cannot be used. `rows` are the first few culprits, counted from 0. */
export class InvalidDataError extends CausalForestError {
  override readonly name = 'InvalidDataError';
  readonly column: string | null;
  readonly rows: readonly number[];
  /**
   * @param code which rule was broken
   * @param message the whole sentence: what was found, where, and what to do
   * @param culprit the column's name and the first row numbers (from 0), where they apply
   */
  constructor(
    code: DataErrorCode,
    message: string,
    culprit: { readonly column?: string; readonly rows?: readonly number[] } = {},
  ) {
    super(code, message);
    this.column = culprit.column ?? null;
    this.rows = Object.freeze([...(culprit.rows ?? [])]);
  }
}

/** Something optional was asked for whose package is not installed. Code `MISSING_PACKAGE`. */
export class MissingPackageError extends CausalForestError {
  override readonly name = 'MissingPackageError';
  /**
   * @param packageName as npm knows it
   * @param version the one that this library is tested with
   * @param purpose what needs it, beginning the sentence
   */
  constructor(
    readonly packageName: string,
    version: string,
    purpose: string,
  ) {
    super(
      'MISSING_PACKAGE',
      `${purpose} needs the package ${packageName}, which could not be loaded; install it: npm install ${packageName}@${version}`,
    );
  }
}

/** A received value, short enough for one line of an error message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (value === null || value === undefined || typeof value !== 'object') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Float64Array).length})`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = (value as { constructor?: { name?: string } }).constructor?.name;
  return name && name !== 'Object'
    ? `a ${name}`
    : `an object with keys ${Object.keys(value).slice(0, 5).join(', ') || '(none)'}`;
}
