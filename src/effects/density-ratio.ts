/**
 * How much denser covariates are among new rows than among training rows, r(x) = p(x)/(1 − p(x)) up to a constant, with
 * p(x) = P(new | x) by a regression forest on both tables in which each row's p̂ comes from trees that did not draw it.
 * Weighted training rows, ω_i r(x_i), then look like the new ones.
 */
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import type { EncodedRows } from '../data/encode.js';
import type { CategoryCovariate, Covariate, NumericCovariate } from '../data/trial.js';
import { fitRegressionForest } from '../forest/regression-forest.js';
import type { WorkControl } from '../forest/work-control.js';
import type { EffectSample } from './sample.js';

/** New rows that are this many times denser than training rows have next to nobody to speak for them. */
const UNSUPPORTED_RATIO = 20;
/** Effective training rows below which normal intervals are doubtful. */
const FEW_EFFECTIVE_ROWS = 30;

export interface DensityRatio {
  /** ω_i r_i for the training rows; null where a row that counts would have infinite weight. */
  readonly ofTraining: Float64Array | null;
  readonly effectiveRows: number;
  readonly warnings: readonly Warning[];
}

/** Weights of the training rows, and what must be said of new rows that have few of them near. */
export async function densityRatio(
  {
    forest: { trial, settings },
    sample,
    encoded,
    newWeights,
    counted,
    numTrees,
  }: {
    readonly forest: CausalForest;
    readonly sample: EffectSample;
    readonly encoded: EncodedRows;
    readonly newWeights: Float64Array;
    readonly counted: Int32Array;
    readonly numTrees: number;
  },
  work: WorkControl,
): Promise<DensityRatio> {
  const rowCount = trial.rowCount + encoded.rowCount;
  const isNew = new Float64Array(rowCount).fill(1, trial.rowCount);
  const weights = new Float64Array(rowCount);
  weights.set(sample.weight);
  weights.set(newWeights, trial.rowCount);
  const { clusters } = trial;
  const membership = await fitRegressionForest(
    {
      rowCount,
      covariates: trial.covariates.map((covariate, f) => joined(covariate, encoded.covariates[f])),
      outcomes: {},
      weights: weights.every((weight) => weight === 1) ? null : weights,
      // Rows of a training cluster are drawn together, new rows one by one.
      clusters: clusters && {
        ...clusters,
        ids: Int32Array.from(isNew, (_, row) =>
          row < trial.rowCount ? clusters.ids[row] : clusters.count + row - trial.rowCount,
        ),
        count: clusters.count + encoded.rowCount,
        labels: [],
      },
    },
    { outcome: isNew, numTrees, ciGroupSize: 1, mtry: settings.mtry, seed: settings.seed, ...controlOf(work) },
  );
  const chance = membership.outOfBag.estimate;
  const odds = (row: number) => chance[row] / (1 - chance[row]);
  const trainingTotal = sample.totalWeight;
  const newTotal = counted.reduce((sum, row) => sum + newWeights[row], 0);

  const ofTraining = new Float64Array(trial.rowCount);
  let infinite = 0;
  let sum = 0;
  let squares = 0;
  for (const row of sample.rows) {
    ofTraining[row] = sample.weight[row] * odds(row);
    if (!Number.isFinite(ofTraining[row])) infinite++;
    sum += ofTraining[row];
    squares += ofTraining[row] ** 2;
  }
  const warnings: Warning[] = [];
  if (infinite > 0 || !(sum > 0)) {
    warnings.push(
      warning(
        'NO_SUPPORT',
        `The average over the new rows is not identified: ${infinite > 0 ? `${infinite} training rows lie where all other rows are new` : 'no training row lies where new rows do'}, or have no out-of-bag estimate. Use more trees (numTrees), or new rows that resemble the training rows.`,
      ),
    );
    return { ofTraining: null, effectiveRows: Number.NaN, warnings };
  }
  const effectiveRows = sum ** 2 / squares;
  const limit = (UNSUPPORTED_RATIO * newTotal) / trainingTotal;
  const alone = counted.reduce((count, row) => count + (odds(trial.rowCount + row) > limit ? 1 : 0), 0);
  if (alone > 0 || effectiveRows < FEW_EFFECTIVE_ROWS)
    warnings.push(
      warning(
        'LITTLE_SUPPORT',
        `${alone} of ${counted.length} new rows lie where training rows are rarer than one in ${UNSUPPORTED_RATIO}, and the training rows weigh like ${effectiveRows.toFixed(0)}: what is said of such rows is the forest's extrapolation. Leave them out, and say so.`,
      ),
    );
  return { ofTraining, effectiveRows, warnings };
}

/** Training values, then new ones; both are in the same encoding. */
function joined(training: Covariate, added: Covariate): Covariate {
  if (training.kind === 'category') {
    const before = training.codes.length;
    const after = (added as CategoryCovariate).codes;
    const codes = new Int32Array(before + after.length);
    codes.set(training.codes);
    codes.set(after, before);
    return { ...training, codes };
  }
  const before = training.values.length;
  const after = (added as NumericCovariate).values;
  const values = new Float64Array(before + after.length);
  values.set(training.values);
  values.set(after, before);
  return { ...training, values };
}

const controlOf = ({ onProgress, signal, workers }: WorkControl): WorkControl => ({
  ...(onProgress ? { onProgress } : {}),
  ...(signal ? { signal } : {}),
  ...(workers === undefined ? {} : { workers }),
});
