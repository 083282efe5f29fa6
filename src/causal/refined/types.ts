/** What refined effects are made of: plain data, enough to predict new rows with their variances. */
import type { BayesianEffects } from '../bayesian/bayesian-effects.js';
import type { LinearEffects } from './linear-effects.js';

/** The models of τ(x) that are combined. */
export type RefinedMemberName = 'forest' | 'linear' | 'spline' | 'bayesianTrees';

/** What became of one member. */
export interface RefinedMember {
  readonly name: RefinedMemberName;
  /** aₖ ≥ 0 in τ̂(x) = constant + Σ aₖ (τ̂ₖ(x) − centreₖ), shrinkage included; 0: of no use here. */
  readonly weight: number;
  /** Mean of the member's effects over the training rows, each weighted by (W − ê)². */
  readonly centre: number;
  /**
   * R-loss of the member alone over that of one effect for all rows: below 1 where it sees differences between rows, above 1
   * where it takes noise for them.
   */
  readonly relativeLoss: number;
}

/** The combination that `estimator: 'refined'` predicts by. */
export interface RefinedEffects {
  readonly members: readonly RefinedMember[];
  /** The effect where all members are at their centre: the slope of Y − m̂ on W − ê, one for all rows. */
  readonly constant: number;
  /**
   * Share of the combined differences between rows that is kept, max(0, 1 − 3/z²); z is how many standard errors the
   * R-loss's slope on them is from 0. 0: nothing was seen, and every row has the average effect.
   */
  readonly shrinkage: number;
  /** Standard error of that slope, which is 1; null where there is no difference to multiply. */
  readonly slopeError: number | null;
  /** Mean square of differences between rows that could not have been seen: part of variances where shrinkage is below 1. */
  readonly unseenVariance: number;
  readonly linear: LinearEffects;
  readonly spline: LinearEffects;
  readonly bayesianTrees: BayesianEffects;
  /** What the constant would be on the rows of each half of the bags that linear members are refitted in. */
  readonly halfConstants: Float64Array;
}
