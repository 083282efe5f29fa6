/** What is fitted: a penalised regression's data and options, with defaults in one place. */
import { InvalidOptionError } from '../base/errors.js';
import { requireInteger, requireNumber } from '../base/options.js';
import type { Design } from './design.js';
import type { Folds } from './folds.js';

/**
 * The elastic net, with the weights scaled to a mean of one:
 *   gaussian  (1/Σw) Σ wᵢ (yᵢ − β₀ − xᵢ'β)²/2 + λ Σⱼ fⱼ [ α|βⱼsⱼ| + (1−α)(βⱼsⱼ)²/2 ]
 *   binomial  (1/Σw) Σ wᵢ [ log(1 + exp(ηᵢ)) − yᵢηᵢ ] + the same, ηᵢ = β₀ + xᵢ'β,
 * sⱼ the weighted standard deviation of column j in all rows (its root mean square where there is no intercept; 1 where
 * columns are not standardised), in every fold alike, so that λ means the same in all of them.
 */
export interface PenalizedProblem {
  readonly design: Design;
  /** One per row; 0 or 1 where `family` is 'binomial'. */
  readonly target: Float64Array;
  /** Sample weights ≥ 0, not all 0; rows of weight 0 are predicted but have no say. Null: 1. */
  readonly weight: Float64Array | null;
  readonly family: 'gaussian' | 'binomial';
  readonly folds: Folds;
}

export interface PenalizedOptions {
  /** Default true. Without, columns are not centred: the form of the R-learner (Nie & Wager 2021). */
  readonly intercept?: boolean;
  /** fⱼ ≥ 0, one per column; 0 exempts a column. Default 1. */
  readonly penaltyFactor?: Float64Array;
  /** α from 0 (ridge) to 1 (lasso). Default 1. */
  readonly mix?: number;
  /** Default true; false: columns are penalised in the units they come in. */
  readonly standardize?: boolean;
  /** λ themselves, from large to small, above 0, instead of `penaltyCount` and `leastPenalty`; one alone is the one chosen. */
  readonly penalties?: readonly number[];
  /** Penalties of the path, evenly spaced in logarithms. Default 60. */
  readonly penaltyCount?: number;
  /** The smallest penalty, as a share of the one that leaves all penalised columns out. Default 0.001. */
  readonly leastPenalty?: number;
  /**
   * The path ends where so many penalties in turn did not lower the cross-validated loss by 0.02 of its standard error.
   * Default 8; Infinity goes through all.
   */
  readonly patience?: number;
  /** What held-out rows are judged by where the family is binomial. Default 'deviance'. */
  readonly loss?: 'deviance' | 'squared';
  /** The penalty with the smallest cross-validated loss, or the largest within one standard error of it. Default 'minimum'. */
  readonly choice?: 'minimum' | 'oneStandardError';
}

export interface ResolvedPenalized {
  readonly intercept: boolean;
  readonly penaltyFactor: Float64Array;
  readonly mix: number;
  readonly standardize: boolean;
  readonly penalties: readonly number[] | null;
  readonly penaltyCount: number;
  readonly leastPenalty: number;
  readonly patience: number;
  readonly loss: 'deviance' | 'squared';
  readonly choice: 'minimum' | 'oneStandardError';
}

/** @throws InvalidOptionError */
export function resolvePenalized(given: PenalizedOptions, { columnCount }: Design): ResolvedPenalized {
  const penaltyFactor = given.penaltyFactor ?? new Float64Array(columnCount).fill(1);
  if (penaltyFactor.length !== columnCount || !penaltyFactor.every((f) => f >= 0 && Number.isFinite(f)))
    throw new InvalidOptionError('penaltyFactor', penaltyFactor, `${columnCount} finite numbers of at least 0`);
  const patience = given.patience ?? 8;
  if (patience !== Number.POSITIVE_INFINITY) requireInteger('patience', patience, { min: 1 });
  return Object.freeze({
    intercept: given.intercept ?? true,
    penaltyFactor,
    mix: requireNumber('mix', given.mix ?? 1, { min: 0, max: 1 }),
    standardize: given.standardize ?? true,
    penalties: given.penalties ? requirePenalties(given.penalties) : null,
    penaltyCount: given.penalties?.length ?? requireInteger('penaltyCount', given.penaltyCount ?? 60, { min: 2 }),
    leastPenalty: requireNumber('leastPenalty', given.leastPenalty ?? 1e-3, { above: 0, below: 1 }),
    patience,
    loss: given.loss ?? 'deviance',
    choice: given.choice ?? 'minimum',
  });
}

function requirePenalties(penalties: readonly number[]): readonly number[] {
  penalties.forEach((penalty, k) => {
    requireNumber(`penalties[${k}]`, penalty, k === 0 ? { above: 0 } : { above: 0, below: penalties[k - 1] });
  });
  if (penalties.length === 0) throw new InvalidOptionError('penalties', penalties, 'at least one number');
  return Object.freeze([...penalties]);
}
