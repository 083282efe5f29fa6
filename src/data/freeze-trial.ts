/** The parts of a trial as one frozen table; shared by those who read trials and those who select from them. */
import type { Warning } from '../base/warnings.js';
import { droppedRowsWarning } from './outcomes.js';
import type { Outcome, Trial, TrialFrame } from './trial.js';

/** A trial's parts, but for its treatment, before they are frozen; `outcomes` carry their own names. */
export interface FrameParts extends Omit<TrialFrame, 'covariateNames' | 'outcomes'> {
  readonly outcomes: readonly Outcome[];
}

/** The parts as one frozen table. The caller vouches that the names are those of the type. */
export function freezeFrame<CovariateName extends string, OutcomeName extends string>(
  parts: FrameParts,
): TrialFrame<CovariateName, OutcomeName> {
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

/** A frame with a treatment is a trial. */
export const makeTrial = <CovariateName extends string, OutcomeName extends string>(
  frame: TrialFrame<CovariateName, OutcomeName>,
  treatment: Pick<Trial, 'treatment' | 'propensity'>,
): Trial<CovariateName, OutcomeName> => Object.freeze({ ...frame, ...treatment });

/** Both at once. */
export const freezeTrial = <CovariateName extends string, OutcomeName extends string>({
  treatment,
  propensity,
  ...parts
}: FrameParts & Pick<Trial, 'treatment' | 'propensity'>): Trial<CovariateName, OutcomeName> =>
  makeTrial(freezeFrame<CovariateName, OutcomeName>(parts), { treatment, propensity });

/** What the outcomes leave out of `rowCount` rows. */
export const outcomeWarnings = (outcomes: readonly Outcome[], rowCount: number): Warning[] =>
  outcomes.map((outcome) => droppedRowsWarning(outcome, rowCount)).filter((found) => found !== null);
