/** Two forests for a ratio of totals, one for its numerator and one for its denominator, for `ratioEffect`. */
import { InvalidOptionError } from '../base/errors.js';
import type { TotalsOutcome, Trial } from '../data/trial.js';
import { fitCausalForest } from './causal-forest.js';
import { type CausalForestOptions, checkCausalForestOptions, resolveOutcomeName } from './causal-options.js';
import type { CausalForest } from './types.js';

type Part = 'numerator' | 'denominator';

/** Fitted on the same rows with the same propensities. */
export interface RatioForests<CovariateName extends string = string> {
  readonly numerator: CausalForest<CovariateName>;
  readonly denominator: CausalForest<CovariateName>;
}

/**
 * @param trial with an outcome declared `{ numerator, denominator, as: 'totals' }`
 * @param options as `fitCausalForest`, without `outcomeHat`; the propensity is estimated once and shared
 * @throws InvalidOptionError where the outcome is not a ratio of totals; else as `fitCausalForest`
 */
export async function fitRatioForests<CovariateName extends string, OutcomeName extends string>(
  trial: Trial<CovariateName, OutcomeName>,
  options: Omit<CausalForestOptions<OutcomeName>, 'outcomeHat'> = {},
): Promise<RatioForests<CovariateName>> {
  checkCausalForestOptions(options);
  const name = resolveOutcomeName(trial.outcomes, options.outcome);
  const totals = trial.outcomes[name];
  if (totals.kind !== 'ratioOfTotals')
    throw new InvalidOptionError(
      'outcome',
      name,
      "a ratio of totals ({ numerator, denominator, as: 'totals' }); use fitCausalForest for outcomes with one value per row",
    );
  const parts = partsOf(trial, totals);
  const numerator = await fitCausalForest<CovariateName, Part>(parts, { ...options, outcome: 'numerator' });
  const denominator = await fitCausalForest<CovariateName, Part>(parts, {
    ...options,
    outcome: 'denominator',
    treatmentHat: numerator.nuisance.treatmentHat,
  });
  return Object.freeze({ numerator, denominator });
}

/** The same trial with the two totals as its outcomes. */
function partsOf<CovariateName extends string>(
  trial: Trial<CovariateName, string>,
  totals: TotalsOutcome,
): Trial<CovariateName, Part> {
  const column = (name: Part) => Object.freeze({ kind: 'column' as const, name, values: totals[name], rows: null });
  return Object.freeze({
    ...trial,
    outcomes: Object.freeze({ numerator: column('numerator'), denominator: column('denominator') }),
  });
}
