/** What a fitted causal forest is: plain data that every function of `effects/` and `report/` reads. */
import type { Warning } from '../base/warnings.js';
import type { Trial } from '../data/trial.js';
import type { Forest } from '../forest/forest.js';
import type { NuisanceStack } from '../nuisance/stack.js';
import type { ResolvedCausalForestOptions } from './causal-options.js';
import type { RefinedEffects } from './refined/types.js';

/** Where a nuisance came from: a forest fitted out of bag, a stack of models, the trial's known propensity, or the caller. */
export type NuisanceSource = 'forest' | 'stack' | 'known' | 'given';

/** m̂(xᵢ) = Ê[Y|X=xᵢ] and ê(xᵢ) = Ê[W|X=xᵢ], one per row of the forest's trial, never from trees or fits that saw the row. */
export interface Nuisance {
  readonly outcomeHat: Float64Array;
  readonly treatmentHat: Float64Array;
  readonly outcomeSource: NuisanceSource;
  readonly treatmentSource: NuisanceSource;
  /** Members, weights and losses, where the source is 'stack'. */
  readonly outcomeStack?: NuisanceStack;
  readonly treatmentStack?: NuisanceStack;
}

/** Effects for a set of rows. NaN marks a row without an estimate; `warnings` then count and explain them. */
export interface EffectPredictions {
  /** τ̂(xᵢ), in outcome units per unit of treatment. */
  readonly effect: Float64Array;
  /**
   * Variance of τ̂(xᵢ) by the bootstrap of little bags, of refined effects with what is uncertain in the combination; null
   * where trees do not come in bags (`ciGroupSize` 1).
   */
  readonly variance: Float64Array | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  /** Rows that the forest was trained on. */
  readonly trainingRows: number;
  readonly warnings: readonly Warning[];
}

/** Out-of-bag effects carry the fit's error too (null where no outcome is at hand). */
export interface OutOfBagEffects extends EffectPredictions {
  /**
   * Squared R-loss residual without the part that is due to finitely many trees (NaN with 5 trees or fewer); of refined effects
   * the squared residual as it is.
   */
  readonly debiasedError: Float64Array;
  /** Monte-Carlo part of the error: shrinks as 1/trees. NaN for refined effects, where it is not estimated. */
  readonly excessError: Float64Array;
}

/** How effects were estimated: by the published causal forest alone, or by the combination of `estimator: 'refined'`. */
export type EffectEstimator = 'plain' | 'refined';

/** A fitted causal forest: plain data. */
export interface CausalForest<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'causalForest';
  readonly estimator: EffectEstimator;
  /** The rows the forest was fitted on. */
  readonly trial: Trial<CovariateName, OutcomeName>;
  readonly outcomeName: OutcomeName;
  /** Y, one per row of `trial`. */
  readonly outcome: Float64Array;
  readonly settings: ResolvedCausalForestOptions;
  readonly nuisance: Nuisance;
  /** The plain causal forest; of refined effects the first member. */
  readonly forest: Forest;
  /** What refined effects are made of; null where they are plain. */
  readonly refined: RefinedEffects | null;
  /** τ̂ for the training rows, each from the trees that did not draw it. */
  readonly outOfBag: OutOfBagEffects;
  readonly warnings: readonly Warning[];
}

/** What averages read of a fitted forest: all but its trees, which are most of its memory. */
export type FittedEffects<CovariateName extends string = string> = Omit<
  CausalForest<CovariateName>,
  'forest' | 'refined'
>;
