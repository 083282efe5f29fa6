import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  factorSymmetric,
  product,
  spectralFunction,
  submatrix,
  timesVector,
  tripleProduct,
} from '../../src/math/linear-system.js';

/** M'M + I·ridge of a random 3 × 3 matrix: symmetric and positive definite. */
const positiveDefinite = fc
  .array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 9, maxLength: 9 })
  .map((cells) => {
    const m = Float64Array.from(cells);
    const transposed = m.map((_, cell) => m[(cell % 3) * 3 + Math.floor(cell / 3)] as number);
    return product(transposed, m, 3).map((value, cell) => value + (cell % 4 === 0 ? 0.5 : 0));
  });

const settings = { seed: 3, numRuns: 200 };

describe('small symmetric systems', () => {
  test('solve and inverse undo the matrix', () => {
    fc.assert(
      fc.property(positiveDefinite, (matrix) => {
        const factor = factorSymmetric(matrix, 3);
        const inverse = factor.inverse() as Float64Array;
        // Eigenvalues lie between 0.5 and 81.5: rounding is magnified by less than 200.
        product(matrix, inverse, 3).forEach((value, cell) => {
          expect(Math.abs(value - (cell % 4 === 0 ? 1 : 0))).toBeLessThan(1e-12);
        });
        const solution = factor.solve(Float64Array.of(1, 2, 3)) as Float64Array;
        timesVector(matrix, solution).forEach((value, j) => {
          expect(Math.abs(value - (j + 1))).toBeLessThan(1e-12);
        });
        for (const [a, b] of [
          [1, 3],
          [2, 6],
          [5, 7],
        ] as const)
          expect(inverse[a]).toBe(inverse[b]);
      }),
      settings,
    );
  });

  test('the square root squares to the matrix', () => {
    fc.assert(
      fc.property(positiveDefinite, (matrix) => {
        const root = spectralFunction(matrix, 3, Math.sqrt) as Float64Array;
        product(root, root, 3).forEach((value, cell) => {
          expect(Math.abs(value - (matrix[cell] as number))).toBeLessThan(1e-12 * 82);
        });
      }),
      settings,
    );
    expect(spectralFunction(Float64Array.of(1, 0, 0, -1), 2, (value) => (value < 0 ? null : value))).toBeNull();
  });

  test('rank names the columns that earlier ones explain, in any units', () => {
    // Columns a, b, a + b, c with a'a = b'b = c'c = 1, orthogonal; c in units of 1e-20, a + b in units of 1e12.
    const scale = [1, 1, 1e12, 1e-20];
    const gram = [1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 2, 0, 0, 0, 0, 1];
    const matrix = Float64Array.from(
      gram,
      (value, cell) => value * (scale[Math.floor(cell / 4)] as number) * (scale[cell % 4] as number),
    );
    const { report, solve, inverse } = factorSymmetric(matrix, 4);
    expect(report).toEqual({ size: 4, rank: 3, independent: [0, 1, 3], dependent: [2] });
    expect(solve(new Float64Array(4))).toBeNull();
    expect(inverse()).toBeNull();
    expect(submatrix(matrix, 4, [0, 3])).toEqual(Float64Array.of(1, 0, 0, 1e-40));
    expect(factorSymmetric(new Float64Array(4), 2).report).toMatchObject({ rank: 0, dependent: [0, 1] });
    expect(factorSymmetric(new Float64Array(0), 0).report.rank).toBe(0);
  });

  test('units do not cost digits', () => {
    const matrix = Float64Array.of(1e20, 1, 1, 1e-16);
    const inverse = factorSymmetric(matrix, 2).inverse() as Float64Array;
    const determinant = 1e4 - 1;
    [1e-16, -1, -1, 1e20].forEach((value, cell) => {
      expect(Math.abs((inverse[cell] as number) / (value / determinant) - 1)).toBeLessThan(1e-14);
    });
  });

  test('products', () => {
    const a = Float64Array.of(1, 2, 3, 4);
    const b = Float64Array.of(0, 1, 1, 0);
    expect(product(a, b, 2)).toEqual(Float64Array.of(2, 1, 4, 3));
    expect(tripleProduct(b, a, b, 2)).toEqual(Float64Array.of(4, 3, 2, 1));
    expect(timesVector(a, Float64Array.of(1, -1))).toEqual(Float64Array.of(-1, -1));
  });
});
