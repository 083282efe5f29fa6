/** Effects from a trained causal forest: out of bag for its own rows, from all trees for new ones. */
import type { Warning } from '../base/warnings.js';
import { type EncodedRows, type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import { divideRows, type RowPass } from '../forest/divide-rows.js';
import { type Forest, trainingRows, treesPerBag } from '../forest/forest.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../forest/leaf-blocks.js';
import { littleBagVariancesInto } from '../forest/little-bags.js';
import { predictionWarnings } from '../forest/prediction-warnings.js';
import type { Work } from '../forest/work-control.js';
import { codeRows, type RankedColumns } from '../tree/ranked-columns.js';
import { influenceCoefficientsInto, SLOPE_MOMENTS, slopeOf } from './effect-moments.js';
import { fitErrorsInto } from './fit-error.js';
import { predictRefined } from './refined/predict-refined.js';
import type { CausalForest, EffectPredictions, OutOfBagEffects } from './types.js';

/**
 * Effects for new rows, with variances.
 * @param data anything `createTrial` takes that has the covariates' columns; rows the forest was trained on should be
 *   read from `forest.outOfBag` instead, since here every tree speaks, those that saw the row too
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictEffects(forest: CausalForest, data: TableInput, options: EncodeOptions = {}): EffectPredictions {
  return effectsOfEncoded(forest, encodeCovariates(forest.trial.covariates, data, options));
}

/** The same for rows in the training trial's encoding. */
export function effectsOfEncoded({ forest, refined }: CausalForest, encoded: EncodedRows): EffectPredictions {
  if (refined)
    return Object.freeze({ ...predictRefined(forest, refined, encoded), trainingRows: trainingRows(forest) });
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const predictions = makePredictions(forest, encoded.rowCount);
  eachNewBlock(forest, coded, (block) => predictBlock(forest, block, predictions));
  return Object.freeze({
    ...predictions,
    trainingRows: trainingRows(forest),
    ...warned(predictions, encoded.warnings),
  });
}

/** Effects of the training rows, each from the trees that did not draw it, with the fit's error there. */
export const outOfBagEffects = (
  forest: Forest,
  columns: RankedColumns,
  outcomeResidual: Float64Array,
  treatmentResidual: Float64Array,
): OutOfBagEffects =>
  complete(outOfBagEffectsOf({ forest, columns, outcomeResidual, treatmentResidual }, 0, columns.rowCount), forest);

/** The same, on other threads where that pays. */
export const divideOutOfBagEffects = async (
  forest: Forest,
  columns: RankedColumns,
  outcomeResidual: Float64Array,
  treatmentResidual: Float64Array,
  work: Work,
): Promise<OutOfBagEffects> => {
  const shared = { forest, columns, outcomeResidual, treatmentResidual };
  return complete(await divideRows('outOfBagEffects', shared, outOfBagEffectsOf, work), forest);
};

/** Effects of the training rows alone, for who makes something else of them than variances and errors. */
export const divideOutOfBagSlopes = (forest: Forest, columns: RankedColumns, work: Work): Promise<SlopesOfRows> =>
  divideRows('outOfBagEffectSlopes', { forest, columns }, outOfBagEffectSlopesOf, work);

type SlopesOfRows = Pick<EffectPredictions, 'effect' | 'treeCount'>;

/** Rows from … end of them. */
export function outOfBagEffectSlopesOf({ forest, columns }: RowPass, from: number, end: number): SlopesOfRows {
  const predictions = { ...makePredictions(forest, end - from), variance: null };
  eachOutOfBagBlock(forest, columns, (block) => predictBlock(forest, block, predictions), from, end);
  return { effect: predictions.effect, treeCount: predictions.treeCount };
}

/** Rows from … end, with variances and errors. */
export function outOfBagEffectsOf(
  {
    forest,
    columns,
    outcomeResidual,
    treatmentResidual,
  }: RowPass & { readonly outcomeResidual: Float64Array; readonly treatmentResidual: Float64Array },
  from: number,
  end: number,
): Omit<OutOfBagEffects, 'warnings' | 'trainingRows'> {
  const predictions = makePredictions(forest, end - from);
  const errors = { debiasedError: new Float64Array(end - from), excessError: new Float64Array(end - from) };
  const outcome = outcomeResidual.subarray(from, end);
  const treatment = treatmentResidual.subarray(from, end);
  const visit = (block: LeafBlock): void => {
    const { slopes, coefficients } = effectsOfBlock(block, predictions);
    fitErrorsInto(forest, block, slopes, coefficients, outcome, treatment, errors, predictions.variance);
  };
  eachOutOfBagBlock(forest, columns, visit, from, end);
  return { ...predictions, ...errors };
}

const complete = (numbers: Omit<OutOfBagEffects, 'warnings' | 'trainingRows'>, forest: Forest): OutOfBagEffects =>
  Object.freeze({ ...numbers, trainingRows: trainingRows(forest), ...warned(numbers, []) });

const makePredictions = (forest: Forest, rowCount: number) => ({
  effect: new Float64Array(rowCount),
  variance: treesPerBag(forest) > 1 ? new Float64Array(rowCount) : null,
  treeCount: new Int32Array(rowCount),
});

const warned = ({ effect, variance }: Pick<EffectPredictions, 'effect' | 'variance'>, given: readonly Warning[]) => ({
  warnings: predictionWarnings(effect, variance, given),
});

/** Effects of a block's rows, and their variances where trees come in bags. */
export function predictBlock(
  forest: Forest,
  block: LeafBlock,
  out: Omit<EffectPredictions, 'warnings' | 'trainingRows'>,
): void {
  const { coefficients } = effectsOfBlock(block, out);
  if (out.variance) littleBagVariancesInto(forest, block, coefficients, out.variance);
}

/** Effects of a block's rows; returns them and the coefficients of ρ_b. */
function effectsOfBlock(
  { first, rowCount, average, treeCount }: LeafBlock,
  out: Omit<EffectPredictions, 'warnings' | 'trainingRows'>,
) {
  const slopes = out.effect.subarray(first, first + rowCount);
  for (let r = 0; r < rowCount; r++) slopes[r] = slopeOf(average, SLOPE_MOMENTS * r);
  out.treeCount.set(treeCount.subarray(0, rowCount), first);
  const coefficients = new Float64Array(SLOPE_MOMENTS * rowCount);
  influenceCoefficientsInto(average, slopes, rowCount, coefficients);
  return { slopes, coefficients };
}
