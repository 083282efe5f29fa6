/**
 * The conditionally linear forest: Y = c(x) + h₁(x) W₁ + … + h_K(x) W_K + noise, with the h_k by a forest of several effects
 * (Athey, Tibshirani & Wager 2019, §6, for a vector of treatments; with one treatment it is the causal forest). Outcome and
 * treatments are centred by out-of-bag regression forests (Robinson 1988).
 */
import { InvalidOptionError } from '../../base/errors.js';
import { rejectUnknownKeys } from '../../base/options.js';
import type { Warning } from '../../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../../data/encode.js';
import { selectFrame, selectTreatment } from '../../data/select.js';
import type { TableInput } from '../../data/table.js';
import { type Forest, trainingRows } from '../../forest/forest.js';
import { FOREST_OPTION_NAMES, type ForestOptions, resolveForestOptions } from '../../forest/forest-options.js';
import { predictionWarnings } from '../../forest/prediction-warnings.js';
import { CONTROL_NAMES, startWork, type WorkControl } from '../../forest/work-control.js';
import { forestNuisance } from '../../nuisance/forest-nuisance.js';
import { codeRows, rankColumns } from '../../tree/ranked-columns.js';
import { resolveOutcomeName } from '../causal-options.js';
import { requireArms, valuesOfOutcomes } from '../outcome-rows.js';
import { givenPropensity, givenValues, minus, pickRows } from '../residualize.js';
import { type SlopeNumbers, slopesOfRows } from '../slopes/predict.js';
import { trainSlopes } from '../slopes/train.js';
import { collinearityWarnings, tolerances } from './collinear.js';
import type { LinearForest, LinearPredictions, LinearTrial } from './types.js';

/** Options of `fitLinearForest`; defaults stand at each. */
export interface LinearForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** Which of the trial's outcomes; may be left out where there is only one. */
  readonly outcome?: OutcomeName;
  /** Ê[Y|X=x], one number for all rows or one per row of the trial, instead of a forest fitted here. */
  readonly outcomeHat?: number | Float64Array;
  /**
   * Ê[W_k|X=x] by the treatment's name, likewise; for a binary one strictly inside (0, 1). Those left out are fitted here.
   */
  readonly treatmentHat?: Readonly<Record<string, number | Float64Array>>;
}

const OPTION_NAMES = [...FOREST_OPTION_NAMES, ...CONTROL_NAMES, 'outcome', 'outcomeHat', 'treatmentHat'] as const;

/**
 * Fits a conditionally linear forest: centres outcome and treatments, trains, predicts every training row out of bag.
 * Splits weigh effects per standard deviation of each treatment, so that units do not matter.
 *
 * @param trial from `createLinearTrial`; rows that the outcome leaves out are left out of the fit
 * @param options minNodeSize and alpha hold for every treatment: rows below its mean in the node and at or above it, and its
 *   variation
 * @returns a promise of plain data; the effects of every treatment, the others held fixed, stand in `outOfBag`;
 *   `predictLinearEffects` works on it. `COLLINEAR_TREATMENTS` in `warnings`: some are not identified apart
 * @throws InvalidOptionError, InvalidDataError; whatever `signal` was aborted with
 */
export async function fitLinearForest<CovariateName extends string, OutcomeName extends string>(
  trial: LinearTrial<CovariateName, OutcomeName>,
  options: LinearForestOptions<OutcomeName> = {},
): Promise<LinearForest<CovariateName, OutcomeName>> {
  rejectUnknownKeys('options', options, OPTION_NAMES);
  const { rowCount, treatments } = trial;
  const names = treatments.map(({ name }) => name);
  const outcomeName = resolveOutcomeName(trial.outcomes, options.outcome);
  if (options.treatmentHat !== undefined) {
    if (typeof options.treatmentHat !== 'object' || options.treatmentHat instanceof Float64Array)
      throw new InvalidOptionError(
        'treatmentHat',
        options.treatmentHat,
        `an object with keys among ${names.join(', ')}`,
      );
    rejectUnknownKeys('treatmentHat', options.treatmentHat, names);
  }
  const givenOutcome = givenValues('outcomeHat', options.outcomeHat, rowCount);
  const givenTreatments = treatments.map((treatment) =>
    givenPropensity(`treatmentHat.${treatment.name}`, options.treatmentHat?.[treatment.name], { treatment, rowCount }),
  );
  const {
    rows,
    values: [outcome],
  } = valuesOfOutcomes(trial, [outcomeName]);
  const used: LinearTrial<CovariateName, OutcomeName> = rows
    ? Object.freeze({
        ...selectFrame(trial, rows),
        treatments: Object.freeze(treatments.map((treatment) => selectTreatment(treatment, rows))),
      })
    : trial;
  const settings = resolveForestOptions(options, { ...used, covariateCount: used.covariates.length });
  const small = used.treatments.flatMap((treatment) =>
    requireArms({ treatment, rowCount: used.rowCount }, settings, {
      one: `'${treatment.name}' = 1`,
      zero: `'${treatment.name}' = 0`,
    }),
  );
  const { work, warnings: workWarnings } = startWork(options);

  const columns = rankColumns(used.covariates, used.rowCount);
  const estimate = (target: Float64Array, purpose: string) =>
    forestNuisance({ columns, target, weight: used.weights, settings, frame: used, purpose }, work);
  const outcomeHat = pickRows(givenOutcome, rows) ?? (await estimate(outcome, 'outcome forest'));
  const treatmentHat: Float64Array[] = [];
  for (const [k, { name, values }] of used.treatments.entries())
    treatmentHat.push(
      pickRows(givenTreatments[k], rows) ??
        (await estimate(values, names.length > 1 ? `treatment forest ${name}` : 'treatment forest')),
    );
  const residuals = used.treatments.map(({ values }, k) => minus(values, treatmentHat[k]));
  const { forest, outOfBag } = await trainSlopes(
    {
      columns,
      outcomes: [minus(outcome, outcomeHat)],
      treatments: residuals,
      ownUnits: true,
      weight: used.weights,
      settings,
      frame: used,
      purpose: 'linear forest',
    },
    work,
  );
  const predictions = linearPredictions(outOfBag, forest, names, []);
  return Object.freeze({
    kind: 'linearForest',
    trial: used,
    outcomeName,
    outcome,
    settings,
    nuisance: Object.freeze({
      outcomeHat,
      treatmentHat: Object.freeze(treatmentHat),
      outcomeSource: givenOutcome ? 'given' : 'forest',
      treatmentSources: Object.freeze(givenTreatments.map((given) => (given ? 'given' : 'forest'))),
    }),
    forest,
    outOfBag: predictions,
    warnings: Object.freeze([
      ...trial.warnings,
      ...small,
      ...collinearityWarnings(tolerances(residuals, used.weights), names),
      ...workWarnings,
      ...predictions.warnings,
    ]),
  });
}

/**
 * Effects of every treatment for new rows, with variances.
 * @param data anything `createTrial` takes that has the covariates' columns
 * @throws InvalidDataError where a covariate's column is absent or of another kind
 */
export function predictLinearEffects(
  { forest, trial }: LinearForest,
  data: TableInput,
  options: EncodeOptions = {},
): LinearPredictions {
  const encoded = encodeCovariates(trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  const names = trial.treatments.map(({ name }) => name);
  const shape = { treatments: names.length, outcomes: 1 };
  return linearPredictions(slopesOfRows(forest, coded, shape, 0), forest, names, encoded.warnings);
}

/** All effects of a row are estimated, or none, so the first one's warnings are everyone's. */
const linearPredictions = (
  { effect, variance, treeCount }: SlopeNumbers,
  forest: Forest,
  treatments: readonly string[],
  given: readonly Warning[],
): LinearPredictions =>
  Object.freeze({
    treatments: Object.freeze(treatments),
    effect,
    variance,
    treeCount,
    trainingRows: trainingRows(forest),
    warnings: predictionWarnings(effect[0], variance?.[0] ?? null, given),
  });
