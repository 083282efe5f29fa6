/** The side of a cut, drawn from its prior: every cut of a number is as likely as any other, and every division of levels. */
import type { RandomStream } from '../../math/random.js';
import type { BinnedColumns } from '../../tree/binned-columns.js';

/** Writes 1 for the classes on the right, 0 for the others; false where the column has nothing to cut. */
export function drawSide(
  { counts, hasMissing, isCategory }: BinnedColumns,
  column: number,
  stream: RandomStream,
  side: Uint8Array,
): boolean {
  const count = counts[column];
  const missing = hasMissing[column];
  if (count + missing < 2) return false;
  side.fill(0);
  if (isCategory[column] === 1) {
    for (let own = 0; own < count + missing; own++) side[own] = stream.uniform() < 0.5 ? 1 : 0;
    return true;
  }
  // The last cut of all has only missing cells to its right.
  const cut = 1 + stream.below(count - 1 + missing);
  side.fill(1, cut, count);
  if (missing === 1) side[count] = cut === count || stream.uniform() < 0.5 ? 1 : 0;
  return true;
}
