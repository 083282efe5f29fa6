/**
 * One new row in a training trial's encoding, fast enough for a service: what cells hold nearly always (a finite number,
 * a truth value, a Date, a known label, null) is read at once, anything else by the reader of whole tables. So numbers,
 * warnings and errors are those of `encodeCovariates` on a table of this one row.
 */
import { rejectUnknownKeys } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import { daysOfCell, isMissing } from './cells.js';
import { type EncodeOptions, encodeCovariates } from './encode.js';
import { requireNaStrings } from './na-strings.js';
import { isColumn } from './table.js';
import type { Covariate } from './trial.js';

/** What one row says: column name → cell. */
export type RowInput = Readonly<Record<string, unknown>>;

/**
 * Writes the row's values to `out`, one per covariate: a number (NaN: missing), or a category's code (−1: missing).
 * @returns what `encodeCovariates` would warn of; the same frozen empty list where that is nothing
 */
export type RowEncoder = (row: RowInput, out: Float64Array) => readonly Warning[];

/** The value of a cell that needs no closer look; undefined for one that does. */
type QuickReader = (cell: unknown) => number | undefined;

const NO_WARNINGS: readonly Warning[] = Object.freeze([]);

/** @throws InvalidOptionError for unknown options; the encoder itself throws as `encodeCovariates` does */
export function makeRowEncoder(covariates: readonly Covariate[], options: EncodeOptions = {}): RowEncoder {
  rejectUnknownKeys('options', options, ['naStrings']);
  const naStrings = requireNaStrings(options.naStrings);
  const readers = covariates.map((covariate) => quickReader(covariate, naStrings));

  /** One covariate by the reader of tables; returns its warnings. */
  function readClosely(row: RowInput, f: number, out: Float64Array): readonly Warning[] {
    const encoded = encodeCovariates([covariates[f]], [row], options);
    const column = encoded.covariates[0];
    out[f] = column.kind === 'category' ? column.codes[0] : column.values[0];
    return encoded.warnings;
  }

  return (row, out) => {
    // A table of rows refuses what is no object before it reads any column, and so does this.
    if (typeof row !== 'object' || row === null || isColumn(row)) encodeCovariates(covariates, [row], options);
    let warnings = NO_WARNINGS;
    for (let f = 0; f < readers.length; f++) {
      const value = readers[f](row[covariates[f].name]);
      if (value !== undefined) {
        out[f] = value;
        continue;
      }
      const found = readClosely(row, f, out);
      if (found.length > 0) warnings = Object.freeze([...warnings, ...found]);
    }
    return warnings;
  };
}

function quickReader(covariate: Covariate, naStrings: ReadonlySet<string>): QuickReader {
  switch (covariate.kind) {
    case 'number':
      return (cell) =>
        typeof cell === 'number' && Number.isFinite(cell) ? cell : cell === null ? Number.NaN : undefined;
    case 'boolean':
      return (cell) => (typeof cell === 'boolean' ? +cell : cell === null ? Number.NaN : undefined);
    case 'date':
      return (cell) => {
        const days = cell instanceof Date ? daysOfCell(cell) : Number.NaN;
        return Number.isNaN(days) ? (cell === null ? Number.NaN : undefined) : days;
      };
    case 'category': {
      // A level that the words for "missing" cover now, though they did not in training, is missing.
      const codes = new Map(covariate.levels.map((label, code) => [label, isMissing(label, naStrings) ? -1 : code]));
      return (cell) => (typeof cell === 'string' ? codes.get(cell) : cell === null ? -1 : undefined);
    }
  }
}
