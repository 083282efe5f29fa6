/**
 * Why a cell of a study has no estimate, found before anything is fitted: no rows, too few, one arm only, an outcome that
 * does not vary. Each reason is a sentence with its counts and what to do; the rest of the study goes on.
 */
import { type Warning, warning } from '../base/warnings.js';
import { counted } from '../data/culprits.js';
import type { Outcome } from '../data/trial.js';

/** Rows below which a design or group is not estimated: its normal interval would not deserve the name. */
export const LEAST_ROWS = 30;

/**
 * Rows that must differ from an outcome's commonest value. The share of rows that differ is close to normal from about ten
 * such rows on (the textbooks' n·p ≥ 10); an outcome that is nearly always 0 has fewer.
 */
export const LEAST_DIFFERENT = 10;

/** Rows of a cell, in the words of its messages. */
export interface CellRows {
  /** E.g. "group 'north' of 'region'", or "design 'letter'". */
  readonly where: string;
  readonly rows: number;
  readonly treated: number;
}

/** A design that is nobody's. */
export const notReceived = (name: string, column: string) =>
  warning(
    'DESIGN_NOT_RECEIVED',
    `Nobody received design '${name}': column '${column}' is 0 in every row. None of its effects can be estimated; correct the column, or leave the design out.`,
  );

/** Too little to compare, or null. */
export function tooLittle({ where, rows, treated }: CellRows, design: string): Warning | null {
  if (rows === 0)
    return warning(
      'NO_ROWS',
      `No row of ${where} has this outcome: nothing can be estimated. Choose other rows, or leave it out.`,
    );
  if (treated === 0 || treated === rows)
    return warning(
      'ARM_MISSING',
      `${treated === 0 ? `Nobody among the ${counted(rows, 'row')} of ${where} received '${design}'` : `All ${counted(rows, 'row')} of ${where} received '${design}'`}: a comparison needs both arms. Choose more rows, or join groups until each has both.`,
    );
  if (rows < LEAST_ROWS)
    return warning(
      'TOO_FEW_ROWS',
      `Only ${counted(rows, 'row')} of ${where}: below ${LEAST_ROWS} no estimate is given. Join groups, or choose more rows.`,
    );
  return null;
}

/**
 * The reason why an outcome that hardly varies over the rows has no estimate, or null. Of a ratio of totals it is the
 * numerator and denominator that may be 0 too often, or both constant.
 */
export function hardlyVaries(name: string, outcome: Outcome, rows: Int32Array, where: string): Warning | null {
  if (outcome.kind !== 'ratioOfTotals') {
    const { value, different } = commonest(outcome.values, rows);
    return different < LEAST_DIFFERENT ? constant(`Outcome '${name}'`, value, different, rows.length, where) : null;
  }
  const parts = (['numerator', 'denominator'] as const).map((part) => ({ part, ...commonest(outcome[part], rows) }));
  const zero = parts.find(({ value, different }) => value === 0 && different < LEAST_DIFFERENT);
  const still = parts.every(({ different }) => different < LEAST_DIFFERENT) ? parts[0] : undefined;
  const found = zero ?? still;
  return found
    ? constant(`The ${found.part} of outcome '${name}'`, found.value, found.different, rows.length, where)
    : null;
}

/** The value of more than half of the rows, where there is one, and how many differ from it (Boyer & Moore 1981). */
function commonest(values: Float64Array, rows: Int32Array): { readonly value: number; readonly different: number } {
  let value = Number.NaN;
  let lead = 0;
  for (const row of rows) {
    if (lead === 0) value = values[row];
    lead += values[row] === value ? 1 : -1;
  }
  let different = 0;
  for (const row of rows) if (values[row] !== value) different++;
  return { value, different };
}

function constant(what: string, value: number, different: number, rows: number, where: string): Warning {
  return different === 0
    ? warning(
        'CONSTANT_OUTCOME',
        `${what} is ${value} in all ${counted(rows, 'row')} of ${where}: no effect on it can be told. Leave it out, or choose rows in which it varies.`,
      )
    : warning(
        'RARE_OUTCOME',
        `${what} is ${value} in ${rows - different} of ${counted(rows, 'row')} of ${where}: ${different} that ${different === 1 ? 'differs' : 'differ'} are too few for an estimate with an error (${LEAST_DIFFERENT} are needed). Join windows or groups.`,
      );
}
