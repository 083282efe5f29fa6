/**
 * The penalised linear R-learner (Nie & Wager 2021), bagged: effects τ(x) = β₀ + z(x)'β in a basis z, by the lasso
 *   min Σᵢ ωᵢ [Ỹᵢ − W̃ᵢ(β₀ + zᵢ'β)]²/(2Σω) + λ Σⱼ fⱼsⱼ|βⱼ|,
 * fitted on both halves of each of the forest's first bags, what it drew and what it did not, with λ from cross-validation
 * on all rows. β₀ is not penalised, hinges and products more than covariates (fⱼ = 2 and 3: bends and interactions are rarer
 * than trends). A row's effect is the mean over the halves that do not hold it, one of each bag; a new row's the mean over
 * all (Breiman 1996): averages over half-samples come out closer to the truth than one fit, and halves that share no row
 * tell their variance (`combined-variance.ts`).
 */
import { warning } from '../../base/warnings.js';
import type { Covariate, Trial } from '../../data/trial.js';
import { runSteps, type Work } from '../../forest/work-control.js';
import { basisColumns, planBasis } from '../../penalized/basis.js';
import { type Basis, type BasisOptions, termPenalties } from '../../penalized/basis-plan.js';
import { addColumns, type Design } from '../../penalized/design.js';
import { startPenalized } from '../../penalized/fit-penalized.js';
import { assignFolds } from '../../penalized/folds.js';
import type { RLossRows } from '../r-loss-rows.js';
import { makeBagLasso } from './bag-lasso.js';
import { type BagRows, otherHalf } from './bag-rows.js';

/** A fitted one: plain data. */
export interface LinearEffects {
  readonly basis: Basis;
  /** λ, in units of the outcome times the treatment. */
  readonly penalty: number;
  /** β₀ and β, means over all halves. */
  readonly constant: number;
  readonly coefficients: Float64Array;
  /** β₀ and β of the rows that bag g drew at 2g·(1 + columns), of the others at (2g + 1)·(1 + columns). */
  readonly halfCoefficients: Float64Array;
}

/** Folds of the cross-validation that chooses λ. */
const FOLDS = 5;

export interface LinearProblem {
  readonly trial: Pick<Trial, 'rowCount' | 'covariates' | 'clusters'>;
  readonly rows: RLossRows;
  readonly bags: BagRows;
  readonly seed: number;
  /** Names its folds and its progress. */
  readonly purpose: string;
  readonly basis: BasisOptions;
}

export interface FittedLinear {
  readonly linear: LinearEffects;
  /** Effects of the training rows, each from the halves that do not hold it. */
  readonly effect: Float64Array;
  /** Columns of the basis for the training rows. */
  readonly design: Design;
}

export async function fitLinearEffects(problem: LinearProblem, work: Work): Promise<FittedLinear> {
  const { trial, rows, bags, seed, purpose } = problem;
  const { basis, design } = planBasis(trial.covariates, trial.rowCount, rows.weight, problem.basis);
  const interacted = timesTreatment(design, rows.treatment);
  const size = interacted.columnCount;
  const penaltyFactor = Float64Array.of(0, ...termPenalties(basis));
  const run = startPenalized(
    {
      design: interacted,
      target: rows.outcome,
      weight: rows.weight,
      family: 'gaussian',
      folds: assignFolds(trial, FOLDS, seed, [purpose, 'folds']),
    },
    { intercept: false, penaltyFactor },
  );
  await runSteps(purpose, run.steps, work, run.step);
  const fit = run.finish();
  for (const { code, message } of fit.warnings) work.note?.(warning(code, `${purpose}: ${message}`));

  const lasso = makeBagLasso(interacted, rows, fit, penaltyFactor);
  const halves = 2 * bags.count;
  const halfCoefficients = new Float64Array(halves * size);
  await runSteps(`${purpose}, halves`, halves, work, (half) => {
    lasso.refit(bags.half(half), halfCoefficients.subarray(half * size, (half + 1) * size));
  });
  lasso.release();
  const effect = outOfHalfMeans(design, halfCoefficients, bags);
  const mean = new Float64Array(size);
  for (let k = 0; k < halfCoefficients.length; k++) mean[k % size] += halfCoefficients[k] / halves;
  return {
    linear: Object.freeze({
      basis,
      penalty: fit.penalty,
      constant: mean[0],
      coefficients: mean.slice(1),
      halfCoefficients,
    }),
    effect,
    design,
  };
}

/** Columns W̃ and W̃·zⱼ. */
function timesTreatment({ rowCount, columnCount, values }: Design, treatment: Float64Array): Design {
  const out = new Float64Array((columnCount + 1) * rowCount);
  out.set(treatment);
  for (let j = 0; j < columnCount; j++)
    for (let i = 0; i < rowCount; i++) out[(j + 1) * rowCount + i] = treatment[i] * values[j * rowCount + i];
  return Object.freeze({ rowCount, columnCount: columnCount + 1, values: out });
}

function outOfHalfMeans(design: Design, halfCoefficients: Float64Array, bags: BagRows): Float64Array {
  const { rowCount } = design;
  const size = design.columnCount + 1;
  const total = new Float64Array(rowCount);
  const own = new Float64Array(rowCount);
  const effectsInto = effectWriter(design);
  for (let half = 0; half < 2 * bags.count; half++) {
    effectsInto(halfCoefficients.subarray(half * size, (half + 1) * size), 0, rowCount, own);
    addRows(bags.half(otherHalf(half)), own, 1 / bags.count, total);
  }
  return total;
}

function addRows(rows: Int32Array, values: Float64Array, share: number, total: Float64Array): void {
  for (let k = 0; k < rows.length; k++) total[rows[k]] += share * values[rows[k]];
}

/** A function of coefficients β₀, β that writes β₀ + z'β of rows from … end, columns with coefficient 0 unread. */
export function effectWriter({ rowCount, columnCount, values }: Design) {
  const columns = new Int32Array(columnCount);
  const slopes = new Float64Array(columnCount);
  return (coefficients: Float64Array, from: number, end: number, out: Float64Array): void => {
    let used = 0;
    for (let j = 0; j < columnCount; j++) {
      if (coefficients[j + 1] === 0) continue;
      columns[used] = j;
      slopes[used++] = coefficients[j + 1];
    }
    out.fill(coefficients[0], 0, end - from);
    addColumns(values, rowCount, from, end, columns, slopes, used, out);
  };
}

/** Effects of any rows in the training encoding, and the columns that they came from. */
export function linearEffectsOf(
  { basis, constant, coefficients }: LinearEffects,
  covariates: readonly Covariate[],
  rowCount: number,
): { readonly effect: Float64Array; readonly design: Design } {
  const { design } = basisColumns(basis, covariates, rowCount);
  const effect = new Float64Array(rowCount);
  effectWriter(design)(Float64Array.of(constant, ...coefficients), 0, rowCount, effect);
  return { effect, design };
}
