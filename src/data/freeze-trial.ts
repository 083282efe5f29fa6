/** The parts of a trial as one frozen table; shared by those who read trials and those who select from them. */
import type { Warning } from '../base/warnings.js';
import { droppedRowsWarning } from './outcomes.js';
import type { Outcome, Trial } from './trial.js';

/** A trial's parts before they are frozen; `outcomes` carry their own names. */
export interface TrialParts extends Omit<Trial, 'covariateNames' | 'outcomes'> {
  readonly outcomes: readonly Outcome[];
}

/** The parts as one frozen trial. The caller vouches that the names are those of the type. */
export function freezeTrial<CovariateName extends string, OutcomeName extends string>(
  parts: TrialParts,
): Trial<CovariateName, OutcomeName> {
  return Object.freeze({
    ...parts,
    covariates: Object.freeze([...parts.covariates]),
    covariateNames: Object.freeze(parts.covariates.map((covariate) => covariate.name as CovariateName)),
    outcomes: Object.freeze(Object.fromEntries(parts.outcomes.map((outcome) => [outcome.name, outcome]))) as Readonly<
      Record<OutcomeName, Outcome>
    >,
    warnings: Object.freeze([...parts.warnings]),
  });
}

/** What the outcomes leave out of `rowCount` rows. */
export const outcomeWarnings = (outcomes: readonly Outcome[], rowCount: number): Warning[] =>
  outcomes.map((outcome) => droppedRowsWarning(outcome, rowCount)).filter((found) => found !== null);
