/** Kernel weights of any forest: which training rows an effect, or a mean, rests on. Formula: `forest/kernel-weights.ts`. */
import { InvalidOptionError } from '../base/errors.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { type AnyForest, covariatesOf } from '../forest/any-forest.js';
import { trainingRows } from '../forest/forest.js';
import { kernelWeights } from '../forest/kernel-weights.js';
import { type CodedRows, codeRows } from '../tree/ranked-columns.js';

/**
 * Weights of the training rows at new points; of refined effects, those behind their plain member.
 * @param data the points: anything `createTrial` takes that has the covariates' columns
 * @returns for each point one weight per training row, summing to 1
 */
export function effectWeights(forest: AnyForest, data: TableInput, options: EncodeOptions = {}): Float64Array[] {
  const encoded = encodeCovariates(covariatesOf(forest), data, options);
  const points = codeRows(encoded.covariates, forest.forest.coding, encoded.rowCount);
  const all = Int32Array.from({ length: encoded.rowCount }, (_, i) => i);
  return kernelWeights(forest.forest, trainingCodes(forest), points, all, false);
}

/**
 * Weights behind the out-of-bag effects of training rows: only trees that did not draw the row speak.
 * @param rows numbers of training rows
 * @throws InvalidOptionError where a number is not one of the training rows'
 */
export function outOfBagEffectWeights(forest: AnyForest, rows: readonly number[]): Float64Array[] {
  const rowCount = trainingRows(forest.forest);
  for (const row of rows)
    if (!Number.isInteger(row) || row < 0 || row >= rowCount)
      throw new InvalidOptionError('rows', row, `a row number from 0 to ${rowCount - 1}`);
  const training = trainingCodes(forest);
  const distinct = Int32Array.from(new Set(rows));
  const weights = kernelWeights(forest.forest, training, training, distinct, true);
  return rows.map((row) => weights[distinct.indexOf(row)]);
}

const trainingCodes = (forest: AnyForest): CodedRows =>
  codeRows(covariatesOf(forest), forest.forest.coding, trainingRows(forest.forest));
