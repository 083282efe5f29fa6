/** Weights on the simplex: against a fine grid, against their own optimality conditions, and where weights are not unique. */
import { describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { simplexWeights } from '../../src/math/simplex-weights.js';

const objective = (q: Float64Array, c: Float64Array | null, a: ArrayLike<number>): number => {
  const size = a.length;
  let sum = 0;
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < size; k++) sum += 0.5 * a[j] * q[j * size + k] * a[k];
    if (c) sum -= c[j] * a[j];
  }
  return sum;
};

/** Cross products of `rows` random rows with a common part, as errors of models that learn from the same data. */
function draw(size: number, rows: number, seed: number) {
  const stream = streamFor(seed, 'simplex');
  const columns = Array.from({ length: size }, () => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    const common = stream.normal();
    for (const [j, column] of columns.entries()) column[i] = common + (0.3 + 0.3 * j) * stream.normal();
  }
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0) / rows;
  return {
    quadratic: Float64Array.from({ length: size * size }, (_, cell) =>
      dot(columns[Math.floor(cell / size)], columns[cell % size]),
    ),
    linear: Float64Array.from({ length: size }, () => 0.2 * stream.normal()),
  };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('three weights: no point of a grid of step 1/100 is better (draw %i)', (seed) => {
  const { quadratic, linear } = draw(3, 50, seed);
  for (const c of [null, linear]) {
    const best = objective(quadratic, c, simplexWeights(quadratic, c, 3));
    for (let a = 0; a <= 100; a++)
      for (let b = 0; a + b <= 100; b++)
        expect(objective(quadratic, c, [a / 100, b / 100, 1 - (a + b) / 100])).toBeGreaterThanOrEqual(best - 1e-12);
  }
});

describe.each([2, 5, 9])('%i weights', (size) => {
  test('on the simplex, gradients equal on the support and no lower outside', () => {
    for (let seed = 0; seed < 30; seed++) {
      const { quadratic, linear } = draw(size, 40, seed);
      const c = seed % 2 ? linear : null;
      const weights = simplexWeights(quadratic, c, size);
      expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      const gradient = [...weights.keys()].map((j) => {
        let sum = c ? -c[j] : 0;
        for (let k = 0; k < size; k++) sum += quadratic[j * size + k] * weights[k];
        return sum;
      });
      const level = Math.min(...gradient);
      weights.forEach((weight, j) => {
        expect(weight).toBeGreaterThanOrEqual(0);
        if (weight > 0) expect(gradient[j] - level).toBeLessThan(1e-10);
      });
    }
  });
});

test('equal members, more members than rows, errors of 0', () => {
  const { quadratic } = draw(2, 30, 1);
  const [a, b, d] = [quadratic[0], quadratic[1], quadratic[3]];
  const twice = Float64Array.of(a, a, b, a, a, b, b, b, d);
  const weights = simplexWeights(twice, null, 3);
  expect(weights[0] * weights[1]).toBe(0);
  expect(weights[0] + weights[1]).toBeCloseTo(simplexWeights(quadratic, null, 2)[0], 12);
  const wide = draw(6, 3, 2);
  expect(objective(wide.quadratic, null, simplexWeights(wide.quadratic, null, 6))).toBeLessThan(
    Math.min(...[0, 1, 2, 3, 4, 5].map((j) => 0.5 * wide.quadratic[j * 7])) + 1e-15,
  );
  expect([...simplexWeights(new Float64Array(9), null, 3)]).toEqual([1, 0, 0]);
});
