/**
 * Is there heterogeneity, and does the forest see it? Regression without intercept of Ỹ = Y − m̂ on τ̄W̃ and (τ̂ − τ̄)W̃,
 * W̃ = W − ê, τ̄ the weighted mean of τ̂ (Chernozhukov, Demirer, Duflo & Fernández-Val, best linear predictor).
 * A coefficient of 1 on the mean says that the average effect is right; on the differential, that effects differ as
 * much as the forest says: above 1 it shrinks them, 0 or less it has found nothing. The p-values are of the upper tail;
 * the differential's is conservative where effects do not differ (it rejects in about 2.5 % at a nominal 5 %).
 */
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import type { CausalForest } from '../causal/types.js';
import { COVARIANCE_TYPES, type Coefficient, coefficients } from '../effects/coefficients.js';
import { resolveLevel } from '../effects/options.js';
import { effectSample } from '../effects/sample.js';
import type { CovarianceType } from '../math/robust-covariance.js';

/** Options of `testCalibration`. */
export interface CalibrationOptions {
  /** Kind of robust covariance, by cluster where the trial has any. Default 'HC3'. */
  readonly covariance?: CovarianceType;
  /** Nominal coverage of the intervals. Default 0.95. */
  readonly level?: number;
}

/** What `testCalibration` finds. */
export interface Calibration {
  /** Coefficient on the average effect; 1 is right. */
  readonly mean: Coefficient;
  /** Coefficient on the differences between effects; 1 is right, its p-value tests for heterogeneity. */
  readonly differential: Coefficient;
}

/** Calibration of a forest on its own rows, which is sound because their effects are out of bag. */
export function testCalibration(forest: CausalForest, options: CalibrationOptions = {}): Calibration {
  rejectUnknownKeys('options', options, ['covariance', 'level']);
  const all = Int32Array.from({ length: forest.trial.rowCount }, (_, row) => row).filter((row) =>
    Number.isFinite(forest.outOfBag.effect[row]),
  );
  const { rows, rowCount, weight, totalWeight, treatment, treatmentHat, outcome, outcomeHat, effect, clusters } =
    effectSample(forest, all);
  const mean = rows.reduce((sum, row) => sum + weight[row] * effect[row], 0) / totalWeight;
  const weights = new Float64Array(rowCount);
  const [average, difference, residual] = [0, 0, 0].map(() => new Float64Array(rowCount)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (const row of rows) {
    const treatmentResidual = treatment[row] - treatmentHat[row];
    weights[row] = weight[row];
    average[row] = mean * treatmentResidual;
    difference[row] = (effect[row] - mean) * treatmentResidual;
    residual[row] = outcome[row] - outcomeHat[row];
  }
  const [onMean, onDifference] = coefficients({
    problem: { design: [average, difference], outcome: residual, weights },
    terms: ['mean effect', 'differential effect'],
    clusters: clusters ? clusters.ids : null,
    type: requireOneOf('covariance', options.covariance ?? 'HC3', COVARIANCE_TYPES),
    level: resolveLevel(options.level),
    tail: 'upper',
  });
  return Object.freeze({ mean: onMean as Coefficient, differential: onDifference as Coefficient });
}
