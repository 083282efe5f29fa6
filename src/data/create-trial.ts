/**
 * `createTrial`: user data and a declaration of its columns → the one immutable table that every estimator reads.
 * Every error of input is thrown here, before any computation; what is merely worth knowing becomes a warning.
 */
import type { Warning } from '../base/warnings.js';
import { type CheckedFrame, type CovariateColumn, checkDeclaration, partWarnings } from './check-declaration.js';
import { covariateWarnings, readCovariate } from './covariates.js';
import type { CovariateDeclaration, CovariateNameOf, OutcomeDeclaration, TrialDeclaration } from './declaration.js';
import { freezeFrame, makeTrial, outcomeWarnings } from './freeze-trial.js';
import { readOutcome } from './outcomes.js';
import { readClusters, readPropensity, readWeights } from './sampling.js';
import { type ColumnNameOf, openTable, type Table, type TableOf } from './table.js';
import { readTreatment, requireVaryingTreatment } from './treatment.js';
import type { Covariate, Trial, TrialFrame } from './trial.js';

/**
 * Makes a trial of a table.
 *
 * Missing cells are null, undefined, NaN, empty text and the words in `naStrings`; covariates may have them, treatment
 * and outcomes may not. Covariates are numbers (also as text), booleans, dates (Date objects or ISO text: days since
 * 1970-01-01 in UTC, a time of day as the fraction of its day) or categories (any other text), unless `kind` says
 * otherwise. The data are copied.
 *
 * @param data an array of row objects, or an object of columns (arrays, typed arrays; also a parsed CSV file)
 * @param declaration which columns are covariates, treatment, outcomes, weights, clusters and propensity
 * @returns a frozen `Trial` whose type carries the covariates' and outcomes' names
 * @throws InvalidDataError naming column and rows; InvalidOptionError naming the part of the declaration
 *
 * @example
 * const trial = createTrial(rows, {
 *   covariates: ['age', { column: 'county', kind: 'category' }],
 *   treatment: 'treated',
 *   outcomes: { orders: 'orders', spendPerOrder: { numerator: 'spend', denominator: 'orders', as: 'totals' } },
 *   propensity: 0.5,
 * });
 */
export function createTrial<
  Data extends TableOf<Data>,
  const Covariates extends readonly CovariateDeclaration<ColumnNameOf<Data>>[],
  const Outcomes extends Readonly<Record<string, OutcomeDeclaration<ColumnNameOf<Data>>>>,
>(
  data: Data,
  declaration: TrialDeclaration<Data, Covariates, Outcomes>,
): Trial<CovariateNameOf<Covariates[number]>, keyof Outcomes & string> {
  const declared = checkDeclaration(declaration);
  const { naStrings } = declared;
  const table = openTable(data);
  const treatment = readTreatment(
    declared.treatment.column,
    table.column(declared.treatment.column, 'treatment'),
    declared.treatment.kind,
    naStrings,
  );
  const frame = readFrame<CovariateNameOf<Covariates[number]>, keyof Outcomes & string>(declared, table);
  requireVaryingTreatment(treatment, frame.weights);
  const propensity = declared.propensity === undefined ? null : readPropensity(declared.propensity, table, naStrings);
  return makeTrial(frame, { treatment, propensity });
}

/** All but the treatment: what trials of every kind read alike. @throws InvalidDataError, InvalidOptionError */
export function readFrame<CovariateName extends string, OutcomeName extends string>(
  declared: CheckedFrame,
  table: Table,
): TrialFrame<CovariateName, OutcomeName> {
  const { naStrings } = declared;
  const outcomes = declared.outcomes.map(([name, outcome]) => readOutcome(name, outcome, table, naStrings));
  const { covariates, warnings } = readCovariates(declared.covariates, table, naStrings);
  const weights = declared.weights === undefined ? null : readWeights(declared.weights, table, naStrings);
  return freezeFrame<CovariateName, OutcomeName>({
    rowCount: table.rowCount,
    covariates,
    outcomes,
    weights,
    clusters: declared.clusters === undefined ? null : readClusters(declared.clusters, table, weights, naStrings),
    warnings: [...warnings, ...partWarnings(declared), ...outcomeWarnings(outcomes, table.rowCount)],
  });
}

function readCovariates(
  columns: readonly CovariateColumn[],
  table: Table,
  naStrings: ReadonlySet<string>,
): { covariates: Covariate[]; warnings: Warning[] } {
  const covariates: Covariate[] = [];
  const warnings: Warning[] = [];
  for (const { column, kind } of columns) {
    const cells = table.column(column, 'covariates');
    const covariate = readCovariate(column, cells, kind, naStrings);
    covariates.push(covariate);
    warnings.push(...covariateWarnings(covariate, cells));
  }
  return { covariates, warnings };
}
