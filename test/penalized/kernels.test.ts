/** The loops over rows, against their definitions: every number of columns to 9 (they go in blocks), and several stretches of rows. */
import { describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { makeColumns } from '../../src/penalized/columns.js';
import { addColumns, designOf } from '../../src/penalized/design.js';
import { fitPenalized } from '../../src/penalized/fit-penalized.js';
import { assignFolds } from '../../src/penalized/folds.js';

const n = 1100;
const stream = streamFor(6, 'kernels');
const values = Float64Array.from({ length: 12 * n }, () => stream.normal());
const columns = makeColumns(n, 12);
columns.values.set(values);
const weight = Float64Array.from({ length: n }, () => stream.below(3));
const chosen = Int32Array.of(3, 0, 11, 7, 5, 1, 2, 10, 4);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%i columns', (count) => {
  test.each([
    [0, n],
    [0, 512],
    [511, 513],
    [100, 1099],
    [7, 8],
    [9, 9],
  ])('cross products of rows %i to %i', (from, end) => {
    for (const w of [null, weight]) {
      const out = new Float64Array(count * count + 1).fill(99);
      columns.crossProductsInto({ from, end, weight: w }, chosen, 0, count, out, count);
      for (let a = 0; a < count; a++)
        for (let b = 0; b < count; b++) {
          let sum = 0;
          for (let i = from; i < end; i++)
            sum += (w ? w[i] : 1) * values[chosen[a] * n + i] * values[chosen[b] * n + i];
          expect(out[a * count + b]).toBeCloseTo(sum, 9);
        }
      expect(out[count * count]).toBe(99);
      const later = new Float64Array(144).fill(99);
      columns.crossProductsInto({ from, end, weight: w }, chosen, count - 1, count, later, 12);
      for (let a = 0; a < 12; a++)
        for (let b = 0; b < 12; b++) {
          const isMade = Math.max(a, b) === count - 1;
          expect(later[a * 12 + b]).toBe(isMade ? out[a * count + b] : 99);
        }
    }
  });

  test('sums of columns, and columns times a residual', () => {
    const factor = Float64Array.from({ length: count }, (_, c) => c + 0.5);
    const sum = new Float64Array(n).fill(7);
    addColumns(values, n, 0, n, chosen, factor, count, sum);
    const part = new Float64Array(n).fill(7);
    addColumns(values, n, 30, 100, chosen, factor, count, part);
    expect(part.subarray(0, 70)).toEqual(sum.subarray(30, 100));
    expect(part.subarray(70).every((value) => value === 7)).toBe(true);
    const products = new Float64Array(12).fill(7);
    columns.projectInto(weight, chosen, count, products);
    const [taken, others] = [[...chosen.subarray(0, count)], [...chosen.subarray(count), 6, 8, 9]];
    for (let i = 0; i < n; i += 37)
      expect(sum[i]).toBeCloseTo(
        taken.reduce((total, j, c) => total + factor[c] * values[j * n + i], 7),
        12,
      );
    for (const j of taken) {
      let product = 0;
      for (let i = 0; i < n; i++) product += weight[i] * values[j * n + i];
      expect(products[j]).toBeCloseTo(product, 9);
    }
    for (const j of others) expect(products[j]).toBe(7);
    const combined = new Float64Array(n).fill(7);
    columns.combineInto(chosen, factor, count, combined);
    for (let i = 0; i < n; i++) expect(combined[i] + 7).toBeCloseTo(sum[i], 12);
  });
});

// Equal columns have no unique solution: their sum has, and it is that of the column alone.
test.each(['gaussian', 'binomial'] as const)('%s: a column twice', (family) => {
  const column = (j: number) => values.slice(j * n, (j + 1) * n);
  const [a, b] = [column(0), column(1)];
  const target = a.map((x, i) => {
    const y = x - 0.5 * b[i] + column(2)[i];
    return family === 'gaussian' ? y : +(y > 0);
  });
  const folds = assignFolds({ rowCount: n, clusters: null }, 5, 1, ['twice']);
  const fitted = (columns: readonly Float64Array[]) =>
    fitPenalized({ design: designOf(columns, n), target, weight: null, family, folds }, { penalties: [0.01] });
  const [once, twice] = [fitted([a, b]), fitted([a, b, a])];
  expect(twice.warnings).toEqual([]);
  expect(twice.coefficients[0] + twice.coefficients[2]).toBeCloseTo(once.coefficients[0], 6);
  expect(twice.coefficients[1]).toBeCloseTo(once.coefficients[1], 6);
});
