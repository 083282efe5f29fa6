/**
 * The part of a combination that is refitted in each bag: aₖ times the linear members, and the constant's share 1 − Σaₖ of the
 * level, each on the bag's half-sample. Deviations are from the mean over the bags that count for a row: those that did not
 * draw it, or all for a new row.
 */
import type { Design } from '../../penalized/design.js';
import type { BagRows } from './bag-rows.js';
import type { Combination, RLossRows } from './combine.js';
import type { RefittedPart } from './combined-variance.js';
import { effectWriter, type LinearEffects } from './linear-effects.js';
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
  const parts = linearMembers(refined)
    .map(({ weight, linear }, k) => ({ weight, linear, effectsInto: effectWriter(designs[k]) }))
    .filter(({ weight }) => weight > 0);
  return {
    bags: count,
    deviationsInto(from, end, out) {
      const size = end - from;
      const own = new Float64Array(size);
      for (let bag = 0; bag < count; bag++) {
        const deviations = out.subarray(bag * size, (bag + 1) * size).fill(rest * bagConstants[bag]);
        for (const { weight, linear, effectsInto } of parts) {
          effectsInto(coefficientsOfBag(linear, bag), from, end, own);
          for (let row = 0; row < size; row++) deviations[row] += weight * own[row];
        }
        if (bags) for (const row of bags.drawn(bag)) if (row >= from && row < end) deviations[row - from] = Number.NaN;
      }
      centre(out, size, count);
    },
  };
}

/** The linear members with their weights. */
export const linearMembers = ({ members, linear, spline }: RefinedEffects) =>
  [linear, spline].map((own, k) => ({ linear: own, weight: members[2 + k].weight }));

const coefficientsOfBag = ({ bagCoefficients, coefficients }: LinearEffects, bag: number): Float64Array => {
  const size = coefficients.length + 1;
  return bagCoefficients.subarray(bag * size, (bag + 1) * size);
};

/** Takes from each row's numbers, at bag·size + row, the mean of those that are there. */
function centre(values: Float64Array, size: number, bags: number): void {
  const [sum, count] = [new Float64Array(size), new Float64Array(size)];
  for (let bag = 0; bag < bags; bag++)
    for (let row = 0; row < size; row++) {
      const value = values[bag * size + row];
      if (Number.isNaN(value)) continue;
      sum[row] += value;
      count[row]++;
    }
  for (let row = 0; row < size; row++) sum[row] /= count[row];
  for (let bag = 0; bag < bags; bag++) for (let row = 0; row < size; row++) values[bag * size + row] -= sum[row];
}
