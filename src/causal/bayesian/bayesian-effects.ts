/**
 * Effects by a Bayesian sum of trees on the R-learner's residuals: four Markov chains (`chain.ts`), whose draws are taken
 * together. What a sum of trees says of a row has no need of honest halves: the row is left out of its own effect by the
 * posterior's covariances (`draw-moments.ts`). The posterior's variance holds what leaves could be, and which trees.
 */
import type { Trial } from '../../data/trial.js';
import { progressOf, runSteps, type Work } from '../../forest/work-control.js';
import { streamFamily } from '../../math/random.js';
import { weightedMean } from '../../nuisance/weighted-mean.js';
import { divide } from '../../threads/divide.js';
import { type BinnedColumns, type Classes, classifyRows, planClasses } from '../../tree/binned-columns.js';
import type { RLossRows } from '../r-loss-rows.js';
import { type ChainProblem, type ChainResult, startChain } from './chain.js';
import type { TreeDraws } from './draws.js';
import { TREES } from './prior.js';

/** Chains, each from the same start. */
const CHAINS = 4;
/** Classes of a column. */
const CLASSES = 64;

/** Milliseconds of a chain for a row: iterations times trees, at a nanosecond and a half. */
const COST = 400 * TREES * 1.5e-6;
/** Bytes of a row beside its classes and leaves: what it counts for and says, sums of draws, and a copy of these at the end. */
const ROW_BYTES = 4 * 8 + 8 * 8 + 12 + 4 * 8;

/** A fitted one: plain data, enough for new rows. */
export interface BayesianEffects {
  /** How each covariate's cells become the classes that trees cut between. */
  readonly classes: readonly Classes[];
  /** Draws of each chain. */
  readonly chains: readonly TreeDraws[];
}

export interface FittedBayesian {
  readonly model: BayesianEffects;
  /** Posterior means of the training rows, each without its own unit; and posterior variances. */
  readonly effect: Float64Array;
  readonly variance: Float64Array;
}

/** A trial, or as much of it as counts here. */
export type BayesianFrame = Pick<Trial, 'covariates' | 'rowCount'> & {
  readonly treatment: Pick<Trial['treatment'], 'kind'>;
};

/** What all chains share, as threads get it. */
export interface ChainJobs extends ChainProblem {
  readonly seed: number;
  readonly purpose: string;
}

/**
 * @param frame the trial's covariates, and whether its treatment is binary
 * @param rows residuals and weights; clusters are left out of their rows' effects whole
 * @param seed with `purpose` names the chains' streams; `purpose` names their progress too
 */
export async function fitBayesianEffects(
  { covariates, rowCount, treatment: { kind } }: BayesianFrame,
  rows: RLossRows,
  seed: number,
  purpose: string,
  work: Work,
): Promise<FittedBayesian> {
  const classes = planClasses(covariates, CLASSES);
  const columns: BinnedColumns = classifyRows(
    classes,
    covariates,
    Int32Array.from({ length: rowCount }, (_, i) => i),
  );
  const { outcome, treatment, clusters } = rows;
  const shared: ChainJobs = {
    columns,
    outcome,
    treatment,
    precision: precisionOf(rows),
    treatmentScale: kind === 'binary' ? 0.5 : Math.sqrt(weightedMean((i) => treatment[i] ** 2, rowCount, rows.weight)),
    units: clusters,
    seed,
    purpose,
  };
  const parts = await divide<ChainResult[]>(
    {
      task: 'bayesianEffects',
      shared,
      total: CHAINS,
      partSize: () => 1,
      cost: CHAINS * rowCount * COST,
      threadBytes: rowCount * (covariates.length + TREES + ROW_BYTES),
      onDone: progressOf(purpose, CHAINS, work),
    },
    work,
  );
  const results = parts ? parts.flat() : [];
  for (let chain = results.length; chain < CHAINS; chain++) {
    const run = chainOf(shared, chain);
    await runSteps(`${purpose}, chain ${chain + 1} of ${CHAINS}`, run.steps, work, run.step);
    results.push(run.finish());
  }
  return {
    model: Object.freeze({ classes, chains: Object.freeze(results.map(({ draws }) => draws)) }),
    ...summaryOf(results, shared),
  };
}

/** Chains from … end, on whichever thread. */
export const bayesianChainsOf = (shared: ChainJobs, from: number, end: number): ChainResult[] =>
  Array.from({ length: end - from }, (_, k) => {
    const run = chainOf(shared, from + k);
    for (let step = 0; step < run.steps; step++) run.step();
    return run.finish();
  });

const chainOf = (shared: ChainJobs, chain: number) =>
  startChain(shared, streamFamily(shared.seed, shared.purpose, 'chain')(chain));

/**
 * ω̃ = ω · ΣωW̃² · Σωr²/(Σω · Σ_u(Σ_{i∈u} ωW̃r)²), r = Ỹ − cW̃: rows are worth so much less than independent ones of one
 * variance as the robust variance of the effect for all rows, by cluster, is above that of the simple model. With equal
 * weights, rows that do not hang together and noise that is the same everywhere it is 1. Where sums by cluster vary less than
 * those of single rows would (of few clusters, by chance), rows count as single ones.
 */
export function precisionOf({ outcome, treatment, weight, clusters }: RLossRows): Float64Array {
  let [total, squares, product] = [0, 0, 0];
  for (let i = 0; i < weight.length; i++) {
    total += weight[i];
    squares += weight[i] * treatment[i] * treatment[i];
    product += weight[i] * treatment[i] * outcome[i];
  }
  const constant = product / squares;
  const scores = new Float64Array(clusters ? clusters.reduce((most, id) => Math.max(most, id), -1) + 1 : weight.length);
  let [noise, ofRows] = [0, 0];
  for (let i = 0; i < weight.length; i++) {
    const residual = outcome[i] - constant * treatment[i];
    const score = weight[i] * treatment[i] * residual;
    noise += weight[i] * residual * residual;
    ofRows += score * score;
    scores[clusters ? clusters[i] : i] += score;
  }
  const robust = Math.max(
    ofRows,
    scores.reduce((sum, score) => sum + score * score, 0),
  );
  // Without residuals there is no noise to weigh rows by.
  const factor = robust > 0 ? (squares * noise) / (total * robust) : 1 / total;
  return weight.map((own) => own * factor);
}

function summaryOf(results: readonly ChainResult[], { outcome, units }: ChainProblem) {
  const n = outcome.length;
  const { start } = results[0].moments;
  const count = results.reduce((sum, { moments }) => sum + moments.count, 0);
  const effect = new Float64Array(n);
  const variance = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const unit = units ? units[i] : i;
    let [sum, squares, loss, product] = [0, 0, 0, 0];
    for (const { moments } of results) {
      sum += moments.sum[i];
      squares += moments.squares[i];
      loss += moments.loss[unit];
      product += moments.product[i];
    }
    const mean = sum / count;
    effect[i] = start + mean + (product / count - mean * (loss / count));
    variance[i] = Math.max(0, squares - sum * mean) / (count - 1);
  }
  return { effect, variance };
}
