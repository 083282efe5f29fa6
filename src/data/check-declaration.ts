/**
 * A declaration as callers without types may have written it → one whose shape is sure.
 * Columns are not looked at here, but no column may be both cause and effect, or count twice.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { TrialDeclaration } from './declaration.js';
import { requireNaStrings } from './na-strings.js';
import { ownColumn } from './outcomes.js';
import type { Covariate, Treatment } from './trial.js';

/** A covariate's column and the kind it is forced to, if any. */
export interface CovariateColumn {
  readonly column: string;
  readonly kind: Covariate['kind'] | undefined;
}

/** `weights`, `clusters`, `propensity` and the values of `outcomes` are still as given: their readers check them. */
export interface CheckedDeclaration {
  readonly treatment: { readonly column: string; readonly kind: Treatment['kind'] };
  readonly covariates: readonly CovariateColumn[];
  readonly outcomes: readonly (readonly [name: string, declared: unknown])[];
  readonly weights: unknown;
  readonly clusters: unknown;
  readonly propensity: unknown;
  readonly naStrings: ReadonlySet<string>;
}

/** @throws InvalidOptionError naming the part, or InvalidDataError REPEATED_COLUMN */
export function checkDeclaration(declaration: object): CheckedDeclaration {
  rejectUnknownKeys('declaration', declaration, DECLARATION_KEYS);
  const given = declaration as { readonly [Key in keyof TrialDeclaration]?: unknown };
  const treatment = requireTreatment(given.treatment);
  const covariates = requireCovariates(given.covariates);
  const outcomes = requireOutcomes(given.outcomes);
  refuseRepeatedColumns(treatment.column, covariates, outcomes);
  if (given.propensity !== undefined && treatment.kind === 'continuous')
    throw new InvalidOptionError('propensity', given.propensity, 'left out when the treatment is continuous');
  const { weights, clusters, propensity } = given;
  const naStrings = requireNaStrings(given.naStrings);
  return { treatment, covariates, outcomes, weights, clusters, propensity, naStrings };
}

const DECLARATION_KEYS = ['covariates', 'treatment', 'outcomes', 'weights', 'clusters', 'propensity', 'naStrings'];

function requireTreatment(given: unknown): { readonly column: string; readonly kind: Treatment['kind'] } {
  const { column, kind } = requireColumn('treatment', given);
  return { column, kind: requireOneOf('treatment.kind', kind ?? 'binary', ['binary', 'continuous']) };
}

function requireCovariates(given: unknown): CovariateColumn[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidOptionError('covariates', given, "an array of at least one column's name");
  return given.map((entry: unknown, index) => {
    const option = `covariates[${index}]`;
    const { column, kind } = requireColumn(option, entry);
    return {
      column,
      kind:
        kind === undefined
          ? undefined
          : requireOneOf(`${option}.kind`, kind, ['number', 'boolean', 'date', 'category']),
    };
  });
}

function requireOutcomes(given: unknown): [name: string, declared: unknown][] {
  const isRecord = typeof given === 'object' && given !== null && !Array.isArray(given);
  const entries = isRecord ? Object.entries(given) : [];
  if (entries.length === 0)
    throw new InvalidOptionError('outcomes', given, "an object of names and columns, such as { sales: 'sales' }");
  return entries;
}

/** A column's name or `{ column, kind }`. */
function requireColumn(option: string, given: unknown): { readonly column: string; readonly kind: unknown } {
  if (typeof given === 'string') return { column: given, kind: undefined };
  const column = ownColumn(given);
  if (column === null) throw new InvalidOptionError(option, given, "a column's name or { column, kind }");
  rejectUnknownKeys(option, given as object, ['column', 'kind']);
  return { column, kind: (given as { readonly kind?: unknown }).kind };
}

/** Treatment and outcome must not explain themselves, and no covariate may count twice. */
function refuseRepeatedColumns(
  treatment: string,
  covariates: readonly CovariateColumn[],
  outcomes: readonly (readonly [name: string, declared: unknown])[],
): void {
  const usedAs = new Map([[treatment, 'the treatment']]);
  for (const [name, declared] of outcomes) {
    const column = ownColumn(declared);
    if (column === treatment || partsOf(declared).includes(treatment))
      throw repeated(treatment, 'the treatment', `outcome '${name}'`);
    if (column !== null) usedAs.set(column, `outcome '${name}'`);
  }
  for (const { column } of covariates) {
    const earlier = usedAs.get(column);
    if (earlier !== undefined) throw repeated(column, earlier, 'a covariate');
    usedAs.set(column, 'a covariate');
  }
}

/** A ratio's numerator or denominator among the covariates is rarely known before treatment. */
export function partWarnings({ covariates, outcomes }: CheckedDeclaration): Warning[] {
  return outcomes.flatMap(([name, declared]) =>
    partsOf(declared)
      .filter((part) => covariates.some(({ column }) => column === part))
      .map((part) =>
        warning(
          'OUTCOME_PART_AS_COVARIATE',
          `column '${part}' is a covariate and a part of outcome '${name}'; ` +
            'a covariate that treatment can change biases every effect: keep it only if it was known before treatment',
        ),
      ),
  );
}

/** Numerator and denominator of a ratio. */
function partsOf(declared: unknown): unknown[] {
  const { numerator, denominator } = (declared ?? {}) as {
    readonly numerator?: unknown;
    readonly denominator?: unknown;
  };
  return [numerator, denominator].filter((part) => part !== undefined);
}

const repeated = (column: string, first: string, second: string): InvalidDataError =>
  new InvalidDataError(
    'REPEATED_COLUMN',
    first === second
      ? `covariates: column '${column}' is listed twice; list it once`
      : `column '${column}' is declared as ${first} and as ${second}; keep one of the two`,
    { column },
  );
