/**
 * The causal forest (Athey, Tibshirani & Wager 2019; Nie & Wager 2021; Wager & Athey 2018): how the effect of a
 * treatment varies with the covariates, τ(x) = E[Y(1) − Y(0) | X = x], with honest variances.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { selectRows } from '../data/select.js';
import type { Trial } from '../data/trial.js';
import { planOf } from '../forest/forest-options.js';
import { trainForest } from '../forest/train-forest.js';
import { slopeMoments } from '../tree/leaf-moments.js';
import { rankColumns } from '../tree/ranked-columns.js';
import { makeSlopeTarget } from '../tree/slope-target.js';
import {
  type CausalForestOptions,
  type ResolvedCausalForestOptions,
  resolveCausalForestOptions,
  resolveOutcomeName,
} from './causal-options.js';
import { outOfBagEffects } from './predict-effects.js';
import { checkGivenNuisance, estimateNuisance, minus } from './residualize.js';
import type { CausalForest } from './types.js';

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
  const outcomeName = resolveOutcomeName(trial.outcomes, options.outcome);
  const checked = checkGivenNuisance(trial, options);
  const { used, rows, outcome } = rowsOfOutcome(trial, outcomeName);
  const settings = resolveCausalForestOptions(options, { ...used, covariateCount: used.covariates.length });
  const given = {
    outcomeHat: pick(checked.outcomeHat, rows),
    treatmentHat: pick(checked.treatmentHat, rows),
  };
  const warnings = [...used.warnings, ...requireArms(used, settings)];

  const columns = rankColumns(used.covariates, used.rowCount);
  const nuisance = await estimateNuisance({ trial: used, outcome, columns, settings, given }, options);
  const outcomeResidual = minus(outcome, nuisance.outcomeHat);
  const treatmentResidual = minus(used.treatment.values, nuisance.treatmentHat);
  const forest = await trainForest(
    {
      columns,
      makeTarget: (treeOptions, capacity) =>
        makeSlopeTarget(
          { outcome: outcomeResidual, treatment: treatmentResidual, weight: used.weights },
          treeOptions,
          capacity,
        ),
      moments: slopeMoments(outcomeResidual, treatmentResidual, used.weights),
      options: settings,
      plan: planOf(settings, used),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose: 'causal forest',
    },
    options,
  );
  const outOfBag = outOfBagEffects(forest, columns, outcomeResidual, treatmentResidual);
  return Object.freeze({
    kind: 'causalForest',
    trial: used,
    outcomeName,
    outcome,
    settings,
    nuisance,
    forest,
    outOfBag,
    warnings: Object.freeze([...warnings, ...outOfBag.warnings]),
  });
}

/** The trial's rows for which the outcome is defined, and its values there. */
function rowsOfOutcome<C extends string, O extends string>(trial: Trial<C, O>, name: O) {
  const declared = trial.outcomes[name];
  if (declared.kind === 'ratioOfTotals')
    throw new InvalidOptionError(
      'outcome',
      name,
      'an outcome with one value per row; a ratio of totals has none: fit one forest for its numerator, one for its denominator, and use ratioEffect',
    );
  if (!declared.rows) return { used: trial, rows: null, outcome: declared.values };
  const used = selectRows(trial, declared.rows);
  return { used, rows: declared.rows, outcome: Float64Array.from(declared.rows, (row) => declared.values[row]) };
}

const pick = (values: Float64Array | null, rows: Int32Array | null): Float64Array | null =>
  values && rows ? Float64Array.from(rows, (row) => values[row]) : values;

/** Refuses a binary treatment with arms too small for any split, and warns of arms too small for most trees. */
function requireArms(trial: Trial, settings: ResolvedCausalForestOptions): Warning[] {
  if (trial.treatment.kind !== 'binary') return [];
  const treated = trial.treatment.values.reduce((sum, w) => sum + w, 0);
  const smaller = Math.min(treated, trial.rowCount - treated);
  const arm = smaller === treated ? 'treated' : 'control';
  const needed = 2 * settings.minNodeSize;
  if (smaller < needed)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `${smaller} ${arm} rows: a split keeps at least minNodeSize = ${settings.minNodeSize} of each arm on both sides, so each arm needs ${needed}; lower minNodeSize or give more rows`,
      { column: trial.treatment.name },
    );
  const inTree = smaller * settings.sampleFraction * (settings.honesty ? settings.honestyFraction : 1);
  if (inTree >= needed) return [];
  return [
    warning(
      'SMALL_ARM',
      `only ${smaller} ${arm} rows: a tree grows on about ${inTree.toFixed(1)} of them and a split needs ${needed}, so most trees do not split and effects for single rows tell little more than the average; their intervals do not hold`,
    ),
  ];
}
