/**
 * CSV text → columns of text for `createTrial`, which decides what each column holds. Parsing is Papa Parse's
 * (RFC 4180: quotes, quoted line breaks, CRLF); everything that it would repair in silence is an error here.
 */
import Papa from 'papaparse';
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';

/** One array of cells per column, in the file's order; empty cells are empty text. */
export type CsvColumns = Readonly<Record<string, readonly string[]>>;

export interface CsvOptions {
  /** One character between cells. Default ','. */
  readonly delimiter?: string;
}

/**
 * Reads CSV text whose first line names the columns.
 *
 * A byte order mark and line breaks at the end are ignored; blanks around column names are removed, cells are kept as
 * they are. Rows in errors count from 0 after the header.
 *
 * @throws InvalidDataError INVALID_CSV (broken quotes, a row with too few or too many cells, a repeated or missing
 *   name) or NO_ROWS
 */
export function parseCsv(text: string, options: CsvOptions = {}): CsvColumns {
  rejectUnknownKeys('options', options, ['delimiter']);
  const { delimiter = ',' } = options;
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || /["\r\n\uFEFF]/.test(delimiter))
    throw new InvalidOptionError('delimiter', delimiter, 'one character that is no quote and no line break');
  if (typeof text !== 'string') throw new InvalidOptionError('text', text, 'the text of a CSV file');

  const parsed = Papa.parse<string[]>(text, { delimiter });
  const broken = parsed.errors[0];
  if (broken !== undefined) {
    const row = (broken.row ?? 0) - 1;
    const place = row < 0 ? 'in the header' : `row ${row}, line ${lineOf(parsed.data, row + 1)}`;
    throw invalid(`${broken.message} (${place}); correct the quotes there`, row);
  }
  const lines = parsed.data;
  while (lines.length > 0 && isBlank(lines.at(-1) as string[])) lines.pop();
  const [header, ...rows] = lines;
  if (header === undefined) throw new InvalidDataError('NO_ROWS', 'the CSV text is empty');
  if (parsed.meta.linebreak === '\n') for (const line of lines) trimCarriageReturn(line);

  const names = requireNames(header, delimiter);
  if (rows.length === 0) throw new InvalidDataError('NO_ROWS', 'the CSV text has a header but no rows');
  rows.forEach((row, index) => {
    if (row.length !== names.length)
      throw invalid(
        `row ${index} (line ${lineOf(lines, index + 1)}) has ${row.length} ${row.length === 1 ? 'cell' : 'cells'} where the ` +
          `header names ${names.length} columns; rows count from 0, the header is not one`,
        index,
      );
  });
  return Object.fromEntries(names.map((name, column) => [name, rows.map((row) => row[column] as string)]));
}

/**
 * Columns as CSV text, numbers in full, empty cells for null, undefined and NaN, lines ending in CRLF (RFC 4180).
 * @throws InvalidDataError NO_ROWS or UNEQUAL_LENGTHS
 */
export function formatCsv(columns: Readonly<Record<string, ArrayLike<unknown>>>): string {
  const names = Object.keys(columns);
  const rowCount = columns[names[0] as string]?.length ?? 0;
  if (rowCount === 0) throw new InvalidDataError('NO_ROWS', 'there are no rows to write as CSV');
  const other = names.find((name) => columns[name]?.length !== rowCount);
  if (other !== undefined)
    throw new InvalidDataError(
      'UNEQUAL_LENGTHS',
      `column '${other}' has ${columns[other]?.length} rows, '${names[0]}' ${rowCount}`,
      { column: other },
    );
  const cell = (value: unknown) => (value === null || value === undefined || Number.isNaN(value) ? '' : value);
  const data = Array.from({ length: rowCount }, (_, row) => names.map((name) => cell(columns[name]?.[row])));
  return `${Papa.unparse({ fields: names, data })}\r\n`;
}

function requireNames(header: readonly string[], delimiter: string): string[] {
  const names = header.map((name) => name.trim());
  const repeated = names.find((name, column) => names.indexOf(name) !== column);
  if (repeated !== undefined)
    throw invalid(`the header names ${JSON.stringify(repeated)} more than once; give every column its own name`);
  const other = [',', ';', '\t', '|'].find((mark) => mark !== delimiter && names[0]?.includes(mark));
  if (names.length === 1 && other !== undefined)
    throw invalid(
      `the header is one column ${JSON.stringify(names[0])}; if ${JSON.stringify(other)} separates columns, ` +
        `pass { delimiter: ${JSON.stringify(other)} }`,
    );
  return names;
}

/** Papa Parse takes the first line break for all: lines that end in CRLF after a first LF keep their CR. */
function trimCarriageReturn(line: string[]): void {
  const last = line.at(-1);
  if (last?.endsWith('\r')) line[line.length - 1] = last.slice(0, -1);
}

/** Where a record begins in the text, from 1: the records before it, and the line breaks inside their quotes. */
const lineOf = (records: readonly (readonly string[])[], record: number): number =>
  records
    .slice(0, record)
    .reduce((line, cells) => cells.reduce((breaks, cell) => breaks + cell.split('\n').length - 1, line + 1), 1);

const isBlank = (line: readonly string[]): boolean => line.length === 1 && (line[0] === '' || line[0] === '\r');

const invalid = (message: string, row = -1): InvalidDataError =>
  new InvalidDataError('INVALID_CSV', `CSV: ${message}`, row < 0 ? {} : { rows: [row] });
