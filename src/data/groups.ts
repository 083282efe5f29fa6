/**
 * Rows of a trial in named groups, for group effects: by a category, by truth, by intervals of a number or date, or by
 * any rule. The groups must be chosen before looking at the outcome; a split by estimated effects is not for this file.
 */
import { InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { counted } from './culprits.js';
import { type Cut, intervalLabels, requireCuts } from './group-intervals.js';
import { type GroupRule, rowsOfRule } from './group-rules.js';
import type { Covariate, NumericCovariate, Trial } from './trial.js';

/**
 * - a category or boolean covariate: one group per level, labelled by it or by `labels`;
 * - `{ column, cuts }`: intervals of a number or date closed on the left, x < c₁, c₁ ≤ x < c₂, …, cₖ ≤ x;
 * - a list of labelled rules, whose groups may overlap.
 */
export type GroupBy<CovariateName extends string = string> =
  | CovariateName
  | { readonly column: CovariateName; readonly labels?: Readonly<Record<string, string>> }
  | { readonly column: CovariateName; readonly cuts: readonly Cut[]; readonly labels?: readonly string[] }
  | readonly { readonly label: string; readonly rows: GroupRule<CovariateName> }[];

/** Rows of a trial under one label. */
export interface Group {
  readonly label: string;
  /** Row numbers, ascending; may be empty. */
  readonly rows: Int32Array;
}

/** What `groupRows` makes: the groups in order, and how many rows are in none. */
export interface Groups {
  /** The covariate's name, or `groups` for a list of rules. */
  readonly name: string;
  readonly groups: readonly Group[];
  /** Rows that belong to no group because the covariate is missing (0 for a list of rules). */
  readonly missing: number;
  readonly warnings: readonly Warning[];
}

/**
 * @throws InvalidOptionError for an unknown covariate, cuts that do not ascend, a wrong number of labels, repeated
 *   labels, or flags that are not one per row
 */
export function groupRows<CovariateName extends string>(
  trial: Pick<Trial<CovariateName>, 'rowCount' | 'covariates' | 'covariateNames'>,
  by: GroupBy<NoInfer<CovariateName>>,
): Groups {
  if (Array.isArray(by)) return frozen('groups', byRules(trial, by as readonly unknown[]), 0);
  const { column, cuts, labels } = requireBy(by);
  const covariate = trial.covariates.find(({ name }) => name === column);
  if (covariate === undefined)
    throw new InvalidOptionError('by', column, `the name of a covariate${hint(column, trial.covariateNames)}`);
  if (covariate.kind === 'category' || covariate.kind === 'boolean') {
    if (cuts !== undefined)
      throw new InvalidOptionError('by.cuts', cuts, `left out: covariate '${column}' is a ${covariate.kind}`);
    return byLevel(covariate, labels);
  }
  if (cuts === undefined)
    throw new InvalidOptionError('by', by, `given with cuts, because covariate '${column}' is a ${covariate.kind}`);
  return byIntervals(covariate, cuts, labels);
}

function byLevel(covariate: Covariate, labels: unknown): Groups {
  const levels = covariate.kind === 'category' ? covariate.levels : ['false', 'true'];
  const given = labels ?? {};
  rejectUnknownKeys('by.labels', given as object, levels);
  const renamed = given as Readonly<Record<string, unknown>>;
  const words = levels.map((level) => renamed[level] ?? level);
  return collect(covariate, requireLabels(words, levels.length), codeOf(covariate));
}

/** Which level or truth value a row has; −1 where missing. */
function codeOf(covariate: Covariate): (row: number) => number {
  if (covariate.kind === 'category') return (row) => covariate.codes[row] as number;
  return (row) => (Number.isNaN(covariate.values[row]) ? -1 : (covariate.values[row] as number));
}

function byIntervals(covariate: NumericCovariate, cuts: unknown, labels: unknown): Groups {
  const areDates = covariate.kind === 'date';
  const borders = requireCuts(cuts, areDates);
  const words = labels === undefined ? intervalLabels(borders, areDates) : labels;
  return collect(covariate, requireLabels(words, borders.length + 1), (row) => {
    const value = covariate.values[row] as number;
    return Number.isNaN(value) ? -1 : borders.filter((border) => border <= value).length;
  });
}

function collect(covariate: Covariate, labels: readonly string[], groupOf: (row: number) => number): Groups {
  const rowCount = covariate.kind === 'category' ? covariate.codes.length : covariate.values.length;
  const rows: number[][] = labels.map(() => []);
  let missing = 0;
  for (let row = 0; row < rowCount; row++) {
    const group = groupOf(row);
    if (group < 0) missing++;
    else (rows[group] as number[]).push(row);
  }
  const groups = labels.map((label, k) => ({ label, rows: Int32Array.from(rows[k] as number[]) }));
  return frozen(covariate.name, groups, missing);
}

function frozen(name: string, groups: readonly Group[], missing: number): Groups {
  const warnings: Warning[] = [];
  if (missing > 0)
    warnings.push(warning('MISSING_GROUP', `no group holds the ${counted(missing, 'row')} where '${name}' is missing`));
  const empty = groups.filter(({ rows }) => rows.length === 0).map(({ label }) => `'${label}'`);
  if (empty.length > 0)
    warnings.push(
      warning('EMPTY_GROUP', `${counted(empty.length, 'group')} of '${name}' without rows: ${empty.join(', ')}`),
    );
  return Object.freeze({
    name,
    groups: Object.freeze(groups.map((group) => Object.freeze(group))),
    missing,
    warnings: Object.freeze(warnings),
  });
}

function byRules(trial: Pick<Trial, 'rowCount' | 'covariates'>, rules: readonly unknown[]): Group[] {
  if (rules.length === 0) throw new InvalidOptionError('by', rules, 'at least one group { label, rows }');
  const given = rules as readonly { readonly label?: unknown; readonly rows?: unknown }[];
  given.forEach((rule, k) => {
    rejectUnknownKeys(`by[${k}]`, rule, ['label', 'rows']);
  });
  const labels = requireLabels(
    given.map(({ label }) => label),
    rules.length,
  );
  return labels.map((label, k) => ({ label, rows: rowsOfRule(trial, given[k]?.rows, `by[${k}].rows`) }));
}

function requireBy(by: unknown): { column: string; cuts?: unknown; labels?: unknown } {
  if (typeof by === 'string') return { column: by };
  const given = by as { column?: unknown; cuts?: unknown; labels?: unknown } | null | undefined;
  if (typeof given !== 'object' || given === null || typeof given.column !== 'string')
    throw new InvalidOptionError('by', by, 'the name of a covariate, { column, cuts }, or a list of { label, rows }');
  rejectUnknownKeys('by', given, ['column', 'cuts', 'labels']);
  return { ...given, column: given.column };
}

function requireLabels(labels: unknown, count: number): string[] {
  if (!Array.isArray(labels) || labels.length !== count || labels.some((label) => typeof label !== 'string'))
    throw new InvalidOptionError('by.labels', labels, `${counted(count, 'word')}, one per group`);
  const repeated = labels.find((label, k) => labels.indexOf(label) !== k);
  if (repeated !== undefined) throw new InvalidOptionError('by.labels', repeated, 'different for every group');
  return labels;
}
