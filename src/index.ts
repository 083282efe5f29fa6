/** The public names, in the order in which data flow: table → forest → effects. */

// Errors, and what every result carries
export {
  CausalForestError,
  type DataErrorCode,
  InvalidDataError,
  InvalidOptionError,
  MissingPackageError,
} from './base/errors.js';
export type { Estimate } from './base/estimate.js';
export type { Warning } from './base/warnings.js';
// Forests and trees
export { type ArmTrialDeclaration, createArmTrial } from './causal/arms/create-trial.js';
export {
  fitMultiArmForest,
  fitMultiArmForests,
  type MultiArmForestOptions,
  type MultiArmForestsOptions,
} from './causal/arms/multi-arm-forest.js';
export { predictContrasts } from './causal/arms/predict.js';
export type {
  ArmNuisance,
  ArmTreatment,
  ArmTrial,
  ContrastPredictions,
  MultiArmForest,
} from './causal/arms/types.js';
export type { BayesianEffects } from './causal/bayesian/bayesian-effects.js';
export type { TreeDraws } from './causal/bayesian/draws.js';
export { fitCausalForest } from './causal/causal-forest.js';
export type { CausalForestOptions, NuisanceMethod, ResolvedCausalForestOptions } from './causal/causal-options.js';
export { effectWeights, outOfBagEffectWeights } from './causal/effect-weights.js';
export { estimateCompliance } from './causal/instrumental/compliance.js';
export { createInstrumentalTrial, type InstrumentalTrialDeclaration } from './causal/instrumental/create-trial.js';
export { fitInstrumentalForest, type InstrumentalForestOptions } from './causal/instrumental/instrumental-forest.js';
export { predictInstrumentalEffects } from './causal/instrumental/predict.js';
export type { InstrumentalForest, InstrumentalNuisance, InstrumentalTrial } from './causal/instrumental/types.js';
export { createLinearTrial, type LinearTrialDeclaration } from './causal/linear/create-trial.js';
export { fitLinearForest, type LinearForestOptions, predictLinearEffects } from './causal/linear/linear-forest.js';
export type { LinearForest, LinearNuisance, LinearPredictions, LinearTrial } from './causal/linear/types.js';
export {
  type LocalLinearEffects,
  localLinearEffects,
  outOfBagLocalLinearEffects,
} from './causal/local-linear-effects.js';
export { predictEffects } from './causal/predict-effects.js';
export {
  type PredictorOptions,
  type PredictorRow,
  predictor,
  type RowPrediction,
  type RowPredictionWithVariance,
} from './causal/predictor.js';
export { fitRatioForests, type RatioForests } from './causal/ratio-forests.js';
export type { LinearEffects } from './causal/refined/linear-effects.js';
export type { RefinedEffects, RefinedMember, RefinedMemberName } from './causal/refined/types.js';
export { fitCausalSurvivalForest } from './causal/survival/causal-survival-forest.js';
export type { CausalSurvivalForestOptions } from './causal/survival/options.js';
export type { SurvivalTarget } from './causal/survival/restricted-times.js';
export type { CausalSurvivalForest, SurvivalDetails } from './causal/survival/types.js';
export { estimateTreatmentVariance } from './causal/treatment-variance.js';
export { fitCausalTree } from './causal/tree/fit-causal-tree.js';
export type { CausalTreeOptions } from './causal/tree/options.js';
export { type CausalTreePredictions, predictCausalTree } from './causal/tree/predict-causal-tree.js';
export type {
  CausalTree,
  CausalTreeNode,
  LevelsSplit,
  MissingSplit,
  NodeEffect,
  PruningStep,
  Split,
  ThresholdSplit,
} from './causal/tree/types.js';
export {
  fitDoubleSampleForest,
  fitPropensityForest,
  predictTreeAverage,
  type TreeAverageForest,
  type TreeAverageOptions,
} from './causal/tree-average-forest.js';
export type {
  CausalForest,
  EffectEstimator,
  EffectPredictions,
  Nuisance,
  NuisanceSource,
  OutOfBagEffects,
} from './causal/types.js';
// Data: one table, declared once
export { createTrial } from './data/create-trial.js';
export type {
  CovariateDeclaration,
  OutcomeDeclaration,
  TreatmentDeclaration,
  TrialDeclaration,
} from './data/declaration.js';
export type { EncodeOptions } from './data/encode.js';
export { type Group, type GroupBy, type Groups, groupRows } from './data/groups.js';
export { selectRows } from './data/select.js';
export type { Column, TableInput } from './data/table.js';
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
// Diagnostics: can these numbers be trusted, and do predicted differences exist
export type { ApartOptions } from './diagnostics/apart.js';
export { type Calibration, type CalibrationOptions, testCalibration } from './diagnostics/calibration.js';
export {
  type HighLowDifference,
  type HighLowEffects,
  type HighLowOptions,
  highLowEffects,
} from './diagnostics/high-low.js';
export {
  type CovariateImportance,
  type ImportanceOptions,
  splitFrequencies,
  variableImportance,
} from './diagnostics/importance.js';
export {
  type CurvePoint,
  compareRankings,
  type ForestRankingOptions,
  type RankingComparison,
  type RankingOptions,
  type RankWeightedEffect,
  rankWeightedEffect,
} from './diagnostics/rank-weighted.js';
export type { ScoredRows } from './diagnostics/scored-rows.js';
export {
  type Characteristic,
  type SortedEffects,
  type SortedEffectsOptions,
  type SortedGroup,
  sortedEffects,
} from './diagnostics/sorted-effects.js';
export type { SplitEstimate } from './diagnostics/split-medians.js';
export { type ForestSummary, summarizeForest } from './diagnostics/summary.js';
export type { RankWeighting } from './diagnostics/targeting-curve.js';
export {
  type RankingFold,
  type RankingTest,
  type RankingTestOptions,
  testRanking,
} from './diagnostics/test-ranking.js';
export { type AverageEffect, averageEffect } from './effects/average.js';
export type { Coefficient } from './effects/coefficients.js';
export {
  averageContrasts,
  type ContrastEffect,
  type ContrastOptions,
  type ContrastScores,
  contrastScores,
} from './effects/contrasts.js';
export { type GroupDifference, type GroupDifferences, groupDifferences } from './effects/differences.js';
export { type EffectBand, type EffectBandOptions, effectBand } from './effects/effect-band.js';
export {
  type EffectFamily,
  effectFamily,
  type FamilyEffect,
  type FamilyMember,
  type FamilyOptions,
} from './effects/family.js';
export { type GroupEffect, type GroupEffects, groupEffects } from './effects/groups.js';
export {
  averageInstrumentalEffect,
  type InstrumentalAverageOptions,
  type InstrumentalEffect,
  type InstrumentalScoreOptions,
  instrumentalScores,
} from './effects/instrumental.js';
export type { AverageEffectOptions, ContinuousScoreOptions, Target } from './effects/options.js';
export { type PopulationEffect, type PopulationEffectOptions, populationEffect } from './effects/population.js';
export {
  type EffectCovariance,
  effectCovariance,
  type WeightedEffectOptions,
  weightedEffect,
} from './effects/prediction-covariance.js';
export { bestLinearProjection, type ProjectionOptions } from './effects/projection.js';
export { type RatioEffect, ratioEffect } from './effects/ratio-of-totals.js';
export { type ArmMean, type RelativeEffect, type RelativeEffectOptions, relativeEffect } from './effects/relative.js';
// Effects: rows, averages, groups, percentages
export { type RowEffect, rowEffects } from './effects/row-effects.js';
export type { RowSelection } from './effects/rows.js';
export { type EffectScores, scores } from './effects/scores.js';
export type { AnyForest } from './forest/any-forest.js';
export {
  type BoostedMeans,
  type BoostedRegressionForest,
  type BoostingTrial,
  fitBoostedRegressionForest,
  type OutOfBagBoostedMeans,
} from './forest/boosted-forest.js';
export type { BoostedForestOptions, ResolvedBoosting } from './forest/boosted-options.js';
export { estimateMemory, type MemoryEstimate } from './forest/estimate-memory.js';
export type { ForestOptions, ResolvedForestOptions } from './forest/forest-options.js';
export { type LocalLinearMeans, localLinearMeans, outOfBagLocalLinearMeans } from './forest/local-linear-means.js';
export type { LocalLinearCorrection, LocalLinearOptions } from './forest/local-linear-options.js';
export type { PenaltyScale } from './forest/local-regression.js';
export { type BoostedPredictOptions, predictBoostedMeans } from './forest/predict-boosted.js';
export {
  fitProbabilityForest,
  type ProbabilityData,
  type ProbabilityForest,
  type ProbabilityForestOptions,
  type ProbabilityPredictions,
  predictProbabilities,
} from './forest/probability-forest.js';
export {
  fitRegressionForest,
  type MeanPredictions,
  type OutOfBagMeans,
  predictMeans,
  type RegressionData,
  type RegressionForest,
  type RegressionForestOptions,
} from './forest/regression-forest.js';
export type { SurvivalCurve, SurvivalPredictions } from './forest/survival/curves.js';
export {
  fitSurvivalForest,
  predictSurvival,
  type SurvivalForest,
  type SurvivalForestOptions,
} from './forest/survival/survival-forest.js';
export type { PlacedRows } from './forest/survival/times.js';
// Long work: progress, abort
export type { Progress, WorkControl } from './forest/work-control.js';
// Forests fitted in R
export { type FromGrfOptions, fromGrf, type ImportedForest } from './import/from-grf.js';
export type { GrfForest, GrfTree, ImportedKind } from './import/layout.js';
export type { Description } from './math/describe.js';
export type { CovarianceType } from './math/robust-covariance.js';
export type { NuisanceCalibration } from './nuisance/calibrate.js';
export type { NuisanceStack, StackMember } from './nuisance/stack.js';
// Studies: outcomes by windows, designs and groups in one call
export type {
  StudyCovariate,
  StudyDeclaration,
  StudyDesign,
  StudyGrouping,
  StudyOptions,
  StudyOutcome,
  StudyWindow,
} from './study/declaration.js';
export { runStudy } from './study/run-study.js';
export type {
  Study,
  StudyBalance,
  StudyCell,
  StudyDesignInfo,
  StudyDifference,
  StudyDistribution,
  StudyEffect,
  StudyFamily,
  StudyGroupingInfo,
  StudyHistogram,
  StudyOutcomeInfo,
  StudyOverlap,
  StudyProfile,
  StudyProfilePoint,
  StudyRow,
  StudyTrend,
  StudyWindowInfo,
} from './study/types.js';
