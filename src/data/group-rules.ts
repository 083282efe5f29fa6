/** A group's rows by one flag per row, by row numbers, or by a rule for a row's covariates. */
import { InvalidOptionError } from '../base/errors.js';
import { dateOfDays } from './cells.js';
import type { Covariate, Trial } from './trial.js';

/** A row's covariates as the user knows them: category labels, truth values, Dates, numbers; null where missing. */
export type CovariateRow<CovariateName extends string = string> = Readonly<
  Record<CovariateName, string | number | boolean | Date | null>
>;

/** One flag per row, row numbers, or a rule for a row's covariates and number. */
export type GroupRule<CovariateName extends string = string> =
  | readonly boolean[]
  | readonly number[]
  | Int32Array
  | ((covariates: CovariateRow<CovariateName>, row: number) => boolean);

/** The row numbers that a rule chooses, ascending. */
export function rowsOfRule(trial: Pick<Trial, 'rowCount' | 'covariates'>, rule: unknown, option: string): Int32Array {
  const { rowCount } = trial;
  if (typeof rule === 'function') {
    const everyRow = Int32Array.from({ length: rowCount }, (_, row) => row);
    return everyRow.filter((row) => {
      const belongs: unknown = rule(covariateRow(trial, row), row);
      if (typeof belongs !== 'boolean')
        throw new InvalidOptionError(`${option}(row ${row})`, belongs, 'a rule that returns true or false');
      return belongs;
    });
  }
  if (!Array.isArray(rule) && !(rule instanceof Int32Array))
    throw new InvalidOptionError(option, rule, 'one flag per row, row numbers, or a rule');
  const entries: readonly unknown[] = Array.from(rule);
  if (entries.length > 0 && entries.every((entry) => typeof entry === 'boolean')) {
    if (entries.length !== rowCount)
      throw new InvalidOptionError(option, rule, `one flag for each of the ${rowCount} rows`);
    return Int32Array.from(entries.flatMap((flag, row) => (flag ? [row] : [])));
  }
  entries.forEach((row, k) => {
    if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row >= rowCount)
      throw new InvalidOptionError(`${option}[${k}]`, row, `a row number from 0 to ${rowCount - 1}`);
  });
  const rows = Int32Array.from(new Set(entries as readonly number[])).sort();
  if (rows.length < entries.length) throw new InvalidOptionError(option, rule, 'row numbers without repetition');
  return rows;
}

function covariateRow(trial: Pick<Trial, 'covariates'>, row: number): CovariateRow {
  return Object.fromEntries(trial.covariates.map((covariate) => [covariate.name, cellOf(covariate, row)]));
}

function cellOf(covariate: Covariate, row: number): string | number | boolean | Date | null {
  if (covariate.kind === 'category') return covariate.levels[covariate.codes[row] as number] ?? null;
  const value = covariate.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (covariate.kind === 'boolean') return value === 1;
  return covariate.kind === 'date' ? dateOfDays(value) : value;
}
