/**
 * The causal survival forest (Cui, Kosorok, Sverdrup, Wager & Zhu 2023): how the effect of a treatment on survival varies
 * with the covariates, from right-censored times:
 *   RMST                 τ(x) = E[min(T(1), h) − min(T(0), h) | X = x]
 *   survivalProbability  τ(x) = P(T(1) > h | X = x) − P(T(0) > h | X = x).
 * Censoring may depend on covariates and treatment, not on the time of the event beyond them.
 *
 * Numerator (W − ê)(Ỹ − m̂) and denominator (W − ê)² of each row (`censored-value.ts`) are averaged over leaves and trees,
 * τ̂(x) is the ratio of the two. Leaves keep them in a slope's places with the sums of Y and W as 0
 * (`kernels/leaf-moments.ts`), so all that reads slopes reads them: effects, variances by little bags, errors.
 */
import { InvalidDataError } from '../../base/errors.js';
import { requireNumber, requireOneOf } from '../../base/options.js';
import { freezeTrial } from '../../data/freeze-trial.js';
import type { Outcome, Trial } from '../../data/trial.js';
import { divideRows } from '../../forest/divide-rows.js';
import { planOf, resolveForestOptions } from '../../forest/forest-options.js';
import { SURVIVAL_NODE_SIZE, trainHazardForest } from '../../forest/survival/survival-forest.js';
import { observedTimes, requireFailureTimes } from '../../forest/survival/times.js';
import { trainForest } from '../../forest/train-forest.js';
import { startWork, type Work } from '../../forest/work-control.js';
import { forestNuisance, nuisanceSettings } from '../../nuisance/forest-nuisance.js';
import { rankColumns } from '../../tree/ranked-columns.js';
import type { ResolvedCausalForestOptions } from '../causal-options.js';
import { requireArms } from '../outcome-rows.js';
import { divideOutOfBagEffects } from '../predict-effects.js';
import { checkGivenNuisance, minus } from '../residualize.js';
import { requireIdentified } from './identification.js';
import { type CausalSurvivalForestOptions, checkCausalSurvivalOptions } from './options.js';
import {
  censoredRows,
  failureTimesUpTo,
  type RestrictedTimes,
  requireFollowed,
  restrictTimes,
  type SurvivalTarget,
} from './restricted-times.js';
import { type SurvivalScores, survivalScoresOf } from './survival-scores.js';
import type { CausalSurvivalForest } from './types.js';

/**
 * Fits a causal survival forest: survival forests of events and of censoring with the treatment among their covariates, a
 * propensity forest, doubly robust outcomes of all rows out of bag, and the forest of effects.
 *
 * @param trial from `createTrial`, with a binary treatment and outcomes for times and events
 * @returns a promise of plain data on which every function of a causal forest works: `averageEffect`, `groupEffects`,
 *   `predictEffects`, `summarizeForest` and so on, in units of time or as differences of probabilities
 * @throws InvalidOptionError for a horizon beyond what both arms are followed to, and other options out of range;
 *   InvalidDataError `INVALID_TIMES`, `NOT_BINARY`, `TOO_FEW_ROWS`, or `NOT_IDENTIFIED` where rows like some row are
 *   never followed as long as it is; whatever `signal` was aborted with
 *
 * @example
 * const trial = createTrial(rows, { covariates, treatment: 'drug', outcomes: { months: 'months', died: 'died' } });
 * const forest = await fitCausalSurvivalForest(trial, { time: 'months', event: 'died', horizon: 24 });
 * averageEffect(forest); // months of life gained within two years
 */
export async function fitCausalSurvivalForest<CovariateName extends string, OutcomeName extends string>(
  trial: Trial<CovariateName, OutcomeName>,
  options: CausalSurvivalForestOptions<NoInfer<OutcomeName>>,
): Promise<CausalSurvivalForest<CovariateName>> {
  checkCausalSurvivalOptions(options);
  const { time, event } = options;
  const target = requireOneOf('target', options.target ?? 'RMST', ['RMST', 'survivalProbability']);
  const horizon = requireNumber('horizon', options.horizon, { above: 0 });
  requireBinary(trial);
  const observed = observedTimes(trial.outcomes, time, event);
  requireFollowed(observed, trial.treatment.values, horizon);
  const checked = checkGivenNuisance(
    trial,
    options.treatmentHat === undefined ? {} : { treatmentHat: options.treatmentHat },
  );
  const given = options.failureTimes === undefined ? null : requireFailureTimes(options.failureTimes);
  const times = restrictTimes(observed, horizon, target, failureTimesUpTo(horizon, observed.time, given));
  const settings = resolveForestOptions(options, { ...trial, covariateCount: trial.covariates.length });
  const arms = requireArms(trial, settings);
  const { work, warnings: workWarnings } = startWork(options);

  const treatmentHat = checked.treatmentHat ?? trial.propensity ?? (await estimatePropensity(trial, settings, work));
  const scores = await scoresOf(trial, settings, times, target, treatmentHat, work);
  const followWarnings = requireIdentified(scores, times, horizon);
  const outcomeResidual = minus(scores.outcome, scores.outcomeHat);
  const treatmentResidual = minus(trial.treatment.values, treatmentHat);
  const columns = rankColumns(trial.covariates, trial.rowCount);
  const forest = await trainForest(
    {
      columns,
      kind: 'ratio',
      data: { outcome: outcomeResidual, treatment: treatmentResidual, weight: trial.weights },
      options: settings,
      plan: planOf(settings, trial),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose: 'causal survival forest',
    },
    work,
  );
  const outOfBag = await divideOutOfBagEffects(forest, columns, outcomeResidual, treatmentResidual, work);
  const outcomeName = target === 'RMST' ? `min(${time}, ${horizon})` : `${time} > ${horizon}`;
  return Object.freeze({
    kind: 'causalForest',
    estimator: 'plain',
    trial: withOutcome(trial, outcomeName, scores.outcome),
    outcomeName,
    outcome: scores.outcome,
    settings,
    nuisance: Object.freeze({
      outcomeHat: scores.outcomeHat,
      treatmentHat,
      outcomeSource: 'forest',
      treatmentSource: checked.treatmentHat ? 'given' : trial.propensity ? 'known' : 'forest',
    }),
    forest,
    refined: null,
    outOfBag,
    survival: Object.freeze({
      time,
      event,
      target,
      horizon,
      failureTimes: times.failureTimes,
      censoredRows: censoredRows(times),
      followed: scores.followed,
    }),
    warnings: Object.freeze([...trial.warnings, ...arms, ...followWarnings, ...workWarnings, ...outOfBag.warnings]),
  });
}

function requireBinary({ treatment }: Trial): void {
  if (treatment.kind === 'binary') return;
  throw new InvalidDataError(
    'NOT_BINARY',
    `treatment '${treatment.name}' must be binary for a causal survival forest; compare two levels of it, rows of others left out`,
    { column: treatment.name },
  );
}

const estimatePropensity = (trial: Trial, settings: ResolvedCausalForestOptions, work: Work): Promise<Float64Array> =>
  forestNuisance(
    {
      columns: rankColumns(trial.covariates, trial.rowCount),
      target: trial.treatment.values,
      weight: trial.weights,
      settings,
      frame: trial,
      purpose: 'treatment forest',
    },
    work,
  );

/** Survival forests with the treatment as the last covariate, and the scores that they give. */
async function scoresOf(
  trial: Trial,
  settings: ResolvedCausalForestOptions,
  times: RestrictedTimes,
  target: SurvivalTarget,
  treatmentHat: Float64Array,
  work: Work,
): Promise<SurvivalScores> {
  const { treatment, weights } = trial;
  const column = { kind: 'number', name: treatment.name, values: treatment.values } as const;
  const columns = rankColumns([...trial.covariates, column], trial.rowCount);
  const survival = Object.freeze({
    ...nuisanceSettings(settings),
    minNodeSize: SURVIVAL_NODE_SIZE,
    // One more covariate, one more try.
    mtry: settings.mtry + 1,
  });
  const problem = { columns, weight: weights, settings: survival, frame: trial };
  const forest = await trainHazardForest({ ...problem, rows: times.events, purpose: 'survival forest' }, work);
  const censoring =
    censoredRows(times) === 0
      ? null
      : await trainHazardForest({ ...problem, rows: times.censorings, purpose: 'censoring forest' }, work);
  return divideRows(
    'survivalScores',
    { forest, censoring, columns, times, target, weight: weights, treatment: treatment.values, treatmentHat },
    survivalScoresOf,
    work,
  );
}

/** The trial with Ỹ among its outcomes. */
const withOutcome = <C extends string>(trial: Trial<C>, name: string, values: Float64Array): Trial<C, string> =>
  freezeTrial<C, string>({
    ...trial,
    outcomes: [...Object.values<Outcome>(trial.outcomes), Object.freeze({ kind: 'column', name, values, rows: null })],
  });
