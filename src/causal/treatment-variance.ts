/**
 * Conditional variance of the treatment, V̂(x) = Ê[(W − ê(X))² | X = x], out of bag: what the doubly robust score of a
 * continuous treatment divides by (Hirshberg & Wager 2021, average partial effects).
 */
import { InvalidOptionError } from '../base/errors.js';
import { startWork, type WorkControl } from '../forest/work-control.js';
import { forestNuisance } from '../nuisance/forest-nuisance.js';
import { rankColumns } from '../tree/ranked-columns.js';
import { minus } from './residualize.js';
import type { CausalForest } from './types.js';

/**
 * @returns one variance per row of `forest.trial`, in squared treatment units; pass it to `averageEffect` or `scores` as
 *   `treatmentVariance`
 * @throws InvalidOptionError for a binary treatment, whose variance is e(1 − e) already
 */
export function estimateTreatmentVariance(forest: CausalForest, control: WorkControl = {}): Promise<Float64Array> {
  const { trial, nuisance, settings } = forest;
  if (trial.treatment.kind === 'binary')
    throw new InvalidOptionError(
      'forest',
      trial.treatment.name,
      'a causal forest of a continuous treatment; a binary one needs no variance model',
    );
  const residual = minus(trial.treatment.values, nuisance.treatmentHat);
  return forestNuisance(
    {
      columns: rankColumns(trial.covariates, trial.rowCount),
      target: residual.map((w) => w * w),
      weight: trial.weights,
      settings,
      frame: trial,
      purpose: 'treatment variance forest',
    },
    startWork(control).work,
  );
}
