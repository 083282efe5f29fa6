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

/** All but the treatment. `weights`, `clusters` and the values of `outcomes` are as given: their readers check them. */
export interface CheckedFrame {
  readonly covariates: readonly CovariateColumn[];
  readonly outcomes: readonly (readonly [name: string, declared: unknown])[];
  readonly weights: unknown;
  readonly clusters: unknown;
  readonly naStrings: ReadonlySet<string>;
}

/** A column that treats rows, and how it is to be read. */
export interface TreatmentColumn {
  readonly column: string;
  readonly kind: Treatment['kind'];
}

/** `propensity` is still as given. */
export interface CheckedDeclaration extends CheckedFrame {
  readonly treatment: TreatmentColumn;
  readonly propensity: unknown;
}

/** @throws InvalidOptionError naming the part, or InvalidDataError REPEATED_COLUMN */
export function checkDeclaration(declaration: object): CheckedDeclaration {
  rejectUnknownKeys('declaration', declaration, [...FRAME_KEYS, 'treatment', 'propensity']);
  const given = declaration as { readonly [Key in keyof TrialDeclaration]?: unknown };
  const treatment = requireTreatment('treatment', given.treatment);
  const frame = checkFrame(declaration, [[treatment.column, 'the treatment']]);
  if (given.propensity !== undefined && treatment.kind === 'continuous')
    throw new InvalidOptionError('propensity', given.propensity, 'left out when the treatment is continuous');
  return { ...frame, treatment, propensity: given.propensity };
}

/** Keys of a declaration that say nothing of the treatment. */
export const FRAME_KEYS = ['covariates', 'outcomes', 'weights', 'clusters', 'naStrings'] as const;

/**
 * The parts that do not depend on the kind of treatment; unknown keys are for the caller to refuse.
 * @param treatments columns that treat rows, and what each is: none of them may be anything else
 */
export function checkFrame(declaration: object, treatments: readonly (readonly [string, string])[]): CheckedFrame {
  const given = declaration as { readonly [Key in keyof TrialDeclaration]?: unknown };
  const covariates = requireCovariates(given.covariates);
  const outcomes = requireOutcomes(given.outcomes);
  refuseRepeatedColumns(treatments, covariates, outcomes);
  const { weights, clusters } = given;
  return { covariates, outcomes, weights, clusters, naStrings: requireNaStrings(given.naStrings) };
}

/** A binary column unless declared continuous. */
export function requireTreatment(option: string, given: unknown): TreatmentColumn {
  const { column, kind } = requireColumn(option, given);
  return { column, kind: requireOneOf(`${option}.kind`, kind ?? 'binary', ['binary', 'continuous']) };
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
export function requireColumn(option: string, given: unknown): { readonly column: string; readonly kind: unknown } {
  if (typeof given === 'string') return { column: given, kind: undefined };
  const column = ownColumn(given);
  if (column === null) throw new InvalidOptionError(option, given, "a column's name or { column, kind }");
  rejectUnknownKeys(option, given as object, ['column', 'kind']);
  return { column, kind: (given as { readonly kind?: unknown }).kind };
}

/** Treatment and outcome must not explain themselves, and no covariate may count twice. */
function refuseRepeatedColumns(
  treatments: readonly (readonly [string, string])[],
  covariates: readonly CovariateColumn[],
  outcomes: readonly (readonly [name: string, declared: unknown])[],
): void {
  const usedAs = new Map<string, string>();
  for (const [column, role] of treatments) {
    const earlier = usedAs.get(column);
    if (earlier !== undefined) throw repeated(column, earlier, role);
    usedAs.set(column, role);
  }
  for (const [name, declared] of outcomes) {
    const column = ownColumn(declared);
    for (const [treatment, role] of treatments)
      if (column === treatment || partsOf(declared).includes(treatment))
        throw repeated(treatment, role, `outcome '${name}'`);
    if (column !== null) usedAs.set(column, `outcome '${name}'`);
  }
  for (const { column } of covariates) {
    const earlier = usedAs.get(column);
    if (earlier !== undefined) throw repeated(column, earlier, 'a covariate');
    usedAs.set(column, 'a covariate');
  }
}

/** A ratio's numerator or denominator among the covariates is rarely known before treatment. */
export function partWarnings({ covariates, outcomes }: CheckedFrame): Warning[] {
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
