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
  const kept = differences.map((difference) => (shrinkage > 0 ? shrinkage * difference : 0));
  return Float64Array.from({ length: bags.count }, (_, bag) =>
    constantOf(kept, { outcome, treatment, weight }, bags.drawn(bag)),
  );
}

function constantOf(
  kept: Float64Array,
  { outcome, treatment, weight }: Omit<RLossRows, 'clusters'>,
  rows: Int32Array,
): number {
  let product = 0;
  let square = 0;
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k];
    if (Number.isNaN(kept[i])) continue;
    product += weight[i] * treatment[i] * (outcome[i] - treatment[i] * kept[i]);
    square += weight[i] * treatment[i] * treatment[i];
  }
  return product / square;
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
          addScaled(own, weight, deviations);
        }
        if (bags) leaveOut(bags.drawn(bag), from, end, deviations);
      }
      centre(out, size, count);
    },
  };
}

function addScaled(values: Float64Array, factor: number, out: Float64Array): void {
  for (let row = 0; row < values.length; row++) out[row] += factor * values[row];
}

/** NaN for those of the rows that lie from … end. */
function leaveOut(rows: Int32Array, from: number, end: number, out: Float64Array): void {
  for (let k = 0; k < rows.length; k++) if (rows[k] >= from && rows[k] < end) out[rows[k] - from] = Number.NaN;
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
