/** One reference case against this library: every figure compared, and none passed over. */
import { fromGrf } from '../../src/import/from-grf.js';
import {
  CASES_LEFT_OUT,
  FIELDS_OF_FOREST,
  FIGURES,
  type Figure,
  INPUTS,
  LEFT_OUT,
  type ReferenceCase,
} from './figures.js';

/** `unknown`: no line of the table computes it. `leftOut`: its estimator does not exist here. */
export type Verdict = 'equal' | 'off' | 'unknown' | 'leftOut';

export interface CheckedFigure {
  readonly name: string;
  readonly verdict: Verdict;
  /** Largest |a − b| / max(|b|, largest magnitude); null where nothing was compared. */
  readonly difference: number | null;
  readonly allowance: number | null;
  /** Why it is left out, or could not be computed. */
  readonly reason: string | null;
}

/** @param fields a case as parsed from its file */
export function checkCase(fields: Readonly<Record<string, unknown>>): CheckedFigure[] {
  const figures = Object.entries(fields).flatMap(([name, value]) => (INPUTS.has(name) ? [] : flatten(name, value)));
  const without = CASES_LEFT_OUT[fields.case as string];
  if (without !== undefined && fields.forest === undefined)
    return figures.map(([name]) => ({ name, verdict: 'leftOut', difference: null, allowance: null, reason: without }));
  const inputs = Object.fromEntries(Object.entries(fields).filter(([name]) => FIELDS_OF_FOREST.has(name)));
  const reference = { fields, forest: fromGrf(inputs) };
  return figures.map(([name, expected]) => checkFigure(name, expected, reference));
}

function checkFigure(name: string, expected: unknown, reference: ReferenceCase): CheckedFigure {
  const nothing = { name, difference: null, allowance: null };
  const figure = FIGURES[name];
  if (!figure) {
    const prefix = Object.keys(LEFT_OUT).find((start) => name === start || name.startsWith(start));
    return prefix === undefined
      ? { ...nothing, verdict: 'unknown', reason: 'no figure of this name' }
      : { ...nothing, verdict: 'leftOut', reason: LEFT_OUT[prefix] };
  }
  const actual = attempt(() => figure.compute(reference));
  if (actual instanceof Error) return { ...nothing, verdict: 'off', reason: actual.message };
  if (actual === undefined) return { ...nothing, verdict: 'unknown', reason: `not for a ${reference.forest.kind}` };
  const difference = differenceOf(actual, expected, figure);
  const { allowance } = figure;
  return { name, verdict: difference <= allowance ? 'equal' : 'off', difference, allowance, reason: null };
}

function attempt<T>(compute: () => T): T | Error {
  try {
    return compute();
  } catch (error) {
    return error as Error;
  }
}

/** Numbers, names and arrays by their path below a field. */
function flatten(name: string, value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(`${name}.${key}`, inner));
}

/** Largest relative difference; infinite where shapes or names differ, or one is missing where the other is not. */
export function differenceOf(
  actual: unknown,
  expected: unknown,
  { byColumn = false }: Pick<Figure, 'byColumn'>,
): number {
  const [a, b] = [rowsOf(actual), rowsOf(expected)];
  if (a.length !== b.length || a.some((row, i) => row.length !== b[i].length)) return Number.POSITIVE_INFINITY;
  const largest = (cells: readonly unknown[]) =>
    cells.reduce((most: number, cell) => (typeof cell === 'number' ? Math.max(most, Math.abs(cell)) : most), 0);
  const whole = largest(b.flat());
  const scales = b[0]?.map((_, f) => (byColumn ? largest(b.map((row) => row[f])) : whole)) ?? [];
  return a.reduce(
    (worst, row, i) =>
      row.reduce((most: number, cell, f) => Math.max(most, cellDifference(cell, b[i][f], scales[f])), worst),
    0,
  );
}

function cellDifference(actual: unknown, expected: unknown, scale: number): number {
  if (typeof actual !== 'number' || typeof expected !== 'number') {
    const missing = (cell: unknown) => cell === null || (typeof cell === 'number' && Number.isNaN(cell));
    return actual === expected || (missing(actual) && missing(expected)) ? 0 : Number.POSITIVE_INFINITY;
  }
  if (actual === expected) return 0;
  const difference = Math.abs(actual - expected) / Math.max(Math.abs(expected), scale);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** A number, a list, or a list of rows, as a list of rows of equal length; a list is one column. */
function rowsOf(value: unknown): unknown[][] {
  const isList = (of: unknown): of is ArrayLike<unknown> => Array.isArray(of) || ArrayBuffer.isView(of);
  if (!isList(value)) return [[value]];
  return Array.from(value, (row) => (isList(row) ? Array.from(row) : [row]));
}
