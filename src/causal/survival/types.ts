/** What a fitted causal survival forest is: a causal forest of an outcome that censoring has been taken out of. */
import type { CausalForest } from '../types.js';
import type { SurvivalTarget } from './restricted-times.js';

/** How the outcome of a causal survival forest came about. */
export interface SurvivalDetails {
  /** Names of the outcomes with times and events. */
  readonly time: string;
  readonly event: string;
  readonly target: SurvivalTarget;
  /** h, in the units of time. */
  readonly horizon: number;
  /** The times on which hazards were estimated; the last one is the horizon. */
  readonly failureTimes: Float64Array;
  /** Rows without the event that are not followed to the horizon. */
  readonly censoredRows: number;
  /** Ĝ(h | xᵢ, Wᵢ), out of bag: each row's probability of being followed to the horizon. */
  readonly followed: Float64Array;
}

/**
 * Its `outcome` is Ỹ, y(T) with censoring taken out (doubly robust, `survival/censored-value.ts`), which its `trial` has as
 * an outcome too, named `outcomeName`; `nuisance.outcomeHat` is Ê[y(T) | X]. Every function of a causal forest works on it,
 * its numbers in units of time, or as differences of probabilities.
 */
export interface CausalSurvivalForest<CovariateName extends string = string>
  extends CausalForest<CovariateName, string> {
  readonly survival: SurvivalDetails;
}
