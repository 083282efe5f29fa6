/**
 * Nuisances that adapt: m̂(xᵢ) = Σₖ αₖ m̂ₖ(xᵢ), αₖ ≥ 0, Σαₖ = 1, of members that each predict rows they did not see, with the
 * weights that make Σᵢ wᵢ(yᵢ − m̂(xᵢ))² least over rows (stacking: Wolpert 1992, Breiman 1996; a convex super learner: van der
 * Laan, Polley & Hubbard 2007). Members:
 *   forest      an honest forest out of bag, as without a stack, of half as many trees
 *   stumps      boosted trees of one cut, out of fold: sums of functions of single covariates (`boosted-trees.ts`)
 *   trees       boosted trees of up to three cuts in a row, out of fold
 *   regression  a penalised linear or logistic regression on splines and products, out of fold
 *   constant    the weighted mean, for what depends on no covariate: a trial that was randomised after all
 * Squared error judges a 0/1 treatment too: what an estimate of effects suffers from is the mean square of ê − e (Nie & Wager
 * 2021, Theorem 2 wants both nuisances' errors in that norm), a forest's probability may be 0 or 1, where a log loss is
 * infinite, and expected squared error is least at the true probability all the same.
 * All members of a probability lie in [0, 1], and so does a stack, which is 0 or 1 only where all its members with a weight are.
 * Last the stack is brought to scale, since all of its members shrink (`calibrate.ts`).
 */
import type { ResolvedForestOptions } from '../forest/forest-options.js';
import { divideOutOfBagMeans, trainMeanForest } from '../forest/regression-forest.js';
import { runSteps, type Work } from '../forest/work-control.js';
import { simplexWeights } from '../math/simplex-weights.js';
import { assignFolds } from '../penalized/folds.js';
import type { BoostedTrees } from './boosted-trees.js';
import { type NuisanceCalibration, startCalibration } from './calibrate.js';
import { type NuisanceProblem, nuisanceSettings, requireEstimates } from './forest-nuisance.js';
import { type NuisanceFrame, type PenalizedMember, penalizedNuisances } from './penalized-nuisance.js';
import { boostedNuisances, type TreeMemberName } from './tree-nuisance.js';
import { weightedMean } from './weighted-mean.js';

/** One member of a stacked nuisance. */
export interface StackMember {
  readonly name: 'forest' | TreeMemberName | 'regression' | 'constant';
  /** Its share of the stack, from 0 to 1. */
  readonly weight: number;
  /** Mean squared error of its predictions of rows that it did not see, weighted by the sample weights. */
  readonly loss: number;
}

/** How a stacked nuisance came about: plain data. */
export interface NuisanceStack {
  readonly members: readonly StackMember[];
  /** The members' average's mean squared error; its weights were chosen on the same rows, so it is a little too small. */
  readonly loss: number;
  /** What was done to that average: the slope by which it was brought to scale, and the error then. */
  readonly calibration: NuisanceCalibration;
  /** Trees that boosted members sum; 0 where none helps, and the member is the mean. */
  readonly rounds: Readonly<Record<TreeMemberName, number>>;
  readonly regression: {
    readonly family: 'gaussian' | 'binomial';
    /** Columns that covariates were made into, and those that the fit on all rows uses. */
    readonly columnsOffered: number;
    readonly columnsUsed: number;
    readonly penalty: number;
  };
  /** Smallest and largest estimate, calibrated. */
  readonly range: readonly [lowest: number, highest: number];
}

/** Half of the trees of a nuisance that is a forest: what they lack in precision, other members have. */
export const FOREST_SHARE = 0.125;

/** Folds that calibrate each other. */
const CALIBRATION_FOLDS = 5;

/** A stacked nuisance, calibrated, and its record. */
export interface StackedNuisance {
  readonly estimate: Float64Array;
  readonly stack: NuisanceStack;
}

/**
 * A stack for each target. Targets of 0 and 1 alone are probabilities: their regression is logistic.
 * @param targets `name` ('outcome', 'treatment') names random streams and progress
 */
export async function stackedNuisances(
  { columns, settings, frame }: Pick<NuisanceProblem, 'columns' | 'settings'> & { readonly frame: NuisanceFrame },
  targets: readonly { readonly values: Float64Array; readonly name: string }[],
  work: Work,
): Promise<readonly StackedNuisance[]> {
  const typed = targets.map(({ values, name }) => {
    const family = values.every((value) => value === 0 || value === 1) ? ('binomial' as const) : ('gaussian' as const);
    return { values, name, family };
  });
  const weights = sayOf(frame, settings);
  const weighted = { ...frame, weights };
  const regressions = await penalizedNuisances(weighted, typed, settings.seed, work);
  const boosted = await boostedNuisances(weighted, typed, settings.seed, work);
  const stacks: StackedNuisance[] = [];
  for (const [k, { values, name }] of typed.entries()) {
    const problem = { columns, target: values, weight: frame.weights, settings, frame, purpose: `${name} forest` };
    stacks.push(
      await stackedNuisance({ ...problem, name }, weights, { regression: regressions[k], ...boosted[k] }, work),
    );
  }
  return stacks;
}

/** What each row counts for: its sample weight, or the same for all clusters, as their forests draw them. */
function sayOf({ weights, clusters, rowCount }: NuisanceFrame, settings: ResolvedForestOptions): Float64Array | null {
  if (!settings.equalizeClusterWeights || clusters === null) return weights;
  const sizes = new Float64Array(clusters.count);
  for (let i = 0; i < rowCount; i++) sizes[clusters.ids[i]]++;
  return Float64Array.from(clusters.ids, (id) => 1 / sizes[id]);
}

/** The forest is fitted here, `others` were before. `say` weighs errors, the problem's weight is the forest's. */
async function stackedNuisance(
  problem: NuisanceProblem & { readonly frame: NuisanceFrame; readonly name: string },
  say: Float64Array | null,
  others: Readonly<Record<TreeMemberName, BoostedTrees>> & { readonly regression: PenalizedMember },
  work: Work,
): Promise<StackedNuisance> {
  const { columns, target, weight, frame, purpose } = problem;
  const settings = nuisanceSettings(problem.settings, FOREST_SHARE);
  const { regression, stumps, trees } = others;
  const forest = await trainMeanForest({ columns, outcome: target, weight, settings, frame, purpose }, work);
  const means = await divideOutOfBagMeans(forest, columns, target, work);
  requireEstimates(means.estimate, purpose);
  const centre = weightedMean((i) => target[i], target.length, say);
  const members = [
    { name: 'forest', estimate: means.estimate },
    { name: 'stumps', estimate: stumps.outOfFold },
    { name: 'trees', estimate: trees.outOfFold },
    { name: 'regression', estimate: regression.outOfFold },
    { name: 'constant', estimate: new Float64Array(target.length).fill(centre) },
  ] as const;
  const {
    estimate: average,
    weights,
    losses,
  } = combine(
    members.map((member) => member.estimate),
    target,
    say,
  );
  const { estimate, ...scaled } = await calibrated(problem, average, regression.family, say, work);
  const lossOf = (of: Float64Array): number => weightedMean((i) => (target[i] - of[i]) ** 2, target.length, say);
  const stack: NuisanceStack = Object.freeze({
    members: Object.freeze(members.map(({ name }, k) => Object.freeze({ name, weight: weights[k], loss: losses[k] }))),
    loss: lossOf(average),
    calibration: Object.freeze({ ...scaled, loss: lossOf(estimate) }),
    rounds: Object.freeze({ stumps: stumps.rounds, trees: trees.rounds }),
    regression: Object.freeze({
      family: regression.family,
      columnsOffered: regression.columnsOffered,
      columnsUsed: regression.columnsUsed,
      penalty: regression.penalty,
    }),
    range: Object.freeze([
      estimate.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
      estimate.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    ] as const),
  });
  return { estimate, stack };
}

async function calibrated(
  { target, frame, settings, name }: NuisanceProblem & { readonly frame: NuisanceFrame; readonly name: string },
  estimate: Float64Array,
  family: 'gaussian' | 'binomial',
  weights: Float64Array | null,
  work: Work,
) {
  const strata = family === 'binomial' ? target : null;
  const folds = assignFolds(frame, CALIBRATION_FOLDS, settings.seed, [`${name} calibration folds`], strata);
  const run = startCalibration({ estimate, target, family, weights, clusters: frame.clusters, folds });
  await runSteps(`${name} calibration`, run.steps, work, (k) => run.step(k));
  return run.finish();
}

/** The best convex combination of predictions: minimise α'Eα, E the cross products of their errors. */
export function combine(
  predictions: readonly Float64Array[],
  target: Float64Array,
  weight: Float64Array | null,
): { readonly estimate: Float64Array; readonly weights: Float64Array; readonly losses: readonly number[] } {
  const size = predictions.length;
  const n = target.length;
  const errors = predictions.map((prediction) => prediction.map((value, i) => value - target[i]));
  const products = Float64Array.from({ length: size * size }, (_, cell) => {
    const [a, b] = [errors[Math.floor(cell / size)], errors[cell % size]];
    return weightedMean((i) => a[i] * b[i], n, weight);
  });
  const weights = simplexWeights(products, null, size);
  const estimate = new Float64Array(n);
  for (let k = 0; k < size; k++)
    if (weights[k] > 0) for (let i = 0; i < n; i++) estimate[i] += weights[k] * predictions[k][i];
  return { estimate, weights, losses: predictions.map((_, k) => products[k * size + k]) };
}
