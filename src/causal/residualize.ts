/**
 * The nuisances of a causal forest and what is left without them: Ỹ = Y − m̂(X), W̃ = W − ê(X) (Robinson 1988;
 * Nie & Wager 2021). Given values and a known propensity are taken as they are, the rest is fitted out of bag or out of fold.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import type { Trial } from '../data/trial.js';
import type { Work } from '../forest/work-control.js';
import { forestNuisance } from '../nuisance/forest-nuisance.js';
import { type NuisanceStack, stackedNuisances } from '../nuisance/stack.js';
import type { RankedColumns } from '../tree/ranked-columns.js';
import type { CausalForestOptions, NuisanceMethod, ResolvedCausalForestOptions } from './causal-options.js';
import type { Nuisance } from './types.js';

/** Given nuisances, checked against the trial as the user knows it (before rows are left out). */
export interface GivenNuisance {
  readonly outcomeHat: Float64Array | null;
  readonly treatmentHat: Float64Array | null;
}

export function checkGivenNuisance(trial: Trial, options: CausalForestOptions): GivenNuisance {
  return {
    outcomeHat: givenValues('outcomeHat', options.outcomeHat, trial.rowCount),
    treatmentHat: givenPropensity('treatmentHat', options.treatmentHat, trial),
  };
}

/** Expected values of a treatment as given by the caller: of a binary one they are propensities. */
export function givenPropensity(
  option: string,
  given: number | Float64Array | undefined,
  { treatment, rowCount }: Pick<Trial, 'treatment' | 'rowCount'>,
): Float64Array | null {
  const values = givenValues(option, given, rowCount);
  const outside = values && treatment.kind === 'binary' ? values.findIndex((e) => !(e > 0 && e < 1)) : -1;
  if (values && outside >= 0)
    throw new InvalidDataError(
      'INVALID_PROPENSITY',
      `${option} is a propensity here and must lie strictly between 0 and 1; row ${outside} has ${values[outside]}`,
      { column: option, rows: [outside] },
    );
  return values;
}

export async function estimateNuisance(
  problem: {
    readonly trial: Trial;
    readonly outcome: Float64Array;
    readonly columns: RankedColumns;
    readonly settings: ResolvedCausalForestOptions;
    readonly given: GivenNuisance;
    readonly method: NuisanceMethod;
  },
  work: Work,
): Promise<Nuisance> {
  const { trial, outcome, columns, settings, given, method } = problem;
  const outcomeTarget = given.outcomeHat ? null : { values: outcome, name: 'outcome' };
  const treatmentTarget =
    given.treatmentHat || trial.propensity ? null : { values: trial.treatment.values, name: 'treatment' };
  const fitter = method === 'stack' ? fitStacks : fitForests;
  const fitted = await fitter(
    { columns, settings, trial },
    { outcome: outcomeTarget, treatment: treatmentTarget },
    work,
  );
  return Object.freeze({
    outcomeHat: given.outcomeHat ?? (fitted.outcome?.estimate as Float64Array),
    treatmentHat: given.treatmentHat ?? trial.propensity ?? (fitted.treatment?.estimate as Float64Array),
    outcomeSource: given.outcomeHat ? 'given' : method,
    treatmentSource: given.treatmentHat ? 'given' : trial.propensity ? 'known' : method,
    ...(fitted.outcome?.stack ? { outcomeStack: fitted.outcome.stack } : {}),
    ...(fitted.treatment?.stack ? { treatmentStack: fitted.treatment.stack } : {}),
  });
}

/** What is to be fitted, null where it is given or known; and what came of it. */
type Both<Value> = { readonly [K in 'outcome' | 'treatment']: Value | null };
type Target = { readonly values: Float64Array; readonly name: string };
type Fitted = { readonly estimate: Float64Array; readonly stack?: NuisanceStack };
type Fitter = (
  frame: { readonly columns: RankedColumns; readonly settings: ResolvedCausalForestOptions; readonly trial: Trial },
  targets: Both<Target>,
  work: Work,
) => Promise<Both<Fitted>>;

const fitForests: Fitter = async ({ columns, settings, trial }, targets, work) => {
  const estimateOf = async (target: Target | null): Promise<Fitted | null> =>
    target && {
      estimate: await forestNuisance(
        {
          columns,
          target: target.values,
          weight: trial.weights,
          settings,
          frame: trial,
          purpose: `${target.name} forest`,
        },
        work,
      ),
    };
  return { outcome: await estimateOf(targets.outcome), treatment: await estimateOf(targets.treatment) };
};

const fitStacks: Fitter = async ({ columns, settings, trial }, targets, work) => {
  const asked = [targets.outcome, targets.treatment].filter((target) => target !== null);
  const stacks = await stackedNuisances({ columns, settings, frame: trial }, asked, work);
  const of = (target: Target | null) => (target ? stacks[asked.indexOf(target)] : null);
  return { outcome: of(targets.outcome), treatment: of(targets.treatment) };
};

export const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]);

/** One number for all rows, or one per row, as given by the caller; null where nothing is. @throws InvalidOptionError */
export function givenValues(
  option: string,
  given: number | Float64Array | undefined,
  rowCount: number,
): Float64Array | null {
  if (given === undefined) return null;
  if (typeof given === 'number' && Number.isFinite(given)) return new Float64Array(rowCount).fill(given);
  if (given instanceof Float64Array && given.length === rowCount && given.every(Number.isFinite)) return given;
  throw new InvalidOptionError(option, given, `a finite number, or a Float64Array of ${rowCount} finite numbers`);
}

/** Given values of the rows that are fitted; null: all of them. */
export const pickRows = (values: Float64Array | null, rows: Int32Array | null): Float64Array | null =>
  values && rows ? Float64Array.from(rows, (row) => values[row]) : values;
