/** Boosted means of new rows: Σₖ m̂ₖ(x), every tree of every step. */
import { rejectUnknownKeys, requireInteger } from '../base/options.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { codeRows } from '../tree/ranked-columns.js';
import { addSteps, type BoostedMeans, type BoostedRegressionForest } from './boosted-forest.js';
import { meansOf } from './regression-forest.js';

/** Options of `predictBoostedMeans`. */
export interface BoostedPredictOptions extends EncodeOptions {
  /** Use the first so many steps only. Default: all. */
  readonly numSteps?: number;
}

/**
 * @param data anything `createTrial` takes that has the covariates' columns; rows the forest was trained on should be read
 *   from `forest.outOfBag` instead
 * @returns means without variances (`variance` is null, see `BoostedMeans`)
 * @throws InvalidOptionError; InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictBoostedMeans(
  forest: BoostedRegressionForest,
  data: TableInput,
  options: BoostedPredictOptions = {},
): BoostedMeans {
  rejectUnknownKeys('options', options, ['naStrings', 'numSteps']);
  const { numSteps = forest.steps.length, ...encoding } = options;
  requireInteger('numSteps', numSteps, { min: 1, max: forest.steps.length });
  const encoded = encodeCovariates(forest.covariates, data, encoding);
  const coded = codeRows(encoded.covariates, forest.steps[0].coding, encoded.rowCount);
  return addSteps(
    forest.steps.slice(0, numSteps).map((step) => meansOf(step, coded)),
    encoded.warnings,
  );
}
