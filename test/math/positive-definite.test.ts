/** Small positive definite systems against a product that is known, and against the library's other solver. */
import { describe, expect, test } from 'vitest';
import { factorSymmetric } from '../../src/math/linear-system.js';
import { factorIndependentInPlace, factorInPlace, solveInPlace } from '../../src/math/positive-definite.js';
import { streamFor } from '../../src/math/random.js';

/** A'A of a random matrix: positive definite with probability 1. */
function randomMatrix(size: number, seed: number): Float64Array {
  const stream = streamFor(seed, 'positive definite');
  const a = Array.from({ length: size + 3 }, () => Array.from({ length: size }, () => stream.normal()));
  return Float64Array.from({ length: size * size }, (_, cell) =>
    a.reduce((sum, row) => sum + row[Math.floor(cell / size)] * row[cell % size], 0),
  );
}

// 1e-9: condition numbers of these matrices stay below about 1e5.
test.each([1, 2, 3, 6])('%d unknowns', (size) => {
  for (let seed = 1; seed <= 20; seed++) {
    const matrix = randomMatrix(size, seed);
    const solution = Float64Array.from({ length: size }, (_, j) => j + 1);
    const product = solution.map((_, i) => solution.reduce((sum, x, j) => sum + matrix[i * size + j] * x, 0));
    const lower = matrix.slice();
    expect(factorInPlace(lower, size)).toBe(true);
    const found = product.slice();
    solveInPlace(lower, size, found);
    const other = factorSymmetric(matrix, size).solve(product) as Float64Array;
    for (let j = 0; j < size; j++) {
      expect(Math.abs(found[j] - solution[j])).toBeLessThan(1e-9);
      expect(Math.abs(found[j] - other[j])).toBeLessThan(1e-9);
    }
  }
});

test.each([
  ['zero', [0], 1],
  ['negative', [-1], 1],
  ['a column twice', [1, 1, 1, 1], 2],
  ['a sum of two columns, in any unit', [1e12, 0, 1e6, 0, 1, 1, 1e6, 1, 2], 3],
  ['indefinite', [1, 2, 2, 1], 2],
  ['not a number', [Number.NaN], 1],
])('%s is singular', (_, matrix, size) => {
  expect(factorInPlace(Float64Array.from(matrix), size)).toBe(false);
});

describe('dependent unknowns are left out', () => {
  test.each([2, 4, 6])('%d unknowns, of which one is a copy and one is nothing', (size) => {
    const matrix = randomMatrix(size, 7);
    // Unknowns 0 … size − 1, a copy of unknown 0 in the middle, and an empty one at the end.
    const order = [...Array.from({ length: size }, (_, j) => j)];
    order.splice(1, 0, 0);
    const wide = size + 2;
    const semi = Float64Array.from({ length: wide * wide }, (_, cell) => {
      const [i, j] = [Math.floor(cell / wide), cell % wide];
      return i > size || j > size ? 0 : matrix[order[i] * size + order[j]];
    });
    const lower = semi.slice();
    factorIndependentInPlace(lower, wide);
    const right = Float64Array.from({ length: wide }, (_, i) => (i > size ? 0 : order[i] + 1));
    const found = right.slice();
    solveInPlace(lower, wide, found);
    const expected = factorSymmetric(matrix, size).solve(Float64Array.from({ length: size }, (_, j) => j + 1));
    expect(Math.abs(found[1]) + Math.abs(found[size + 1])).toBe(0);
    // 1e-9 as above.
    expected?.forEach((value, j) => {
      expect(Math.abs(found[j === 0 ? 0 : j + 1] - value)).toBeLessThan(1e-9);
    });
  });

  test('none: the same factor', () => {
    const [one, other] = [randomMatrix(5, 3), randomMatrix(5, 3)];
    factorInPlace(one, 5);
    factorIndependentInPlace(other, 5);
    expect(other).toEqual(one);
  });
});
