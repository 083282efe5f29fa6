/** Effects from a forest of several arms: out of bag for its own rows, from all trees for new ones. */
import type { Warning } from '../../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../../data/encode.js';
import type { TableInput } from '../../data/table.js';
import { type Forest, trainingRows, treesPerBag } from '../../forest/forest.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../../forest/leaf-blocks.js';
import { littleBagVariancesInto } from '../../forest/little-bags.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import { codeRows, type RankedColumns } from '../../tree/ranked-columns.js';
import { armMomentCount, makeArmSolver } from './moments.js';
import { type ContrastPredictions, contrastsOf, type MultiArmForest } from './types.js';

/**
 * Effects of each arm against the first for new rows, with variances.
 * @param data anything `createTrial` takes that has the covariates' columns
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictContrasts(
  { forest, trial }: MultiArmForest,
  data: TableInput,
  options: EncodeOptions = {},
): ContrastPredictions {
  const encoded = encodeCovariates(trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const numbers = makeNumbers(forest, trial.treatment.arms, encoded.rowCount);
  eachNewBlock(forest, coded, (block) => predictBlock(forest, block, numbers));
  return complete(numbers, forest, encoded.warnings);
}

/** Effects of the training rows, each from the trees that did not draw it. */
export function outOfBagContrasts(
  forest: Forest,
  columns: RankedColumns,
  arms: readonly string[],
): ContrastPredictions {
  const numbers = makeNumbers(forest, arms, columns.rowCount);
  eachOutOfBagBlock(forest, columns, (block) => predictBlock(forest, block, numbers));
  return complete(numbers, forest, []);
}

type Numbers = Omit<ContrastPredictions, 'trainingRows' | 'warnings'>;

function makeNumbers(forest: Forest, arms: readonly string[], rowCount: number): Numbers {
  const contrasts = contrastsOf(arms);
  const arrays = () => Object.freeze(contrasts.map(() => new Float64Array(rowCount)));
  return {
    contrasts,
    effect: arrays(),
    variance: treesPerBag(forest) > 1 ? arrays() : null,
    treeCount: new Int32Array(rowCount),
  };
}

/** All contrasts of a row are estimated, or none, so the first one's warnings are everyone's. */
const complete = (numbers: Numbers, forest: Forest, given: readonly Warning[]): ContrastPredictions =>
  Object.freeze({
    ...numbers,
    trainingRows: trainingRows(forest),
    warnings: predictionWarnings(numbers.effect[0], numbers.variance?.[0] ?? null, given),
  });

function predictBlock(forest: Forest, block: LeafBlock, { effect, variance, treeCount }: Numbers): void {
  const { first, rowCount, average } = block;
  const contrasts = effect.length;
  const size = armMomentCount(contrasts);
  const solver = makeArmSolver(contrasts);
  const effects = new Float64Array(contrasts);
  const coefficients = effect.map(() => new Float64Array(variance ? size * rowCount : 0));
  for (let r = 0; r < rowCount; r++) {
    const solved = solver.solve(average, size * r, effects);
    for (let k = 0; k < contrasts; k++) {
      effect[k][first + r] = effects[k];
      if (variance && solved) solver.influenceInto(average, size * r, effects, k, coefficients[k], size * r);
    }
  }
  treeCount.set(block.treeCount.subarray(0, rowCount), first);
  variance?.forEach((out, k) => {
    littleBagVariancesInto(forest, block, coefficients[k], out);
    for (let r = first; r < first + rowCount; r++) if (Number.isNaN(effect[k][r])) out[r] = Number.NaN;
  });
}
