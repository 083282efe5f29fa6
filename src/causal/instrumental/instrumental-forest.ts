/**
 * The instrumental forest (Athey, Tibshirani & Wager 2019, §7): how the effect of a treatment that people choose varies with
 * the covariates, among those whom an instrument moves,
 *   τ(x) = Cov(Y, Z | X = x)/Cov(W, Z | X = x).
 * Outcome, treatment and instrument are centred by out-of-bag forests, as in a causal forest.
 */
import { rejectUnknownKeys } from '../../base/options.js';
import { selectTreatment } from '../../data/select.js';
import { FOREST_OPTION_NAMES, type ForestOptions, planOf, resolveForestOptions } from '../../forest/forest-options.js';
import { trainForest } from '../../forest/train-forest.js';
import { CONTROL_NAMES, startWork, type WorkControl } from '../../forest/work-control.js';
import { forestNuisance } from '../../nuisance/forest-nuisance.js';
import { rankColumns } from '../../tree/ranked-columns.js';
import { resolveOutcomeName } from '../causal-options.js';
import { requireArms, rowsOfOutcome } from '../outcome-rows.js';
import { givenPropensity, givenValues, minus, pickRows } from '../residualize.js';
import { firstStageStrength, firstStageWarnings } from './first-stage.js';
import { divideOutOfBagInstrumentalEffects } from './predict.js';
import type { InstrumentalForest, InstrumentalNuisance, InstrumentalTrial } from './types.js';

/** Options of `fitInstrumentalForest`; defaults stand at each. */
export interface InstrumentalForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** Which of the trial's outcomes; may be left out where there is only one. */
  readonly outcome?: OutcomeName;
  /** Ê[Y|X=x], one number for all rows or one per row of the trial, instead of a forest fitted here. */
  readonly outcomeHat?: number | Float64Array;
  /** Ê[W|X=x], likewise; for a binary treatment strictly inside (0, 1). */
  readonly treatmentHat?: number | Float64Array;
  /** Ê[Z|X=x], likewise. Default: the trial's known `instrumentPropensity` where it has one, else a forest fitted here. */
  readonly instrumentHat?: number | Float64Array;
}

const OPTION_NAMES = [
  ...FOREST_OPTION_NAMES,
  ...CONTROL_NAMES,
  'outcome',
  'outcomeHat',
  'treatmentHat',
  'instrumentHat',
] as const;

/**
 * Fits an instrumental forest: centres outcome, treatment and instrument, trains, predicts every training row out of bag.
 *
 * @param trial from `createInstrumentalTrial`; rows that the outcome leaves out are left out of the fit
 * @param options every one has a default but `outcome`, which is needed where the trial has several. minNodeSize and alpha
 *   hold for the instrument: rows below its mean in the node and at or above it, and its variation
 * @returns a promise of plain data; `outOfBag` has the effects, `predictInstrumentalEffects`, `estimateCompliance` and
 *   `averageInstrumentalEffect` work on it. `WEAK_FIRST_STAGE` in `warnings`: the effect is not identified
 * @throws InvalidOptionError, InvalidDataError as `fitCausalForest`; whatever `signal` was aborted with
 */
export async function fitInstrumentalForest<CovariateName extends string, OutcomeName extends string>(
  trial: InstrumentalTrial<CovariateName, OutcomeName>,
  options: InstrumentalForestOptions<OutcomeName> = {},
): Promise<InstrumentalForest<CovariateName, OutcomeName>> {
  rejectUnknownKeys('options', options, OPTION_NAMES);
  const { rowCount, treatment, instrument } = trial;
  const outcomeName = resolveOutcomeName(trial.outcomes, options.outcome);
  const checked = {
    outcomeHat: givenValues('outcomeHat', options.outcomeHat, rowCount),
    treatmentHat: givenPropensity('treatmentHat', options.treatmentHat, { treatment, rowCount }),
    instrumentHat: givenPropensity('instrumentHat', options.instrumentHat, { treatment: instrument, rowCount }),
  };
  const { used: frame, rows, outcome } = rowsOfOutcome(trial, outcomeName);
  const used: InstrumentalTrial<CovariateName, OutcomeName> = Object.freeze({
    ...frame,
    instrument: rows ? selectTreatment(instrument, rows) : instrument,
    instrumentPropensity: pickRows(trial.instrumentPropensity ?? null, rows),
  });
  const settings = resolveForestOptions(options, { ...used, covariateCount: used.covariates.length });
  const names = { one: `'${instrument.name}' = 1`, zero: `'${instrument.name}' = 0` };
  const arms = requireArms({ treatment: used.instrument, rowCount: used.rowCount }, settings, names);
  const { work, warnings: workWarnings } = startWork(options);

  const columns = rankColumns(used.covariates, used.rowCount);
  const estimate = (target: Float64Array, purpose: string) =>
    forestNuisance({ columns, target, weight: used.weights, settings, frame: used, purpose }, work);
  const source = (given: unknown) => (given ? 'given' : 'forest');
  const nuisance: InstrumentalNuisance = Object.freeze({
    outcomeHat: pickRows(checked.outcomeHat, rows) ?? (await estimate(outcome, 'outcome forest')),
    treatmentHat: pickRows(checked.treatmentHat, rows) ?? (await estimate(used.treatment.values, 'treatment forest')),
    instrumentHat:
      pickRows(checked.instrumentHat, rows) ??
      used.instrumentPropensity ??
      (await estimate(used.instrument.values, 'instrument forest')),
    outcomeSource: source(checked.outcomeHat),
    treatmentSource: source(checked.treatmentHat),
    instrumentSource: checked.instrumentHat ? 'given' : used.instrumentPropensity ? 'known' : 'forest',
  });
  const data = {
    outcome: minus(outcome, nuisance.outcomeHat),
    treatment: minus(used.treatment.values, nuisance.treatmentHat),
    instrument: minus(used.instrument.values, nuisance.instrumentHat),
    weight: used.weights,
  };
  const strength = firstStageStrength(data.treatment, data.instrument, used.weights, used.clusters);
  const forest = await trainForest(
    {
      columns,
      kind: 'instrument',
      data,
      options: settings,
      plan: planOf(settings, used),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose: 'instrumental forest',
    },
    work,
  );
  const outOfBag = await divideOutOfBagInstrumentalEffects(forest, columns, data.outcome, data.instrument, work);
  return Object.freeze({
    kind: 'instrumentalForest',
    trial: used,
    outcomeName,
    outcome,
    settings,
    nuisance,
    forest,
    outOfBag,
    warnings: Object.freeze([
      ...trial.warnings,
      ...arms,
      ...firstStageWarnings(strength, instrument.name, treatment.name),
      ...workWarnings,
      ...outOfBag.warnings,
    ]),
  });
}
