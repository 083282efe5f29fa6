/**
 * Doubly robust scores: one number per row whose average is the average effect, and whose errors in m̂, ê and τ̂ only
 * enter as products.
 *
 *   binary W:      Γᵢ = τ̂ᵢ + (W − ê)/(ê(1 − ê)) · (Y − m̂ − (W − ê)τ̂ᵢ)   (Robins, Rotnitzky & Zhao 1994)
 *   continuous W:  Γᵢ = τ̂ᵢ + (W − ê)/V̂(xᵢ) · (Y − m̂ − (W − ê)τ̂ᵢ)   (Hirshberg & Wager 2021: average partial effect)
 *
 * All hats are estimates that did not see row i.
 */
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest, FittedEffects } from '../causal/types.js';
import { type ContinuousScoreOptions, resolveScoreOptions } from './options.js';

/** Γᵢ for every row of the trial, in outcome units per unit of treatment. */
export interface EffectScores {
  /** NaN where a row has no out-of-bag estimate or a propensity of 0 or 1; `warnings` then count those rows. */
  readonly values: Float64Array;
  readonly warnings: readonly Warning[];
}

/**
 * Doubly robust scores of a fitted forest, for averages, policies and rankings of your own.
 * @throws InvalidOptionError where a continuous treatment comes without `treatmentVariance` or `debiasingWeights`
 */
export function scores(forest: CausalForest, options: ContinuousScoreOptions = {}): EffectScores {
  const values = doublyRobustScores(forest, resolveScoreOptions(forest, options, true));
  const missing = values.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  const warnings = missing
    ? [
        warning(
          'NO_SCORE',
          `${missing} of ${values.length} rows have no score (NaN): no tree left them out of bag, or their propensity is 0 or 1. Grow more trees, or leave these rows out.`,
        ),
      ]
    : [];
  return Object.freeze({ values, warnings: Object.freeze(warnings) });
}

/** Γ with options already checked. */
export function doublyRobustScores(
  { trial, outcome, nuisance, outOfBag }: FittedEffects,
  { treatmentVariance, debiasingWeights }: ContinuousScoreOptions,
): Float64Array {
  const { effect } = outOfBag;
  const { outcomeHat, treatmentHat } = nuisance;
  const binary = trial.treatment.kind === 'binary';
  return Float64Array.from(trial.treatment.values, (treatment, row) => {
    const treatmentResidual = treatment - treatmentHat[row];
    const residual = outcome[row] - outcomeHat[row] - treatmentResidual * effect[row];
    const weight = binary
      ? treatmentResidual / (treatmentHat[row] * (1 - treatmentHat[row]))
      : debiasingWeights
        ? debiasingWeights[row]
        : treatmentResidual / (treatmentVariance as Float64Array)[row];
    const score = effect[row] + weight * residual;
    return Number.isFinite(score) ? score : Number.NaN;
  });
}
