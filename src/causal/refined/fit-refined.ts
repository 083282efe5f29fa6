/**
 * Refined effects: a causal forest, two penalised linear R-learners (linear; splines and products), out of bag on the same
 * half-samples, and a Bayesian sum of trees that leaves each row out of its own effect, combined by the R-loss (`combine.ts`).
 * The sum of trees suits steps, corners and effects of few covariates, the linear members trends, the forest what hangs on
 * many; which of them is of use, the R-loss says.
 */
import { observationWeights } from '../../data/observation-weights.js';
import type { Trial } from '../../data/trial.js';
import type { Forest } from '../../forest/forest.js';
import { planOf } from '../../forest/forest-options.js';
import { eachOutOfBagBlock } from '../../forest/leaf-blocks.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import { runSteps, type Work } from '../../forest/work-control.js';
import type { BasisOptions } from '../../penalized/basis-plan.js';
import type { RankedColumns } from '../../tree/ranked-columns.js';
import { fitBayesianEffects } from '../bayesian/bayesian-effects.js';
import type { ResolvedCausalForestOptions } from '../causal-options.js';
import { divideOutOfBagSlopes } from '../predict-effects.js';
import type { RLossRows } from '../r-loss-rows.js';
import type { OutOfBagEffects } from '../types.js';
import { makeBagRows } from './bag-rows.js';
import { type Combination, combine } from './combine.js';
import { combinedVariances, type ForestPart } from './combined-variance.js';
import { fitLinearEffects, type LinearEffects } from './linear-effects.js';
import { constantsOfHalves, refittedPart } from './refitted-part.js';
import type { RefinedEffects, RefinedMemberName } from './types.js';
import { unseenVariance, withUncertainty } from './uncertainty.js';
import { refinedWarnings } from './warnings.js';

/** Bags in whose two halves linear members are refitted: their means and variances need fewer than trees do. */
const MOST_REFITTED_BAGS = 50;

export interface RefinedProblem {
  readonly trial: Trial;
  readonly columns: RankedColumns;
  readonly settings: ResolvedCausalForestOptions;
  readonly outcomeResidual: Float64Array;
  readonly treatmentResidual: Float64Array;
  /** The plain forest, and what names its streams. */
  readonly forest: Forest;
  readonly purpose: string;
}

export async function fitRefined(
  problem: RefinedProblem,
  work: Work,
): Promise<{ readonly refined: RefinedEffects; readonly outOfBag: OutOfBagEffects }> {
  const { trial, columns, settings, outcomeResidual: outcome, treatmentResidual: treatment, forest, purpose } = problem;
  const weight = observationWeights(trial, settings);
  const rows: RLossRows = { outcome, treatment, weight, clusters: trial.clusters ? trial.clusters.ids : null };
  const plan = planOf(settings, trial);
  const bags = makeBagRows(
    plan,
    settings.seed,
    purpose,
    Math.min(MOST_REFITTED_BAGS, settings.numTrees / plan.treesPerBag),
  );
  const fitOn = (name: string, basis: BasisOptions) =>
    fitLinearEffects({ trial, rows, bags, seed: settings.seed, purpose: name, basis }, work);
  const linear = await fitOn('linear effects', { shape: 'linear' });
  const spline = await fitOn('spline effects', { relevance: relevanceOf(linear.linear) });
  const own = await divideOutOfBagSlopes(forest, columns, work);
  const trees = await fitBayesianEffects(trial, rows, settings.seed, 'Bayesian effects', work);

  const effects = [own.effect, linear.effect, spline.effect, trees.effect];
  const combination = combine(effects, rows);
  const effect = combination.differences.map((d) => combination.constant + combination.shrinkage * d);
  const refined: RefinedEffects = Object.freeze({
    members: membersOf(combination),
    constant: combination.constant,
    shrinkage: combination.shrinkage,
    slopeError: combination.slopeError,
    unseenVariance: unseenVariance(linear.design, effect, rows),
    linear: linear.linear,
    spline: spline.linear,
    bayesianTrees: trees.model,
    halfConstants: constantsOfHalves(combination, rows, bags),
  });
  const variance = plan.treesPerBag > 1 ? await variances() : null;
  return {
    refined,
    outOfBag: Object.freeze({
      effect,
      variance,
      treeCount: own.treeCount,
      trainingRows: trial.rowCount,
      debiasedError: effect.map((value, i) => (outcome[i] - value * treatment[i]) ** 2),
      excessError: new Float64Array(effect.length).fill(Number.NaN),
      warnings: predictionWarnings(effect, variance, refinedWarnings(trial, refined, treatment)),
    }),
  };

  async function variances(): Promise<Float64Array> {
    const part: ForestPart = {
      forest,
      weight: refined.members[0].weight,
      eachBlock: (visit, from, end) => eachOutOfBagBlock(forest, columns, visit, from, end),
    };
    const refitted = refittedPart(refined, [linear.design, spline.design], bags);
    const { steps, step, variance } = combinedVariances(part, refitted, trial.rowCount);
    await runSteps('variances', steps, work, step);
    return withUncertainty(variance, trees.variance, effect, refined);
  }
}

const NAMES: readonly RefinedMemberName[] = ['forest', 'linear', 'spline', 'bayesianTrees'];

const membersOf = ({ weights, centres, relativeLosses }: Combination) =>
  Object.freeze(
    NAMES.map((name, k) =>
      Object.freeze({
        name,
        weight: weights[k],
        centre: centres[k],
        relativeLoss: relativeLosses[k],
      }),
    ),
  );

/** Whose products are worth a column: covariates by their largest coefficient in the linear member, in standard deviations. */
function relevanceOf({ basis, coefficients }: LinearEffects): number[] {
  const relevance = basis.covariates.map(() => 0);
  basis.columns.forEach((term, j) => {
    const { kind, ...own } = basis.terms[term];
    if (kind !== 'product' && 'covariate' in own)
      relevance[own.covariate] = Math.max(relevance[own.covariate], Math.abs(coefficients[j]));
  });
  return relevance;
}
