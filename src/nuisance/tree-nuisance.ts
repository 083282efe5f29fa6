/**
 * Nuisances by boosted trees (`boosted-trees.ts`), of one cut and of up to three: what is additive, and what is not. Fits are independent of each other, so they are dealt out to threads like any other work.
 */
import { progressOf, runSteps, type Work } from '../forest/work-control.js';
import { assignFolds } from '../penalized/folds.js';
import { divide } from '../threads/divide.js';
import { type BoostedTrees, type BoostingProblem, type BoostingRun, startBoosting } from './boosted-trees.js';
import type { NuisanceFrame, RegressionTarget } from './penalized-nuisance.js';

/** Members by the cuts that may follow each other in a tree. */
const DEPTHS = { stumps: 1, trees: 3 } as const;

export type TreeMemberName = keyof typeof DEPTHS;
const NAMES = Object.keys(DEPTHS) as readonly TreeMemberName[];

/** Eight instead cost half as much again, and lower errors by 1 to 2 %. */
export const TREE_FOLDS = 5;

/** One fit, as threads get it. */
interface BoostingJob extends BoostingProblem {
  readonly member: TreeMemberName;
  /** What is predicted. */
  readonly name: string;
}

export interface BoostingJobs {
  readonly jobs: readonly BoostingJob[];
}

/** Nanoseconds a row, column and fold of all rounds, roughly. */
const COST = { stumps: 800, trees: 1500 } as const;
const MILLISECOND = 1e6;

/** Boosted trees of both kinds for every target, in their order. */
export async function boostedNuisances(
  frame: NuisanceFrame,
  targets: readonly RegressionTarget[],
  seed: number,
  work: Work,
): Promise<readonly Readonly<Record<TreeMemberName, BoostedTrees>>[]> {
  const { covariates, weights, rowCount } = frame;
  const jobs = targets.flatMap(({ values: target, family, name }) => {
    const folds = assignFolds(frame, TREE_FOLDS, seed, [`${name} tree folds`], family === 'binomial' ? target : null);
    return NAMES.map((member): BoostingJob => ({ member, name, covariates, target, family, weights, folds }));
  });
  const cells = rowCount * covariates.length;
  const shared: BoostingJobs = { jobs };
  const parts = await divide<BoostedTrees[]>(
    {
      task: 'boostedTrees',
      shared,
      total: jobs.length,
      partSize: () => 1,
      cost: jobs.reduce((sum, { member, folds }) => sum + (cells * folds.count * COST[member]) / MILLISECOND, 0),
      threadBytes: cells + 40 * rowCount * (jobs[0]?.folds.count ?? 0),
      onDone: progressOf('nuisance trees', jobs.length, work),
    },
    work,
  );
  const fits = parts ? parts.flat() : [];
  if (!parts) for (const job of jobs) fits.push(await fitInSteps(job, work));
  return targets.map((_, t) => ({ stumps: fits[2 * t], trees: fits[2 * t + 1] }));
}

/** Jobs from … end, on whichever thread. */
export const boostedTreesOf = ({ jobs }: BoostingJobs, from: number, end: number): BoostedTrees[] =>
  jobs.slice(from, end).map((job) => {
    const run = runOf(job);
    for (let k = 0; k < run.steps; k++) run.step();
    return run.finish();
  });

/** The same with pauses between. */
async function fitInSteps(job: BoostingJob, work: Work): Promise<BoostedTrees> {
  const run = runOf(job);
  await runSteps(`${job.name} ${job.member}`, run.steps, work, run.step);
  return run.finish();
}

const runOf = (job: BoostingJob): BoostingRun => startBoosting(job, DEPTHS[job.member]);
