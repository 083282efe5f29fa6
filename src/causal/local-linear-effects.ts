/**
 * Local linear effects: a causal forest as a kernel for a ridge regression around each point, in which both the effect and
 * the centred outcome may change linearly with chosen covariates (Friedberg, Tibshirani, Athey & Wager 2021, "Local linear
 * forests"). Where the effect is smooth in them, this takes away much of the forest's pull towards the average. Where
 * there is nothing to find, the penalty mostly switches it off, but not always: over 100 trials of 400 rows with a constant
 * effect the squared error, small as it is there, grew by more than a fifth in 16 (test/causal/local-linear.test.ts has
 * gains and costs).
 */
import type { EncodeOptions } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { trainingRows } from '../forest/forest.js';
import type { LocalLinearCorrection, LocalLinearOptions } from '../forest/local-linear-options.js';
import { type LinearTarget, type LocalLinearPredictions, predictLocalLinear } from '../forest/local-linear-predict.js';
import { minus } from './residualize.js';
import type { CausalForest, EffectPredictions } from './types.js';

/** Effects after the correction, with their variances, and what the correction was; `rowEffects` reads them. */
export interface LocalLinearEffects extends EffectPredictions {
  readonly correction: LocalLinearCorrection;
}

/**
 * Local linear effects of new rows. With X̃ the covariates `on`, Ỹ and W̃ the centred outcome and treatment, and weights
 * α_j(x)q_j (kernel times sample weight), τ̂(x) is the τ of
 *   min Σ_j α_j q_j [Ỹ_j − a − (X̃_j − x̃)'θ_a − (τ + (X̃_j − x̃)'θ_τ) W̃_j]² + λ_a‖θ_a‖² + λ_τ‖θ_τ‖²
 * (ibid.), both penalties being λ in units of the covariates' spread around x (`penaltyScale`). Without `penalty` λ is
 * chosen by out-of-bag R-loss Σ q_i (Ỹ_i − τ̂(x_i)W̃_i)² over all training rows (Nie & Wager 2021).
 *
 * @param data anything `createTrial` takes that has the covariates' columns; rows the forest was trained on should be read
 *   from `outOfBagLocalLinearEffects` instead
 * @returns a promise of effects in outcome units per unit of treatment, and variances by the bootstrap of little bags of
 *   the corrected estimate (given λ), which leave the choice of λ out
 * @throws InvalidOptionError for a covariate that is unknown or a category; InvalidDataError MISSING_VALUES where one of
 *   `on` is missing; whatever `signal` was aborted with
 * @example const { effect } = await localLinearEffects(forest, customers, { on: ['age', 'tenure'] });
 */
export const localLinearEffects = async <CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  data: TableInput,
  options: LocalLinearOptions<NoInfer<CovariateName>> & EncodeOptions = {},
): Promise<LocalLinearEffects> => effectsOf(forest, await predictLocalLinear(targetOf(forest), data, options));

/** The same for the training rows, each from the trees that did not draw it. */
export const outOfBagLocalLinearEffects = async <CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  options: LocalLinearOptions<NoInfer<CovariateName>> = {},
): Promise<LocalLinearEffects> => effectsOf(forest, await predictLocalLinear(targetOf(forest), null, options));

const targetOf = ({ forest, trial, outcome, nuisance }: CausalForest): LinearTarget => ({
  forest,
  covariates: trial.covariates,
  outcome: minus(outcome, nuisance.outcomeHat),
  treatment: minus(trial.treatment.values, nuisance.treatmentHat),
  weights: trial.weights,
});

const effectsOf = ({ forest }: CausalForest, { estimate, ...rest }: LocalLinearPredictions): LocalLinearEffects =>
  Object.freeze({ effect: estimate, ...rest, trainingRows: trainingRows(forest) });
