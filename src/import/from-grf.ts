/**
 * Forests fitted by R's grf, as this library's own: every estimate is made of the same trees, rows and nuisances, so that
 * it is grf's number (test/reference holds effects, variances, errors and averages to nine digits). Leaves are filled here,
 * from the rows that the export lists; nothing is fitted.
 */
import { rejectUnknownKeys, requireOneOf } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import { outOfBagContrasts } from '../causal/arms/predict.js';
import type { MultiArmForest } from '../causal/arms/types.js';
import { instrumentalMoments } from '../causal/instrumental/moments.js';
import { outOfBagInstrumentalEffects } from '../causal/instrumental/predict.js';
import type { InstrumentalForest } from '../causal/instrumental/types.js';
import { outOfBagEffects } from '../causal/predict-effects.js';
import { minus } from '../causal/residualize.js';
import { slopesMomentsOf } from '../causal/slopes/moments.js';
import type { CausalForest } from '../causal/types.js';
import { outOfBagMeans, type RegressionForest } from '../forest/regression-forest.js';
import { meanMomentsOf, slopeMomentsOf } from '../forest/row-moments.js';
import { columnsOf, type Fields, invalidField, listOf, numbersOf } from './fields.js';
import { type ImportedKind, readLayout } from './layout.js';
import { type ReadData, readData, readSettings, readTreatment } from './read-data.js';
import { readTrees } from './read-trees.js';

/** A forest that `fromGrf` gives. */
export type ImportedForest = CausalForest | RegressionForest | InstrumentalForest | MultiArmForest;

/** Options of `fromGrf`. */
export interface FromGrfOptions<Kind extends ImportedKind = ImportedKind> {
  /** Refuse forests of any other kind; the result then has that kind's type. Default: whatever the fields say. */
  readonly kind?: Kind;
}

/**
 * Reads a forest that was fitted in R and written to JSON (layout: `GrfForest`; the README has the R code).
 *
 * The result is what the library's own fits return: `averageEffect`, `groupEffects`, `predictor` and all others work on it.
 * Covariates are numbers, as in R, under `covariateNames`; the outcome is called 'Y', the treatment 'W'.
 *
 * @param json the parsed object, or its text
 * @param options `kind`: 'causalForest', 'regressionForest', 'instrumentalForest' or 'multiArmForest'
 * @returns frozen plain data, out-of-bag estimates included; `warnings` name fields that were not read, and settings that
 *   the export does not hold
 * @throws InvalidDataError `INVALID_FOREST` naming the field (`column`), what was received and what to do;
 *   InvalidOptionError for settings out of range
 * @example const forest = fromGrf(await readFile('forest.json', 'utf8'), { kind: 'causalForest' });
 */
export function fromGrf<Kind extends ImportedKind = ImportedKind>(
  json: unknown,
  options: FromGrfOptions<Kind> = {},
): Extract<ImportedForest, { kind: Kind }> {
  rejectUnknownKeys('options', options, ['kind']);
  const { fields, kind, warnings } = readLayout(json);
  const wanted =
    options.kind === undefined ? kind : requireOneOf('kind', options.kind, Object.keys(READERS) as ImportedKind[]);
  if (wanted !== kind)
    throw invalidField(
      'the exported forest',
      fields,
      `of kind '${wanted}', but its fields are those of a '${kind}'`,
      `ask for kind '${kind}', or export the fields that are missing`,
    );
  const data = readData(fields);
  const { settings, warnings: settingWarnings } = readSettings(fields, data);
  const read = READERS[kind](fields, data, settings, Object.freeze([...warnings, ...settingWarnings]));
  return Object.freeze(read) as Extract<ImportedForest, { kind: Kind }>;
}

type Reader = (
  fields: Fields,
  data: ReadData,
  settings: CausalForest['settings'],
  warnings: readonly Warning[],
) => ImportedForest;

const READERS: Readonly<Record<ImportedKind, Reader>> = {
  causalForest(fields, data, settings, warnings) {
    const { rowCount, outcome, weights } = data;
    const treatment = readTreatment('W', fields.W, rowCount);
    const nuisance = readNuisance(fields, rowCount);
    const outcomeResidual = minus(outcome, nuisance.outcomeHat);
    const treatmentResidual = minus(treatment.values, nuisance.treatmentHat);
    const moments = slopeMomentsOf(outcomeResidual, treatmentResidual, weights);
    const { forest, columns } = readTrees(fields.forest, data.covariates, moments);
    const outOfBag = outOfBagEffects(forest, columns, outcomeResidual, treatmentResidual);
    return {
      kind: 'causalForest',
      estimator: 'plain',
      refined: null,
      trial: Object.freeze({ ...frameOf(data), treatment, propensity: null }),
      nuisance: Object.freeze(nuisance),
      ...shared(data, settings, forest),
      outOfBag,
      warnings: Object.freeze([...warnings, ...outOfBag.warnings]),
    };
  },

  regressionForest(fields, { covariates, outcome, weights }, settings, warnings) {
    const { forest, columns } = readTrees(fields.forest, covariates, meanMomentsOf(outcome, weights));
    const outOfBag = outOfBagMeans(forest, columns, outcome);
    return {
      kind: 'regressionForest',
      covariates,
      outcome,
      weights,
      settings,
      forest,
      outOfBag: Object.freeze({ ...outOfBag, warnings: Object.freeze([...warnings, ...outOfBag.warnings]) }),
    };
  },

  instrumentalForest(fields, data, settings, warnings) {
    const { rowCount, outcome, weights } = data;
    const treatment = readTreatment('W', fields.W, rowCount);
    const instrument = readTreatment('Z', fields.Z, rowCount);
    const instrumentHat = numbersOf('Zhat', fields.Zhat, rowCount);
    const nuisance = { ...readNuisance(fields, rowCount), instrumentHat, instrumentSource: 'given' } as const;
    const outcomeResidual = minus(outcome, nuisance.outcomeHat);
    const instrumentResidual = minus(instrument.values, instrumentHat);
    const treatmentResidual = minus(treatment.values, nuisance.treatmentHat);
    const moments = instrumentalMoments(outcomeResidual, treatmentResidual, instrumentResidual, weights);
    const { forest, columns } = readTrees(fields.forest, data.covariates, moments);
    const outOfBag = outOfBagInstrumentalEffects(forest, columns, outcomeResidual, instrumentResidual);
    return {
      kind: 'instrumentalForest',
      trial: Object.freeze({ ...frameOf(data), treatment, instrument, propensity: null }),
      nuisance: Object.freeze(nuisance),
      ...shared(data, settings, forest),
      outOfBag,
      warnings: Object.freeze([...warnings, ...outOfBag.warnings]),
    };
  },

  multiArmForest(fields, data, settings, warnings) {
    const { rowCount, outcome, weights } = data;
    const { arms, codes } = readArms(fields, rowCount);
    const outcomeHat = numbersOf('Yhat', fields.Yhat, rowCount);
    const armHat = columnsOf('What', fields.What, { rows: rowCount, columns: arms.length }, false);
    const dummies = armHat
      .slice(1)
      .map((propensity, k) => propensity.map((probability, row) => (codes[row] === k + 1 ? 1 : 0) - probability));
    const moments = slopesMomentsOf(minus(outcome, outcomeHat), dummies, weights);
    const { forest, columns } = readTrees(fields.forest, data.covariates, moments);
    const outOfBag = outOfBagContrasts(forest, columns, arms);
    return {
      kind: 'multiArmForest',
      outcomeIndex: 0,
      outcomeCount: 1,
      trial: Object.freeze({
        ...frameOf(data),
        treatment: Object.freeze({ kind: 'arms', name: 'W', arms, codes }),
      }),
      nuisance: Object.freeze({
        outcomeHat,
        armHat: Object.freeze(armHat),
        outcomeSource: 'given',
        treatmentSource: 'given',
      }),
      ...shared(data, settings, forest),
      outOfBag,
      warnings: Object.freeze([...warnings, ...outOfBag.warnings]),
    };
  },
};

/** A trial's parts but for its treatment. */
const frameOf = ({ rowCount, covariates, outcomes, weights, clusters }: ReadData) => ({
  rowCount,
  covariates,
  covariateNames: Object.freeze(covariates.map(({ name }) => name)),
  outcomes,
  weights,
  clusters,
  warnings: Object.freeze([]),
});

const shared = ({ outcome }: ReadData, settings: CausalForest['settings'], forest: CausalForest['forest']) => ({
  outcomeName: 'Y',
  outcome,
  settings,
  forest,
});

const readNuisance = (fields: Fields, rowCount: number) =>
  ({
    outcomeHat: numbersOf('Yhat', fields.Yhat, rowCount),
    treatmentHat: numbersOf('What', fields.What, rowCount),
    outcomeSource: 'given',
    treatmentSource: 'given',
  }) as const;

/** Arms by name; numbers and text that read alike are the same arm. */
function readArms(fields: Fields, rowCount: number) {
  const list = Array.from(listOf('arms', fields.arms), String);
  const arms = Object.freeze(list);
  if (arms.length < 2 || new Set(arms).size < arms.length)
    throw invalidField('arms', fields.arms, 'a list of at least two different names');
  const given = listOf('W', fields.W, rowCount);
  const codes = Int32Array.from(given as ArrayLike<number>, (arm: unknown, row) => {
    const code = arms.indexOf(String(arm));
    if (code < 0) throw invalidField(`W[${row}]`, arm, `one of the arms ${arms.join(', ')}`);
    return code;
  });
  return { arms, codes };
}
