/**
 * Each outcome in each window: its values and the rows that have them, or the reason why there are none. Cells that are
 * missing are refused or left out with a count, as declared; a window in which nothing was measured is a hole.
 */
import { InvalidDataError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { isMissing, numberOfCell } from '../data/cells.js';
import { Culprits, counted } from '../data/culprits.js';
import { droppedRowsWarning, ownColumn, readOutcome } from '../data/outcomes.js';
import type { Column, Table } from '../data/table.js';
import type { Outcome } from '../data/trial.js';

/** One outcome in one window. */
export interface OutcomeCell {
  /** Null in a hole, for which `hole` then has the reason. */
  readonly outcome: Outcome | null;
  /** Rows of the table that have the outcome, ascending; null: all. */
  readonly rows: Int32Array | null;
  readonly warnings: readonly Warning[];
  readonly hole: Warning | null;
  /** Columns it is made of, and how: equal for equal outcomes. */
  readonly parts: readonly string[];
}

/**
 * @param name how messages call the outcome in its window
 * @param declared as `createTrial` takes it, unchecked
 * @throws InvalidOptionError, InvalidDataError as `createTrial`
 */
export function readOutcomeCell(
  name: string,
  declared: unknown,
  table: Table,
  naStrings: ReadonlySet<string>,
  missing: 'refuse' | 'drop',
): OutcomeCell {
  const { numerator, denominator } = (declared ?? {}) as Readonly<Record<string, unknown>>;
  const own = ownColumn(declared);
  const parts = (own === null ? [numerator, denominator] : [own]).filter((part) => typeof part === 'string');
  const columns = new Map(parts.map((part) => [part, table.column(part, `outcome '${name}'`)]));
  const absent = absentRows(parts, columns, naStrings);
  if (absent.total === table.rowCount) return hole(parts, nothingMeasured(name, parts));
  if (absent.total > 0 && missing === 'refuse') throw missingCells(name, absent);
  const below = own === null && columns.get(denominator as string);
  if (below && everyZero(below, absent)) return hole(parts, zeroDenominators(name, denominator as string));

  const outcome = readOutcome(name, declared, absent.total === 0 ? table : filled(table, absent), naStrings);
  const defined = outcome.kind === 'ratioOfTotals' ? null : outcome.rows;
  const rows = absent.total === 0 ? defined : (defined ?? allRows(table.rowCount)).filter((row) => !absent.is[row]);
  const dropped = droppedRowsWarning(outcome, table.rowCount);
  return {
    outcome,
    rows,
    warnings: [
      ...(dropped ? [dropped] : []),
      ...(absent.total > 0 ? [missingDropped(name, absent, table.rowCount)] : []),
    ],
    hole: null,
    parts,
  };
}

/** Rows without a value in one of the columns. */
interface Absent {
  readonly is: Uint8Array;
  readonly total: number;
  /** Per column, where it is missing. */
  readonly culprits: ReadonlyMap<string, Culprits>;
}

function absentRows(
  parts: readonly string[],
  columns: ReadonlyMap<string, Column>,
  naStrings: ReadonlySet<string>,
): Absent {
  const culprits = new Map(parts.map((part) => [part, new Culprits()]));
  const length = Math.max(0, ...Array.from(columns.values(), (cells) => cells.length));
  const is = new Uint8Array(length);
  for (const [part, cells] of columns)
    for (let row = 0; row < cells.length; row++) {
      const cell: unknown = cells[row];
      if (!isMissing(cell, naStrings)) continue;
      is[row] = 1;
      culprits.get(part)?.add(row, cell);
    }
  return { is, total: is.reduce((sum, flag) => sum + flag, 0), culprits };
}

const everyZero = (cells: Column, { is }: Absent): boolean => {
  for (let row = 0; row < cells.length; row++) if (!is[row] && numberOfCell(cells[row]) !== 0) return false;
  return true;
};

/** The table with 1 in rows that will be left out: so messages about the others have their true row numbers. */
const filled = (table: Table, { is }: Absent): Table => ({
  rowCount: table.rowCount,
  column: (name, role) => Array.from<unknown, unknown>(table.column(name, role), (cell, row) => (is[row] ? 1 : cell)),
});

const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, row) => row);

const hole = (parts: readonly string[], reason: Warning): OutcomeCell => ({
  outcome: null,
  rows: null,
  warnings: [],
  hole: reason,
  parts,
});

const list = (parts: readonly string[]): string => [...new Set(parts)].map((part) => `'${part}'`).join(' and ');

const nothingMeasured = (name: string, parts: readonly string[]): Warning =>
  warning(
    'NO_ROWS',
    `No row has outcome '${name}': its column ${list(parts)} is missing in every row. Nothing can be estimated in this window; fill the column, or leave the window out.`,
  );

const zeroDenominators = (name: string, column: string): Warning =>
  warning(
    'ZERO_DENOMINATOR',
    `Outcome '${name}' is not defined for any row: its denominator '${column}' is 0 in every row. Choose another denominator, or leave the window out.`,
  );

const missingDropped = (name: string, { total }: Absent, rowCount: number): Warning =>
  warning(
    'MISSING_OUTCOME_DROPPED',
    `Outcome '${name}' leaves out ${counted(total, 'row')} of ${rowCount} where it is missing; its estimates speak of the other rows only, and are biased if treatment changes for whom it is known.`,
  );

function missingCells(name: string, { culprits }: Absent): InvalidDataError {
  const [column, missing] = [...culprits].find(([, { count }]) => count > 0) as [string, Culprits];
  return new InvalidDataError(
    'MISSING_VALUES',
    `outcome '${name}': column '${column}' is missing in ${missing.describe('row')}; fill these cells, or leave these rows out of this outcome with missingOutcomes: 'drop'`,
    { column, rows: missing.rows },
  );
}
