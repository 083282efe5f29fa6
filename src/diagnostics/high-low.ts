/**
 * The rows with the highest predicted effects against the rest: mean doubly robust score of either side, and their
 * difference. Splitting rows by effects of the same fit and comparing the sides finds differences where there are none,
 * in a quarter of trials at a nominal 5 % (bench/null); so predictions come from forests trained apart from the rows that are split
 * (sequential-folds.ts).
 */
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireInteger, requireNumber } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import { difference } from '../effects/influence.js';
import { type ContinuousScoreOptions, resolveLevel } from '../effects/options.js';
import { streamFor } from '../math/random.js';
import { APART_KEYS, type ApartOptions, resolveApart } from './apart.js';
import { groupMean, groupProblem, groupsByEffect, withError } from './effect-groups.js';
import { type Scored, scoredForest, scoredSubset } from './scored-rows.js';
import { onePerCode, type RankedFold, sequentialFolds, summarizeFolds, testFolds } from './sequential-folds.js';
import { unitsOf } from './test-ranking.js';

/** Options of `highLowEffects`; defaults stand at each. */
export interface HighLowOptions extends ContinuousScoreOptions, ApartOptions {
  /** Share of each judging fold's weight that counts as high, between 0 and 1. Default 0.5. */
  readonly share?: number;
  /** Folds, at least 2 (see `testRanking`). Default 5. */
  readonly folds?: number;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
}

/** High minus low, with a test that ranking by predicted effects separates the two. */
export interface HighLowDifference extends Estimate {
  /** `estimate` over `standardError`; Student's t where effects do not differ. */
  readonly statistic: number | null;
  /** Upper tail of `statistic`. */
  readonly pValue: number | null;
}

/** Means over the judging folds, in outcome units per unit of treatment. */
export interface HighLowEffects {
  readonly outcome: string;
  readonly high: Estimate;
  readonly low: Estimate;
  readonly difference: HighLowDifference;
  readonly warnings: readonly Warning[];
}

/**
 * Trains `folds` − 1 forests with the settings of `forest`, each on rows that it does not split.
 * @returns null numbers with a warning where scores are missing, or a side lacks an arm (ARM_MISSING)
 * @throws InvalidOptionError for wrong options, or where a fold is too small for a forest
 * @example await highLowEffects(forest, { share: 0.2 })
 */
export async function highLowEffects(forest: CausalForest, options: HighLowOptions = {}): Promise<HighLowEffects> {
  rejectUnknownKeys('options', options, [
    ...APART_KEYS,
    'share',
    'folds',
    'level',
    'treatmentVariance',
    'debiasingWeights',
  ]);
  const count = requireInteger('folds', options.folds ?? 5, { min: 2, max: unitsOf(forest) });
  const share = requireNumber('share', options.share ?? 0.5, { above: 0, below: 1 });
  const level = resolveLevel(options.level);
  const apart = resolveApart(forest, options);
  const scored = scoredForest(forest, undefined, options);
  const ranked = scored.estimable ? await sequentialFolds(forest, count, apart) : [];
  const folds = ranked.map((fold, k) => splitFold(forest, scored, fold, 1 - share, k, apart.seed));
  const complete = folds.length > 0 && folds.every((fold) => fold !== null);
  const warnings = onePerCode([
    ...scored.warnings,
    ...(folds.length > 0 && !complete
      ? [
          warning(
            'ARM_MISSING',
            'In a judging fold, the high or the low rows lack an arm or come from a single cluster, so their effects are not identified. Use fewer folds, or a share nearer to 0.5.',
          ),
        ]
      : []),
    ...ranked.flatMap((fold) => fold.warnings),
  ]);
  const known = complete ? (folds as readonly SplitFold[]) : [];
  const side = (name: 'high' | 'low' | 'difference') => ({
    ...summarizeFolds(
      known.map((fold) => fold[name]),
      level,
    ),
    level,
    n: complete
      ? known.reduce((sum, fold) => sum + fold.n[name], 0)
      : ranked.reduce((sum, { rows }) => sum + rows.length, 0),
    warnings,
  });
  const test = testFolds(
    known.map(({ difference: { estimate, standardError }, freedom }) => ({
      estimate,
      testError: standardError,
      freedom,
    })),
  );
  return Object.freeze({
    outcome: forest.outcomeName,
    high: Object.freeze(side('high')),
    low: Object.freeze(side('low')),
    difference: Object.freeze({ ...side('difference'), ...test }),
    warnings,
  });
}

type Side = ReturnType<typeof withError>;
interface SplitFold {
  readonly high: Side;
  readonly low: Side;
  readonly difference: Side;
  readonly n: Readonly<Record<'high' | 'low' | 'difference', number>>;
  /** Rows, or clusters, less 2. */
  readonly freedom: number;
}

function splitFold(
  forest: CausalForest,
  scored: Scored,
  { rows, priorities }: RankedFold,
  border: number,
  fold: number,
  seed: number,
): SplitFold | null {
  const judging = scoredSubset(scored, rows);
  const [low, high] = groupsByEffect(judging, priorities, [border], streamFor(seed, 'ties', fold));
  if (groupProblem(forest, low) || groupProblem(forest, high)) return null;
  const [lowMean, highMean] = [low, high].map((side) => groupMean(judging, judging.scores, side));
  if (!lowMean || !highMean) return null;
  return {
    high: withError(highMean, forest),
    low: withError(lowMean, forest),
    difference: withError(difference(highMean, lowMean), forest),
    n: { high: high.length, low: low.length, difference: low.length + high.length },
    freedom: judging.unitCount - 2,
  };
}
