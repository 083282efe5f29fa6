/** Which rows of a trial an average is taken over. */
import { InvalidOptionError } from '../base/errors.js';
import { type GroupRule, rowsOfRule } from '../data/group-rules.js';
import type { Trial } from '../data/trial.js';

/**
 * Rows to average over: one flag per row, row numbers from 0, or a rule for a row's covariates and number, as in
 * groups. Rows must not be chosen by their outcome or by effects of the same fit: their interval would be wrong.
 */
export type RowSelection<CovariateName extends string = string> = GroupRule<CovariateName>;

/**
 * The chosen row numbers, ascending.
 * @param selection what the user gave; undefined means all rows
 * @throws InvalidOptionError where flags do not match the rows, a row number is out of range or repeated, or no row is
 *   chosen
 */
export function resolveRows(trial: Pick<Trial, 'rowCount' | 'covariates'>, selection: unknown): Int32Array {
  if (selection === undefined) return Int32Array.from({ length: trial.rowCount }, (_, row) => row);
  const rows = rowsOfRule(trial, selection, 'rows');
  if (rows.length === 0) throw new InvalidOptionError('rows', selection, 'a selection of at least one row');
  return rows;
}
