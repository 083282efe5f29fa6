/** Effects from a forest of several arms: out of bag for its own rows, from all trees for new ones. */
import type { Warning } from '../../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../../data/encode.js';
import type { TableInput } from '../../data/table.js';
import { type Forest, trainingRows } from '../../forest/forest.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import { codeRows, type RankedColumns } from '../../tree/ranked-columns.js';
import { outOfBagSlopes, type SlopeNumbers, slopesOfRows } from '../slopes/predict.js';
import { type ContrastPredictions, contrastsOf, type MultiArmForest } from './types.js';

/**
 * Effects of each arm against the first for new rows, with variances.
 * @param data anything `createTrial` takes that has the covariates' columns
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictContrasts(
  { forest, trial, outcomeIndex, outcomeCount }: MultiArmForest,
  data: TableInput,
  options: EncodeOptions = {},
): ContrastPredictions {
  const { arms } = trial.treatment;
  const encoded = encodeCovariates(trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const shape = { treatments: arms.length - 1, outcomes: outcomeCount };
  return contrastPredictions(slopesOfRows(forest, coded, shape, outcomeIndex), forest, arms, encoded.warnings);
}

/** Effects of the training rows, each from the trees that did not draw it, for a forest of one outcome. */
export const outOfBagContrasts = (
  forest: Forest,
  columns: RankedColumns,
  arms: readonly string[],
): ContrastPredictions =>
  contrastPredictions(outOfBagSlopes(forest, columns, { treatments: arms.length - 1, outcomes: 1 }), forest, arms, []);

/** All contrasts of a row are estimated, or none, so the first one's warnings are everyone's. */
export const contrastPredictions = (
  { effect, variance, treeCount }: SlopeNumbers,
  forest: Forest,
  arms: readonly string[],
  given: readonly Warning[],
): ContrastPredictions =>
  Object.freeze({
    contrasts: contrastsOf(arms),
    effect,
    variance,
    treeCount,
    trainingRows: trainingRows(forest),
    warnings: predictionWarnings(effect[0], variance?.[0] ?? null, given),
  });
