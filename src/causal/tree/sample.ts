/**
 * The columns that a causal tree reads, one cell per row of the trial, and the rows that take part.
 *
 * Two weights per row. `mass` is the sample weight: how many rows of the population the row stands for.
 * `weight` is what arm means are taken with: the sample weight, times 1/e for treated and 1/(1 − e) for untreated
 * where the known propensity e differs between rows (AI16 on unconfounded assignment; the weights are normalised
 * within each arm of each leaf, so a constant e drops out and is left out).
 *
 * Rows of weight 0 take no part, so that the least number per arm counts only rows that say something.
 */
import { InvalidDataError, InvalidOptionError } from '../../base/errors.js';
import { hint } from '../../base/options.js';
import type { Covariate, Outcome, RowOutcome, Trial } from '../../data/trial.js';

export interface TreeSample {
  readonly covariates: readonly Covariate[];
  /** 1 treated, 0 untreated. */
  readonly treated: Uint8Array;
  /** Outcome minus its weighted mean over the rows that take part: keeps sums of squares exact, drops out of effects. */
  readonly outcome: Float64Array;
  readonly mass: Float64Array;
  readonly weight: Float64Array;
  /** Unit of every draw: the row's cluster, or the row itself. */
  readonly unit: Int32Array;
  readonly clustered: boolean;
  /** Rows that take part, ascending. */
  readonly rows: Int32Array;
}

/** @throws InvalidOptionError for an outcome the trial lacks or a ratio of totals; InvalidDataError NOT_BINARY */
export function readTreeSample(trial: Trial, outcomeName: string): TreeSample {
  if (trial.treatment.kind !== 'binary')
    throw new InvalidDataError(
      'NOT_BINARY',
      `a causal tree compares treated with untreated rows, but treatment '${trial.treatment.name}' is ` +
        `${trial.treatment.kind}; declare a column of 0 and 1, or fit a causal forest`,
      { column: trial.treatment.name },
    );
  const outcome = requireRowOutcome(trial, outcomeName);
  const { rowCount, weights, clusters } = trial;
  const treated = Uint8Array.from(trial.treatment.values);
  const mass = weights ?? new Float64Array(rowCount).fill(1);
  const candidates = outcome.rows ?? Int32Array.from({ length: rowCount }, (_, row) => row);
  const rows = candidates.filter((row) => mass[row] > 0);
  return {
    covariates: trial.covariates,
    treated,
    outcome: centred(outcome.values, mass, rows),
    mass,
    weight: armWeights(trial, treated, mass, rows),
    unit: clusters?.ids ?? Int32Array.from({ length: rowCount }, (_, row) => row),
    clustered: clusters !== null,
    rows,
  };
}

function requireRowOutcome(trial: Trial, name: string): RowOutcome {
  const names = Object.keys(trial.outcomes);
  const outcome: Outcome | undefined = Object.hasOwn(trial.outcomes, name) ? trial.outcomes[name] : undefined;
  if (outcome === undefined)
    throw new InvalidOptionError(
      'outcome',
      name,
      `one of the trial's outcomes, ${names.map((known) => `'${known}'`).join(', ')}${hint(name, names)}`,
    );
  if (outcome.kind === 'ratioOfTotals')
    throw new InvalidOptionError(
      'outcome',
      name,
      'a column or a ratio per row; a ratio of totals has no value per row that a tree could split on ' +
        '(declare it without `as: totals`, or fit its numerator and denominator apart)',
    );
  return outcome;
}

function centred(values: Float64Array, mass: Float64Array, rows: Int32Array): Float64Array {
  let total = 0;
  let sum = 0;
  for (const row of rows) {
    total += mass[row];
    sum += mass[row] * values[row];
  }
  const mean = total > 0 ? sum / total : 0;
  return values.map((value) => value - mean);
}

function armWeights(trial: Trial, treated: Uint8Array, mass: Float64Array, rows: Int32Array): Float64Array {
  const { propensity } = trial;
  if (propensity === null || rows.every((row) => propensity[row] === propensity[rows[0]])) return mass;
  return mass.map((value, row) => value / (treated[row] === 1 ? propensity[row] : 1 - propensity[row]));
}
