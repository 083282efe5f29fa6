/** Columns in classes: what training's cells get is in `test/nuisance/boosted-trees.test.ts` too; here, what new rows get. */
import { describe, expect, test } from 'vitest';
import type { Covariate } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';
import { binColumns, type Classes, classCount, classifyRows, planClasses } from '../../src/tree/binned-columns.js';
import { categoryColumn, drawColumn, drawn, numberColumn } from '../support/generated-problem.js';

const inOrder = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** The classes of new cells of one column. */
const newBins = (classes: readonly Classes[], covariate: Covariate) => {
  const n = covariate.kind === 'category' ? covariate.codes.length : covariate.values.length;
  return [...classifyRows(classes, [covariate], inOrder(n)).bins];
};

describe('numbers', () => {
  test('of few values: between them down to the next, beyond them the nearest; missing behind all', () => {
    const classes = planClasses([numberColumn('x', [3, 1, 7, 1, 3, 7])], 64);
    const cells = [1, 3, 7, 2.999, 3.001, 6, -100, 100, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];
    expect(newBins(classes, numberColumn('x', cells))).toEqual([0, 1, 2, 0, 1, 1, 0, 2, 0, 2, 3]);
  });

  test('of few values: each its own class, however rare', () => {
    const values = drawn(10_000, (i) => (i === 17 ? 5 : i % 100 === 0 ? 1 : 0));
    const { bins, counts } = binColumns([numberColumn('x', values)], inOrder(10_000), 64);
    expect(counts[0]).toBe(3);
    values.forEach((value, i) => {
      expect(bins[i]).toBe(value === 5 ? 2 : value);
    });
  });

  test.each([63, 64, 65, 200])('of %i values in at most 64 classes: new cells fall where the order says', (count) => {
    const stream = streamFor(1, 'classes of new rows', count);
    const distinct = drawn(count, () => stream.normal());
    const values = drawn(1000, (i) => distinct[i % count]);
    const classes = planClasses([numberColumn('x', values)], 64);
    // Where there are a few more values than classes, two quantiles may be one value.
    if (count <= 64) expect(classCount(classes[0])).toBe(count);
    else expect(classCount(classes[0])).toBeGreaterThan(60);
    expect(classCount(classes[0])).toBeLessThanOrEqual(64);
    const trained = newBins(classes, numberColumn('x', values));
    expect(trained).toEqual([...binColumns([numberColumn('x', values)], inOrder(1000), 64).bins]);
    // A new cell has the class of the largest value of training that it does not lie below.
    const cells = drawn(300, () => 1.5 * stream.normal());
    const expected = [...cells].map((cell) => {
      const below = [...values.keys()].filter((i) => values[i] <= cell);
      return below.length === 0 ? 0 : trained[below.reduce((best, i) => (values[i] > values[best] ? i : best))];
    });
    expect(newBins(classes, numberColumn('x', cells))).toEqual(expected);
    expect(
      cells.some((cell) => cell > Math.max(...distinct)) && cells.some((cell) => cell < Math.min(...distinct)),
    ).toBe(true);
  });

  test('without a value: new ones are in the only class, missing cells behind it', () => {
    const classes = planClasses([numberColumn('x', [Number.NaN, Number.NaN])], 64);
    expect(newBins(classes, numberColumn('x', [Number.NaN, 3, -3]))).toEqual([1, 0, 0]);
  });
});

describe('categories', () => {
  // Level 3 comes 30 times, 0 20 times, 1 10 times; 2 nine times, 4 never.
  const codes = Int32Array.from({ length: 71 }, (_, i) => (i < 30 ? 3 : i < 50 ? 0 : i < 60 ? 1 : i < 69 ? 2 : -1));

  test('levels that are rare or new to training are together, missing cells apart', () => {
    const classes = planClasses([categoryColumn('c', codes, 5)], 64);
    expect(newBins(classes, categoryColumn('c', [0, 1, 2, 3, 4, -1], 5))).toEqual([2, 3, 0, 1, 0, 4]);
  });

  test('of too many levels the most frequent have classes, ties by order', () => {
    const classes = planClasses([categoryColumn('c', codes, 5)], 3);
    expect(newBins(classes, categoryColumn('c', [0, 1, 2, 3, 4, -1], 5))).toEqual([2, 0, 0, 1, 0, 3]);
    const even = Int32Array.from({ length: 60 }, (_, i) => i % 3);
    expect(newBins(planClasses([categoryColumn('c', even, 3)], 3), categoryColumn('c', [0, 1, 2], 3))).toEqual([
      1, 2, 0,
    ]);
  });
});

test('missing cells where training had none have a class of their own all the same, and are noted', () => {
  const classes = planClasses([numberColumn('x', [1, 2]), categoryColumn('c', new Int32Array(20), 1)], 64);
  const { bins, hasMissing, counts } = classifyRows(
    classes,
    [numberColumn('x', [1, Number.NaN]), categoryColumn('c', [-1, 0], 1)],
    inOrder(2),
  );
  expect([...bins]).toEqual([0, 2, 2, 1]);
  expect([...hasMissing]).toEqual([1, 1]);
  expect([...counts]).toEqual([2, 2]);
});

test('rows stand where they are put, one by one as together, after a clone too', () => {
  const stream = streamFor(2, 'classes of new rows');
  const kinds = ['continuous', 'missing', 'category', 'manyLevels', 'ties', 'allMissing', 'constant'] as const;
  const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, 90, stream));
  const classes = structuredClone(planClasses(covariates, 20));
  const rows = Int32Array.of(80, 3, 3, 41);
  const together = classifyRows(classes, covariates, rows);
  const all = classifyRows(classes, covariates, inOrder(90));
  for (let f = 0; f < kinds.length; f++)
    rows.forEach((row, place) => {
      expect(together.bins[f * rows.length + place]).toBe(all.bins[f * 90 + row]);
      expect(classifyRows(classes, covariates, Int32Array.of(row)).bins[f]).toBe(all.bins[f * 90 + row]);
    });
});

test('a column that comes back as another kind is refused', () => {
  const classes = planClasses([numberColumn('x', [1, 2])], 64);
  expect(() => classifyRows(classes, [categoryColumn('x', [0], 1)], inOrder(1))).toThrow(/planned as a number/);
});
