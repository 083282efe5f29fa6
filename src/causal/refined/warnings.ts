/** What a reader of refined effects must know: that no differences were seen, or that rows cannot be compared. */
import { type Warning, warning } from '../../base/warnings.js';
import type { Trial } from '../../data/trial.js';
import type { RefinedEffects } from './types.js';

/** A propensity nearer to 0 or 1 leaves a row's effect to the other rows. */
const EDGE = 0.05;
/** Share of rows at the edge that is worth a warning. */
const MANY = 0.05;

/** @param treatment W − ê; of a binary W it says ê */
export function refinedWarnings(
  { treatment: { kind, values } }: Pick<Trial, 'treatment'>,
  { shrinkage }: Pick<RefinedEffects, 'shrinkage'>,
  treatment: Float64Array,
): Warning[] {
  const found: Warning[] = [];
  if (shrinkage === 0)
    found.push(
      warning(
        'NO_DIFFERENCES_SEEN',
        'no differences between rows were seen that noise could not make, so every row has the average effect; intervals leave room for differences too small to be seen',
      ),
    );
  if (kind !== 'binary') return found;
  const atEdge = treatment.reduce((count, residual, i) => {
    const propensity = values[i] - residual;
    return count + (Math.min(propensity, 1 - propensity) < EDGE ? 1 : 0);
  }, 0);
  if (atEdge > MANY * values.length)
    found.push(
      warning(
        'LIMITED_OVERLAP',
        `${atEdge} of ${values.length} rows have an estimated propensity below ${EDGE} or above ${1 - EDGE}: hardly any row of the other arm is like them, their effects are extrapolated from others, and their intervals may not hold`,
      ),
    );
  return found;
}
