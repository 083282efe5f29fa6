/**
 * A nuisance by forest: Ê[target | X = xᵢ] for every training row, out of bag, so that no row's own outcome is in its
 * centring (Athey, Tibshirani & Wager 2019, §6.1.1). Forests of max(50, trees/4) trees in bags of one, since only
 * the predictions are needed and not their variance.
 */
import { InvalidDataError } from '../base/errors.js';
import type { ResolvedForestOptions } from '../forest/forest-options.js';
import { divideOutOfBagProbabilities, trainProbabilities } from '../forest/probability-forest.js';
import { divideOutOfBagMeans, type RegressionData, trainMeanForest } from '../forest/regression-forest.js';
import type { Work } from '../forest/work-control.js';
import type { RankedColumns } from '../tree/ranked-columns.js';

/** Trees below which a nuisance is too noisy to centre with. */
const FEWEST_TREES = 50;

export interface NuisanceProblem {
  readonly columns: RankedColumns;
  readonly target: Float64Array;
  readonly weight: Float64Array | null;
  /** The causal forest's options; the nuisance forest takes sampling, mtry, alpha and seed from it. */
  readonly settings: ResolvedForestOptions;
  readonly frame: Pick<RegressionData, 'rowCount' | 'clusters'>;
  /** 'outcome forest' or 'treatment forest': names its random streams and its progress. */
  readonly purpose: string;
}

/** Share of the trees where the nuisance is that forest alone. */
const SHARE = 0.25;

/** Trees of a nuisance, which is a share of those of the forest that it is for. */
export const nuisanceTrees = (numTrees: number, share = SHARE): number =>
  Math.max(FEWEST_TREES, Math.ceil(numTrees * share));

/** Options of a forest whose predictions only are needed. */
export const nuisanceSettings = (settings: ResolvedForestOptions, share = SHARE): ResolvedForestOptions =>
  Object.freeze({
    ...settings,
    numTrees: nuisanceTrees(settings.numTrees, share),
    ciGroupSize: 1,
    minNodeSize: 5,
    honesty: true,
    honestyFraction: 0.5,
    honestyPruneLeaves: true,
  });

export async function forestNuisance(problem: NuisanceProblem, work: Work): Promise<Float64Array> {
  const settings = nuisanceSettings(problem.settings);
  const forest = await trainMeanForest({ ...problem, outcome: problem.target, settings }, work);
  const { estimate } = await divideOutOfBagMeans(forest, problem.columns, problem.target, work);
  requireEstimates(estimate, problem.purpose);
  return estimate;
}

/** Probabilities of classes for every training row, out of bag: one array a class, by one forest for all of them. */
export async function forestProbabilities(
  problem: Omit<NuisanceProblem, 'target'> & {
    /** Class of each row, an index into `classes`. */
    readonly codes: Int32Array;
    readonly classes: readonly string[];
  },
  work: Work,
): Promise<readonly Float64Array[]> {
  const { columns, classes, purpose } = problem;
  const settings = nuisanceSettings(problem.settings);
  const forest = await trainProbabilities({ ...problem, classCount: classes.length, settings }, work);
  const { probability } = await divideOutOfBagProbabilities(forest, columns, classes, work);
  requireEstimates(probability[0], purpose);
  return probability;
}

export function requireEstimates(estimate: Float64Array, purpose: string): void {
  const without = estimate.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
  if (without > 0)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `the ${purpose} leaves ${without} rows without an out-of-bag estimate; give more trees, more rows, or the nuisance itself`,
    );
}
