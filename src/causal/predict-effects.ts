/** Effects from a trained causal forest: out of bag for its own rows, from all trees for new ones. */
import type { Warning } from '../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { type Forest, trainingRows, treesPerBag } from '../forest/forest.js';
import { littleBagVariance } from '../forest/little-bags.js';
import { unreachedWarnings } from '../forest/regression-forest.js';
import { eachNewRow, eachOutOfBagRow, type RowMoments, type VisitRow } from '../forest/row-moments.js';
import { codeRows, type RankedColumns } from '../tree/ranked-columns.js';
import { errorsInto, influenceCoefficientsInto, slopeOf } from './effect-moments.js';
import type { CausalForest, EffectPredictions, OutOfBagEffects } from './types.js';

/**
 * Effects for new rows, with variances.
 * @param data anything `createTrial` takes that has the covariates' columns; rows the forest was trained on should be
 *   read from `forest.outOfBag` instead, since here every tree speaks, those that saw the row too
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictEffects(forest: CausalForest, data: TableInput, options: EncodeOptions = {}): EffectPredictions {
  const encoded = encodeCovariates(forest.trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.forest.coding, encoded.rowCount);
  const each = (visit: VisitRow) => eachNewRow(forest.forest, coded, visit);
  return Object.freeze(collectEffects(forest.forest, encoded.rowCount, each, encoded.warnings, () => {}));
}

/** Effects of the training rows, each from the trees that did not draw it, with the fit's error there. */
export function outOfBagEffects(
  forest: Forest,
  columns: RankedColumns,
  outcomeResidual: Float64Array,
  treatmentResidual: Float64Array,
): OutOfBagEffects {
  const debiasedError = new Float64Array(columns.rowCount);
  const excessError = new Float64Array(columns.rowCount);
  const errors = new Float64Array(2);
  const each = (visit: VisitRow) => eachOutOfBagRow(forest, columns, visit);
  const predictions = collectEffects(forest, columns.rowCount, each, [], (i, effect, moments) => {
    errorsInto(moments, effect, outcomeResidual[i], treatmentResidual[i], errors);
    debiasedError[i] = errors[0];
    excessError[i] = errors[1];
  });
  return Object.freeze({ ...predictions, debiasedError, excessError });
}

function collectEffects(
  forest: Forest,
  rowCount: number,
  each: (visit: VisitRow) => void,
  given: readonly Warning[],
  also: (row: number, effect: number, moments: RowMoments) => void,
): EffectPredictions {
  const perBag = treesPerBag(forest);
  const effect = new Float64Array(rowCount);
  const variance = perBag > 1 ? new Float64Array(rowCount) : null;
  const treeCount = new Int32Array(rowCount);
  const coefficients = new Float64Array(5);
  each((i, moments) => {
    const slope = slopeOf(moments.average);
    effect[i] = slope;
    treeCount[i] = moments.treeCount;
    if (variance) {
      influenceCoefficientsInto(moments.average, slope, coefficients);
      variance[i] = littleBagVariance(moments, coefficients, perBag);
    }
    also(i, slope, moments);
  });
  return {
    effect,
    variance,
    treeCount,
    trainingRows: trainingRows(forest),
    warnings: Object.freeze([...given, ...unreachedWarnings(effect)]),
  };
}
