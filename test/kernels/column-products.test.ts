/**
 * Sums over columns as WebAssembly and as JavaScript: the same numbers, bit for bit, for every number of columns in a block,
 * odd and even numbers of rows, and several stretches. What they are is tested where they are used (`test/penalized`).
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { makeColumns } from '../../src/penalized/columns.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';

let makePlain: typeof makeColumns;

beforeAll(async () => {
  ({ makeColumns: makePlain } = await importWithoutWebAssembly(
    'missing',
    () => import('../../src/penalized/columns.js'),
  ));
});

const bits = (numbers: Float64Array) => [...new BigUint64Array(numbers.slice().buffer)];

describe.each([1, 2, 511, 513, 1100])('%i rows', (rowCount) => {
  const columnCount = 9;
  const stream = streamFor(rowCount, 'column products');
  const draw = (length: number) => Float64Array.from({ length }, () => stream.normal());
  const values = draw(rowCount * columnCount);
  const weight = draw(rowCount).map(Math.abs);
  const numbers = draw(rowCount);
  const factor = draw(columnCount);
  const chosen = Int32Array.of(3, 0, 8, 7, 5, 1, 2, 6, 4);

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%i columns', (count) => {
    const [compiled, plain] = [makeColumns, makePlain].map((make) => {
      const columns = make(rowCount, columnCount);
      columns.values.set(values);
      const out = {
        weighted: new Float64Array(81),
        unweighted: new Float64Array(81),
        projected: new Float64Array(columnCount),
        combined: new Float64Array(rowCount),
      };
      const from = rowCount > 2 ? 1 : 0;
      columns.crossProductsInto({ from, end: rowCount, weight }, chosen, 0, count, out.weighted, columnCount);
      columns.crossProductsInto({ from, end: rowCount, weight: null }, chosen, 0, count, out.unweighted, columnCount);
      columns.projectInto(numbers, chosen, count, out.projected);
      columns.combineInto(chosen, factor, count, out.combined);
      return { columns, ...out };
    });
    expect(compiled.columns.values.buffer).not.toBe(plain.columns.values.buffer);
    // An array of its own has no room but for its numbers; a machine's memory holds all arrays.
    expect(plain.columns.values.buffer.byteLength).toBe(plain.columns.values.byteLength);
    expect(compiled.columns.values.buffer.byteLength).toBeGreaterThan(compiled.columns.values.byteLength);
    for (const name of ['weighted', 'unweighted', 'projected', 'combined'] as const) {
      expect(bits(compiled[name])).toEqual(bits(plain[name]));
      expect(compiled[name].some((value) => value !== 0)).toBe(true);
    }
  });
});

test('probabilities: the same bits, 1/(1 + e^−η) to three roundings, 0 and 1 far out', () => {
  const stream = streamFor(3, 'probabilities');
  const eta = Float64Array.from({ length: 2_001 }, (_, i) => (i < 1_500 ? 5 : 300) * stream.normal());
  eta.set([0, -0, 708, -708, 709, -709, 1e4, -1e4, 1e-300, 0.34657359027997264, Number.POSITIVE_INFINITY]);
  eta[20] = Number.NaN;
  const [compiled, plain] = [makeColumns, makePlain].map((make) => {
    const out = new Float64Array(eta.length);
    make(eta.length, 1).probabilitiesInto(eta, out);
    return out;
  });
  expect(compiled[20]).toBeNaN();
  expect(plain[20]).toBeNaN();
  compiled[20] = plain[20] = 0;
  expect(bits(compiled)).toEqual(bits(plain));
  eta.forEach((value, i) => {
    if (i === 20) return;
    const expected = 1 / (1 + Math.exp(-value));
    if (Math.abs(value) < 700) expect(Math.abs(compiled[i] / expected - 1)).toBeLessThan(1e-15);
    else expect(Math.abs(compiled[i] - expected)).toBeLessThan(1e-300);
  });
});
