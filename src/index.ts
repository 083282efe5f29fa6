/** The public names, in the order in which data flow: table → forest → effects. */

// Errors and what every result carries
export { CausalForestError, type DataErrorCode, InvalidDataError, InvalidOptionError } from './base/errors.js';
export type { Estimate } from './base/estimate.js';
export type { Warning } from './base/warnings.js';
export { fitCausalForest } from './causal/causal-forest.js';
// Forests
export type { CausalForestOptions, ResolvedCausalForestOptions } from './causal/causal-options.js';
export { predictEffects } from './causal/predict-effects.js';
export type { CausalForest, EffectPredictions, Nuisance, NuisanceSource, OutOfBagEffects } from './causal/types.js';
// Data
export { createTrial } from './data/create-trial.js';
export { selectRows } from './data/select.js';
export type {
  CategoryCovariate,
  Clusters,
  Covariate,
  NumericCovariate,
  Outcome,
  RowOutcome,
  TotalsOutcome,
  Treatment,
  Trial,
} from './data/trial.js';
export type { ForestOptions, ResolvedForestOptions } from './forest/forest-options.js';
export {
  fitRegressionForest,
  type MeanPredictions,
  type OutOfBagMeans,
  predictMeans,
  type RegressionForest,
  type RegressionForestOptions,
} from './forest/regression-forest.js';
export type { Progress, WorkControl } from './forest/work-control.js';
