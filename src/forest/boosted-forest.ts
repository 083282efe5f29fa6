/**
 * Boosted regression forest: forests in turn, each on what the sum of those before it leaves of the outcome,
 *   r⁽⁰⁾ = Y,  r⁽ᵏ⁾ᵢ = r⁽ᵏ⁻¹⁾ᵢ − m̂ₖ(xᵢ),  m̂(x) = Σₖ m̂ₖ(x),
 * where m̂ₖ(xᵢ) is out of bag (Ghosal & Hooker 2021, "Boosting random forests to reduce bias"). Forests shrink towards the
 * mean; the residuals show by how much, so the sum is less biased, at some variance.
 * A further step is tried on a small forest first: it is taken where the mean of the debiased out-of-bag errors falls to
 * `errorReduction` of what it was. Debiased errors are those of infinitely many trees, so small and large forests compare.
 * Invariant: one step is `fitRegressionForest`, bit for bit.
 */
import { InvalidDataError } from '../base/errors.js';
import type { Warning } from '../base/warnings.js';
import type { Trial } from '../data/trial.js';
import { rankColumns } from '../tree/ranked-columns.js';
import {
  type BoostedForestOptions,
  checkBoostedOptions,
  type ResolvedBoosting,
  resolveBoosting,
} from './boosted-options.js';
import type { Forest } from './forest.js';
import { type ResolvedForestOptions, resolveForestOptions } from './forest-options.js';
import { predictionWarnings } from './prediction-warnings.js';
import {
  divideOutOfBagMeans,
  type OutOfBagMeans,
  outcomeValues,
  type RegressionData,
  trainMeanForest,
} from './regression-forest.js';
import { startWork, type Work } from './work-control.js';

/** Sums of forests' predictions. NaN marks a row without one; `warnings` count and explain them. */
export interface BoostedMeans {
  /** Ê[Y | X = xᵢ], in outcome units. */
  readonly estimate: Float64Array;
  /**
   * Always null: steps depend on each other through the residuals, and the bootstrap of little bags knows one forest's
   * trees only. For a variance use `fitRegressionForest`.
   */
  readonly variance: null;
  /** Trees that had a non-empty leaf for the row, in the step that had fewest. */
  readonly treeCount: Int32Array;
  readonly warnings: readonly Warning[];
}

/**
 * For training rows: each step's prediction comes from its trees that did not draw the row. The residuals of other rows,
 * on which later steps are trained, do come from trees that drew it, so errors are slightly too small.
 */
export interface OutOfBagBoostedMeans extends BoostedMeans {
  /** (Yᵢ − estimateᵢ)² less `excessError`. NaN where the last step has fewer than two trees for the row. */
  readonly debiasedError: Float64Array;
  /** The part of the error that is due to the last step's finite number of trees. */
  readonly excessError: Float64Array;
}

/** Whether a further step would pay, judged on a small forest. */
export interface BoostingTrial {
  /** The step in question, from 2. */
  readonly step: number;
  /** Mean debiased out-of-bag error without the step, in squared outcome units, over rows that have both errors. */
  readonly errorBefore: number | null;
  /** The same with the small forest's step. */
  readonly errorAfter: number | null;
  readonly taken: boolean;
}

/** A fitted boosted regression forest: plain data. */
export interface BoostedRegressionForest {
  readonly kind: 'boostedRegressionForest';
  /** The training covariates, by which new rows are encoded. */
  readonly covariates: Trial['covariates'];
  readonly outcome: Float64Array;
  /** Sample weights of the training rows, or null where none were given. */
  readonly weights: Float64Array | null;
  /** Options of every step. */
  readonly settings: ResolvedForestOptions;
  readonly boosting: ResolvedBoosting;
  /** The forests, in turn; predictions are their sum. */
  readonly steps: readonly Forest[];
  /** Mean debiased out-of-bag error after each step, in squared outcome units; null where no row has one. */
  readonly errors: readonly (number | null)[];
  /** Steps that were tried; empty where their number was given. */
  readonly tuning: readonly BoostingTrial[];
  readonly outOfBag: OutOfBagBoostedMeans;
}

/**
 * @param data a trial (or its covariates and outcomes); outcomes that leave rows out, and ratios of totals, are refused.
 *   Covariates may be missing; weights and clusters are used as `fitRegressionForest` uses them
 * @param options those of `fitRegressionForest`, and `numSteps`, or `errorReduction`, `maxSteps` and `tuningTrees`
 * @returns a promise of the forests, with out-of-bag predictions and errors step by step
 * @throws InvalidOptionError; InvalidDataError, also where too few trees leave rows without a residual for the next step
 * @example const forest = await fitBoostedRegressionForest(trial, { outcome: 'orders' }); forest.steps.length;
 */
export async function fitBoostedRegressionForest<OutcomeName extends string>(
  data: RegressionData<OutcomeName>,
  options: BoostedForestOptions<OutcomeName>,
): Promise<BoostedRegressionForest> {
  checkBoostedOptions(options);
  const frame = { ...data, covariateCount: data.covariates.length };
  const settings = resolveForestOptions(options, frame);
  const boosting = resolveBoosting(options, settings);
  const { work, warnings } = startWork(options);
  const outcome = outcomeValues(data, options.outcome);
  const columns = rankColumns(data.covariates, data.rowCount);
  const weight = data.weights;
  const { steps, tuning } = await boost({ columns, outcome, weight, settings, frame, boosting, purposeOf }, work);
  const all = steps.map(({ means }) => means);
  return Object.freeze({
    kind: 'boostedRegressionForest',
    covariates: data.covariates,
    outcome,
    weights: weight,
    settings,
    boosting,
    steps: Object.freeze(steps.map(({ forest }) => forest)),
    errors: Object.freeze(all.map(({ debiasedError }) => meanError(debiasedError, debiasedError, weight))),
    tuning: Object.freeze(tuning),
    outOfBag: summed(all, warnings),
  });
}

/** A forest of the sum, and what it says of training rows out of bag. */
export interface BoostedStep {
  readonly forest: Forest;
  readonly means: OutOfBagMeans;
}

/**
 * The steps, in turn: until they no longer pay, or as many as `boosting` says.
 * @param problem `purposeOf` names each step's streams and progress, from 1
 */
export async function boost(
  problem: Omit<Parameters<typeof trainMeanForest>[0], 'purpose'> & {
    readonly boosting: ResolvedBoosting;
    readonly purposeOf: (step: number) => string;
  },
  work: Work,
): Promise<{ readonly steps: readonly BoostedStep[]; readonly tuning: readonly BoostingTrial[] }> {
  const { columns, weight, settings, boosting, purposeOf } = problem;
  const fitStep = async (outcome: Float64Array, numTrees: number, purpose: string): Promise<BoostedStep> => {
    const forest = await trainMeanForest({ ...problem, outcome, settings: { ...settings, numTrees }, purpose }, work);
    return { forest, means: await divideOutOfBagMeans(forest, columns, outcome, work) };
  };
  const steps: BoostedStep[] = [];
  const tuning: BoostingTrial[] = [];
  const most = boosting.numSteps ?? boosting.maxSteps;
  let target = problem.outcome;
  while (true) {
    const step = steps.length + 1;
    const found = await fitStep(target, settings.numTrees, purposeOf(step));
    steps.push(found);
    if (step === most) break;
    target = residualOf(target, found.means.estimate);
    if (boosting.numSteps !== null) continue;
    const { means: tried } = await fitStep(target, boosting.tuningTrees, `${purposeOf(step + 1)}, tried`);
    const trial = judge(step + 1, found.means, tried, weight, boosting.errorReduction);
    tuning.push(trial);
    if (!trial.taken) break;
  }
  return { steps, tuning };
}

/** Names a step's streams and progress; the first as an unboosted forest's. */
const purposeOf = (step: number): string => (step === 1 ? 'regression forest' : `regression forest, step ${step}`);

/** What a step leaves for the next. */
function residualOf(target: Float64Array, estimate: Float64Array): Float64Array {
  const without = estimate.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (without > 0)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `${without} of ${target.length} rows have no out-of-bag estimate, so there is no residual for the next step; use more trees (numTrees), or numSteps 1`,
    );
  return target.map((value, i) => value - estimate[i]);
}

/** A step is taken where the error falls far enough; where either error cannot be had, or nothing is left, it is not. */
function judge(
  step: number,
  current: OutOfBagMeans,
  tried: OutOfBagMeans,
  weight: Float64Array | null,
  errorReduction: number,
): BoostingTrial {
  const errorBefore = meanError(current.debiasedError, tried.debiasedError, weight);
  const errorAfter = meanError(tried.debiasedError, current.debiasedError, weight);
  const taken =
    errorBefore !== null && errorAfter !== null && errorBefore > 0 && errorAfter <= errorReduction * errorBefore;
  return Object.freeze({ step, errorBefore, errorAfter, taken });
}

/** Weighted mean of the errors in the rows that have both; null for none. */
function meanError(error: Float64Array, other: Float64Array, weight: Float64Array | null): number | null {
  let total = 0;
  let size = 0;
  for (let i = 0; i < error.length; i++) {
    if (Number.isNaN(error[i]) || Number.isNaN(other[i])) continue;
    const q = weight ? weight[i] : 1;
    total += q * error[i];
    size += q;
  }
  return size > 0 ? total / size : null;
}

/** Steps added up; the errors are the last step's, whose residual is the sum's. */
function summed(all: readonly OutOfBagMeans[], given: readonly Warning[]): OutOfBagBoostedMeans {
  const { debiasedError, excessError } = all[all.length - 1];
  return Object.freeze({ ...addSteps(all, given), debiasedError, excessError });
}

/** Σₖ m̂ₖ(xᵢ), in the order of the steps. */
export function addSteps(
  all: readonly Pick<OutOfBagMeans, 'estimate' | 'treeCount'>[],
  given: readonly Warning[],
): BoostedMeans {
  const estimate = all[0].estimate.slice();
  const treeCount = all[0].treeCount.slice();
  for (const step of all.slice(1))
    for (let i = 0; i < estimate.length; i++) {
      estimate[i] += step.estimate[i];
      treeCount[i] = Math.min(treeCount[i], step.treeCount[i]);
    }
  return Object.freeze({ estimate, variance: null, treeCount, warnings: predictionWarnings(estimate, null, given) });
}
