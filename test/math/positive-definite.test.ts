/** Small positive definite systems against a product that is known, and against the library's other solver. */
import { expect, test } from 'vitest';
import { factorSymmetric } from '../../src/math/linear-system.js';
import { factorInPlace, solveInPlace } from '../../src/math/positive-definite.js';
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
