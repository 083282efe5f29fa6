/** Non-negative least squares: every solution meets the conditions of Karush, Kuhn & Tucker, and known ones are found. */
import { expect, test } from 'vitest';
import { bestNonNegative } from '../../src/math/non-negative.js';
import { streamFor } from '../../src/math/random.js';

test('gradient 0 where a coefficient is positive, and not negative elsewhere', () => {
  const stream = streamFor(3, 'non-negative');
  for (let problem = 0; problem < 200; problem++) {
    const size = 1 + stream.below(5);
    const rows = 12;
    const columns = Array.from({ length: size }, () => Float64Array.from({ length: rows }, () => stream.normal()));
    const target = Float64Array.from({ length: rows }, () => stream.normal());
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    const gram = Float64Array.from({ length: size * size }, (_, k) =>
      dot(columns[Math.floor(k / size)], columns[k % size]),
    );
    const right = Float64Array.from(columns, (column) => dot(column, target));
    const solution = bestNonNegative(gram, right, size);
    for (let j = 0; j < size; j++) {
      const gradient = right[j] - solution.reduce((sum, a, k) => sum + a * gram[j * size + k], 0);
      expect(solution[j]).toBeGreaterThanOrEqual(0);
      if (solution[j] > 0) expect(Math.abs(gradient)).toBeLessThan(1e-10);
      else expect(gradient).toBeLessThan(1e-10);
    }
  }
});

test('a repeated column, and one of zeros, add nothing', () => {
  const solution = bestNonNegative(Float64Array.of(4, 4, 0, 4, 4, 0, 0, 0, 0), Float64Array.of(8, 8, 0), 3);
  expect([...solution]).toEqual([2, 0, 0]);
});
