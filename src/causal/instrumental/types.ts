/**
 * What a fitted instrumental forest is: how the effect of a treatment that people choose varies with the covariates,
 * where an instrument Z moves the treatment and touches the outcome by no other way (Athey, Tibshirani & Wager 2019, §7).
 */
import type { Warning } from '../../base/warnings.js';
import type { Treatment, Trial } from '../../data/trial.js';
import type { Forest } from '../../forest/forest.js';
import type { ResolvedForestOptions } from '../../forest/forest-options.js';
import type { Nuisance, NuisanceSource, OutOfBagEffects } from '../types.js';

/** A trial whose treatment was moved by an instrument. */
export interface InstrumentalTrial<CovariateName extends string = string, OutcomeName extends string = string>
  extends Trial<CovariateName, OutcomeName> {
  readonly instrument: Treatment;
  /** The known probability that the instrument is 1, strictly inside (0, 1); null or absent where it is to be estimated. */
  readonly instrumentPropensity?: Float64Array | null;
}

/** m̂, ê and ẑ(xᵢ) = Ê[Z|X=xᵢ], one per row, never from trees that saw the row. */
export interface InstrumentalNuisance extends Nuisance {
  readonly instrumentHat: Float64Array;
  readonly instrumentSource: NuisanceSource;
}

/** A fitted instrumental forest: plain data. */
export interface InstrumentalForest<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'instrumentalForest';
  /** The rows the forest was fitted on. */
  readonly trial: InstrumentalTrial<CovariateName, OutcomeName>;
  readonly outcomeName: OutcomeName;
  /** Y, one per row of `trial`. */
  readonly outcome: Float64Array;
  readonly settings: ResolvedForestOptions;
  readonly nuisance: InstrumentalNuisance;
  readonly forest: Forest;
  /** τ̂ for the training rows, each from the trees that did not draw it: the effect on those whom the instrument moves. */
  readonly outOfBag: OutOfBagEffects;
  readonly warnings: readonly Warning[];
}
