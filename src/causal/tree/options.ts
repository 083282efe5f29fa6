/**
 * Options of the honest causal tree: documented, defaulted and checked here, once.
 * Inside the library only the resolved, frozen form exists.
 */
import { InvalidOptionError } from '../../base/errors.js';
import { rejectUnknownKeys, requireBoolean, requireInteger, requireNumber, requireOneOf } from '../../base/options.js';
import { requireSeed } from '../../math/random.js';

const SPLIT_RULES = ['causalHonest', 'transformedOutcome', 'fit', 'tStatistic'] as const;
const PRUNINGS = ['crossValidated', 'none'] as const;

/** How a split is judged; the formulas stand in `criterion.ts`. */
export type SplitRule = (typeof SPLIT_RULES)[number];
export type Pruning = (typeof PRUNINGS)[number];

/** What `fitCausalTree` takes beside the trial. Only `outcome` has no default. */
export interface CausalTreeOptions<OutcomeName extends string = string> {
  /** Name of one of the trial's outcomes: a column or a row's own ratio, not a ratio of totals. */
  readonly outcome: OutcomeName;
  /**
   * `causalHonest` (default) rewards spread of effects and charges for their honest variance;
   * `transformedOutcome` is a regression tree on Y(W − p)/(p(1 − p)); `fit` fits both arms' outcomes;
   * `tStatistic` takes the largest squared t of left minus right.
   */
  readonly splitRule?: SplitRule;
  /** Default true: one part of the rows grows and prunes the tree, the other estimates the effects in its leaves. */
  readonly honesty?: boolean;
  /** Share of the rows (clusters, where given) kept for estimation; default 0.5. Only with `honesty`. */
  readonly estimationFraction?: number;
  /** Least number of treated, and of untreated, growing rows in a leaf; default 25 (AI16's simulations), at least 2. */
  readonly minPerArm?: number;
  /** Most splits between the root and a leaf; default 30. */
  readonly maxDepth?: number;
  /**
   * α in α·n·τ̂² − (1 − α)·(1 + n_train/n_est)·n·V̂; default 0.5, with which both terms stand as AI16 derived them.
   * Only for `causalHonest` and `tStatistic` (which is pruned by this criterion), and only with `honesty`:
   * without it nothing is charged for variance (α = 1, AI16's adaptive tree).
   */
  readonly honestWeight?: number;
  /**
   * Thresholds are tried only between buckets that hold at least this many treated and this many untreated rows;
   * null (default) tries every distinct value. Without buckets a threshold can gain by moving a few rows
   * of one arm alone; buckets also bound the number of thresholds tried. Categories are not bucketed.
   */
  readonly bucketSize?: number | null;
  /** `crossValidated` (default): cost-complexity pruning, complexity by cross-validation. `none`: the tree as grown. */
  readonly pruning?: Pruning;
  /** Folds of the cross-validation, by clusters where given; default 10. */
  readonly folds?: number;
  /**
   * The smallest tree is taken whose cross-validated criterion lies within this many standard errors of the best;
   * default 1 (Breiman et al. 1984, §3.4.3), 0 takes the best itself.
   */
  readonly pruningStandardErrors?: number;
  /** Seed of the honest split and of the folds; default 1. Both follow the order of rows: other order, other halves. */
  readonly seed?: number;
  /** Nominal coverage of the intervals, inside (0, 1); default 0.95. */
  readonly level?: number;
}

/** Every option with its value. */
export interface ResolvedCausalTreeOptions<OutcomeName extends string = string> {
  readonly outcome: OutcomeName;
  readonly splitRule: SplitRule;
  readonly honesty: boolean;
  /** 0 without honesty. */
  readonly estimationFraction: number;
  readonly minPerArm: number;
  readonly maxDepth: number;
  /** 1 without honesty; null where the split rule does not use it. */
  readonly honestWeight: number | null;
  readonly bucketSize: number | null;
  readonly pruning: Pruning;
  readonly folds: number;
  readonly pruningStandardErrors: number;
  readonly seed: number;
  readonly level: number;
}

const KNOWN = [
  'outcome',
  'splitRule',
  'honesty',
  'estimationFraction',
  'minPerArm',
  'maxDepth',
  'honestWeight',
  'bucketSize',
  'pruning',
  'folds',
  'pruningStandardErrors',
  'seed',
  'level',
] as const satisfies readonly (keyof CausalTreeOptions)[];

/** @throws InvalidOptionError for an unknown option, a value out of range, or one that the other options leave unused */
export function resolveCausalTreeOptions<OutcomeName extends string>(
  given: CausalTreeOptions<OutcomeName>,
): ResolvedCausalTreeOptions<OutcomeName> {
  rejectUnknownKeys('options', given, KNOWN);
  if (typeof given.outcome !== 'string')
    throw new InvalidOptionError('outcome', given.outcome, "the name of one of the trial's outcomes");
  const splitRule = requireOneOf('splitRule', given.splitRule ?? 'causalHonest', SPLIT_RULES);
  const honesty = requireBoolean('honesty', given.honesty ?? true);
  const pruning = requireOneOf('pruning', given.pruning ?? 'crossValidated', PRUNINGS);
  const weighsVariance = splitRule === 'causalHonest' || splitRule === 'tStatistic';

  refuseUnused('estimationFraction', given.estimationFraction, honesty, 'honesty is false');
  refuseUnused('honestWeight', given.honestWeight, honesty, 'honesty is false');
  refuseUnused('honestWeight', given.honestWeight, weighsVariance, `splitRule '${splitRule}' does not use it`);
  refuseUnused('folds', given.folds, pruning !== 'none', "pruning is 'none'");
  refuseUnused('pruningStandardErrors', given.pruningStandardErrors, pruning !== 'none', "pruning is 'none'");

  const bucketSize = given.bucketSize ?? null;
  return Object.freeze({
    outcome: given.outcome,
    splitRule,
    honesty,
    estimationFraction: honesty
      ? requireNumber('estimationFraction', given.estimationFraction ?? 0.5, { above: 0, below: 1 })
      : 0,
    minPerArm: requireInteger('minPerArm', given.minPerArm ?? 25, { min: 2 }),
    maxDepth: requireInteger('maxDepth', given.maxDepth ?? 30, { min: 0 }),
    honestWeight: weighsVariance
      ? requireNumber('honestWeight', given.honestWeight ?? (honesty ? 0.5 : 1), { above: 0, max: 1 })
      : null,
    bucketSize: bucketSize === null ? null : requireInteger('bucketSize', bucketSize, { min: 1 }),
    pruning,
    folds: requireInteger('folds', given.folds ?? 10, { min: 2 }),
    pruningStandardErrors: requireNumber('pruningStandardErrors', given.pruningStandardErrors ?? 1, { min: 0 }),
    seed: requireSeed('seed', given.seed ?? 1),
    level: requireNumber('level', given.level ?? 0.95, { above: 0, below: 1 }),
  });
}

function refuseUnused(option: string, value: unknown, used: boolean, reason: string): void {
  if (value !== undefined && !used) throw new InvalidOptionError(option, value, `left out, because ${reason}`);
}
