/**
 * The causal forest (Athey, Tibshirani & Wager 2019; Nie & Wager 2021; Wager & Athey 2018): how the effect of a
 * treatment varies with the covariates, τ(x) = E[Y(1) − Y(0) | X = x], with honest variances.
 */
import type { Trial } from '../data/trial.js';
import { planOf, resolveForestOptions } from '../forest/forest-options.js';
import { trainForest } from '../forest/train-forest.js';
import { startWork } from '../forest/work-control.js';
import { rankColumns } from '../tree/ranked-columns.js';
import {
  type CausalForestOptions,
  checkCausalForestOptions,
  resolveEstimator,
  resolveNuisanceMethod,
  resolveOutcomeName,
} from './causal-options.js';
import { requireArms, rowsOfOutcome } from './outcome-rows.js';
import { divideOutOfBagEffects } from './predict-effects.js';
import { fitRefined } from './refined/fit-refined.js';
import { checkGivenNuisance, estimateNuisance, minus, pickRows } from './residualize.js';
import type { CausalForest } from './types.js';

/** Names the forest's streams: what is fitted on its half-samples draws from the same. */
const PURPOSE = 'causal forest';

/**
 * Fits a causal forest: centres outcome and treatment, trains, predicts every training row out of bag.
 *
 * @param trial from `createTrial`; rows that the outcome leaves out are left out of the fit (and said in `warnings`)
 * @param options every one has a default but `outcome`, which is needed where the trial has several
 * @returns a promise of plain data; the effects stand in `outOfBag`, and `averageEffect`, `groupEffects`,
 *   `relativeEffect`, `predictEffects` work on it
 * @throws InvalidOptionError for options out of range or misspelt; InvalidDataError where an arm has fewer rows than a
 *   split needs; whatever `signal` was aborted with
 */
export async function fitCausalForest<CovariateName extends string, OutcomeName extends string>(
  trial: Trial<CovariateName, OutcomeName>,
  options: CausalForestOptions<OutcomeName> = {},
): Promise<CausalForest<CovariateName, OutcomeName>> {
  checkCausalForestOptions(options);
  const outcomeName = resolveOutcomeName(trial.outcomes, options.outcome);
  const estimator = resolveEstimator(options.estimator);
  const checked = checkGivenNuisance(trial, options);
  const method = resolveNuisanceMethod(options);
  const { used, rows, outcome } = rowsOfOutcome(trial, outcomeName);
  const settings = resolveForestOptions(options, { ...used, covariateCount: used.covariates.length });
  const given = {
    outcomeHat: pickRows(checked.outcomeHat, rows),
    treatmentHat: pickRows(checked.treatmentHat, rows),
  };
  const warnings = [...trial.warnings, ...requireArms(used, settings)];
  const { work, warnings: workWarnings } = startWork(options);

  const columns = rankColumns(used.covariates, used.rowCount);
  const nuisance = await estimateNuisance({ trial: used, outcome, columns, settings, given, method }, work);
  const outcomeResidual = minus(outcome, nuisance.outcomeHat);
  const treatmentResidual = minus(used.treatment.values, nuisance.treatmentHat);
  const forest = await trainForest(
    {
      columns,
      kind: 'slope',
      data: { outcome: outcomeResidual, treatment: treatmentResidual, weight: used.weights },
      options: settings,
      plan: planOf(settings, used),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose: PURPOSE,
    },
    work,
  );
  const problem = { trial: used, columns, settings, outcomeResidual, treatmentResidual, forest, purpose: PURPOSE };
  const { refined, outOfBag } =
    estimator === 'refined'
      ? await fitRefined(problem, work)
      : {
          refined: null,
          outOfBag: await divideOutOfBagEffects(forest, columns, outcomeResidual, treatmentResidual, work),
        };
  return Object.freeze({
    kind: 'causalForest',
    estimator,
    trial: used,
    outcomeName,
    outcome,
    settings,
    nuisance,
    forest,
    refined,
    outOfBag,
    warnings: Object.freeze([...warnings, ...workWarnings, ...outOfBag.warnings]),
  });
}
