/**
 * Several predicted effects at once: their covariances, any weighted combination of them with its standard error, and a
 * band that holds for all of them together. Formulas of variance: causal/bag-influence.ts.
 *
 * Band (multipliers, one a bag, which is one half-sample; after Chernozhukov, Chetverikov & Kato 2014): with ρ̄_g(x) the mean influence of bag g and ξ_g independent standard normal,
 *   M = max_j |Σ_g ξ_g ρ̄_g(x_j)| / √(Σ_g ρ̄_g(x_j)²),
 * and the band is τ̂(x_j) ± c·√V̂(x_j), c the quantile of M at the level. Bags carry tree noise too, which is less alike
 * between rows than sampling error is, so c is rather too large than too small. The standard errors themselves are noisy in
 * small trials: where effects do not differ, 95 % bands over 20 random rows of 3 covariates held in 82 of 100 trials of 400
 * rows and 55 of 60 trials of 1,500; all pointwise intervals together in 46 and 27.
 *
 * All of it concerns the forest's noise, not its bias: averages over many rows smooth the noise away and keep the bias.
 * For averages over training rows use `averageEffect`, over a new population `populationEffect`, which remove it.
 */
import { InvalidOptionError } from '../base/errors.js';
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireInteger } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { bagMeans, eachInfluenceBlock, littleBagCovariance, littleBagVariance } from '../causal/bag-influence.js';
import type { CausalForest } from '../causal/types.js';
import { type EncodedRows, type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { trainingRows, treesPerBag } from '../forest/forest.js';
import { requireSeed, streamFor } from '../math/random.js';
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

export interface EffectBandOptions extends EncodeOptions {
  /** Chance that the band holds all true effects (of an unbiased forest) at once. Default 0.95. */
  readonly level?: number;
  /** Draws of the multipliers, at least 200. Default 2000. */
  readonly draws?: number;
  /** Of the multipliers. Default 42. */
  readonly seed?: number;
}

/** Effects of rows with intervals that hold together. */
export interface EffectBand {
  /** One estimate per row, in order; `interval` is the band's. Null with a warning where a row has none. */
  readonly rows: readonly Estimate[];
  /** Standard errors to either side: at least the pointwise quantile (1.96 at 0.95). Null without any estimate. */
  readonly critical: number | null;
  readonly level: number;
  readonly warnings: readonly Warning[];
}

/**
 * A band around the predicted effects of new rows that holds for all of them at once.
 * @param data the rows, e.g. a grid: anything `createTrial` takes that has the covariates' columns
 * @throws InvalidOptionError as `effectCovariance`
 * @example effectBand(forest, { age: [20, 30, 40, 50, 60] })
 */
export function effectBand(forest: CausalForest, data: TableInput, options: EffectBandOptions = {}): EffectBand {
  rejectUnknownKeys('options', options, ['level', 'draws', 'seed', 'naStrings']);
  const { level: nominal, draws: count, seed: given, ...encoding } = options;
  const level = resolveLevel(nominal);
  const draws = requireInteger('draws', count ?? 2000, { min: 200 });
  const seed = requireSeed('seed', given ?? 42);
  const perBag = requireBags(forest);
  const encoded = encodeCovariates(forest.trial.covariates, data, encoding);
  const { effect, influences, bags } = influencesOfRows(forest, encoded);
  const standardErrors = influences.map((influence, row) =>
    Number.isNaN(effect[row]) || bags[row] === 0 ? null : Math.sqrt(littleBagVariance(influence, perBag, bags[row])),
  );
  const known = influences.filter((_, row) => standardErrors[row] !== null);
  const critical = known.length > 0 ? largestDeviation(known, perBag, level, draws, seed) : null;
  const n = trainingRows(forest.forest);
  const rows = standardErrors.map((standardError, row): Estimate => {
    const missing = Number.isNaN(effect[row]);
    const margin = standardError === null || critical === null ? null : critical * standardError;
    return Object.freeze({
      estimate: missing ? null : effect[row],
      standardError,
      interval: margin === null ? null : Object.freeze([effect[row] - margin, effect[row] + margin] as const),
      level,
      n,
      warnings: Object.freeze(missing ? rowsWithout(1) : noBag(bags[row])),
    });
  });
  return Object.freeze({
    rows: Object.freeze(rows),
    critical,
    level,
    warnings: Object.freeze([...encoded.warnings, ...withoutEstimate(effect)]),
  });
}

/** The quantile of M: the order statistic at ⌈level·(draws + 1)⌉. */
function largestDeviation(
  influences: readonly Float64Array[],
  perBag: number,
  level: number,
  draws: number,
  seed: number,
): number {
  const standardized = influences.flatMap((influence) => {
    const means = bagMeans(influence, perBag);
    const length = Math.sqrt(means.reduce((sum, mean) => sum + mean * mean, 0));
    return length > 0 ? [means.map((mean) => mean / length)] : [];
  });
  if (standardized.length === 0) return 0;
  const bagCount = standardized[0].length;
  const stream = streamFor(seed, 'effect band');
  const multipliers = new Float64Array(bagCount);
  const largest = Float64Array.from({ length: draws }, () => {
    for (let g = 0; g < bagCount; g++) multipliers[g] = stream.normal();
    let most = 0;
    for (const means of standardized) {
      let sum = 0;
      for (let g = 0; g < bagCount; g++) sum += multipliers[g] * means[g];
      most = Math.max(most, Math.abs(sum));
    }
    return most;
  }).sort();
  return largest[Math.min(draws, Math.ceil(level * (draws + 1))) - 1];
}

/** Influences of every row, copied. */
function influencesOfRows(forest: CausalForest, encoded: EncodedRows) {
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

function requireBags({ forest }: CausalForest): number {
  const perBag = treesPerBag(forest);
  if (perBag < 2)
    throw new InvalidOptionError(
      'ciGroupSize',
      perBag,
      'at least 2 in the fit of this forest: variances come from bags of trees',
    );
  return perBag;
}

const withoutEstimate = (effect: Float64Array): Warning[] =>
  rowsWithout(effect.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0));

const rowsWithout = (count: number): Warning[] =>
  count === 0
    ? []
    : [warning('ROWS_WITHOUT_ESTIMATE', `no tree has a leaf for ${count} of the rows; use more trees (numTrees)`)];

const noBag = (bags: number): Warning[] =>
  bags > 0 ? [] : [warning('VARIANCE_NOT_ESTIMABLE', 'too few trees for a variance; use more trees (numTrees)')];
