/**
 * The compliance score Δ̂(x) = Ê[W | X = x, Z = 1] − Ê[W | X = x, Z = 0]: how much the instrument moves the treatment,
 * which is the effect of Z on W by a causal forest, out of bag (Athey & Wager 2021, §2).
 */
import { InvalidDataError } from '../../base/errors.js';
import type { WorkControl } from '../../forest/work-control.js';
import { fitCausalForest } from '../causal-forest.js';
import type { InstrumentalForest } from './types.js';

/**
 * Compliance of every training row, for `averageInstrumentalEffect` and `instrumentalScores`: a causal forest with the
 * instrumental forest's settings, its ê as outcome and ẑ as treatment nuisance.
 *
 * @returns one number per row of `forest.trial`; NaN where no tree left the row out of bag
 * @throws InvalidDataError for an instrument that is not binary, or expected instruments outside (0, 1)
 */
export async function estimateCompliance(forest: InstrumentalForest, control: WorkControl = {}): Promise<Float64Array> {
  const { trial, nuisance, settings } = forest;
  const { instrument, treatment } = trial;
  if (instrument.kind !== 'binary')
    throw new InvalidDataError('NOT_BINARY', `instrument '${instrument.name}' must be binary`, {
      column: instrument.name,
    });
  const outcome = { kind: 'column', name: treatment.name, values: treatment.values, rows: null } as const;
  const moved = { ...trial, treatment: instrument, outcomes: { [treatment.name]: outcome }, propensity: null };
  const { outOfBag } = await fitCausalForest(moved, {
    ...settings,
    ...control,
    outcomeHat: nuisance.treatmentHat,
    treatmentHat: nuisance.instrumentHat,
  });
  return outOfBag.effect;
}
