/** A trial with an instrument, from a table: as `createTrial`, and one column more. */
import { rejectUnknownKeys } from '../../base/options.js';
import { checkFrame, FRAME_KEYS, requireTreatment } from '../../data/check-declaration.js';
import { readFrame } from '../../data/create-trial.js';
import type {
  CovariateDeclaration,
  CovariateNameOf,
  GivenColumn,
  OutcomeDeclaration,
  TreatmentDeclaration,
  TrialDeclaration,
} from '../../data/declaration.js';
import { makeTrial } from '../../data/freeze-trial.js';
import { readPropensity } from '../../data/sampling.js';
import { type ColumnNameOf, openTable, type TableOf } from '../../data/table.js';
import { readTreatment, requireVaryingTreatment } from '../../data/treatment.js';
import type { InstrumentalTrial } from './types.js';

/** As `TrialDeclaration`, with an instrument and what is known of it in place of the treatment's propensity. */
export type InstrumentalTrialDeclaration<
  Data,
  Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
> = Omit<TrialDeclaration<Data, Covariates, Outcomes>, 'propensity'> & {
  /** What moves the treatment and touches the outcome by no other way, e.g. an offer or an assignment. */
  readonly instrument: TreatmentDeclaration<ColumnNameOf<Data>>;
  /** The known probability that a binary instrument is 1: one number, a column, or one number per row. */
  readonly instrumentPropensity?: number | ColumnNameOf<Data> | readonly number[] | GivenColumn;
};

/**
 * Makes a trial with an instrument. Cells are read as `createTrial` reads them; instrument and treatment are binary columns
 * unless declared `kind: 'continuous'`.
 *
 * @throws InvalidDataError naming column and rows; InvalidOptionError naming the part of the declaration
 * @example
 * const trial = createInstrumentalTrial(rows, {
 *   covariates: ['age'], treatment: 'attended', instrument: 'invited', outcomes: { wage: 'wage' }, instrumentPropensity: 0.5,
 * });
 */
export function createInstrumentalTrial<
  Data extends TableOf<Data>,
  const Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  const Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
>(
  data: Data,
  declaration: InstrumentalTrialDeclaration<Data, Covariates, Outcomes>,
): InstrumentalTrial<CovariateNameOf<Covariates[number]>, keyof Outcomes & string> {
  rejectUnknownKeys('declaration', declaration, [...FRAME_KEYS, 'treatment', 'instrument', 'instrumentPropensity']);
  const columns = {
    treatment: requireTreatment('treatment', declaration.treatment),
    instrument: requireTreatment('instrument', declaration.instrument),
  };
  const declared = checkFrame(declaration, [
    [columns.treatment.column, 'the treatment'],
    [columns.instrument.column, 'the instrument'],
  ]);
  const { naStrings } = declared;
  const table = openTable(data);
  const read = (role: 'treatment' | 'instrument') => {
    const { column, kind } = columns[role];
    return readTreatment(column, table.column(column, role), kind, naStrings, role);
  };
  const [treatment, instrument] = [read('treatment'), read('instrument')];
  const frame = readFrame<CovariateNameOf<Covariates[number]>, keyof Outcomes & string>(declared, table);
  requireVaryingTreatment(treatment, frame.weights);
  requireVaryingTreatment(instrument, frame.weights, 'instrument');
  const given = declaration.instrumentPropensity;
  return Object.freeze({
    ...makeTrial(frame, { treatment, propensity: null }),
    instrument,
    instrumentPropensity: given === undefined ? null : readPropensity(given, table, naStrings),
  });
}
