/** Options of a boosted regression forest: those of its forests, and how many of them there are. */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireInteger, requireNumber } from '../base/options.js';
import { FOREST_OPTION_NAMES, type ResolvedForestOptions } from './forest-options.js';
import type { RegressionForestOptions } from './regression-forest.js';
import { CONTROL_NAMES } from './work-control.js';

/** Defaults are those that R's grf documents for its boosted forests. */
export interface BoostedForestOptions<OutcomeName extends string = string>
  extends RegressionForestOptions<OutcomeName> {
  /** Forests to sum, at least 1. Default: as many as pay, by `errorReduction`, `maxSteps` and `tuningTrees`. */
  readonly numSteps?: number;
  /**
   * A further step is taken where a small forest on what is left of the outcome brings the out-of-bag error down to this
   * share of what it was, or lower; above 0, at most 1. Default 0.97 (grf: boost.error.reduction).
   */
  readonly errorReduction?: number;
  /** Most steps, where their number is chosen. Default 5 (grf: boost.max.steps). */
  readonly maxSteps?: number;
  /** Trees of the small forests, at least 2 and a multiple of `ciGroupSize`. Default 10 (grf: boost.trees.tune). */
  readonly tuningTrees?: number;
}

/** How steps are counted, with every value filled in. */
export interface ResolvedBoosting {
  /** As given; null where it is chosen. */
  readonly numSteps: number | null;
  readonly errorReduction: number;
  readonly maxSteps: number;
  readonly tuningTrees: number;
}

const CHOICE_NAMES = [
  'errorReduction',
  'maxSteps',
  'tuningTrees',
] as const satisfies readonly (keyof ResolvedBoosting)[];

/** Refuses what is no object, and unknown options, before anything is read from them. */
export const checkBoostedOptions = (options: BoostedForestOptions): void =>
  rejectUnknownKeys('options', options, [
    ...FOREST_OPTION_NAMES,
    ...CONTROL_NAMES,
    ...CHOICE_NAMES,
    'numSteps',
    'outcome',
  ]);

/** @throws InvalidOptionError, also where steps are both given and to be chosen */
export function resolveBoosting(
  given: BoostedForestOptions,
  { ciGroupSize }: Pick<ResolvedForestOptions, 'ciGroupSize'>,
): ResolvedBoosting {
  const numSteps = given.numSteps === undefined ? null : requireInteger('numSteps', given.numSteps, { min: 1 });
  for (const name of CHOICE_NAMES)
    if (numSteps !== null && given[name] !== undefined)
      throw new InvalidOptionError(name, given[name], 'left out where numSteps is given: there is nothing to choose');
  return Object.freeze({
    numSteps,
    errorReduction: requireNumber('errorReduction', given.errorReduction ?? 0.97, { above: 0, max: 1 }),
    maxSteps: requireInteger('maxSteps', given.maxSteps ?? 5, { min: 1 }),
    tuningTrees: requireInteger('tuningTrees', given.tuningTrees ?? defaultTrees(ciGroupSize), {
      min: Math.max(2, ciGroupSize),
      multipleOf: ciGroupSize,
    }),
  });
}

/** 10, or the next multiple of the bags' size. */
const defaultTrees = (ciGroupSize: number): number => Math.ceil(10 / ciGroupSize) * ciGroupSize;
