/** Rows of a trial as a trial of their own: folds, windows and subgroups without a second reading of the data. */
import { InvalidOptionError } from '../base/errors.js';
import { freezeFrame, makeTrial, outcomeWarnings } from './freeze-trial.js';
import { clustersOf } from './sampling.js';
import type { Clusters, Covariate, Outcome, Treatment, Trial, TrialFrame } from './trial.js';

/**
 * The given rows, in the given order; a row may be given more than once. Category levels stay as they are, so that
 * codes mean the same in both trials; clusters are numbered anew. Unlike `createTrial`, a selection may hold one
 * treatment or one cluster only: what cannot be estimated from it is for the estimator to say.
 *
 * @param rows row numbers of `trial`, from 0; at least one
 * @throws InvalidOptionError where a row number is not one of the trial's
 */
export function selectRows<CovariateName extends string, OutcomeName extends string>(
  trial: Trial<CovariateName, OutcomeName>,
  rows: ArrayLike<number>,
): Trial<CovariateName, OutcomeName> {
  const chosen = requireRows('rows', rows, trial.rowCount);
  return makeTrial(selectFrame(trial, chosen), {
    treatment: selectTreatment(trial.treatment, chosen),
    propensity: trial.propensity && pick(trial.propensity, chosen),
  });
}

/** The same for all but the treatment, where the row numbers are known to be right. */
export function selectFrame<CovariateName extends string, OutcomeName extends string>(
  frame: TrialFrame<CovariateName, OutcomeName>,
  chosen: Int32Array,
): TrialFrame<CovariateName, OutcomeName> {
  const outcomes = Object.values<Outcome>(frame.outcomes).map((outcome) => selectOutcome(outcome, chosen));
  return freezeFrame<CovariateName, OutcomeName>({
    rowCount: chosen.length,
    covariates: frame.covariates.map((covariate) => selectCovariate(covariate, chosen)),
    outcomes,
    weights: frame.weights && pick(frame.weights, chosen),
    clusters: frame.clusters && selectClusters(frame.clusters, chosen),
    warnings: outcomeWarnings(outcomes, chosen.length),
  });
}

/** Checked row numbers, copied. */
function requireRows(option: string, rows: ArrayLike<number>, rowCount: number): Int32Array {
  if (rows.length === 0) throw new InvalidOptionError(option, rows, 'at least one row number');
  const chosen = new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] as number;
    if (!Number.isInteger(row) || row < 0 || row >= rowCount)
      throw new InvalidOptionError(`${option}[${k}]`, row, `a row number from 0 to ${rowCount - 1}`);
    chosen[k] = row;
  }
  return chosen;
}

const pick = (values: Float64Array, rows: Int32Array): Float64Array =>
  Float64Array.from(rows, (row) => values[row] as number);

const selectCovariate = (covariate: Covariate, rows: Int32Array): Covariate =>
  Object.freeze(
    covariate.kind === 'category'
      ? { ...covariate, codes: rows.map((row) => covariate.codes[row] as number) }
      : { ...covariate, values: pick(covariate.values, rows) },
  );

/** A treatment's values for the chosen rows. */
export const selectTreatment = (treatment: Treatment, rows: Int32Array): Treatment =>
  Object.freeze({ ...treatment, values: pick(treatment.values, rows) });

function selectOutcome(outcome: Outcome, rows: Int32Array): Outcome {
  if (outcome.kind === 'ratioOfTotals')
    return Object.freeze({
      ...outcome,
      numerator: pick(outcome.numerator, rows),
      denominator: pick(outcome.denominator, rows),
    });
  const defined = outcome.rows && definedAmong(outcome.rows, rows);
  return Object.freeze({ ...outcome, values: pick(outcome.values, rows), rows: defined });
}

/** Positions in `chosen` whose row is among `defined`; null where all are. */
function definedAmong(defined: Int32Array, chosen: Int32Array): Int32Array | null {
  const isDefined = new Set(defined);
  const positions: number[] = [];
  chosen.forEach((row, position) => {
    if (isDefined.has(row)) positions.push(position);
  });
  return positions.length === chosen.length ? null : Int32Array.from(positions);
}

const selectClusters = ({ name, ids, labels }: Clusters, rows: Int32Array): Clusters =>
  clustersOf(
    name,
    Array.from(rows, (row) => labels[ids[row] as number] as string),
  );
