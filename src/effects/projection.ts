/**
 * Best linear projection of the effect on covariates (Semenova & Chernozhukov 2021): weighted least squares of the doubly
 * robust scores Γ on [1, A], weights ω; overlap-weighted: weights ωê(1 − ê), which divides by no propensity. It answers
 * "how does the effect change with A on average", with honest standard errors whatever the forest's own bias.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys, requireOneOf } from '../base/options.js';
import type { CausalForest } from '../causal/types.js';
import type { CovarianceType } from '../math/robust-covariance.js';
import { COVARIANCE_TYPES, type Coefficient, coefficients } from './coefficients.js';
import { type ContinuousScoreOptions, resolveLevel, resolveScoreOptions } from './options.js';
import { type RowSelection, resolveRows } from './rows.js';
import { effectSample } from './sample.js';
import { doublyRobustScores } from './scores.js';

/** Options of `bestLinearProjection`; defaults stand at each. */
export interface ProjectionOptions<CovariateName extends string = string> extends ContinuousScoreOptions {
  /**
   * Covariates by name (numbers, booleans, dates; without missing values), or columns of your own, one number per row of
   * the forest's trial, by any name.
   */
  readonly on: readonly CovariateName[] | Readonly<Record<string, Float64Array>>;
  /** Kind of robust covariance, by cluster where the trial has any. Default 'HC3'. */
  readonly covariance?: CovarianceType;
  /** 'overlap' weighs rows by ê(1 − ê); rows with a propensity of 0 or 1 then have no weight. Default 'all'. */
  readonly target?: 'all' | 'overlap';
  /** Rows to regress on. Default: all rows. */
  readonly rows?: RowSelection<CovariateName>;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
}

const KEYS = ['on', 'covariance', 'target', 'rows', 'level', 'treatmentVariance', 'debiasingWeights'] as const;

/**
 * @returns the intercept and one coefficient per column, in outcome units per unit of the column
 * @throws InvalidOptionError for an unknown covariate or a category; InvalidDataError where a column has missing values
 * @example bestLinearProjection(forest, { on: ['age', 'tenure'] })
 */
export function bestLinearProjection<CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  options: ProjectionOptions<NoInfer<CovariateName>>,
): readonly Coefficient[] {
  rejectUnknownKeys('options', options, KEYS);
  const target = requireOneOf('target', options.target ?? 'all', ['all', 'overlap']);
  const sample = effectSample(forest, resolveRows(forest.trial, options.rows));
  const columns = projectionColumns(forest, options.on);
  const scores = doublyRobustScores(forest, resolveScoreOptions(forest, options, true));
  const weights = new Float64Array(sample.rowCount);
  for (const row of sample.rows) {
    const propensity = sample.treatmentHat[row];
    weights[row] = sample.weight[row] * (target === 'overlap' ? Math.max(propensity * (1 - propensity), 0) : 1);
    for (const [name, values] of columns)
      if (!Number.isFinite(values[row]))
        throw new InvalidDataError(
          'MISSING_VALUES',
          `'${name}' has no number in row ${row}; leave such rows out by \`rows\`, or fill them in a column of your own`,
          {
            column: name,
            rows: [row],
          },
        );
  }
  requireScores(scores, weights);
  return coefficients({
    problem: {
      design: [new Float64Array(sample.rowCount).fill(1), ...columns.map(([, values]) => values)],
      outcome: scores,
      weights,
    },
    terms: ['(intercept)', ...columns.map(([name]) => name)],
    clusters: sample.clusters ? sample.clusters.ids : null,
    type: requireOneOf('covariance', options.covariance ?? 'HC3', COVARIANCE_TYPES),
    level: resolveLevel(options.level),
    tail: 'both',
  });
}

/** A row without a score (NaN) may not take part: it would make every coefficient NaN. Rows without weight may be anything. */
function requireScores(scores: Float64Array, weights: Float64Array): void {
  let missing = 0;
  for (let row = 0; row < scores.length; row++) {
    if (Number.isFinite(scores[row])) continue;
    if (weights[row] > 0) missing++;
    scores[row] = 0;
  }
  if (missing > 0)
    throw new InvalidDataError(
      'MISSING_VALUES',
      `${missing} rows have no doubly robust score: no tree left them out of bag, or their propensity is 0 or 1; use more trees, target 'overlap', or leave them out by \`rows\``,
    );
}

function projectionColumns({ trial }: CausalForest, on: ProjectionOptions['on']): (readonly [string, Float64Array])[] {
  if (!Array.isArray(on))
    return Object.entries(on as Readonly<Record<string, Float64Array>>).map(([name, values]) => {
      if (!(values instanceof Float64Array) || values.length !== trial.rowCount)
        throw new InvalidOptionError(`on.${name}`, values, `a Float64Array of ${trial.rowCount} numbers`);
      return [name, values];
    });
  return on.map((name: string) => {
    const covariate = trial.covariates.find((column) => column.name === name);
    if (!covariate)
      throw new InvalidOptionError(
        'on',
        name,
        `one of the covariates ${trial.covariateNames.join(', ')}${hint(name, trial.covariateNames)}`,
      );
    if (covariate.kind === 'category')
      throw new InvalidOptionError(
        'on',
        name,
        'a number, boolean or date; for a category use groupEffects, or columns of 0 and 1 of your own',
      );
    return [name, covariate.values];
  });
}
