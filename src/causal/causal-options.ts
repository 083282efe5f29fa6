/** Options of a causal forest: those of a forest, and where the nuisances come from. */
import { InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys, requireOneOf } from '../base/options.js';
import { FOREST_OPTION_NAMES, type ForestOptions, type ResolvedForestOptions } from '../forest/forest-options.js';
import { CONTROL_NAMES, type WorkControl } from '../forest/work-control.js';
import type { EffectEstimator } from './types.js';

/** Options of `fitCausalForest`; defaults stand at each. */
export interface CausalForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** Which of the trial's outcomes; may be left out where there is only one. */
  readonly outcome?: OutcomeName;
  /** m̂(x) = Ê[Y|X=x], one number for all rows or one per row of the trial, instead of a forest fitted here. */
  readonly outcomeHat?: number | Float64Array;
  /**
   * ê(x) = Ê[W|X=x], likewise; for a binary treatment strictly inside (0, 1). Default: the trial's known propensity
   * where it has one, else a forest fitted here.
   */
  readonly treatmentHat?: number | Float64Array;
  /**
   * 'plain': the causal forest as published. 'refined': that forest, two penalised linear models and a Bayesian sum of small
   * trees, combined by the R-loss and shrunk to the average effect where differences are not seen clearly.
   * Default 'plain'.
   */
  readonly estimator?: EffectEstimator;
  /**
   * How m̂(x) and ê(x) are fitted where they are neither given nor known. 'forest': an honest forest each, out of bag, as in
   * R's grf. 'stack': a convex combination, chosen by out-of-fold squared error, of such a forest, boosted trees of one and
   * of up to three cuts, a penalised linear or logistic regression on splines and products of the covariates, and the mean,
   * brought to scale by a cross-fitted slope. It is nearer to the truth where outcome or treatment depend on covariates one
   * by one, and about as near elsewhere, which matters most where confounding is strong; a fit then takes about twice as
   * long, more with few trees. The fit's `nuisance` reports members, weights, losses and slopes. Default 'stack' for refined effects,
   * else 'forest'.
   */
  readonly nuisance?: NuisanceMethod;
}

/** How nuisances are fitted. */
export type NuisanceMethod = 'forest' | 'stack';

/** Every value filled in; `outcomeHat` and `treatmentHat` stand in the fit's `nuisance`. */
export type ResolvedCausalForestOptions = ResolvedForestOptions;

const OPTION_NAMES = [
  ...FOREST_OPTION_NAMES,
  ...CONTROL_NAMES,
  'outcome',
  'outcomeHat',
  'treatmentHat',
  'estimator',
  'nuisance',
] as const;

export const resolveEstimator = (given: EffectEstimator | undefined): EffectEstimator =>
  requireOneOf('estimator', given ?? 'plain', ['plain', 'refined']);

/** Refuses what is no object, and unknown options, before anything is read from them. */
export const checkCausalForestOptions = (options: CausalForestOptions): void =>
  rejectUnknownKeys('options', options, OPTION_NAMES);

/** @throws InvalidOptionError */
export const resolveNuisanceMethod = ({ nuisance, estimator }: CausalForestOptions): NuisanceMethod =>
  requireOneOf('nuisance', nuisance ?? (estimator === 'refined' ? 'stack' : 'forest'), ['forest', 'stack']);

/** The outcome that is meant: the named one, or the only one. */
export function resolveOutcomeName<OutcomeName extends string>(
  outcomes: Readonly<Record<OutcomeName, unknown>>,
  given: OutcomeName | undefined,
): OutcomeName {
  const names = Object.keys(outcomes) as OutcomeName[];
  if (given === undefined && names.length === 1) return names[0];
  if (given === undefined || !names.includes(given))
    throw new InvalidOptionError(
      'outcome',
      given,
      `one of the trial's outcomes: ${names.join(', ')}${hint(given, names)}`,
    );
  return given;
}
