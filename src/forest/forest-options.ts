/** Options of a forest: grf's words, defaults of Athey, Tibshirani & Wager 2019. Resolved and checked here, once. */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { requireBoolean, requireInteger, requireNumber } from '../base/options.js';
import { requireSeed } from '../math/random.js';
import { type SubsamplePlan, subsampleSizes } from '../tree/subsample.js';
import type { TreeOptions } from '../tree/tree-options.js';

/** Options that all forests share; defaults stand at each. */
export interface ForestOptions {
  /** Trees, a multiple of `ciGroupSize`. Default 2000. More trees make results less dependent on the seed. */
  readonly numTrees?: number;
  /** Share of the rows (or clusters) that a tree draws, at most 0.5 where `ciGroupSize` > 1. Default 0.5. */
  readonly sampleFraction?: number;
  /** Expected number of covariates tried at a node. Default min(⌈√p + 20⌉, p). */
  readonly mtry?: number;
  /**
   * Causal forest: each child of a split has at least so many rows below the node's mean treatment and as many at or
   * above it (so many treated and control, where treatment is binary and not centred). Regression forest: nodes of so
   * many rows are not split. Default 5.
   */
  readonly minNodeSize?: number;
  /** Grow each tree on one part of its rows, fill its leaves with the other. Default true; variances assume it. */
  readonly honesty?: boolean;
  /** Share of a tree's rows that grows it. Default 0.5. */
  readonly honestyFraction?: number;
  /** Replace a node with an empty child by its other child. Default true. */
  readonly honestyPruneLeaves?: boolean;
  /** Each child keeps at least this share of its parent's rows (regression) or treatment variation (causal). Default 0.05. */
  readonly alpha?: number;
  /** Penalty on uneven splits, in units of the splitting criterion. Default 0. */
  readonly imbalancePenalty?: number;
  /** Trees that share one half-sample; variances need at least 2. Default 2. */
  readonly ciGroupSize?: number;
  /** Give every cluster the same weight: each drawn cluster gives as many rows as the smallest has. Default false. */
  readonly equalizeClusterWeights?: boolean;
  /** Whole number ≥ 0; the same seed gives the same bits. Default 42. */
  readonly seed?: number;
}

/** `ForestOptions` with every value filled in. */
export interface ResolvedForestOptions extends Required<ForestOptions>, TreeOptions {}

export const FOREST_OPTION_NAMES = [
  'numTrees',
  'sampleFraction',
  'mtry',
  'minNodeSize',
  'honesty',
  'honestyFraction',
  'honestyPruneLeaves',
  'alpha',
  'imbalancePenalty',
  'ciGroupSize',
  'equalizeClusterWeights',
  'seed',
] as const satisfies readonly (keyof ForestOptions)[];

/** What options are checked against. */
export interface ForestFrame {
  readonly rowCount: number;
  readonly covariateCount: number;
  readonly clusters: SubsamplePlan['clusters'];
  readonly weights: Float64Array | null;
}

/**
 * Fills in defaults and checks values; which keys are known is for the caller to check (`rejectUnknownKeys`), who may
 * know more.
 * @throws InvalidOptionError, or InvalidDataError `TOO_FEW_ROWS` where a tree would have nothing to grow on
 */
export function resolveForestOptions(given: ForestOptions, frame: ForestFrame): ResolvedForestOptions {
  const ciGroupSize = requireInteger('ciGroupSize', given.ciGroupSize ?? 2, { min: 1 });
  const honesty = requireBoolean('honesty', given.honesty ?? true);
  const p = frame.covariateCount;
  const options: ResolvedForestOptions = {
    numTrees: requireInteger('numTrees', given.numTrees ?? 2000, { min: ciGroupSize, multipleOf: ciGroupSize }),
    sampleFraction: requireNumber('sampleFraction', given.sampleFraction ?? 0.5, {
      above: 0,
      max: ciGroupSize > 1 ? 0.5 : 1,
    }),
    mtry: requireNumber('mtry', given.mtry ?? Math.min(Math.ceil(Math.sqrt(p) + 20), p), { above: 0, max: p }),
    minNodeSize: requireInteger('minNodeSize', given.minNodeSize ?? 5, { min: 1 }),
    honesty,
    honestyFraction: requireNumber('honestyFraction', given.honestyFraction ?? 0.5, { above: 0, below: 1 }),
    honestyPruneLeaves: requireBoolean('honestyPruneLeaves', given.honestyPruneLeaves ?? true),
    alpha: requireNumber('alpha', given.alpha ?? 0.05, { min: 0, below: 0.25 }),
    imbalancePenalty: requireNumber('imbalancePenalty', given.imbalancePenalty ?? 0, { min: 0 }),
    ciGroupSize,
    equalizeClusterWeights: requireBoolean('equalizeClusterWeights', given.equalizeClusterWeights ?? false),
    seed: requireSeed('seed', given.seed ?? 42),
  };
  if (options.equalizeClusterWeights && !frame.clusters)
    throw new InvalidOptionError('equalizeClusterWeights', true, 'left out, or false, for a trial without clusters');
  if (options.equalizeClusterWeights && frame.weights)
    throw new InvalidOptionError(
      'equalizeClusterWeights',
      true,
      'false where rows have weights: both set what a row counts for',
    );
  requireRows(options, frame);
  return Object.freeze(options);
}

/** Refuses data too small for a single tree: nothing to grow on, to fill with, or to leave out of bag. */
function requireRows(options: ResolvedForestOptions, frame: ForestFrame): void {
  const sizes = subsampleSizes(planOf(options, frame));
  const fill = options.honesty ? sizes.tree - sizes.grow : sizes.tree;
  if (sizes.grow >= 1 && fill >= 1) return;
  const units = frame.clusters ? `${frame.clusters.count} clusters` : `${frame.rowCount} rows`;
  throw new InvalidDataError(
    'TOO_FEW_ROWS',
    `${units} leave a tree with ${sizes.grow} to grow on and ${fill} to fill its leaves with; ` +
      'give more data, or raise sampleFraction or honestyFraction',
  );
}

/** Which rows each tree draws under these options. */
export const planOf = (
  options: ResolvedForestOptions,
  frame: Pick<ForestFrame, 'rowCount' | 'clusters'>,
): SubsamplePlan => ({
  rowCount: frame.rowCount,
  treesPerBag: options.ciGroupSize,
  sampleFraction: options.sampleFraction,
  honesty: options.honesty,
  honestyFraction: options.honestyFraction,
  clusters: frame.clusters ? { ids: frame.clusters.ids, count: frame.clusters.count } : null,
  equalizeClusterWeights: options.equalizeClusterWeights,
});
