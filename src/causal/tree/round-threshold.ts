/**
 * The roundest number that separates two neighbouring values, so that a printed split reads `price ≤ 20` and not
 * `price ≤ 19.739999999999998`, and still sorts every growing row as the search did.
 */
import type { NumericCovariate } from '../../data/trial.js';

/**
 * @param below the largest value on the left, which the threshold may equal
 * @param above the smallest value on the right, which it must stay under
 * @returns for dates and booleans `below` itself; for numbers 0 if it separates, else the decimal of fewest
 *   significant digits, near the middle or else near `below`
 */
export function roundThreshold(kind: NumericCovariate['kind'], below: number, above: number): number {
  if (kind !== 'number') return below;
  if (below <= 0 && above > 0) return 0;
  // Halves first: the sum of two huge values could overflow.
  const middle = below / 2 + above / 2;
  for (let digits = 1; digits <= 17; digits++)
    for (const value of [middle, below]) {
      const rounded = Number(value.toPrecision(digits));
      if (below <= rounded && rounded < above) return rounded;
    }
  return below;
}
