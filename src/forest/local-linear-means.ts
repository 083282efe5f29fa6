/**
 * Local linear means: a regression forest as a kernel for a ridge regression around each point (Friedberg, Tibshirani,
 * Athey & Wager 2021, "Local linear forests"). Forests predict steps; where E[Y | X = x] is smooth, the slope around the
 * point takes away the bias that comes from neighbours lying to one side, most of all at the edges of the data.
 */
import type { EncodeOptions } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import type { LocalLinearCorrection, LocalLinearOptions } from './local-linear-options.js';
import { type LinearTarget, predictLocalLinear } from './local-linear-predict.js';
import type { MeanPredictions, RegressionForest } from './regression-forest.js';

/** Means after the correction, with their variances, and what the correction was. */
export interface LocalLinearMeans extends MeanPredictions {
  readonly correction: LocalLinearCorrection;
}

/**
 * Local linear means of new rows. With X̃ the covariates `on` and weights α_j(x)q_j (kernel times sample weight),
 *   μ̂(x) = θ₀ of min Σ_j α_j q_j (Y_j − θ₀ − (X̃_j − x̃)'θ)² + λ Σ_k d_k θ_k²,  d_k = Σ_j α_j q_j (X̃_jk − x̃_k)²
 * (ibid., whose ridge penalty is λ‖θ‖²; `penaltyScale` says how d_k standardises it).
 *
 * @param data anything `createTrial` takes that has the covariates' columns; rows the forest was trained on should be read
 *   from `outOfBagLocalLinearMeans` instead
 * @param options without `penalty` the penalty is chosen first, by out-of-bag error over all training rows
 * @returns a promise of means in outcome units and variances by little bags (given λ), which leave its choice out
 * @throws InvalidOptionError for a covariate that is unknown or a category; InvalidDataError MISSING_VALUES where one of
 *   `on` is missing; whatever `signal` was aborted with
 */
export const localLinearMeans = (
  forest: RegressionForest,
  data: TableInput,
  options: LocalLinearOptions & EncodeOptions = {},
): Promise<LocalLinearMeans> => predictLocalLinear(targetOf(forest), data, options);

/** The same for the training rows, each from the trees that did not draw it. */
export const outOfBagLocalLinearMeans = (
  forest: RegressionForest,
  options: LocalLinearOptions = {},
): Promise<LocalLinearMeans> => predictLocalLinear(targetOf(forest), null, options);

const targetOf = ({ forest, covariates, outcome, weights }: RegressionForest): LinearTarget => ({
  forest,
  covariates,
  outcome,
  treatment: null,
  weights,
});
