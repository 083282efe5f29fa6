/**
 * The causal forest of several arms (Athey, Tibshirani & Wager 2019, §2 and §6, for a vector of treatments): how the effect of
 * each arm against the first varies with the covariates, τ_k(x) = E[Y(k) − Y(0) | X = x], by one forest for all arms, and for
 * several outcomes at once where asked. Outcomes are centred by regression forests, arms by a probability forest, out of bag.
 */
import { InvalidDataError, InvalidOptionError } from '../../base/errors.js';
import { hint, rejectUnknownKeys } from '../../base/options.js';
import { type Warning, warning } from '../../base/warnings.js';
import { selectFrame } from '../../data/select.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  type ResolvedForestOptions,
  resolveForestOptions,
} from '../../forest/forest-options.js';
import { CONTROL_NAMES, startWork, type Work, type WorkControl } from '../../forest/work-control.js';
import { forestNuisance, forestProbabilities } from '../../nuisance/forest-nuisance.js';
import { type RankedColumns, rankColumns } from '../../tree/ranked-columns.js';
import { resolveOutcomeName } from '../causal-options.js';
import { requireRowsOfArm, valuesOfOutcomes } from '../outcome-rows.js';
import { givenValues, minus, pickRows } from '../residualize.js';
import { trainSlopes } from '../slopes/train.js';
import { contrastPredictions } from './predict.js';
import type { ArmTreatment, ArmTrial, MultiArmForest } from './types.js';

interface ArmOptions extends ForestOptions, WorkControl {
  /**
   * P(W = k|X = x) of every arm, one number for all rows or one per row of the trial, each strictly inside (0, 1). Default:
   * the trial's known `armPropensities` where it has them, else a probability forest fitted here.
   */
  readonly armHat?: Readonly<Record<string, number | Float64Array>>;
}

/** Options of `fitMultiArmForest`; defaults stand at each. */
export interface MultiArmForestOptions<OutcomeName extends string = string> extends ArmOptions {
  /** Which of the trial's outcomes; may be left out where there is only one. */
  readonly outcome?: OutcomeName;
  /** Ê[Y|X=x], one number for all rows or one per row of the trial, instead of a forest fitted here. */
  readonly outcomeHat?: number | Float64Array;
}

/** Options of `fitMultiArmForests`; defaults stand at each. */
export interface MultiArmForestsOptions<OutcomeName extends string = string> extends ArmOptions {
  /** Which of the trial's outcomes, at least one. Default: all of them. */
  readonly outcomes?: readonly OutcomeName[];
  /** Ê[Y|X=x] by the outcome's name, as in `fitMultiArmForest`. Those left out are fitted here. */
  readonly outcomeHat?: Readonly<Partial<Record<OutcomeName, number | Float64Array>>>;
}

const OPTION_NAMES = [...FOREST_OPTION_NAMES, ...CONTROL_NAMES, 'armHat'] as const;

/**
 * Fits a causal forest of several arms: centres outcome and arms, trains, predicts every training row out of bag.
 *
 * @param trial from `createArmTrial`; rows that the outcome leaves out are left out of the fit
 * @param options minNodeSize and alpha hold for every arm but the first: rows below its dummy's mean in the node and at or
 *   above it, and its variation. With the defaults a tree that grows on fewer than 10 rows of an arm does not split
 * @returns a promise of plain data; the effects of every contrast stand in `outOfBag`; `predictContrasts`,
 *   `averageContrasts` and `contrastScores` work on it. Warnings: `SMALL_ARM`, and `ZERO_PROPENSITY` where rows could not
 *   have been in some arm, for whom its effect is not identified
 * @throws InvalidOptionError, InvalidDataError; whatever `signal` was aborted with
 */
export async function fitMultiArmForest<CovariateName extends string, OutcomeName extends string>(
  trial: ArmTrial<CovariateName, OutcomeName>,
  options: MultiArmForestOptions<OutcomeName> = {},
): Promise<MultiArmForest<CovariateName, OutcomeName>> {
  rejectUnknownKeys('options', options, [...OPTION_NAMES, 'outcome', 'outcomeHat']);
  const name = resolveOutcomeName(trial.outcomes, options.outcome);
  const outcomeHat = givenValues('outcomeHat', options.outcomeHat, trial.rowCount);
  return (await fitForests(trial, [name], [outcomeHat], options))[0];
}

/**
 * The same for several outcomes by one forest: its splits serve all of them, each counted in standard deviations, so that
 * no unit matters. Rows that any of the outcomes leaves out are left out of the fit.
 *
 * @returns one forest for each outcome, under its name; they share their trees (`forest`)
 */
export async function fitMultiArmForests<CovariateName extends string, OutcomeName extends string>(
  trial: ArmTrial<CovariateName, OutcomeName>,
  options: MultiArmForestsOptions<OutcomeName> = {},
): Promise<Readonly<Record<OutcomeName, MultiArmForest<CovariateName, OutcomeName>>>> {
  rejectUnknownKeys('options', options, [...OPTION_NAMES, 'outcomes', 'outcomeHat']);
  const known = Object.keys(trial.outcomes) as OutcomeName[];
  const names: readonly OutcomeName[] = options.outcomes ?? known;
  if (!Array.isArray(names) || names.length === 0 || new Set(names).size < names.length)
    throw new InvalidOptionError('outcomes', names, "different names of the trial's outcomes, at least one");
  const { outcomeHat } = options;
  if (outcomeHat !== undefined) rejectUnknownKeys('outcomeHat', outcomeHat, names);
  const given = names.map((name: OutcomeName) => givenValues(`outcomeHat.${name}`, outcomeHat?.[name], trial.rowCount));
  const forests = await fitForests(trial, names, given, options);
  return Object.freeze(
    Object.fromEntries(forests.map((forest) => [forest.outcomeName, forest])) as Record<
      OutcomeName,
      MultiArmForest<CovariateName, OutcomeName>
    >,
  );
}

async function fitForests<CovariateName extends string, OutcomeName extends string>(
  trial: ArmTrial<CovariateName, OutcomeName>,
  names: readonly OutcomeName[],
  givenOutcomes: readonly (Float64Array | null)[],
  options: ArmOptions,
): Promise<readonly MultiArmForest<CovariateName, OutcomeName>[]> {
  const known = Object.keys(trial.outcomes) as OutcomeName[];
  for (const name of names)
    if (!known.includes(name))
      throw new InvalidOptionError('outcomes', name, `among ${known.join(', ')}${hint(name, known)}`);
  const given = checkArmHat(trial, options.armHat);
  const { rows, values: outcomes } = valuesOfOutcomes(trial, names);
  const used = rows ? selectArms(trial, rows) : trial;
  const settings = resolveForestOptions(options, { ...used, covariateCount: used.covariates.length });
  const small = smallArms(used.treatment, settings);
  const { work, warnings: workWarnings } = startWork(options);

  const columns = rankColumns(used.covariates, used.rowCount);
  const outcomeHats: Float64Array[] = [];
  for (const [m, target] of outcomes.entries()) {
    const purpose = names.length > 1 ? `outcome forest ${names[m]}` : 'outcome forest';
    outcomeHats.push(
      pickRows(givenOutcomes[m], rows) ??
        (await forestNuisance({ columns, target, weight: used.weights, settings, frame: used, purpose }, work)),
    );
  }
  const { armHat, treatmentSource } = await armNuisance(used, columns, settings, given && chosen(given, rows), work);
  const { arms, codes } = used.treatment;
  const { forest, outOfBag } = await trainSlopes(
    {
      columns,
      outcomes: outcomes.map((values, m) => minus(values, outcomeHats[m])),
      treatments: armHat.slice(1).map((hat, k) => hat.map((p, row) => (codes[row] === k + 1 ? 1 : 0) - p)),
      ownUnits: false,
      weight: used.weights,
      settings,
      frame: used,
      purpose: 'multi-arm forest',
    },
    work,
  );
  const contrasts = arms.length - 1;
  return names.map((outcomeName, outcomeIndex) => {
    const own = <T>(arrays: readonly T[]): readonly T[] =>
      Object.freeze(arrays.slice(outcomeIndex * contrasts, (outcomeIndex + 1) * contrasts));
    const numbers = {
      effect: own(outOfBag.effect),
      variance: outOfBag.variance && own(outOfBag.variance),
      treeCount: outOfBag.treeCount,
    };
    const predictions = contrastPredictions(numbers, forest, arms, []);
    return Object.freeze({
      kind: 'multiArmForest',
      trial: used,
      outcomeName,
      outcome: outcomes[outcomeIndex],
      outcomeIndex,
      outcomeCount: names.length,
      settings,
      nuisance: Object.freeze({
        outcomeHat: outcomeHats[outcomeIndex],
        armHat,
        outcomeSource: givenOutcomes[outcomeIndex] ? 'given' : 'forest',
        treatmentSource,
      }),
      forest,
      outOfBag: predictions,
      warnings: Object.freeze([
        ...trial.warnings,
        ...small,
        ...zeroPropensities(armHat, arms),
        ...workWarnings,
        ...predictions.warnings,
      ]),
    });
  });
}

/** The chosen rows; arms stay the same, also those without rows. */
function selectArms<CovariateName extends string, OutcomeName extends string>(
  trial: ArmTrial<CovariateName, OutcomeName>,
  rows: Int32Array,
): ArmTrial<CovariateName, OutcomeName> {
  const { treatment } = trial;
  return Object.freeze({
    ...selectFrame(trial, rows),
    treatment: Object.freeze({ ...treatment, codes: rows.map((row) => treatment.codes[row]) }),
    armPropensities: trial.armPropensities ?? null,
  });
}

const smallArms = ({ name, arms, codes }: ArmTreatment, settings: ResolvedForestOptions): Warning[] =>
  arms.flatMap((arm, a) =>
    requireRowsOfArm(
      codes.reduce((count, code) => count + (code === a ? 1 : 0), 0),
      `'${arm}'`,
      name,
      settings,
    ),
  );

/** Given propensities, checked against the trial as the user knows it. */
function checkArmHat(
  { treatment: { arms }, rowCount }: ArmTrial,
  given: ArmOptions['armHat'],
): readonly Float64Array[] | null {
  if (given === undefined) return null;
  rejectUnknownKeys('armHat', given, arms);
  return arms.map((arm) => {
    const own: unknown = given[arm];
    const values = typeof own === 'number' ? new Float64Array(rowCount).fill(own) : own;
    if (!(values instanceof Float64Array) || values.length !== rowCount)
      throw new InvalidOptionError(`armHat.${arm}`, own, `a number, or a Float64Array of ${rowCount} numbers`);
    const outside = values.findIndex((p) => !(p > 0 && p < 1));
    if (outside >= 0)
      throw new InvalidDataError(
        'INVALID_PROPENSITY',
        `armHat: probabilities of arm '${arm}' must lie strictly between 0 and 1; row ${outside} has ${values[outside]}`,
        { column: arm, rows: [outside] },
      );
    return values;
  });
}

const chosen = (arrays: readonly Float64Array[], rows: Int32Array | null): readonly Float64Array[] =>
  rows ? arrays.map((values) => Float64Array.from(rows, (row) => values[row])) : arrays;

async function armNuisance(
  used: ArmTrial,
  columns: RankedColumns,
  settings: ResolvedForestOptions,
  given: readonly Float64Array[] | null,
  work: Work,
): Promise<Pick<MultiArmForest['nuisance'], 'armHat' | 'treatmentSource'>> {
  if (given) return { armHat: Object.freeze(given), treatmentSource: 'given' };
  const { arms, codes } = used.treatment;
  const known = used.armPropensities;
  if (known)
    return {
      armHat: Object.freeze(known.map((p) => new Float64Array(used.rowCount).fill(p))),
      treatmentSource: 'known',
    };
  const problem = { columns, codes, classes: arms, weight: used.weights, settings, frame: used };
  return {
    armHat: await forestProbabilities({ ...problem, purpose: 'treatment forest' }, work),
    treatmentSource: 'forest',
  };
}

function zeroPropensities(armHat: readonly Float64Array[], arms: readonly string[]): Warning[] {
  return arms.flatMap((arm, k) => {
    const count = armHat[k].reduce((sum, p) => sum + (p > 0 ? 0 : 1), 0);
    return count === 0
      ? []
      : [
          warning(
            'ZERO_PROPENSITY',
            `${count} of ${armHat[k].length} rows have an estimated probability of 0 of arm '${arm}': no row like them was in it, so its effect on them is not identified by these data. Leave them out by \`rows\` of the averages, or give \`armHat\` where it is known.`,
          ),
        ];
  });
}
