/** A trial of several arms, from a table: as `createTrial`, with a column of labels as treatment. */
import { InvalidDataError, InvalidOptionError } from '../../base/errors.js';
import { hint, rejectUnknownKeys } from '../../base/options.js';
import { checkFrame, FRAME_KEYS } from '../../data/check-declaration.js';
import { readCategory } from '../../data/covariates.js';
import { readFrame } from '../../data/create-trial.js';
import type {
  CovariateDeclaration,
  CovariateNameOf,
  OutcomeDeclaration,
  TrialDeclaration,
} from '../../data/declaration.js';
import { type ColumnNameOf, openTable, type TableOf } from '../../data/table.js';
import type { ArmTreatment, ArmTrial } from './types.js';

/** As `TrialDeclaration`, with labels as treatment. */
export type ArmTrialDeclaration<
  Data,
  Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
> = Omit<TrialDeclaration<Data, Covariates, Outcomes>, 'treatment' | 'propensity'> & {
  /** A column of labels, one of each row's arm. */
  readonly treatment: ColumnNameOf<Data>;
  /** The arm that the others are compared with. Default: the first label in sorted order. */
  readonly baseline?: string;
  /** The known probability of each arm by its label, adding up to 1. Default: estimated. */
  readonly armPropensities?: Readonly<Record<string, number>>;
};

/**
 * Makes a trial of two or more arms. Cells are read as `createTrial` reads them.
 *
 * @throws InvalidDataError naming column and rows; InvalidOptionError naming the part of the declaration
 * @example
 * const trial = createArmTrial(rows, {
 *   covariates: ['age'], treatment: 'reminder', baseline: 'none', outcomes: { visits: 'visits' },
 *   armPropensities: { none: 0.5, letter: 0.25, call: 0.25 },
 * });
 */
export function createArmTrial<
  Data extends TableOf<Data>,
  const Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  const Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
>(
  data: Data,
  declaration: ArmTrialDeclaration<Data, Covariates, Outcomes>,
): ArmTrial<CovariateNameOf<Covariates[number]>, keyof Outcomes & string> {
  rejectUnknownKeys('declaration', declaration, [...FRAME_KEYS, 'treatment', 'baseline', 'armPropensities']);
  const name: unknown = declaration.treatment;
  if (typeof name !== 'string') throw new InvalidOptionError('treatment', name, "a column's name");
  const declared = checkFrame(declaration, [[name, 'the treatment']]);
  const table = openTable(data);
  const { codes, levels } = readCategory(
    name,
    table.column(name, 'treatment'),
    declared.naStrings,
    undefined,
    undefined,
    'treatment',
  );
  const missing = codes.indexOf(-1);
  if (missing >= 0)
    throw new InvalidDataError(
      'MISSING_VALUES',
      `treatment: column '${name}' has no label in row ${missing}; leave such rows out`,
      { column: name, rows: [missing] },
    );
  const frame = readFrame<CovariateNameOf<Covariates[number]>, keyof Outcomes & string>(declared, table);
  const treatment = orderArms(name, codes, levels, declaration.baseline);
  requireWeight(treatment, frame.weights);
  return Object.freeze({
    ...frame,
    treatment,
    armPropensities: declaration.armPropensities === undefined ? null : readPropensities(treatment, declaration),
  });
}

/** The baseline first, the others as they were. */
function orderArms(
  name: string,
  codes: Int32Array,
  levels: readonly string[],
  baseline: string = levels[0],
): ArmTreatment {
  if (levels.length < 2)
    throw new InvalidDataError(
      'CONSTANT_TREATMENT',
      `treatment: column '${name}' is '${levels[0]}' in every row; an effect needs at least two arms`,
      { column: name },
    );
  if (!levels.includes(baseline))
    throw new InvalidOptionError('baseline', baseline, `one of ${levels.join(', ')}${hint(baseline, levels)}`);
  const arms = Object.freeze([baseline, ...levels.filter((level) => level !== baseline)]);
  const place = levels.map((level) => arms.indexOf(level));
  return Object.freeze({ kind: 'arms', name, arms, codes: codes.map((code) => place[code]) });
}

function requireWeight({ name, arms, codes }: ArmTreatment, weights: Float64Array | null): void {
  if (!weights) return;
  const empty = arms.find((_, arm) => !codes.some((code, row) => code === arm && weights[row] > 0));
  if (empty !== undefined)
    throw new InvalidDataError(
      'CONSTANT_TREATMENT',
      `treatment: column '${name}' is '${empty}' only in rows of weight 0, so nothing is known of that arm; leave these rows out`,
      { column: name },
    );
}

function readPropensities(
  { arms }: ArmTreatment,
  { armPropensities }: { readonly armPropensities?: unknown },
): readonly number[] {
  rejectUnknownKeys('armPropensities', armPropensities as object, arms);
  const given = arms.map((arm) => (armPropensities as Readonly<Record<string, unknown>>)[arm]);
  const total = given.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : Number.NaN), 0);
  // Shares such as 1/3 are rounded, so their sum may be off by a little.
  if (!given.every((value) => (value as number) > 0 && (value as number) < 1) || !(Math.abs(total - 1) < 1e-6))
    throw new InvalidOptionError(
      'armPropensities',
      armPropensities,
      `a number above 0 and below 1 for each of ${arms.join(', ')}, adding up to 1`,
    );
  return Object.freeze(given as number[]);
}
