/**
 * Effects of rows by a forest that did not see them in any way: nuisances and trees are fitted anew on other rows, with
 * the settings of a fitted forest. What judges rankings and groups must come from here.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { requireInteger } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { fitCausalForest } from '../causal/causal-forest.js';
import { effectsOfEncoded } from '../causal/predict-effects.js';
import type { CausalForest } from '../causal/types.js';
import { selectRows } from '../data/select.js';
import type { WorkControl } from '../forest/work-control.js';
import { requireSeed, streamFor } from '../math/random.js';

/** What every test that trains apart takes. */
export interface ApartOptions extends WorkControl {
  /** Trees of each forest that is trained apart. Default: those of the forest, at most 500; rankings need no variances. */
  readonly numTrees?: number;
  /** Of how rows are divided, and of the forests trained apart. Default: the forest's. */
  readonly seed?: number;
}

export const APART_KEYS = ['numTrees', 'seed', 'onProgress', 'signal', 'workers'] as const;

export interface ResolvedApart {
  readonly numTrees: number;
  readonly seed: number;
  readonly control: WorkControl;
}

/** Trees beyond which a ranking hardly changes. */
const ENOUGH_TREES = 500;

/** @throws InvalidOptionError */
export function resolveApart({ settings }: CausalForest, given: ApartOptions): ResolvedApart {
  const { onProgress, signal, workers } = given;
  return {
    numTrees: requireInteger('numTrees', given.numTrees ?? Math.min(settings.numTrees, ENOUGH_TREES), { min: 1 }),
    seed: requireSeed('seed', given.seed ?? settings.seed),
    control: {
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
      ...(workers === undefined ? {} : { workers }),
    },
  };
}

/** Nuisances are fitted anew the way the forest's were. */
const isStacked = ({ outcomeSource, treatmentSource }: CausalForest['nuisance']): boolean =>
  outcomeSource === 'stack' || treatmentSource === 'stack';

/** Effects of rows by a forest that did not see them, and what its fit warns of. */
export interface EffectsApart {
  readonly effect: Float64Array;
  readonly warnings: readonly Warning[];
}

/**
 * Effects of `others` by a forest trained on `training` alone.
 * @param path names the random streams, e.g. ['fold', 2]
 * @param because the option that made the training rows so few, for the error
 * @throws InvalidOptionError where the training rows are too few for a forest, or its trees too few for an effect
 */
export async function effectsApart(
  forest: CausalForest,
  training: Int32Array,
  others: Int32Array,
  { numTrees, seed, control }: ResolvedApart,
  path: readonly (string | number)[],
  because: { readonly option: string; readonly value: number },
): Promise<EffectsApart> {
  const { settings, nuisance, trial, estimator } = forest;
  const pick = (values: Float64Array) => Float64Array.from(training, (row) => values[row]);
  const { workers, signal } = control;
  const trained = `A forest trained apart, on ${training.length} rows`;
  try {
    const fitted = await fitCausalForest(selectRows(trial, training), {
      ...settings,
      numTrees,
      ciGroupSize: 1,
      seed: streamFor(seed, ...path).bits() >>> 0,
      outcome: forest.outcomeName,
      estimator,
      // Nuisances that the caller gave are the caller's word; a known propensity travels with the trial.
      nuisance: isStacked(nuisance) ? 'stack' : 'forest',
      ...(nuisance.outcomeSource === 'given' ? { outcomeHat: pick(nuisance.outcomeHat) } : {}),
      ...(nuisance.treatmentSource === 'given' ? { treatmentHat: pick(nuisance.treatmentHat) } : {}),
      ...(signal ? { signal } : {}),
      ...(workers === undefined ? {} : { workers }),
    });
    const { covariates, rowCount } = selectRows(trial, others);
    const { effect } = effectsOfEncoded(fitted, { covariates, rowCount, warnings: [] });
    if (effect.some(Number.isNaN))
      throw new InvalidOptionError('numTrees', numTrees, 'so large that every row has an effect');
    return { effect, warnings: fitted.warnings.map(({ code, message }) => warning(code, `${trained}: ${message}`)) };
  } catch (error) {
    if (error instanceof InvalidDataError && error.code === 'TOO_FEW_ROWS')
      throw new InvalidOptionError(
        because.option,
        because.value,
        `such that a forest can be trained on ${training.length} rows, which it cannot (${error.message})`,
      );
    throw error;
  }
}
