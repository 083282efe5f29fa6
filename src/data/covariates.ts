/**
 * Covariate columns in the encoding that trees read: numbers, truth values and dates as numbers with NaN for missing,
 * categories as codes into sorted levels with −1 for missing.
 * The kind of a column is inferred from all its cells, never from the first few, or forced by the declaration.
 */
import { InvalidDataError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { booleanOfCell, type CellKind, daysOfCell, isMissing, kindOfCell, labelOfCell } from './cells.js';
import { Culprits, counted } from './culprits.js';
import { readNumbers } from './numbers.js';
import type { Column } from './table.js';
import type { CategoryCovariate, Covariate, NumericCovariate } from './trial.js';

/** A column of cells as a covariate of the given kind, or of the kind that its cells show. */
export function readCovariate(
  name: string,
  cells: Column,
  kind: Covariate['kind'] | undefined,
  naStrings: ReadonlySet<string>,
): Covariate {
  const resolved = kind ?? inferKind(name, cells, naStrings);
  return resolved === 'category' ? readCategory(name, cells, naStrings) : readNumeric(name, cells, resolved, naStrings);
}

/** A column of numbers, truth values or dates; missing cells become NaN. */
export function readNumeric(
  name: string,
  cells: Column,
  kind: NumericCovariate['kind'],
  naStrings: ReadonlySet<string>,
): NumericCovariate {
  const parsing = {
    number: { expected: 'numbers' },
    boolean: { expected: 'truth values (true, false, 1, 0)', parse: booleanOfCell },
    date: { expected: 'dates (Date objects or ISO text such as 2024-03-01)', parse: daysOfCell },
  }[kind];
  const cure = `correct these cells, list words that mean "missing" in naStrings, or declare { column: '${name}', kind: 'category' }`;
  const values = readNumbers(cells, { name, role: 'covariates', naStrings, allowMissing: true, cure, ...parsing });
  return Object.freeze({ kind, name, values });
}

/**
 * A column of labels. With `levels` given (a training trial's), `onUnknown` hears of labels that are not among them,
 * whose rows become missing; `role` is what messages call the column. Otherwise the levels are the column's own labels, sorted by code unit (no locale).
 */
export function readCategory(
  name: string,
  cells: Column,
  naStrings: ReadonlySet<string>,
  levels?: readonly string[],
  onUnknown?: (label: string) => void,
  role = 'covariates',
): CategoryCovariate {
  const labels: (string | null)[] = new Array(cells.length);
  const unusable = new Culprits();
  for (let row = 0; row < cells.length; row++) {
    const cell: unknown = cells[row];
    const missing = isMissing(cell, naStrings);
    labels[row] = missing ? null : labelOfCell(cell);
    if (!missing && labels[row] === null) unusable.add(row, cell);
  }
  if (unusable.count > 0)
    throw new InvalidDataError(
      'INVALID_TABLE',
      `${role}: column '${name}' must hold text, numbers, truth values or dates, not ${unusable.describe()}`,
      { column: name, rows: unusable.rows },
    );
  const known = levels ?? [...new Set(labels.filter((label) => label !== null))].sort();
  const codeOf = new Map(known.map((label, code) => [label, code]));
  const codes = Int32Array.from(labels, (label) => {
    if (label === null) return -1;
    const code = codeOf.get(label);
    if (code === undefined) onUnknown?.(label);
    return code ?? -1;
  });
  return Object.freeze({ kind: 'category', name, codes, levels: levels ?? Object.freeze(known) });
}

/** What a reader should know about a covariate before trusting that it was read as meant. */
export function covariateWarnings(covariate: Covariate, cells: Column): Warning[] {
  const { name } = covariate;
  if (covariate.kind === 'category') {
    const present = covariate.codes.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0);
    if (present === 0) return [emptyCovariate(name)];
    if (covariate.levels.length < present || present <= IDENTIFIER_ROWS) return [];
    const message = `covariate '${name}' is a category with a level of its own in each of ${present} rows, like an identifier; trees cannot learn from it`;
    return [warning('IDENTIFIER_COVARIATE', message)];
  }
  if (covariate.values.every(Number.isNaN)) return [emptyCovariate(name)];
  if (covariate.kind !== 'number' || !Array.isArray(cells)) return [];
  const coded = cells.reduce((count: number, cell: unknown) => count + (isPaddedCode(cell) ? 1 : 0), 0);
  if (coded === 0) return [];
  const message = `covariate '${name}' was read as numbers, but ${counted(coded, 'cell')} start with 0 like a code; declare { column: '${name}', kind: 'category' } if it is one`;
  return [warning('CODE_READ_AS_NUMBER', message)];
}

/** Below this many rows, all-different labels are too common to be a sign of anything. */
const IDENTIFIER_ROWS = 20;

const emptyCovariate = (name: string): Warning =>
  warning('EMPTY_COVARIATE', `covariate '${name}' is missing in every row; trees cannot learn from it`);

const isPaddedCode = (cell: unknown): boolean => typeof cell === 'string' && /^\s*0\d+\s*$/.test(cell);

/**
 * The kind that all non-missing cells share. Cells of several kinds make a category when at least half of them are
 * text; otherwise the column is taken for numbers (truth values, dates) with mistakes in it, and refused.
 */
function inferKind(name: string, cells: Column, naStrings: ReadonlySet<string>): Covariate['kind'] {
  if (!Array.isArray(cells)) return 'number';
  const counts: Record<CellKind, number> = { number: 0, boolean: 0, date: 0, booleanText: 0, text: 0, other: 0 };
  let present = 0;
  for (const cell of cells) {
    if (isMissing(cell, naStrings)) continue;
    counts[kindOfCell(cell)]++;
    present++;
  }
  if (counts.number === present) return 'number';
  if (counts.boolean + counts.booleanText === present) return 'boolean';
  if (counts.date === present) return 'date';
  if (counts.other === 0 && 2 * (counts.text + counts.booleanText) >= present) return 'category';
  throw mixedKinds(name, cells, naStrings, counts);
}

const NOUNS: Record<CellKind, string> = {
  number: 'numbers',
  boolean: 'truth values',
  date: 'dates',
  booleanText: 'text',
  text: 'text',
  other: 'values of no usable kind',
};

function mixedKinds(
  name: string,
  cells: readonly unknown[],
  naStrings: ReadonlySet<string>,
  counts: Readonly<Record<CellKind, number>>,
): InvalidDataError {
  const usable = (['number', 'boolean', 'date'] as const).filter((kind) => counts[kind] > 0);
  const main = usable.sort((a, b) => counts[b] - counts[a])[0];
  const odd = new Culprits();
  cells.forEach((cell, row) => {
    if (!isMissing(cell, naStrings) && kindOfCell(cell) !== main) odd.add(row, cell);
  });
  const holds = main ? `holds mostly ${NOUNS[main]}, but` : 'cannot be read:';
  return new InvalidDataError(
    'NOT_NUMERIC',
    `covariates: column '${name}' ${holds} ${odd.describe()} do not fit; correct these cells, ` +
      `list words that mean "missing" in naStrings, or declare { column: '${name}', kind: 'category' }`,
    { column: name, rows: odd.rows },
  );
}
