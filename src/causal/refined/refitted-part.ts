/**
 * The part of a combination that is refitted in each bag: aₖ times the linear members, and the constant's share 1 − Σaₖ of the
 * level, each on the bag's half-sample. Deviations are from the mean over the bags that count for a row: those that did not
 * draw it, or all for a new row.
 */
import type { Design } from '../../penalized/design.js';
import type { BagRows } from './bag-rows.js';
import type { Combination, RLossRows } from './combine.js';
import type { RefittedPart } from './combined-variance.js';
import type { LinearEffects } from './linear-effects.js';
import type { RefinedEffects } from './types.js';

/** What the constant would be on each bag's rows alone: Σω W̃(Ỹ − W̃ sδ)/Σω W̃². */
export function constantsOfBags(
  { differences, shrinkage }: Combination,
  { outcome, treatment, weight }: RLossRows,
  bags: BagRows,
): Float64Array {
  return Float64Array.from({ length: bags.count }, (_, bag) => {
    let [product, square] = [0, 0];
    for (const i of bags.drawn(bag)) {
      const difference = shrinkage > 0 ? shrinkage * differences[i] : 0;
      if (Number.isNaN(difference)) continue;
      product += weight[i] * treatment[i] * (outcome[i] - treatment[i] * difference);
      square += weight[i] * treatment[i] ** 2;
    }
    return product / square;
  });
}

/**
 * @param designs of the linear members' bases for the rows, in the order of `linearMembers`
 * @param bags what the bags drew of the rows; null: nothing, they are new
 */
export function refittedPart(refined: RefinedEffects, designs: readonly Design[], bags: BagRows | null): RefittedPart {
  const { bagConstants } = refined;
  const count = bagConstants.length;
  const rest = 1 - refined.members.reduce((sum, { weight }) => sum + weight, 0);
  const parts = linearMembers(refined).map((member, k) => ({ ...member, design: designs[k] }));
  return {
    bags: count,
    deviationsInto(from, end, out) {
      for (let row = 0; row < end - from; row++)
        for (let bag = 0; bag < count; bag++) out[row * count + bag] = rest * bagConstants[bag];
      for (const { weight, linear, design } of parts) if (weight > 0) addBags(linear, weight, design, from, end, out);
      if (bags)
        for (let bag = 0; bag < count; bag++)
          for (const row of bags.drawn(bag)) if (row >= from && row < end) out[(row - from) * count + bag] = Number.NaN;
      for (let row = 0; row < end - from; row++) centre(out.subarray(row * count, (row + 1) * count));
    },
  };
}

/** The linear members with their weights. */
export const linearMembers = ({ members, linear, spline }: RefinedEffects) =>
  [linear, spline].map((own, k) => ({ linear: own, weight: members[2 + k].weight }));

/** Adds weight · (β₀ + z'β) of every bag, columns without a coefficient unread. */
function addBags(
  { bagCoefficients }: LinearEffects,
  weight: number,
  { rowCount, columnCount, values }: Design,
  from: number,
  end: number,
  out: Float64Array,
): void {
  const size = columnCount + 1;
  const count = bagCoefficients.length / size;
  for (let bag = 0; bag < count; bag++)
    for (let j = 0; j < size; j++) {
      const slope = weight * bagCoefficients[bag * size + j];
      if (slope === 0) continue;
      const at = (j - 1) * rowCount;
      for (let row = from; row < end; row++)
        out[(row - from) * count + bag] += j === 0 ? slope : slope * values[at + row];
    }
}

/** Takes the mean of the numbers that are there away. */
function centre(values: Float64Array): void {
  let [sum, count] = [0, 0];
  for (let k = 0; k < values.length; k++) {
    if (Number.isNaN(values[k])) continue;
    sum += values[k];
    count++;
  }
  for (let k = 0; k < values.length; k++) values[k] -= sum / count;
}
