/** Effects one row at a time, for services: the numbers of `predictEffects`, bit for bit, without a table around them. */
import { rejectUnknownKeys, requireBoolean } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { EncodeOptions } from '../data/encode.js';
import { makeRowEncoder, type RowInput } from '../data/encode-row.js';
import { trainingRows, treesPerBag } from '../forest/forest.js';
import { makeOneRow } from '../forest/one-row.js';
import { predictionWarnings } from '../forest/prediction-warnings.js';
import { predictBlock } from './predict-effects.js';
import { oneRow, predictRefined } from './refined/predict-refined.js';
import type { CausalForest } from './types.js';

/** The effect for one row. */
export interface RowPrediction {
  /** τ̂(x), in outcome units per unit of treatment; null where no tree has a leaf for the row. */
  readonly effect: number | null;
  /** E.g. levels that training did not see, which count as missing. Mostly empty. */
  readonly warnings: readonly Warning[];
}

/** A row's effect, with its variance. */
export interface RowPredictionWithVariance extends RowPrediction {
  /** Variance of τ̂(x) by the bootstrap of little bags; null, with a warning, where trees do not come in bags. */
  readonly variance: number | null;
}

/** Options of `predictor`. */
export interface PredictorOptions extends EncodeOptions {
  /** Give the variance too; it takes several times as long. Default false. */
  readonly variance?: boolean;
}

/** One cell for each covariate, as a row of the table that `createTrial` read. */
export type PredictorRow<CovariateName extends string> = { readonly [Name in CovariateName]: unknown };

/**
 * A function that predicts one row after another: for 2,000 trees on 2,000 rows about 40 µs a row, 0.07 ms with the
 * variance (`npm run bench:speed -- --only predictor`). Refined effects take some milliseconds a row: many rows are better
 * given to `predictEffects` at once.
 *
 * @param forest from `fitCausalForest`; the predictor keeps a copy of its splits (8 or 16 bytes each) and leaves
 * @param options `variance`, and `naStrings` as in `predictEffects`; with `{ variance: true }` rows get a variance
 * @returns a function of a row object; other columns than the covariates' are ignored. It throws InvalidDataError where a
 *   covariate's column is absent or its cell of another kind, as `predictEffects` does
 * @throws InvalidOptionError for unknown options
 */
export function predictor<CovariateName extends string, OutcomeName extends string>(
  forest: CausalForest<CovariateName, OutcomeName>,
  options: PredictorOptions & { readonly variance: true },
): (row: PredictorRow<CovariateName>) => RowPredictionWithVariance;
export function predictor<CovariateName extends string, OutcomeName extends string>(
  forest: CausalForest<CovariateName, OutcomeName>,
  options?: PredictorOptions,
): (row: PredictorRow<CovariateName>) => RowPrediction;
export function predictor(
  { forest, refined, trial }: CausalForest,
  options: PredictorOptions = {},
): (row: RowInput) => RowPrediction | RowPredictionWithVariance {
  rejectUnknownKeys('options', options, ['variance', 'naStrings']);
  const wantsVariance = requireBoolean('variance', options.variance ?? false);
  const hasVariance = treesPerBag(forest) > 1;
  const encode = makeRowEncoder(trial.covariates, options.naStrings ? { naStrings: options.naStrings } : {});
  const values = new Float64Array(trial.covariates.length);
  const finish = (effect: number, variance: number | null, encoded: readonly Warning[]) => {
    const given = variance === null ? null : Float64Array.of(variance);
    const found = predictionWarnings(Float64Array.of(effect), given, encoded);
    if (!wantsVariance) return Object.freeze({ effect: numberOrNull(effect), warnings: found });
    const warnings = hasVariance ? found : Object.freeze([...found, NO_BAGS]);
    return Object.freeze({ effect: numberOrNull(effect), variance: given && numberOrNull(given[0]), warnings });
  };
  if (refined)
    return (row) => {
      const warnings = encode(row, values);
      const { effect, variance } = predictRefined(forest, refined, oneRow(trial.covariates, values), wantsVariance);
      return finish(effect[0], variance ? variance[0] : null, warnings);
    };
  const walk = makeOneRow(forest);
  const out = {
    effect: new Float64Array(1),
    variance: wantsVariance && hasVariance ? new Float64Array(1) : null,
    treeCount: new Int32Array(1),
    trainingRows: trainingRows(forest),
  };

  return (row) => {
    const warnings = encode(row, values);
    for (let f = 0; f < values.length; f++) walk.set(f, values[f]);
    predictBlock(forest, walk.descend(), out);
    return finish(out.effect[0], out.variance ? out.variance[0] : null, warnings);
  };
}

const NO_BAGS = warning(
  'VARIANCE_NOT_ESTIMABLE',
  'variances need trees in bags of 2 or more, and this forest has bags of one tree; fit it with a larger ciGroupSize',
);

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
