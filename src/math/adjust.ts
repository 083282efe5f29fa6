/**
 * P-values adjusted for a family of M tests, in the order given.
 *   Holm 1979 (chance of any false rejection, whatever the dependence): over p₍₁₎ ≤ p₍₂₎ ≤ …, max_{j≤k} (M − j + 1) p₍ⱼ₎.
 *   Benjamini & Hochberg 1995 (expected share of false rejections, tests independent or positively dependent):
 *   min_{j≥k} M p₍ⱼ₎/j.
 * Both at most 1.
 */

export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((test, k) => {
    largest = Math.max(largest, Math.min(1, (order.length - k) * pValues[test]));
    adjusted[test] = largest;
  });
  return adjusted;
}

export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let smallest = 1;
  for (let k = order.length - 1; k >= 0; k--) {
    const test = order[k];
    smallest = Math.min(smallest, (order.length * pValues[test]) / (k + 1));
    adjusted[test] = smallest;
  }
  return adjusted;
}

const ascending = (values: readonly number[]): number[] =>
  Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
