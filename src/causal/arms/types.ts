/**
 * What a fitted causal forest of several arms is: the effect of each arm against the first, τ_k(x) = E[Y(k) − Y(0) | X = x]
 * (Athey, Tibshirani & Wager 2019, §6, with a vector of treatments: one dummy for each arm but the first).
 */
import type { Warning } from '../../base/warnings.js';
import type { Trial } from '../../data/trial.js';
import type { Forest } from '../../forest/forest.js';
import type { ResolvedForestOptions } from '../../forest/forest-options.js';
import type { NuisanceSource } from '../types.js';

/** One arm per row: `codes[i]` indexes `arms`; the first arm is what the others are compared with. */
export interface ArmTreatment {
  readonly kind: 'arms';
  readonly name: string;
  readonly arms: readonly string[];
  readonly codes: Int32Array;
}

/** A trial of several arms: as any other but for its treatment. */
export interface ArmTrial<CovariateName extends string = string, OutcomeName extends string = string>
  extends Omit<Trial<CovariateName, OutcomeName>, 'treatment' | 'propensity'> {
  readonly treatment: ArmTreatment;
  /** The known probability of each arm, in the order of `arms`; null or absent where they are to be estimated. */
  readonly armPropensities?: readonly number[] | null;
}

/** m̂(xᵢ), and ê_k(xᵢ) = P̂(W = k|X = xᵢ) for every arm, the first included; never from trees that saw the row. */
export interface ArmNuisance {
  readonly outcomeHat: Float64Array;
  /** One array per arm, in the order of `arms`. */
  readonly armHat: readonly Float64Array[];
  readonly outcomeSource: NuisanceSource;
  readonly treatmentSource: NuisanceSource;
}

/** Effects for a set of rows, one array for each arm but the first. NaN marks a row without an estimate. */
export interface ContrastPredictions {
  /** What each array is about, e.g. 'letter - none'. */
  readonly contrasts: readonly string[];
  /** τ̂_k(xᵢ) in outcome units: `effect[contrast][row]`. */
  readonly effect: readonly Float64Array[];
  /** Variances by the bootstrap of little bags, as `effect`; null where trees do not come in bags (`ciGroupSize` 1). */
  readonly variance: readonly Float64Array[] | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  /** Rows that the forest was trained on. */
  readonly trainingRows: number;
  readonly warnings: readonly Warning[];
}

/** A fitted causal forest of several arms: plain data. */
export interface MultiArmForest<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'multiArmForest';
  /** The rows the forest was fitted on. */
  readonly trial: ArmTrial<CovariateName, OutcomeName>;
  readonly outcomeName: OutcomeName;
  /** Y, one per row of `trial`. */
  readonly outcome: Float64Array;
  /** The forest may have been trained for several outcomes at once: how many, and which of them this is. */
  readonly outcomeIndex: number;
  readonly outcomeCount: number;
  readonly settings: ResolvedForestOptions;
  readonly nuisance: ArmNuisance;
  readonly forest: Forest;
  /** Effects of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: ContrastPredictions;
  readonly warnings: readonly Warning[];
}

/** 'k - first' for every arm but the first. */
export const contrastsOf = (arms: readonly string[]): readonly string[] =>
  Object.freeze(arms.slice(1).map((arm) => `${arm} - ${arms[0]}`));
