/**
 * The four ways to judge a split (AI16 = Athey & Imbens 2016, PNAS 113:7353), on the growing rows of a node:
 *
 * `causalHonest`        value = α·n·τ̂² − (1 − α)·(1 + n_train/n_est)·n·(V_t + V_c),  V_a = s_a²/n_a
 * `transformedOutcome`  value = (ΣY*)²/n,  Y* = Y(W − p)/(p(1 − p)): a regression tree's value up to Σ Y*²
 * `fit`                 value = n_t·Ȳ_t² + n_c·Ȳ_c²: both arms' fit, likewise
 * `tStatistic`          squared t of τ̂_L − τ̂_R, variances of the four cells apart and with n − 1
 *
 * A split's gain is left + right − node of the value, or the squared t, which has no value per node: a tree grown by it
 * is pruned by the `causalHonest` value, as AI16 propose. Without honesty α = 1: AI16's adaptive tree.
 * Weights multiply every sum; n is then the sum of the sample weights, n_train and n_est are numbers of rows.
 */

import { armCount, armFit, armMean, armVariance, CONTROL, TRANSFORMED, TREATED, totalMass } from './node-sums.js';
import type { SplitRule } from './options.js';

/** A rule with its constants. */
export interface Criterion {
  readonly rule: SplitRule;
  /** False where leaves are estimated on the rows that grew them. */
  readonly honest: boolean;
  /** α. */
  readonly honestWeight: number;
  /** 1 + n_train/n_est; 1 without honesty, where α = 1 leaves it unused. */
  readonly varianceFactor: number;
}

/** τ̂ of a set of rows. */
export const effectOf = (sums: Float64Array): number => armMean(sums, TREATED) - armMean(sums, CONTROL);

/** V_t + V_c: variance of τ̂ with s² divided by n. */
export const effectVarianceOf = (sums: Float64Array): number => armVariance(sums, TREATED) + armVariance(sums, CONTROL);

/** The node's value; larger is better. Values of disjoint nodes add up. Both arms must be present. */
export function nodeValue(criterion: Criterion, sums: Float64Array): number {
  switch (criterion.rule) {
    case 'transformedOutcome':
      return (sums[TRANSFORMED] * sums[TRANSFORMED]) / totalMass(sums);
    case 'fit':
      return armFit(sums, TREATED) + armFit(sums, CONTROL);
    default: {
      const alpha = criterion.honestWeight;
      const effect = effectOf(sums);
      const penalty = (1 - alpha) * criterion.varianceFactor * effectVarianceOf(sums);
      return totalMass(sums) * (alpha * effect * effect - penalty);
    }
  }
}

/** What the rule gives for a split of a node of value `value` into left and right. */
export function splitGain(criterion: Criterion, value: number, left: Float64Array, right: Float64Array): number {
  if (criterion.rule === 'tStatistic') return squaredT(left, right);
  return nodeValue(criterion, left) + nodeValue(criterion, right) - value;
}

/** (τ̂_L − τ̂_R)² over the sum of the four cells' s²/n with n − 1; 0 where both sides agree without any noise. */
function squaredT(left: Float64Array, right: Float64Array): number {
  const difference = effectOf(left) - effectOf(right);
  if (difference === 0) return 0;
  const variance =
    unbiased(left, TREATED) + unbiased(left, CONTROL) + unbiased(right, TREATED) + unbiased(right, CONTROL);
  // Sides that differ without any noise are better than any others; the largest number stays a number in JSON.
  return variance > 0 ? (difference * difference) / variance : Number.MAX_VALUE;
}

const unbiased = (sums: Float64Array, arm: number): number =>
  (armVariance(sums, arm) * armCount(sums, arm)) / (armCount(sums, arm) - 1);
