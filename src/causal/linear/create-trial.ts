/** A trial of several treatments at once, from a table: as `createTrial`, with more than one column as treatment. */
import { InvalidOptionError } from '../../base/errors.js';
import { rejectUnknownKeys, requireOneOf } from '../../base/options.js';
import { checkFrame, FRAME_KEYS, requireColumn } from '../../data/check-declaration.js';
import { readFrame } from '../../data/create-trial.js';
import type {
  CovariateDeclaration,
  CovariateNameOf,
  OutcomeDeclaration,
  TreatmentDeclaration,
  TrialDeclaration,
} from '../../data/declaration.js';
import { type ColumnNameOf, openTable, type TableOf } from '../../data/table.js';
import { readTreatment, requireVaryingTreatment } from '../../data/treatment.js';
import type { LinearTrial } from './types.js';

/** As `TrialDeclaration`, with a list of treatments. */
export type LinearTrialDeclaration<
  Data,
  Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
> = Omit<TrialDeclaration<Data, Covariates, Outcomes>, 'treatment' | 'propensity'> & {
  /** At least one column; numbers, unless declared `kind: 'binary'`. */
  readonly treatments: readonly TreatmentDeclaration<ColumnNameOf<Data>>[];
};

/**
 * Makes a trial of several treatments. Cells are read as `createTrial` reads them.
 *
 * @throws InvalidDataError naming column and rows; InvalidOptionError naming the part of the declaration
 * @example
 * const trial = createLinearTrial(rows, {
 *   covariates: ['age'], treatments: ['price', 'discount'], outcomes: { sales: 'sales' },
 * });
 */
export function createLinearTrial<
  Data extends TableOf<Data>,
  const Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  const Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
>(
  data: Data,
  declaration: LinearTrialDeclaration<Data, Covariates, Outcomes>,
): LinearTrial<CovariateNameOf<Covariates[number]>, keyof Outcomes & string> {
  rejectUnknownKeys('declaration', declaration, [...FRAME_KEYS, 'treatments']);
  const given: unknown = declaration.treatments;
  if (!Array.isArray(given) || given.length === 0)
    throw new InvalidOptionError('treatments', given, "an array of at least one column's name");
  const columns = given.map((entry: unknown, k) => {
    const option = `treatments[${k}]`;
    const { column, kind } = requireColumn(option, entry);
    return { column, kind: requireOneOf(`${option}.kind`, kind ?? 'continuous', ['binary', 'continuous']) };
  });
  const declared = checkFrame(
    declaration,
    columns.map(({ column }) => [column, 'a treatment']),
  );
  const table = openTable(data);
  const treatments = columns.map(({ column, kind }) =>
    readTreatment(column, table.column(column, 'treatments'), kind, declared.naStrings),
  );
  const frame = readFrame<CovariateNameOf<Covariates[number]>, keyof Outcomes & string>(declared, table);
  for (const treatment of treatments) requireVaryingTreatment(treatment, frame.weights);
  return Object.freeze({ ...frame, treatments: Object.freeze(treatments) });
}
