/**
 * The part of a combination that is refitted in both halves of each bag: aₖ times the linear members, and the constant's
 * share 1 − Σaₖ of the level. Deviations are from the mean over the halves that do not hold a row, and over those that do; of
 * a new row, which none holds, from the means over what bags drew and over what they left.
 */
import type { Design } from '../../penalized/design.js';
import type { RLossRows } from '../r-loss-rows.js';
import type { BagRows } from './bag-rows.js';
import type { Combination } from './combine.js';
import type { RefittedPart } from './combined-variance.js';
import { effectWriter, type LinearEffects } from './linear-effects.js';
import type { RefinedEffects } from './types.js';

/** What the constant would be on the rows of each half alone: Σω W̃(Ỹ − W̃ sδ)/Σω W̃². */
export function constantsOfHalves(
  { differences, shrinkage }: Combination,
  { outcome, treatment, weight }: RLossRows,
  bags: BagRows,
): Float64Array {
  const kept = differences.map((difference) => (shrinkage > 0 ? shrinkage * difference : 0));
  return Float64Array.from({ length: 2 * bags.count }, (_, half) =>
    constantOf(kept, { outcome, treatment, weight }, bags.half(half)),
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
 * @param bags whose halves hold the rows; null: none does, they are new
 */
export function refittedPart(refined: RefinedEffects, designs: readonly Design[], bags: BagRows | null): RefittedPart {
  const { halfConstants } = refined;
  const count = halfConstants.length / 2;
  const rest = 1 - refined.members.reduce((sum, { weight }) => sum + weight, 0);
  const parts = linearMembers(refined)
    .map(({ weight, linear }, k) => ({ weight, linear, effectsInto: effectWriter(designs[k]) }))
    .filter(({ weight }) => weight > 0);

  function halfInto(half: number, from: number, end: number, out: Float64Array, own: Float64Array): void {
    out.fill(rest * halfConstants[half]);
    for (const { weight, linear, effectsInto } of parts) {
      effectsInto(coefficientsOfHalf(linear, half), from, end, own);
      addScaled(own, weight, out);
    }
  }

  return {
    bags: count,
    deviationsInto(from, end, without, held) {
      const size = end - from;
      const own = new Float64Array(size);
      for (let bag = 0; bag < count; bag++) {
        const a = without.subarray(bag * size, (bag + 1) * size);
        const b = held.subarray(bag * size, (bag + 1) * size);
        halfInto(2 * bag, from, end, a, own);
        halfInto(2 * bag + 1, from, end, b, own);
        if (bags) swapRows(bags.half(2 * bag), from, end, a, b);
      }
      centre(without, size, count);
      centre(held, size, count);
    },
  };
}

function addScaled(values: Float64Array, factor: number, out: Float64Array): void {
  for (let row = 0; row < values.length; row++) out[row] += factor * values[row];
}

/** Exchanges the numbers of those of the rows that lie from … end. */
function swapRows(rows: Int32Array, from: number, end: number, a: Float64Array, b: Float64Array): void {
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k];
    if (row < from || row >= end) continue;
    const kept = a[row - from];
    a[row - from] = b[row - from];
    b[row - from] = kept;
  }
}

/** The linear members with their weights. */
export const linearMembers = ({ members, linear, spline }: RefinedEffects) =>
  [linear, spline].map((own, k) => ({ linear: own, weight: members[1 + k].weight }));

const coefficientsOfHalf = ({ halfCoefficients, coefficients }: LinearEffects, half: number): Float64Array => {
  const size = coefficients.length + 1;
  return halfCoefficients.subarray(half * size, (half + 1) * size);
};

/** Takes from each row's numbers, at bag·size + row, their mean. */
function centre(values: Float64Array, size: number, bags: number): void {
  const mean = new Float64Array(size);
  for (let bag = 0; bag < bags; bag++)
    for (let row = 0; row < size; row++) mean[row] += values[bag * size + row] / bags;
  for (let bag = 0; bag < bags; bag++) for (let row = 0; row < size; row++) values[bag * size + row] -= mean[row];
}
