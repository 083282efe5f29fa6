/**
 * Local linear predictions of any forest of means or slopes, with λ given or chosen: the one with the least out-of-bag loss
 *   Σ q_i (Y_i − W_i τ̂_λ(x_i))² / Σ q_i
 * (W = 1 for a mean; for centred Y and W the R-loss of Nie & Wager 2021), τ̂_λ(x_i) from trees that did not draw row i.
 */
import { InvalidDataError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import type { Covariate } from '../data/trial.js';
import { type CodedRows, codeRows } from '../tree/ranked-columns.js';
import type { Forest } from './forest.js';
import { leafRowsOf } from './leaf-rows.js';
import { type LocalEstimates, localLinear } from './local-linear.js';
import {
  type LocalLinearCorrection,
  type LocalLinearOptions,
  linearRows,
  resolveLocalLinear,
} from './local-linear-options.js';
import { predictionWarnings } from './prediction-warnings.js';
import { startWork, type Work } from './work-control.js';

/** A forest of means or slopes and what its leaves were filled with. */
export interface LinearTarget {
  readonly forest: Forest;
  readonly covariates: readonly Covariate[];
  /** Y; centred for a slope. */
  readonly outcome: Float64Array;
  /** Centred W; null for a mean. */
  readonly treatment: Float64Array | null;
  readonly weights: Float64Array | null;
}

export interface LocalLinearPredictions {
  readonly estimate: Float64Array;
  readonly variance: Float64Array | null;
  readonly treeCount: Int32Array;
  readonly correction: LocalLinearCorrection;
  readonly warnings: readonly Warning[];
}

/** @param data the points; null: the training rows, out of bag */
export async function predictLocalLinear(
  target: LinearTarget,
  data: TableInput | null,
  options: LocalLinearOptions & EncodeOptions,
): Promise<LocalLinearPredictions> {
  const settings = resolveLocalLinear(options, target.covariates, data === null ? [] : ['naStrings']);
  const { work, warnings } = startWork(options);
  const { on, penaltyScale } = settings;
  const rowCount = target.outcome.length;
  const training = codeRows(target.covariates, target.forest.coding, rowCount);
  const linear = linearRows(target.covariates, on, rowCount, 'training rows');
  const { points, pointLinear, pointWarnings } =
    data === null ? trainingPoints(training, linear) : newPoints(target, data, on, options);
  const problem = {
    forest: target.forest,
    leafRows: leafRowsOf(target.forest, training),
    linear,
    outcome: target.outcome,
    treatment: target.treatment,
    width: on.length,
    penaltyScale,
    sampleWeight: target.weights,
  };
  const inBag = { points: training, pointLinear: linear, outOfBag: true };
  const estimate = (at: typeof inBag, penalties: readonly number[], variance: boolean, phase: string, control: Work) =>
    localLinear({ ...problem, ...at, penalties: Float64Array.from(penalties), variance }, phase, control);

  const tuning = settings.given
    ? null
    : losses(
        target,
        settings.penalties,
        await estimate(inBag, settings.penalties, false, 'local linear penalty', work),
      );
  const penalty = tuning === null ? settings.penalties[0] : least(tuning);
  const numbers = await estimate(
    { points, pointLinear, outOfBag: data === null },
    [penalty],
    settings.variance,
    'local linear estimates',
    work,
  );
  return Object.freeze({
    ...numbers,
    correction: Object.freeze({ on, penalty, penaltyScale, tuning }),
    warnings: predictionWarnings(numbers.estimate, numbers.variance, [...pointWarnings, ...warnings]),
  });
}

const trainingPoints = (points: CodedRows, pointLinear: Float64Array) => ({ points, pointLinear, pointWarnings: [] });

function newPoints(
  { forest, covariates }: LinearTarget,
  data: TableInput,
  on: readonly string[],
  { naStrings }: EncodeOptions,
) {
  const encoded = encodeCovariates(covariates, data, naStrings === undefined ? {} : { naStrings });
  return {
    points: codeRows(encoded.covariates, forest.coding, encoded.rowCount),
    pointLinear: linearRows(encoded.covariates, on, encoded.rowCount, 'points'),
    pointWarnings: encoded.warnings,
  };
}

/** Mean loss of each λ over the rows that have an estimate. */
function losses(
  { outcome, treatment, weights }: LinearTarget,
  penalties: readonly number[],
  { estimate }: LocalEstimates,
): NonNullable<LocalLinearCorrection['tuning']> {
  const count = penalties.length;
  const total = new Float64Array(count);
  let size = 0;
  for (let i = 0; i < outcome.length; i++) {
    const q = weights ? weights[i] : 1;
    if (!(q > 0) || Number.isNaN(estimate[i * count])) continue;
    size += q;
    for (let l = 0; l < count; l++)
      total[l] += q * (outcome[i] - (treatment ? treatment[i] : 1) * estimate[i * count + l]) ** 2;
  }
  if (size === 0)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      'no row has an out-of-bag estimate to choose the penalty by; fit the forest with more trees, or give the penalty',
    );
  return Object.freeze(penalties.map((penalty, l) => Object.freeze({ penalty, loss: total[l] / size })));
}

/** The λ of the least loss, the largest of several. */
const least = (tuning: NonNullable<LocalLinearCorrection['tuning']>): number =>
  tuning.reduce((best, next) =>
    next.loss < best.loss || (next.loss === best.loss && next.penalty > best.penalty) ? next : best,
  ).penalty;
