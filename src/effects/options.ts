/** Options that the averages share: documented, defaulted and checked here, once. */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireNumber, requireOneOf } from '../base/options.js';
import type { CausalForest } from '../causal/types.js';
import { type RowSelection, resolveRows } from './rows.js';

/**
 * Whom the average is about: every row, the treated rows, the control rows, or rows weighted by ê(1 − ê), for which the
 * data say most (Li, Morgan & Zaslavsky 2018).
 */
export type Target = 'all' | 'treated' | 'control' | 'overlap';

export const TARGETS = ['all', 'treated', 'control', 'overlap'] as const satisfies readonly Target[];

/** What a continuous treatment's doubly robust scores need beyond the forest; give one of the two. */
export interface ContinuousScoreOptions {
  /** V̂(xᵢ) = Ê[(W − ê)² | X = xᵢ] > 0, one per row of the trial, from a fit that did not see the row. */
  readonly treatmentVariance?: Float64Array;
  /** (Wᵢ − ê(xᵢ)) / V̂(xᵢ) itself, or any other weights that balance the treatment; one per row of the trial. */
  readonly debiasingWeights?: Float64Array;
}

/** Options of `averageEffect`; defaults stand at each. */
export interface AverageEffectOptions<CovariateName extends string = string> extends ContinuousScoreOptions {
  /** Default 'all'. A continuous treatment allows 'all' and 'overlap'. */
  readonly target?: Target;
  /** Rows to average over. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
  /** Nominal coverage of the interval, between 0 and 1. Default 0.95. */
  readonly level?: number;
  /**
   * 'aipw' adds weighted residuals to the predicted effects; 'tmle' moves the predictions by a regression within each
   * arm, which keeps it steadier where propensities are near 0 or 1. For a binary treatment without weights and clusters,
   * and not for target 'overlap'. Over one arm, 'tmle' as here (and in grf 2.6.1) does not correct the predictions of
   * that arm's own outcomes, 'aipw' does. Default 'aipw'.
   */
  readonly estimator?: 'aipw' | 'tmle';
  /**
   * Concerns the targets 'treated' and 'control' only. 'joint' takes the variance of the whole influence function,
   * summed by cluster. 'separate' adds the variance of the predicted effects (row by row) to that of the residual
   * correction (by cluster), as grf 2.6.1 does; it leaves out the clusters' share in the predicted effects. Default:
   * 'joint' with clusters, 'separate' without, where the two estimate the same quantity.
   */
  readonly variance?: 'joint' | 'separate';
}

export type ResolvedAverageOptions = ContinuousScoreOptions & {
  readonly target: Target;
  readonly rows: Int32Array;
  readonly level: number;
  readonly estimator: 'aipw' | 'tmle';
  readonly variance: 'joint' | 'separate';
};

export const AVERAGE_KEYS = [
  'target',
  'rows',
  'level',
  'estimator',
  'variance',
  'treatmentVariance',
  'debiasingWeights',
] as const;

/** Checks the options of an average against the forest. @throws InvalidOptionError */
export function resolveAverageOptions(forest: CausalForest, given: AverageEffectOptions): ResolvedAverageOptions {
  rejectUnknownKeys('options', given, AVERAGE_KEYS);
  const { trial } = forest;
  const target = requireOneOf('target', given.target ?? 'all', TARGETS);
  if (trial.treatment.kind === 'continuous' && (target === 'treated' || target === 'control'))
    throw new InvalidOptionError('target', target, `'all' or 'overlap', because the treatment is continuous`);
  const estimator = requireOneOf('estimator', given.estimator ?? 'aipw', ['aipw', 'tmle']);
  if (estimator === 'tmle') requireTargetable(forest, target, given);
  return {
    ...resolveScoreOptions(forest, given, target === 'all'),
    target,
    estimator,
    rows: resolveRows(trial, given.rows),
    level: resolveLevel(given.level),
    variance: requireOneOf('variance', given.variance ?? (trial.clusters ? 'joint' : 'separate'), [
      'joint',
      'separate',
    ]),
  };
}

/** Where 'tmle' is not defined, it is refused with what to use instead. */
function requireTargetable({ trial }: CausalForest, target: Target, { variance }: AverageEffectOptions): void {
  if (variance !== undefined)
    throw new InvalidOptionError('variance', variance, `left out with estimator 'tmle', whose variance has one form`);
  const reason =
    trial.treatment.kind === 'continuous'
      ? 'the treatment is continuous'
      : trial.weights
        ? 'rows have weights'
        : trial.clusters
          ? 'rows come in clusters'
          : target === 'overlap'
            ? `target 'overlap' divides by no propensity`
            : null;
  if (reason) throw new InvalidOptionError('estimator', 'tmle', `'aipw', because ${reason}`);
}

/** The level of the intervals, 0.95 unless given. */
export const resolveLevel = (level: unknown): number => requireNumber('level', level ?? 0.95, { above: 0, below: 1 });

/** Checks the vectors for a continuous treatment; `needed` says that scores will be computed. */
export function resolveScoreOptions(
  { trial }: CausalForest,
  { treatmentVariance, debiasingWeights }: ContinuousScoreOptions,
  needed: boolean,
): ContinuousScoreOptions {
  if (trial.treatment.kind === 'binary') {
    const [name, value] = treatmentVariance
      ? ['treatmentVariance', treatmentVariance]
      : ['debiasingWeights', debiasingWeights];
    if (value) throw new InvalidOptionError(name as string, value, 'left out: it is for a continuous treatment');
    return {};
  }
  if (treatmentVariance && debiasingWeights)
    throw new InvalidOptionError('debiasingWeights', debiasingWeights, 'left out where treatmentVariance is given');
  if (needed && !treatmentVariance && !debiasingWeights)
    throw new InvalidOptionError(
      'treatmentVariance',
      undefined,
      `given (or debiasingWeights), because the treatment is continuous; target 'overlap' needs neither`,
    );
  if (treatmentVariance) requireVector('treatmentVariance', treatmentVariance, trial.rowCount, true);
  if (debiasingWeights) requireVector('debiasingWeights', debiasingWeights, trial.rowCount, false);
  return { ...(treatmentVariance && { treatmentVariance }), ...(debiasingWeights && { debiasingWeights }) };
}

function requireVector(option: string, values: Float64Array, rowCount: number, positive: boolean): void {
  if (!ArrayBuffer.isView(values) || values.length !== rowCount)
    throw new InvalidOptionError(option, values, `a Float64Array with one number per row (${rowCount})`);
  const culprit = values.findIndex((value) => !Number.isFinite(value) || (positive && value <= 0));
  if (culprit >= 0)
    throw new InvalidOptionError(
      `${option}[${culprit}]`,
      values[culprit],
      `a finite number${positive ? ' above 0' : ''}`,
    );
}
