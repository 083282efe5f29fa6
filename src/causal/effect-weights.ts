/** Kernel weights of a causal forest (of any kind): which training rows an effect rests on. Formula: `forest/kernel-weights.ts`. */
import { InvalidOptionError } from '../base/errors.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { kernelWeights } from '../forest/kernel-weights.js';
import { type CodedRows, codeRows } from '../tree/ranked-columns.js';
import type { CausalForest } from './types.js';

/** Any forest of effects, whatever its treatment. */
type EffectForest = Pick<CausalForest, 'forest'> & { readonly trial: Pick<CausalForest['trial'], 'rowCount' | 'covariates'> };

/**
 * Weights of the training rows at new points.
 * @param data the points: anything `createTrial` takes that has the covariates' columns
 * @returns for each point one weight per row of `forest.trial`, summing to 1
 */
export function effectWeights(forest: EffectForest, data: TableInput, options: EncodeOptions = {}): Float64Array[] {
  const encoded = encodeCovariates(forest.trial.covariates, data, options);
  const points = codeRows(encoded.covariates, forest.forest.coding, encoded.rowCount);
  const all = Int32Array.from({ length: encoded.rowCount }, (_, i) => i);
  return kernelWeights(forest.forest, trainingCodes(forest), points, all, false);
}

/**
 * Weights behind the out-of-bag effects of training rows: only trees that did not draw the row speak.
 * @param rows row numbers of `forest.trial`
 * @throws InvalidOptionError where a number is not one of the trial's rows
 */
export function outOfBagEffectWeights(forest: EffectForest, rows: readonly number[]): Float64Array[] {
  for (const row of rows)
    if (!Number.isInteger(row) || row < 0 || row >= forest.trial.rowCount)
      throw new InvalidOptionError('rows', row, `a row number from 0 to ${forest.trial.rowCount - 1}`);
  const training = trainingCodes(forest);
  const distinct = Int32Array.from(new Set(rows));
  const weights = kernelWeights(forest.forest, training, training, distinct, true);
  return rows.map((row) => weights[distinct.indexOf(row)]);
}

const trainingCodes = ({ trial, forest }: EffectForest): CodedRows =>
  codeRows(trial.covariates, forest.coding, trial.rowCount);
