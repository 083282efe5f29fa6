/** Options of a causal survival forest: those of a forest, and what is estimated of whose survival. */
import { rejectUnknownKeys } from '../../base/options.js';
import { FOREST_OPTION_NAMES, type ForestOptions } from '../../forest/forest-options.js';
import { CONTROL_NAMES, type WorkControl } from '../../forest/work-control.js';
import type { SurvivalTarget } from './restricted-times.js';

/** Options of `fitCausalSurvivalForest`; defaults stand at each. */
export interface CausalSurvivalForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** The trial's outcome with the observed times, ≥ 0: of the event, or of the end of follow-up. */
  readonly time: OutcomeName;
  /** The trial's outcome that is 1 where the event was observed at that time, and 0 where the row was censored then. */
  readonly event: OutcomeName;
  /** h, in the units of time: how far effects look. Both arms must be followed so far. */
  readonly horizon: number;
  /** Mean survival time up to the horizon, or the probability of surviving beyond it. Default 'RMST'. */
  readonly target?: SurvivalTarget;
  /**
   * Ascending times on which hazards of event and censoring are estimated: times count as the first of these that is not
   * before them. Those before the horizon are used, and the horizon. Default: all distinct times before the horizon, at
   * most 250 in all, at equal steps of rank. Outcomes that are known enter with their exact times in any case.
   */
  readonly failureTimes?: Float64Array | readonly number[];
  /**
   * ê(x) = P̂(W = 1|X=x), one number for all rows or one per row, strictly inside (0, 1). Default: the trial's known
   * propensity where it has one, else a forest fitted here.
   */
  readonly treatmentHat?: number | Float64Array;
}

const OPTION_NAMES = [
  ...FOREST_OPTION_NAMES,
  ...CONTROL_NAMES,
  'time',
  'event',
  'horizon',
  'target',
  'failureTimes',
  'treatmentHat',
] as const;

/** Refuses what is no object, and unknown options, before anything is read from them. */
export const checkCausalSurvivalOptions = (options: CausalSurvivalForestOptions): void =>
  rejectUnknownKeys('options', options, OPTION_NAMES);
