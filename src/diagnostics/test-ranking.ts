/**
 * Does ranking rows by their predicted effects find those who gain more? The rank-weighted effect of a forest's ranking
 * (rank-weighted.ts), honest by construction: every ranking is trained apart from the rows that judge it
 * (sequential-folds.ts). The judging scores are the fitted forest's own, doubly robust and out of bag.
 */
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireInteger } from '../base/options.js';
import { warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import type { ContinuousScoreOptions } from '../effects/options.js';
import { APART_KEYS, type ApartOptions, resolveApart } from './apart.js';
import {
  type CurvePoint,
  measureRanking,
  RANKING_KEYS,
  type RankingOptions,
  type RankWeightedEffect,
  resolveRankingOptions,
} from './rank-weighted.js';
import { scoredForest, scoredSubset } from './scored-rows.js';
import { onePerCode, sequentialFolds, summarizeFolds, testFolds } from './sequential-folds.js';
import type { RankWeighting } from './targeting-curve.js';

/** Options of `testRanking`; defaults stand at each. */
export interface RankingTestOptions extends RankingOptions, ContinuousScoreOptions, ApartOptions {
  /** Folds, at least 2: 2 is a plain sample split, more judge with more rows. Default 5. */
  readonly folds?: number;
}

/** One judging fold. */
export interface RankingFold extends RankWeightedEffect {
  /** Rows of the folds before it, on which its ranking was trained. */
  readonly trainingRows: number;
}

/**
 * The mean over judging folds of the rank-weighted effects, for rankings trained on growing parts of the data; with
 * `folds` 2, the effect of one ranking.
 */
export interface RankingTest extends Estimate {
  readonly weighting: RankWeighting;
  /** Σθ̂/√Σv̂ over the judging folds with v̂ by rank-test.ts; Student's t where effects do not differ. */
  readonly statistic: number | null;
  /** Upper tail of `statistic`: small where ranking by predicted effects beats chance. */
  readonly pValue: number | null;
  /** Mean of the folds' curves; intervals hold one by one. */
  readonly curve: readonly CurvePoint[];
  readonly folds: readonly RankingFold[];
}

/**
 * Trains `folds` − 1 forests with the settings of `forest`, each on rows that it does not judge.
 * @returns null numbers with a warning where scores are missing (see `averageEffect`)
 * @throws InvalidOptionError for wrong options, or where a fold is too small for a forest; whatever `signal` was aborted
 *   with
 * @example await testRanking(forest, { weighting: 'qini' })
 */
export async function testRanking(forest: CausalForest, options: RankingTestOptions = {}): Promise<RankingTest> {
  rejectUnknownKeys('options', options, [
    ...RANKING_KEYS,
    ...APART_KEYS,
    'folds',
    'treatmentVariance',
    'debiasingWeights',
  ]);
  const count = requireInteger('folds', options.folds ?? 5, { min: 2, max: unitsOf(forest) });
  const apart = resolveApart(forest, options);
  const resolved = resolveRankingOptions({ ...options, seed: apart.seed });
  const scored = scoredForest(forest, undefined, options);
  const ranked = scored.estimable ? await sequentialFolds(forest, count, apart) : [];
  const measured = ranked.map(({ training, rows, priorities }) => {
    const { result, test } = measureRanking(scoredSubset(scored, rows), priorities, resolved);
    return { fold: Object.freeze({ ...result, trainingRows: training.length }), test };
  });
  const folds = measured.map(({ fold }) => fold);
  const { level, shares, weighting } = resolved;
  const n = folds.reduce((sum, fold) => sum + fold.n, 0);
  const silent = folds.filter(({ standardError }) => standardError === 0).length;
  const warnings = onePerCode([
    ...scored.warnings,
    ...(silent > 0
      ? [
          warning(
            'CONSTANT_RANKING',
            `In ${silent} of ${folds.length} judging folds the forest predicts the same effect for every row: nothing to test there. Use fewer folds, so that forests are trained on more rows.`,
          ),
        ]
      : []),
    ...folds.flatMap((fold) => fold.warnings),
    ...ranked.flatMap((fold) => fold.warnings),
  ]);
  return Object.freeze({
    ...summarizeFolds(folds, level),
    ...testFolds(measured.map(({ fold, test }) => ({ ...test, estimate: fold.estimate }))),
    level,
    n,
    warnings,
    weighting,
    curve: Object.freeze(
      shares.map((share, k) => {
        const points = folds.map(({ curve }) => curve[k] as CurvePoint);
        return Object.freeze({ ...summarizeFolds(points, level), level, n, warnings, share });
      }),
    ),
    folds: Object.freeze(folds),
  });
}

/** Clusters, or rows where there are none. */
export const unitsOf = ({ trial }: CausalForest): number => (trial.clusters ? trial.clusters.count : trial.rowCount);
