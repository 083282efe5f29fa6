/**
 * Error of an instrumental forest's fit at its training rows, judged by the reduced form: raw = r²,
 *   r = (Ỹ − Y/q) − (Z̃ − Z/q) τ_rf,   τ_rf = (ZY·q − Z·Y)/(ZZ·q − Z²)
 * with the row's averages. Its Monte-Carlo part is the jackknife's (T−1)/T · Σ_b (r₍₋b₎ − r)², each r₍₋b₎ from the
 * averages without tree b (value (T·average − value_b)/(T − 1)).
 */
import type { Forest } from '../../forest/forest.js';
import type { LeafBlock } from '../../forest/leaf-blocks.js';
import { INSTRUMENTAL_MOMENTS, Q, Y, Z, ZY, ZZ } from './moments.js';

/** With so few trees or fewer the Monte-Carlo error is not estimable. */
const FEWEST_TREES = 5;

/**
 * Writes the errors of a block's rows.
 * @param outcome, instrument centred, one per training row
 */
export function instrumentalErrorsInto(
  { trees }: Forest,
  { first, rowCount, leaf, average, treeCount }: LeafBlock,
  outcome: Float64Array,
  instrument: Float64Array,
  out: { readonly debiasedError: Float64Array; readonly excessError: Float64Array },
): void {
  const own = new Float64Array(INSTRUMENTAL_MOMENTS);
  const residuals = new Float64Array(rowCount);
  const squares = new Float64Array(rowCount);
  for (let r = 0; r < rowCount; r++)
    residuals[r] = residual(average, INSTRUMENTAL_MOMENTS * r, outcome[first + r], instrument[first + r]);
  for (let tree = 0; tree < trees.treeCount; tree++)
    for (let r = 0; r < rowCount; r++) {
      const reached = leaf[tree * rowCount + r];
      if (reached === 0) continue;
      const [all, one] = [INSTRUMENTAL_MOMENTS * r, INSTRUMENTAL_MOMENTS * reached];
      // Moments without this tree, up to the factor 1/(T − 1), which cancels in every ratio.
      for (let m = 0; m < INSTRUMENTAL_MOMENTS; m++) own[m] = treeCount[r] * average[all + m] - trees.moments[one + m];
      squares[r] += (residual(own, 0, outcome[first + r], instrument[first + r]) - residuals[r]) ** 2;
    }
  for (let r = 0; r < rowCount; r++) {
    const excess = treeCount[r] > FEWEST_TREES ? squares[r] * (1 - 1 / treeCount[r]) : Number.NaN;
    out.excessError[first + r] = excess;
    out.debiasedError[first + r] = residuals[r] ** 2 - excess;
  }
}

function residual(moments: Float64Array, at: number, outcome: number, instrument: number): number {
  const q = moments[at + Q];
  const y = moments[at + Y];
  const z = moments[at + Z];
  const reducedForm = (moments[at + ZY] * q - z * y) / (moments[at + ZZ] * q - z * z);
  return outcome - y / q - (instrument - z / q) * reducedForm;
}
