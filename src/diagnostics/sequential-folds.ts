/**
 * Sequential folds (Wager 2024): units are dealt into K folds; for k = 1 … K − 1 a forest trained on folds 1 … k ranks the
 * rows of fold k + 1, and fold k + 1 judges. Given the folds before it, each fold's t is centred where there is nothing
 * to find, so Σt/√(K − 1) is standard normal then, although the forests share rows. Pooling all K cross-fitted folds is
 * not: each fold's judge has trained the others' rankings, and such tests reject far too often. K = 2 is a sample split.
 */
import type { Warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import { intervalAround } from '../effects/estimate.js';
import { upperTail } from '../math/normal.js';
import { streamFor } from '../math/random.js';
import { effectsApart, type ResolvedApart } from './apart.js';
import { concatenated, divideUnits } from './divide-units.js';

export interface RankedFold {
  readonly training: Int32Array;
  /** Rows that judge, ascending. */
  readonly rows: Int32Array;
  /** One number per row of the trial: the effect predicted from the training rows; 0 outside `rows`. */
  readonly priorities: Float64Array;
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
    const effect = await effectsApart(forest, training, rows, apart, ['fold', k], { option: 'folds', value: folds });
    const priorities = new Float64Array(forest.trial.rowCount);
    rows.forEach((row, place) => {
      priorities[row] = effect[place];
    });
    ranked.push({ training, rows, priorities });
    apart.control.onProgress?.({ phase: 'ranking folds', done: k, total: folds - 1 });
    training = concatenated(training, rows).sort();
  }
  return ranked;
}

interface FoldNumbers {
  readonly estimate: number | null;
  readonly standardError: number | null;
}

/** The folds' numbers as one. */
export interface FoldSummary extends FoldNumbers {
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Σt/√m over the m judging folds; a fold whose ranking says nothing counts as t = 0. */
  readonly statistic: number | null;
  /** Upper tail of the statistic, normal. */
  readonly pValue: number | null;
}

/** Mean of the folds, standard error √Σse²/m, and the test; null where a fold has no standard error. */
export function summarizeFolds(folds: readonly FoldNumbers[], level: number): FoldSummary {
  const count = folds.length;
  let sum = 0;
  let variance = 0;
  let t = 0;
  for (const { estimate, standardError } of folds) {
    if (estimate === null || standardError === null)
      return { estimate: null, standardError: null, interval: null, statistic: null, pValue: null };
    sum += estimate;
    variance += standardError ** 2;
    t += standardError > 0 ? estimate / standardError : 0;
  }
  const estimate = sum / count;
  const standardError = Math.sqrt(variance) / count;
  const statistic = variance > 0 ? t / Math.sqrt(count) : null;
  return {
    estimate,
    standardError,
    interval: intervalAround(estimate, standardError, level),
    statistic,
    pValue: statistic === null ? null : upperTail(statistic),
  };
}

/** Every kind of warning once, with the first message. */
export const onePerCode = (warnings: readonly Warning[]): readonly Warning[] =>
  Object.freeze(warnings.filter(({ code }, k) => warnings.findIndex((other) => other.code === code) === k));
