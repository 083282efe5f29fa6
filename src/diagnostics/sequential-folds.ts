/**
 * Sequential folds (Wager 2024): units are dealt into K folds; for k = 1 … K − 1 a forest trained on folds 1 … k ranks the
 * rows of fold k + 1, and fold k + 1 judges. Given the folds before it, each fold's θ̂ is centred where there is nothing
 * to find, so the θ̂ are martingale differences, although the forests share rows, and Σθ̂/√Σv̂ is standard normal then.
 * (Wager adds up t = θ̂/√v̂ instead, Σt/√(K − 1); with small folds those t have heavy tails, a sum over pooled variances has
 * not.) Pooling all K cross-fitted folds is not: each fold's judge has trained the others' rankings, and such tests reject
 * far too often. K = 2 is a sample split.
 */
import type { Warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import { intervalAround } from '../effects/estimate.js';
import { streamFor } from '../math/random.js';
import { upperTail } from '../math/student-t.js';
import { effectsApart, type ResolvedApart } from './apart.js';
import { concatenated, divideUnits } from './divide-units.js';

export interface RankedFold {
  readonly training: Int32Array;
  /** Rows that judge, ascending. */
  readonly rows: Int32Array;
  /** One number per row of the trial: the effect predicted from the training rows; 0 outside `rows`. */
  readonly priorities: Float64Array;
  /** Of the forest that ranked it. */
  readonly warnings: readonly Warning[];
}

/** The K − 1 rankings with the rows that judge them. @throws InvalidOptionError where a fold is too small */
export async function sequentialFolds(
  forest: CausalForest,
  folds: number,
  apart: ResolvedApart,
): Promise<readonly RankedFold[]> {
  const parts = divideUnits(forest.trial, folds, streamFor(apart.seed, 'folds'));
  const ranked: RankedFold[] = [];
  let training = parts[0];
  for (let k = 1; k < folds; k++) {
    const rows = parts[k];
    const { effect, warnings } = await effectsApart(forest, training, rows, apart, ['fold', k], {
      option: 'folds',
      value: folds,
    });
    const priorities = new Float64Array(forest.trial.rowCount);
    rows.forEach((row, place) => {
      priorities[row] = effect[place];
    });
    ranked.push({ training, rows, priorities, warnings });
    apart.control.onProgress?.({ phase: 'ranking folds', done: k, total: folds - 1 });
    training = concatenated(training, rows).sort();
  }
  return ranked;
}

interface FoldNumbers {
  readonly estimate: number | null;
  readonly standardError: number | null;
}

/** A fold's part of the test: the error where there is nothing to find, and its degrees of freedom. */
interface FoldTest {
  readonly testError: number | null;
  readonly freedom: number;
}

/** The folds' numbers as one. */
export interface FoldSummary extends FoldNumbers {
  readonly interval: readonly [lower: number, upper: number] | null;
}

export interface PooledTest {
  /** Σθ̂/√Σv̂ over the judging folds. */
  readonly statistic: number | null;
  /** Its upper tail, Student's t with the folds' degrees of freedom added up. */
  readonly pValue: number | null;
}

/** Mean of the folds with standard error √Σse²/m; null where a fold has none. */
export function summarizeFolds(folds: readonly FoldNumbers[], level: number): FoldSummary {
  let sum = 0;
  let variance = 0;
  for (const { estimate, standardError } of folds) {
    if (estimate === null || standardError === null) return NOTHING;
    sum += estimate;
    variance += standardError ** 2;
  }
  if (folds.length === 0) return NOTHING;
  const estimate = sum / folds.length;
  const standardError = Math.sqrt(variance) / folds.length;
  return { estimate, standardError, interval: intervalAround(estimate, standardError, level) };
}

/** Null where a fold has no error, or all errors are 0. */
export function testFolds(folds: readonly (Pick<FoldNumbers, 'estimate'> & FoldTest)[]): PooledTest {
  let sum = 0;
  let variance = 0;
  let degrees = 0;
  for (const { estimate, testError, freedom } of folds) {
    if (estimate === null || testError === null) return { statistic: null, pValue: null };
    sum += estimate;
    variance += testError ** 2;
    if (testError > 0) degrees += freedom;
  }
  if (!(variance > 0 && degrees > 0)) return { statistic: null, pValue: null };
  const statistic = sum / Math.sqrt(variance);
  return { statistic, pValue: upperTail(statistic, degrees) };
}

/** Where nothing can be estimated. */
export const NOTHING: FoldSummary = Object.freeze({ estimate: null, standardError: null, interval: null });

/** Every kind of warning once, with the first message. */
export const onePerCode = (warnings: readonly Warning[]): readonly Warning[] =>
  Object.freeze(warnings.filter(({ code }, k) => warnings.findIndex((other) => other.code === code) === k));
