/**
 * Several predicted effects at once: their covariances, and any weighted combination of them with its standard error.
 * Formulas of variance: causal/bag-influence.ts.
 *
 * All of it concerns the forest's noise, not its bias: averages over many rows smooth the noise away and keep the bias.
 * For averages over training rows use `averageEffect`, over a new population `populationEffect`, which remove it.
 */
import { InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { eachInfluenceBlock, littleBagCovariance, littleBagVariance } from '../causal/bag-influence.js';
import type { CausalForest } from '../causal/types.js';
import { type EncodedRows, type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { trainingRows, treesPerBag } from '../forest/forest.js';
import { intervalAround } from './estimate.js';
import { resolveLevel } from './options.js';

/** Effects of new rows with the covariances between them. */
export interface EffectCovariance {
  /** τ̂, one per row; NaN where a row has no estimate, as have its covariances. */
  readonly effect: Float64Array;
  /**
   * Covariances in squared outcome units, row-major, rows × rows. Unbiased for the noise of finitely many trees, hence not
   * always positive semidefinite, and its diagonal not quite the variances of `predictEffects`, which are kept positive.
   */
  readonly covariance: Float64Array;
  readonly warnings: readonly Warning[];
}

/** Numbers that a matrix of influences may hold (rows × trees; 400 MB). */
const MOST_CELLS = 5e7;

/**
 * Covariances between the predicted effects of new rows.
 * @param data the rows: anything `createTrial` takes that has the covariates' columns
 * @throws InvalidOptionError where trees do not come in bags (`ciGroupSize` 1), or for more rows than fit into memory
 *   beside the trees; InvalidDataError as `predictEffects`
 */
export function effectCovariance(
  forest: CausalForest,
  data: TableInput,
  options: EncodeOptions = {},
): EffectCovariance {
  const perBag = requireBags(forest);
  const encoded = encodeCovariates(forest.trial.covariates, data, options);
  const { effect, influences } = influencesOfRows(forest, encoded);
  const rows = encoded.rowCount;
  const covariance = new Float64Array(rows * rows);
  for (let j = 0; j < rows; j++)
    for (let k = 0; k <= j; k++)
      covariance[j * rows + k] = covariance[k * rows + j] = littleBagCovariance(influences[j], influences[k], perBag);
  return Object.freeze({
    effect,
    covariance,
    warnings: Object.freeze([...encoded.warnings, ...withoutEstimate(effect)]),
  });
}

/** Options of `weightedEffect`; defaults stand at each. */
export interface WeightedEffectOptions extends EncodeOptions {
  /**
   * One weight per row, of any sign; they are used as they are: weights that sum to 1 give an average, weights that sum to
   * 0 a contrast. Default: the mean, 1/rows each.
   */
  readonly weights?: Float64Array;
  /** Nominal coverage of the interval. Default 0.95. */
  readonly level?: number;
}

/**
 * Σ ω_j τ̂(x_j) over new rows, with the standard error of the sum.
 * @param data the rows: anything `createTrial` takes that has the covariates' columns
 * @returns null numbers with ROWS_WITHOUT_ESTIMATE where a row with a weight has no effect
 * @throws InvalidOptionError for wrong weights, or where trees do not come in bags; InvalidDataError as `predictEffects`
 * @example weightedEffect(forest, { age: [30, 60] }, { weights: Float64Array.of(-1, 1) })
 */
export function weightedEffect(forest: CausalForest, data: TableInput, options: WeightedEffectOptions = {}): Estimate {
  rejectUnknownKeys('options', options, ['weights', 'level', 'naStrings']);
  const { weights: given, level: nominal, ...encoding } = options;
  const level = resolveLevel(nominal);
  const perBag = requireBags(forest);
  const encoded = encodeCovariates(forest.trial.covariates, data, encoding);
  const weights = given ?? new Float64Array(encoded.rowCount).fill(1 / encoded.rowCount);
  if (!(weights instanceof Float64Array) || weights.length !== encoded.rowCount || !weights.every(Number.isFinite))
    throw new InvalidOptionError('weights', given, `a Float64Array of ${encoded.rowCount} finite numbers`);

  const { treeCount } = forest.forest.trees;
  const combined = new Float64Array(treeCount);
  let estimate = 0;
  let missing = 0;
  let fewestBags = treeCount / perBag;
  eachInfluenceBlock(forest, encoded, ({ first, rowCount, effect, influence, bags }) => {
    for (let r = 0; r < rowCount; r++) {
      const weight = weights[first + r];
      if (weight === 0) continue;
      if (Number.isNaN(effect[r])) {
        missing++;
        continue;
      }
      estimate += weight * effect[r];
      fewestBags = Math.min(fewestBags, bags[r]);
      for (let b = 0; b < treeCount; b++) combined[b] += weight * influence[r * treeCount + b];
    }
  });
  const estimable = missing === 0;
  const standardError = estimable && fewestBags > 0 ? Math.sqrt(littleBagVariance(combined, perBag, fewestBags)) : null;
  return Object.freeze({
    estimate: estimable ? estimate : null,
    standardError,
    interval: standardError === null ? null : intervalAround(estimate, standardError, level),
    level,
    n: trainingRows(forest.forest),
    warnings: Object.freeze([...encoded.warnings, ...rowsWithout(missing), ...(estimable ? noBag(fewestBags) : [])]),
  });
}

/** Influences of every row, copied. */
export function influencesOfRows(forest: CausalForest, encoded: EncodedRows) {
  const { treeCount } = forest.forest.trees;
  const most = Math.floor(MOST_CELLS / treeCount);
  if (encoded.rowCount > most)
    throw new InvalidOptionError(
      'data',
      encoded.rowCount,
      `at most ${most} rows with ${treeCount} trees; use weightedEffect, which keeps no row, or a coarser grid`,
    );
  const effect = new Float64Array(encoded.rowCount);
  const bags = new Int32Array(encoded.rowCount);
  const influences: Float64Array[] = [];
  eachInfluenceBlock(forest, encoded, (block) => {
    effect.set(block.effect, block.first);
    bags.set(block.bags, block.first);
    for (let r = 0; r < block.rowCount; r++) influences.push(block.influence.slice(r * treeCount, (r + 1) * treeCount));
  });
  return { effect, bags, influences };
}

/** Trees in a bag. @throws InvalidOptionError where there is one, or where effects are refined */
export function requireBags({ forest, estimator }: CausalForest): number {
  if (estimator === 'refined')
    throw new InvalidOptionError(
      'estimator',
      estimator,
      "'plain' in the fit of this forest: what several predictions share is known of the trees of one forest, not of a combination",
    );
  const perBag = treesPerBag(forest);
  if (perBag < 2)
    throw new InvalidOptionError(
      'ciGroupSize',
      perBag,
      'at least 2 in the fit of this forest: variances come from bags of trees',
    );
  return perBag;
}

/** A warning that counts effects that are NaN, if any. */
export const withoutEstimate = (effect: Float64Array): Warning[] =>
  rowsWithout(effect.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0));

export const rowsWithout = (count: number): Warning[] =>
  count === 0
    ? []
    : [warning('ROWS_WITHOUT_ESTIMATE', `no tree has a leaf for ${count} of the rows; use more trees (numTrees)`)];

export const noBag = (bags: number): Warning[] =>
  bags > 0 ? [] : [warning('VARIANCE_NOT_ESTIMABLE', 'too few trees for a variance; use more trees (numTrees)')];
