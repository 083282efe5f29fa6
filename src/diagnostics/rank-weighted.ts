/**
 * Is a ranking worth following? Rank-weighted average effects (RATE): the average of the targeting curve, which says how
 * much more the first rows gain from treatment than all rows do (formulas: targeting-curve.ts). AUTOC weighs the first
 * rows most and finds effects that few rows have; QINI weighs all shares alike and finds effects spread over many.
 * Standard errors are standard deviations over half-samples of rows or clusters (half-samples.ts), intervals normal;
 * p-values come from the regression of rank-test.ts, so near a border the two may disagree.
 *
 * The priorities must not have been made with the rows that judge them: a ranking fitted to them looks good by chance.
 * `testRanking` keeps the two apart by itself.
 */
import { InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireInteger, requireOneOf } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import { intervalAround } from '../effects/estimate.js';
import { type ContinuousScoreOptions, resolveLevel } from '../effects/options.js';
import type { RowSelection } from '../effects/rows.js';
import { requireSeed } from '../math/random.js';
import { eachHalfSample } from './half-samples.js';
import { type RankTestNumbers, rankTest } from './rank-test.js';
import { type Scored, type ScoredRows, scoredForest, scoredRows } from './scored-rows.js';
import {
  curveLength,
  type Ranking,
  type RankWeighting,
  rankRows,
  rankWeights,
  targetingCurveInto,
} from './targeting-curve.js';

/** Options of `rankWeightedEffect` and `compareRankings`; defaults stand at each. */
export interface RankingOptions {
  /** 'autoc' looks at the first rows most, 'qini' at all shares alike. Default 'autoc'. */
  readonly weighting?: RankWeighting;
  /** Shares q of the rows at which the curve is given, ascending, above 0 and at most 1. Default 0.1, 0.2, … 1. */
  readonly shares?: readonly number[];
  /** Half-samples for standard errors, at least 50: 200 (the default) know them to 5 %, 800 to 2.5 %. */
  readonly draws?: number;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
  /** Of the half-samples. Default 42. */
  readonly seed?: number;
}

/** With a forest as source: which rows judge, and what its scores need where the treatment is continuous. */
export interface ForestRankingOptions<CovariateName extends string = string>
  extends RankingOptions,
    ContinuousScoreOptions {
  /** Rows that judge the ranking; they must have had no part in it. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
}

/** A point of the curve: how much more the first `share` of the rows gain than all rows, in outcome units. */
export interface CurvePoint extends Estimate {
  /** Share of the weight, highest priorities first. */
  readonly share: number;
}

/** The average of the curve; 0 means that the ranking is no better than chance. In outcome units. */
export interface RankWeightedEffect extends Estimate {
  readonly weighting: RankWeighting;
  /** Student's t, rows (or clusters) − 2 degrees of freedom, where the ranking is no better than chance (rank-test.ts). */
  readonly statistic: number | null;
  /** Upper tail of `statistic`: small where the ranking is better than chance. */
  readonly pValue: number | null;
  /** Intervals hold one by one. */
  readonly curve: readonly CurvePoint[];
}

/** What two rankings of the same rows gain, and what the first gains more. */
export interface RankingComparison {
  readonly first: RankWeightedEffect;
  readonly second: RankWeightedEffect;
  /** First minus second, with the error of the difference on the same rows. `pValue` is two-sided. */
  readonly difference: Omit<RankWeightedEffect, 'curve'>;
}

/**
 * The rank-weighted average effect of priorities that the judging rows did not make.
 * @param source a fitted forest (its own doubly robust scores judge), or scores of your own
 * @param priorities one number per row of the source; higher means earlier. Only their order matters, ties share
 * @returns null numbers with a warning where scores are missing (NO_SCORE, NOT_IDENTIFIED, NO_OUT_OF_BAG_ESTIMATE);
 *   0 with CONSTANT_RANKING where all priorities are equal
 * @throws InvalidOptionError for wrong options, and where the priorities are the forest's own effects of the same rows
 * @example rankWeightedEffect(forest, age, { weighting: 'qini' })
 */
export function rankWeightedEffect<CovariateName extends string>(
  source: CausalForest<CovariateName> | ScoredRows,
  priorities: Float64Array,
  options: ForestRankingOptions<NoInfer<CovariateName>> = {},
): RankWeightedEffect {
  const { scored, resolved } = resolve(source, options);
  requirePriorities('priorities', priorities, scored, source);
  return measureRanking(scored, priorities, resolved).result;
}

/**
 * Two rankings of the same rows, compared on the same half-samples.
 * @throws InvalidOptionError as `rankWeightedEffect`
 * @example compareRankings(forest, { first: effectsOfLastYear, second: age })
 */
export function compareRankings<CovariateName extends string>(
  source: CausalForest<CovariateName> | ScoredRows,
  rankings: { readonly first: Float64Array; readonly second: Float64Array },
  options: ForestRankingOptions<NoInfer<CovariateName>> = {},
): RankingComparison {
  const { scored, resolved } = resolve(source, options);
  rejectUnknownKeys('rankings', rankings, ['first', 'second']);
  for (const name of ['first', 'second'] as const) requirePriorities(name, rankings[name], scored, source);
  const [first, second] = evaluate(scored, [rankings.first, rankings.second], resolved);
  const between: Evaluation = {
    values: first.values.map((value, k) => value - second.values[k]),
    draws: first.draws.map((draw, d) => draw.map((value, k) => value - second.draws[d][k])),
    varies: first.varies || second.varies,
    z: first.z.map((value, row) => value - second.z[row]),
  };
  const { curve: _, ...difference } = summarize(between, scored, resolved, 'both').result;
  return Object.freeze({
    first: summarize(first, scored, resolved, 'upper').result,
    second: summarize(second, scored, resolved, 'upper').result,
    difference: Object.freeze(difference),
  });
}

export interface ResolvedRankingOptions {
  readonly weighting: RankWeighting;
  readonly shares: readonly number[];
  readonly draws: number;
  readonly level: number;
  readonly seed: number;
}

export const RANKING_KEYS = ['weighting', 'shares', 'draws', 'level', 'seed'] as const;

/** Checks what all calls share; which keys are known is for the caller to check. @throws InvalidOptionError */
export function resolveRankingOptions(given: RankingOptions): ResolvedRankingOptions {
  return {
    weighting: requireOneOf('weighting', given.weighting ?? 'autoc', ['autoc', 'qini']),
    shares: requireShares(given.shares ?? TENTHS),
    draws: requireInteger('draws', given.draws ?? 200, { min: 50 }),
    level: resolveLevel(given.level),
    seed: requireSeed('seed', given.seed ?? 42),
  };
}

/** The effect of checked priorities over checked rows, and its test. */
export function measureRanking(
  scored: Scored,
  priorities: Float64Array,
  options: ResolvedRankingOptions,
): { readonly result: RankWeightedEffect; readonly test: RankTestNumbers } {
  return summarize(evaluate(scored, [priorities], options)[0], scored, options, 'upper');
}

const TENTHS = Object.freeze([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);

function requireShares(shares: unknown): readonly number[] {
  const rising = (values: readonly unknown[]) =>
    values.every(
      (share, k) =>
        typeof share === 'number' && share > 0 && share <= 1 && (k === 0 || share > (values[k - 1] as number)),
    );
  if (!Array.isArray(shares) || !rising(shares))
    throw new InvalidOptionError('shares', shares, 'an ascending list of numbers above 0 and at most 1');
  return Object.freeze([...shares]);
}

function resolve(source: CausalForest | ScoredRows, options: ForestRankingOptions) {
  if ('kind' in source) {
    rejectUnknownKeys('options', options, [...RANKING_KEYS, 'rows', 'treatmentVariance', 'debiasingWeights']);
    const scored = scoredForest(source, options.rows, options);
    return { scored, resolved: resolveRankingOptions(options) };
  }
  rejectUnknownKeys('source', source, ['scores', 'weights', 'clusters']);
  rejectUnknownKeys('options', options, RANKING_KEYS);
  return { scored: scoredRows(source), resolved: resolveRankingOptions(options) };
}

function requirePriorities(
  option: string,
  priorities: unknown,
  { rowCount, rows }: Scored,
  source: CausalForest | ScoredRows,
): void {
  if (!(priorities instanceof Float64Array) || priorities.length !== rowCount)
    throw new InvalidOptionError(option, priorities, `a Float64Array with one number per row (${rowCount})`);
  const culprit = rows.find((row) => Number.isNaN(priorities[row]));
  if (culprit !== undefined)
    throw new InvalidOptionError(
      `${option}[${culprit}]`,
      Number.NaN,
      'a number; leave rows without a priority out, by `rows` or by weight 0',
    );
  if (!('kind' in source)) return;
  const { effect } = source.outOfBag;
  if (priorities === effect || (rows.length > 1 && rows.every((row) => priorities[row] === effect[row])))
    throw new InvalidOptionError(
      option,
      priorities,
      `made without these rows, but these are the forest's own effects of them, each of which the other rows' outcomes helped to make; use testRanking, which trains rankings apart from the rows that judge them`,
    );
}

/** Average and curve on all rows, and on each half-sample. */
interface Evaluation {
  readonly values: Float64Array;
  readonly draws: readonly Float64Array[];
  readonly varies: boolean;
  /** The average as a linear form of the scores (`rankWeights`). */
  readonly z: Float64Array;
}

function evaluate(
  scored: Scored,
  rankings: readonly Float64Array[],
  options: ResolvedRankingOptions,
): readonly Evaluation[] {
  const { rows, scores, weights, estimable, unitCount } = scored;
  const { shares, weighting } = options;
  const ranked = rankings.map((priorities) => rankRows(priorities, rows));
  const curve = (ranking: Ranking, kept: Uint8Array | null): Float64Array => {
    const out = new Float64Array(curveLength(shares));
    targetingCurveInto(ranking, scores, weights, weighting, shares, kept, out);
    return out;
  };
  const draws: Float64Array[][] = ranked.map(() => []);
  if (estimable && unitCount > 1)
    eachHalfSample({ ...scored, draws: options.draws, seed: options.seed }, (kept) => {
      ranked.forEach((ranking, k) => {
        draws[k].push(curve(ranking, kept));
      });
    });
  return ranked.map((ranking, k) => ({
    values: estimable ? curve(ranking, null) : new Float64Array(curveLength(shares)).fill(Number.NaN),
    draws: draws[k],
    varies: ranking.varies,
    z: ranking.varies ? rankWeights(ranking, weights, weighting) : new Float64Array(weights.length),
  }));
}

const UNTESTED: RankTestNumbers = { testError: null, statistic: null, pValue: null, freedom: 0, warnings: [] };

function summarize(
  { values, draws, varies, z }: Evaluation,
  scored: Scored,
  { level, shares, weighting }: ResolvedRankingOptions,
  tail: 'both' | 'upper',
): { readonly result: RankWeightedEffect; readonly test: RankTestNumbers } {
  const { estimable, warnings, rows } = scored;
  const test = estimable ? rankTest(scored, z, tail) : UNTESTED;
  const said: readonly Warning[] = estimable && !varies ? [...warnings, CONSTANT] : [...warnings, ...test.warnings];
  const at = (k: number): Estimate => {
    const estimate = estimable ? values[k] : null;
    const standardError = estimate === null || draws.length === 0 ? null : deviation(draws, k);
    return {
      estimate,
      standardError,
      interval: estimate === null || standardError === null ? null : intervalAround(estimate, standardError, level),
      level,
      n: rows.length,
      warnings: Object.freeze([...said]),
    };
  };
  const result = Object.freeze({
    ...at(0),
    weighting,
    statistic: test.statistic,
    pValue: test.pValue,
    curve: Object.freeze(shares.map((share, k) => Object.freeze({ ...at(1 + k), share }))),
  });
  return { result, test };
}

const CONSTANT = warning(
  'CONSTANT_RANKING',
  'All priorities are equal, so the ranking says nothing: its effect is 0 and cannot be tested.',
);

function deviation(draws: readonly Float64Array[], k: number): number {
  const mean = draws.reduce((sum, draw) => sum + draw[k], 0) / draws.length;
  return Math.sqrt(draws.reduce((sum, draw) => sum + (draw[k] - mean) ** 2, 0) / (draws.length - 1));
}
