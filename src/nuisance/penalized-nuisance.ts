/**
 * Nuisances by penalised regression: Ê[target | X = xᵢ] out of fold, on splines and products of the covariates; logistic
 * where the target is 0 or 1. Folds hold whole clusters. What a forest needs many rows for,
 * a slope, a bend or a product, is one column here; steps and deep interactions are the forest's.
 * Fits are independent of each other, so they are dealt out to threads like any other work.
 */
import { type Warning, warning } from '../base/warnings.js';
import type { Trial } from '../data/trial.js';
import { progressOf, runSteps, type Work } from '../forest/work-control.js';
import { planBasis } from '../penalized/basis.js';
import { resolveBasis, termPenalties } from '../penalized/basis-plan.js';
import type { Design } from '../penalized/design.js';
import { type PenalizedFit, type PenalizedRun, startPenalized } from '../penalized/fit-penalized.js';
import { assignFolds, type Folds } from '../penalized/folds.js';
import { divide } from '../threads/divide.js';
import { mainRelevance } from './relevance.js';

/** Rows and covariates that nuisances are fitted on. */
export type NuisanceFrame = Pick<Trial, 'rowCount' | 'covariates' | 'clusters' | 'weights'>;

/** What is regressed on the covariates. */
export interface RegressionTarget {
  readonly values: Float64Array;
  readonly family: 'gaussian' | 'binomial';
  /** 'outcome' or 'treatment': names streams and progress. */
  readonly name: string;
}

/** A regression's predictions of rows by the folds that they are not in, and how it came about. */
export interface PenalizedMember {
  readonly outOfFold: Float64Array;
  readonly family: 'gaussian' | 'binomial';
  /** Columns that were offered, and those with a coefficient in the fit on all rows. */
  readonly columnsOffered: number;
  readonly columnsUsed: number;
  readonly penalty: number;
  readonly warnings: readonly Warning[];
}

/** One fit, as threads get it. */
interface PenalizedJob {
  readonly design: Design;
  readonly penaltyFactor: Float64Array;
  readonly target: RegressionTarget;
  readonly weight: Float64Array | null;
  readonly folds: Folds;
}

export interface PenalizedJobs {
  readonly jobs: readonly PenalizedJob[];
}

/** Folds: eight where rows are few, five where they are so many that an eighth more of them changes nothing. */
const FOLDS = 8;
const FOLDS_OF_MANY = 5;
const MANY_ROWS = 20_000;

export const regressionFolds = (rowCount: number): number => (rowCount < MANY_ROWS ? FOLDS : FOLDS_OF_MANY);

/** Penalties 16 % apart, which is near enough to the best one, and as far as they may be without a gain. */
export const PATH = { penaltyCount: 40, patience: 5 } as const;

/** Hinges of all numbers together, about; each has at least one and at most four. */
const MOST_HINGES = 120;

/** Hinges of each of so many numbers. */
export const hingesOf = (numbers: number): number =>
  Math.min(4, Math.max(1, Math.floor(MOST_HINGES / Math.max(1, numbers))));

/** Whether so many numbers and levels are too many for all their products, which then are chosen for each target. */
export const needsOwnDesigns = (main: number): boolean => main > resolveBasis({}).mostProducts;

/** Nanoseconds a row, column and penalty of all folds' fits, roughly. */
const COST = { gaussian: 6, binomial: 25 } as const;
const MILLISECOND = 1e6;

/** A member for every target, in their order. */
export async function penalizedNuisances(
  frame: NuisanceFrame,
  targets: readonly RegressionTarget[],
  seed: number,
  work: Work,
): Promise<readonly PenalizedMember[]> {
  if (targets.length === 0) return [];
  const designs = designsFor(frame, targets);
  const jobs = targets.map((target, t) => {
    const folds = assignFolds(
      frame,
      regressionFolds(frame.rowCount),
      seed,
      [`${target.name} folds`],
      target.family === 'binomial' ? target.values : null,
    );
    return { ...designs[t], target, weight: frame.weights, folds };
  });
  const cost = jobs.reduce(
    (sum, { design, target }) => sum + (design.values.length * PATH.penaltyCount * COST[target.family]) / MILLISECOND,
    0,
  );
  const bytes = Math.max(...jobs.map(({ design }) => 8 * (design.values.length + 23 * design.columnCount ** 2)));
  const shared: PenalizedJobs = { jobs };
  const parts = await divide<PenalizedMember[]>(
    {
      task: 'penalizedNuisances',
      shared,
      total: jobs.length,
      partSize: () => 1,
      cost,
      threadBytes: bytes,
      onDone: progressOf('nuisance regressions', jobs.length, work),
    },
    work,
  );
  const members = parts ? parts.flat() : [];
  if (!parts) for (const job of jobs) members.push(await fitInSteps(job, work));
  for (const { warnings } of members) for (const found of warnings) work.note?.(found);
  return members;
}

/** Jobs from … end, on whichever thread. */
export const penalizedMembersOf = ({ jobs }: PenalizedJobs, from: number, end: number): PenalizedMember[] =>
  jobs.slice(from, end).map((job) => {
    const run = runOf(job);
    for (let k = 0; k < run.steps; k++) run.step(k);
    return memberOf(job, run.finish());
  });

/** The same with pauses between. */
async function fitInSteps(job: PenalizedJob, work: Work): Promise<PenalizedMember> {
  const run = runOf(job);
  await runSteps(`${job.target.name} regression`, run.steps, work, (k) => run.step(k));
  return memberOf(job, run.finish());
}

const runOf = ({ design, penaltyFactor, target, weight, folds }: PenalizedJob): PenalizedRun =>
  startPenalized({ design, target: target.values, weight, family: target.family, folds }, { ...PATH, penaltyFactor });

function memberOf({ design, target }: PenalizedJob, fit: PenalizedFit): PenalizedMember {
  return {
    outOfFold: fit.outOfFold,
    family: target.family,
    columnsOffered: design.columnCount,
    columnsUsed: fit.coefficients.reduce((count, b) => count + (b === 0 ? 0 : 1), 0),
    penalty: fit.penalty,
    warnings: fit.warnings.map(({ code, message }) => warning(code, `${target.name}: ${message}`)),
  };
}

/** Columns for each target: the same ones, unless covariates are so many that products have to be chosen. */
function designsFor(
  { covariates, rowCount, weights }: NuisanceFrame,
  targets: readonly RegressionTarget[],
): readonly Pick<PenalizedJob, 'design' | 'penaltyFactor'>[] {
  const numbers = covariates.filter(({ kind }) => kind !== 'category').length;
  const knots = hingesOf(numbers);
  const make = (relevance: readonly number[] | null) => {
    const { basis, design } = planBasis(covariates, rowCount, weights, { knots, ...(relevance ? { relevance } : {}) });
    return { design, penaltyFactor: termPenalties(basis) };
  };
  const main = covariates.reduce((sum, own) => sum + (own.kind === 'category' ? own.levels.length : 1), 0);
  if (needsOwnDesigns(main)) return targets.map(({ values }) => make(mainRelevance(covariates, values, weights)));
  const shared = make(null);
  return targets.map(() => shared);
}
