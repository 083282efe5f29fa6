/** The treatment column: binary unless declared continuous, never missing, never constant. */
import { InvalidDataError } from '../base/errors.js';
import { booleanOfCell, isMissing } from './cells.js';
import { Culprits } from './culprits.js';
import { readNumbers } from './numbers.js';
import type { Column } from './table.js';
import type { Treatment } from './trial.js';

/**
 * @param role what messages call the column: 'treatment' or 'instrument'
 * @throws InvalidDataError MISSING_VALUES, NOT_BINARY, NOT_NUMERIC, INFINITE_VALUES or CONSTANT_TREATMENT
 */
export function readTreatment(
  name: string,
  cells: Column,
  kind: Treatment['kind'],
  naStrings: ReadonlySet<string>,
  role = 'treatment',
): Treatment {
  if (kind === 'binary') requireBinary(name, cells, naStrings, role);
  const parsing = kind === 'binary' ? { parse: booleanOfCell } : {};
  const values = readNumbers(cells, { name, role, naStrings, ...parsing });
  return Object.freeze({ kind, name, values });
}

/** Checked once the weights are known: rows of weight 0 do not count as variation. */
export function requireVaryingTreatment(
  { kind, name, values }: Treatment,
  weights: Float64Array | null,
  role = 'treatment',
): void {
  const first = values.findIndex((_, row) => weights === null || (weights[row] as number) > 0);
  const varies = values.some(
    (value, row) => value !== values[first] && (weights === null || (weights[row] as number) > 0),
  );
  if (varies) return;
  const among = weights === null ? 'every row' : 'every row of positive weight';
  throw new InvalidDataError(
    'CONSTANT_TREATMENT',
    `${role}: column '${name}' is ${values[first]} in ${among}; an effect needs ` +
      (kind === 'binary' && role === 'treatment' ? 'treated and untreated rows' : `rows with different ${role}s`),
    { column: name },
  );
}

function requireBinary(name: string, cells: Column, naStrings: ReadonlySet<string>, role: string): void {
  const odd = new Culprits();
  for (let row = 0; row < cells.length; row++) {
    const cell: unknown = cells[row];
    if (!isMissing(cell, naStrings) && Number.isNaN(booleanOfCell(cell))) odd.add(row, cell);
  }
  if (odd.count === 0) return;
  throw new InvalidDataError(
    'NOT_BINARY',
    `${role}: column '${name}' must hold 0 and 1, or false and true; ${odd.describe()} do not. ` +
      `Recode two arms to 0 and 1; declare a dose as { column: '${name}', kind: 'continuous' }`,
    { column: name, rows: odd.rows },
  );
}
