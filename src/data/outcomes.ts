/**
 * Outcomes: a column, the mean of per-row ratios, or a ratio of totals. The two ratios are different estimands:
 * (1/n) Σ aᵢ/bᵢ weighs every row alike, Σaᵢ/Σbᵢ weighs a row by its denominator.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { Culprits, counted } from './culprits.js';
import { readNumbers } from './numbers.js';
import type { Table } from './table.js';
import type { Outcome, RowOutcome, TotalsOutcome } from './trial.js';

/**
 * @param declared the user's declaration, unchecked
 * @throws InvalidOptionError for a declaration that is none, InvalidDataError for its columns
 */
export function readOutcome(name: string, declared: unknown, table: Table, naStrings: ReadonlySet<string>): Outcome {
  const option = `outcomes.${name}`;
  const role = `outcome '${name}'`;
  const numbers = (column: string, skip?: (row: number) => boolean): Float64Array =>
    readNumbers(table.column(column, role), { name: column, role, naStrings, ...(skip ? { skip } : {}) });
  const own = ownColumn(declared);
  if (own !== null) {
    if (typeof declared === 'object') rejectUnknownKeys(option, declared as object, ['column']);
    return Object.freeze({ kind: 'column', name, values: numbers(own), rows: null });
  }
  const { numerator, denominator, as, zeroDenominator } = requireRatio(option, declared);
  const below = numbers(denominator);
  if (as === 'totals') return totals(name, numbers(numerator), below, denominator);
  const zero = zeroRows(below);
  if (zero.count > 0 && zeroDenominator === 'refuse')
    throw new InvalidDataError(
      'ZERO_DENOMINATOR',
      `${role}: the denominator '${denominator}' is 0 in ${zero.describe('row')}; a ratio of totals (as: 'totals') ` +
        "needs no denominator per row, or leave these rows out of this outcome with zeroDenominator: 'drop'",
      { column: denominator, rows: zero.rows },
    );
  if (zero.count === below.length)
    throw new InvalidDataError('ZERO_DENOMINATOR', `${role}: the denominator '${denominator}' is 0 in every row`, {
      column: denominator,
      rows: zero.rows,
    });
  const above = numbers(numerator, (row) => below[row] === 0);
  return meanOfRatios(
    name,
    above.map((value, row) => value / (below[row] as number)),
    zero.count > 0 ? rowsWhere(below, (value) => value !== 0) : null,
  );
}

/** A per-row ratio outcome; infinite ratios (a tiny denominator) are refused. */
function meanOfRatios(name: string, values: Float64Array, rows: Int32Array | null): RowOutcome {
  const infinite = new Culprits();
  values.forEach((value, row) => {
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) infinite.add(row, value);
  });
  if (infinite.count > 0)
    throw new InvalidDataError(
      'INFINITE_VALUES',
      `outcome '${name}': the ratio overflows in ${infinite.describe('row')}`,
      {
        rows: infinite.rows,
      },
    );
  return Object.freeze({ kind: 'meanOfRatios', name, values, rows });
}

function totals(name: string, numerator: Float64Array, denominator: Float64Array, column: string): TotalsOutcome {
  if (denominator.every((value) => value === 0))
    throw new InvalidDataError('ZERO_DENOMINATOR', `outcome '${name}': the denominator '${column}' is 0 in every row`, {
      column,
    });
  return Object.freeze({ kind: 'ratioOfTotals', name, numerator, denominator });
}

/** Says how many rows an outcome leaves out, or null where it has them all. */
export function droppedRowsWarning(outcome: Outcome, rowCount: number): Warning | null {
  if (outcome.kind === 'ratioOfTotals' || outcome.rows === null) return null;
  const dropped = rowCount - outcome.rows.length;
  if (dropped === 0) return null;
  return warning(
    'ZERO_DENOMINATOR_DROPPED',
    `outcome '${outcome.name}' leaves out ${counted(dropped, 'row')} of ${rowCount} whose denominator is 0; ` +
      'its estimates speak of the other rows only, and are biased if treatment changes which denominators are 0',
  );
}

/** The column that an outcome is, or null where it is made of two. */
export function ownColumn(declared: unknown): string | null {
  if (typeof declared === 'string') return declared;
  const column = (declared as { readonly column?: unknown } | null | undefined)?.column;
  return typeof column === 'string' ? column : null;
}

interface Ratio {
  readonly numerator: string;
  readonly denominator: string;
  readonly as: 'totals' | undefined;
  readonly zeroDenominator: 'refuse' | 'drop';
}

function requireRatio(option: string, declared: unknown): Ratio {
  const given = declared as Partial<Ratio> | null | undefined;
  if (typeof given !== 'object' || given === null)
    throw new InvalidOptionError(option, declared, "a column's name or { numerator, denominator }");
  rejectUnknownKeys(option, given, ['column', 'numerator', 'denominator', 'zeroDenominator', 'as']);
  if ('column' in given) throw new InvalidOptionError(`${option}.column`, given.column, "a column's name");
  const { numerator, denominator, as, zeroDenominator } = given;
  if (typeof numerator !== 'string') throw new InvalidOptionError(`${option}.numerator`, numerator, "a column's name");
  if (typeof denominator !== 'string')
    throw new InvalidOptionError(`${option}.denominator`, denominator, "a column's name");
  if (as !== undefined) requireOneOf(`${option}.as`, as, ['totals']);
  if (as !== undefined && zeroDenominator !== undefined)
    throw new InvalidOptionError(
      `${option}.zeroDenominator`,
      zeroDenominator,
      "left out with as: 'totals', where denominators of 0 do no harm",
    );
  return {
    numerator,
    denominator,
    as,
    zeroDenominator: requireOneOf(`${option}.zeroDenominator`, zeroDenominator ?? 'refuse', ['refuse', 'drop']),
  };
}

function zeroRows(values: Float64Array): Culprits {
  const zero = new Culprits();
  values.forEach((value, row) => {
    if (value === 0) zero.add(row, value);
  });
  return zero;
}

/** The rows whose value passes, ascending. */
export function rowsWhere(values: Float64Array, passes: (value: number) => boolean): Int32Array {
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (passes(value)) rows.push(row);
  });
  return Int32Array.from(rows);
}
