/** Effects from an instrumental forest: out of bag for its own rows, from all trees for new ones. */
import type { Warning } from '../../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../../data/encode.js';
import type { TableInput } from '../../data/table.js';
import { divideRows, type RowPass } from '../../forest/divide-rows.js';
import { type Forest, trainingRows, treesPerBag } from '../../forest/forest.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../../forest/leaf-blocks.js';
import { littleBagVariancesInto } from '../../forest/little-bags.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import type { Work } from '../../forest/work-control.js';
import { codeRows, type RankedColumns } from '../../tree/ranked-columns.js';
import type { EffectPredictions, OutOfBagEffects } from '../types.js';
import { instrumentalErrorsInto } from './fit-error.js';
import { INSTRUMENTAL_MOMENTS, instrumentalEffectOf, instrumentalInfluenceInto } from './moments.js';
import type { InstrumentalForest } from './types.js';

/**
 * Effects for new rows, with variances, in outcome units per unit of treatment.
 * @param data anything `createTrial` takes that has the covariates' columns
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictInstrumentalEffects(
  { forest, trial }: InstrumentalForest,
  data: TableInput,
  options: EncodeOptions = {},
): EffectPredictions {
  const encoded = encodeCovariates(trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const numbers = makeNumbers(forest, encoded.rowCount);
  eachNewBlock(forest, coded, (block) => predictBlock(forest, block, numbers));
  return complete(numbers, forest, encoded.warnings);
}

/**
 * Effects of the training rows, each from the trees that did not draw it, with the fit's error there.
 * @param outcome, instrument centred, one per training row
 */
export function outOfBagInstrumentalEffects(
  forest: Forest,
  columns: RankedColumns,
  outcome: Float64Array,
  instrument: Float64Array,
): OutOfBagEffects {
  return withErrors(
    outOfBagInstrumentalEffectsOf({ forest, columns, outcome, instrument }, 0, columns.rowCount),
    forest,
  );
}

/** The same, on other threads where that pays. */
export async function divideOutOfBagInstrumentalEffects(
  forest: Forest,
  columns: RankedColumns,
  outcome: Float64Array,
  instrument: Float64Array,
  work: Work,
): Promise<OutOfBagEffects> {
  const shared = { forest, columns, outcome, instrument };
  return withErrors(
    await divideRows('outOfBagInstrumentalEffects', shared, outOfBagInstrumentalEffectsOf, work),
    forest,
  );
}

/** Rows from … end of them. */
export function outOfBagInstrumentalEffectsOf(
  {
    forest,
    columns,
    outcome,
    instrument,
  }: RowPass & { readonly outcome: Float64Array; readonly instrument: Float64Array },
  from: number,
  end: number,
): Numbers & FitErrors {
  const numbers = makeNumbers(forest, end - from);
  const errors = { debiasedError: new Float64Array(end - from), excessError: new Float64Array(end - from) };
  const visit = (block: LeafBlock): void => {
    predictBlock(forest, block, numbers);
    instrumentalErrorsInto(forest, block, outcome.subarray(from, end), instrument.subarray(from, end), errors);
  };
  eachOutOfBagBlock(forest, columns, visit, from, end);
  return { ...numbers, ...errors };
}

type FitErrors = Pick<OutOfBagEffects, 'debiasedError' | 'excessError'>;

const withErrors = ({ debiasedError, excessError, ...numbers }: Numbers & FitErrors, forest: Forest): OutOfBagEffects =>
  Object.freeze({ ...complete(numbers, forest, []), debiasedError, excessError });

type Numbers = Pick<EffectPredictions, 'effect' | 'variance' | 'treeCount'>;

const makeNumbers = (forest: Forest, rowCount: number): Numbers => ({
  effect: new Float64Array(rowCount),
  variance: treesPerBag(forest) > 1 ? new Float64Array(rowCount) : null,
  treeCount: new Int32Array(rowCount),
});

const complete = (numbers: Numbers, forest: Forest, given: readonly Warning[]): EffectPredictions =>
  Object.freeze({
    ...numbers,
    trainingRows: trainingRows(forest),
    warnings: predictionWarnings(numbers.effect, numbers.variance, given),
  });

function predictBlock(forest: Forest, block: LeafBlock, out: Numbers): void {
  const { first, rowCount, average, treeCount } = block;
  const effects = out.effect.subarray(first, first + rowCount);
  for (let r = 0; r < rowCount; r++) effects[r] = instrumentalEffectOf(average, INSTRUMENTAL_MOMENTS * r);
  out.treeCount.set(treeCount.subarray(0, rowCount), first);
  if (!out.variance) return;
  const coefficients = new Float64Array(INSTRUMENTAL_MOMENTS * rowCount);
  instrumentalInfluenceInto(average, effects, rowCount, coefficients);
  littleBagVariancesInto(forest, block, coefficients, out.variance);
  for (let r = 0; r < rowCount; r++) if (Number.isNaN(effects[r])) out.variance[first + r] = Number.NaN;
}
