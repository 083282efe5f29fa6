/** Codes mean what they say: "code ≤ t" is "x ≤ cuts[t]", for training rows and for new ones. */
import { describe, expect, test } from 'vitest';
import { COLUMNS } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { streamFor } from '../../src/math/random.js';
import { loadCodes, loadColumns, loadRowCodes } from '../../src/tree/load-columns.js';
import { codeRows, lowerBound, rankColumns } from '../../src/tree/ranked-columns.js';
import { categoryColumn, drawColumn, drawn, numberColumn } from '../support/generated-problem.js';

const N = 80;
const stream = streamFor(1, 'columns');
const covariates = [
  drawColumn('continuous', 'a', N, stream),
  drawColumn('ties', 'b', N, stream),
  drawColumn('missing', 'c', N, stream),
  drawColumn('constant', 'd', N, stream),
  drawColumn('allMissing', 'e', N, stream),
  drawColumn('manyLevels', 'f', N, stream),
  numberColumn(
    'zeros',
    drawn(N, (i) => [-0, 0, -1, 1, Number.NaN][i % 5]),
  ),
];
const columns = rankColumns(covariates, N);
const codeOf = (f: number, i: number) => columns.code[f * N + i];
/** As the engine holds them. */
const WIDTH = covariates.length;
const lengths = { code: WIDTH * N, rank: 6 * N, levelCount: WIDTH, hasMissing: WIDTH, hasTies: WIDTH, numeric: WIDTH };
const loaded = plainFrame(COLUMNS, lengths);
loadColumns(columns, loaded, 'lists');

test('shape', () => {
  expect(columns).toMatchObject({ rowCount: N, columnCount: covariates.length });
  expect([...columns.hasMissing]).toEqual([0, 0, 1, 0, 1, 1, 1]);
  expect([...columns.coding.levelCount]).toEqual([0, 0, 0, 0, 0, 40, 0]);
  expect(columns.coding.cuts.map((cuts) => cuts?.length)).toEqual([N, 5, expect.any(Number), 1, 0, undefined, 3]);
});

describe.each(covariates.map((column, f) => [column.name, f] as const))('column %s', (_, f) => {
  const column = covariates[f];

  test('codes', () => {
    for (let i = 0; i < N; i++) {
      if (column.kind === 'category') expect(codeOf(f, i)).toBe(column.codes[i]);
      else if (Number.isNaN(column.values[i])) expect(codeOf(f, i)).toBe(-1);
      else expect(columns.coding.cuts[f]?.every((cut, t) => codeOf(f, i) <= t === column.values[i] <= cut)).toBe(true);
    }
  });

  test('ranks: by value, ties by row, missing last', () => {
    if (column.kind === 'category') return;
    const at = N * loaded.numeric.indexOf(f);
    const order = new Array<number>(N);
    for (let i = 0; i < N; i++) order[loaded.rank[at + i]] = i;
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: N }, (_, i) => i));
    const rank = (i: number) => (Number.isNaN(column.values[i]) ? Number.POSITIVE_INFINITY : column.values[i] + 0);
    for (let k = 1; k < N; k++) {
      const [before, after] = [order[k - 1], order[k]];
      expect(rank(before) < rank(after) || (rank(before) === rank(after) && before < after)).toBe(true);
    }
  });
});

describe('in the engine', () => {
  test('lists and ranks come from the same ranks', () => {
    const ranked = plainFrame(COLUMNS, lengths);
    loadColumns(columns, ranked, 'ranks');
    expect([loaded.ranked, ranked.ranked]).toEqual([0, 1]);
    expect(ranked.rank).toEqual(loaded.rank);
  });

  test('numeric columns in their order, and what is known of each column', () => {
    expect(loaded).toMatchObject({ rowCount: N, columnCount: WIDTH, numericCount: 6 });
    expect([...loaded.numeric.subarray(0, 6)]).toEqual([0, 1, 2, 3, 4, 6]);
    expect([...loaded.levelCount]).toEqual([...columns.coding.levelCount]);
    expect([...loaded.hasMissing]).toEqual([...columns.hasMissing]);
    covariates.forEach((column, f) => {
      if (column.kind === 'category') return;
      const present = column.values.filter((value) => !Number.isNaN(value)).map((value) => value + 0);
      const values = new Set(present).size;
      expect(loaded.hasTies[f], column.name).toBe(values === present.length ? 0 : values < 32 ? 2 : 1);
    });
  });

  test.each([
    [N, true],
    [40_000, true],
    [N, false],
  ])('codes of %i rows, by column: %s', (rowCount, byColumn) => {
    const source = (f: number, i: number) => codeOf(f, i % N);
    const code = Int32Array.from({ length: WIDTH * rowCount }, (_, k) =>
      source(Math.floor(k / rowCount), k % rowCount),
    );
    const into = plainFrame(COLUMNS, { code: code.length, levelCount: WIDTH });
    (byColumn ? loadCodes : loadRowCodes)({ rowCount, code }, columns.coding, into);
    expect([into.rowStep, into.columnStep]).toEqual(byColumn ? [1, rowCount] : [WIDTH, 1]);
    let wrong = 0;
    for (let i = 0; i < rowCount; i++)
      for (let f = 0; f < WIDTH; f++) if (into.code[i * into.rowStep + f * into.columnStep] !== source(f, i)) wrong++;
    expect(wrong).toBe(0);
  });

  test('codes of some rows', () => {
    const [first, count] = [20, 57];
    const into = plainFrame(COLUMNS, { code: WIDTH * count, levelCount: WIDTH });
    loadCodes(columns, columns.coding, into, first, count);
    expect([into.rowCount, into.rowStep, into.columnStep]).toEqual([count, 1, count]);
    const expected = Array.from({ length: WIDTH * count }, (_, k) =>
      codeOf(Math.floor(k / count), first + (k % count)),
    );
    expect([...into.code]).toEqual(expected);
  });

  test('other columns take the place of what was there', () => {
    const again = plainFrame(COLUMNS, lengths);
    const few = rankColumns([drawColumn('missing', 'x', N / 2, stream), covariates[1]], N / 2);
    loadColumns(few, again, 'lists');
    loadColumns(columns, again, 'lists');
    expect(again).toEqual(loaded);
  });
});

test('training rows coded again have the codes they had', () => {
  expect(codeRows(covariates, columns.coding, N).code).toEqual(columns.code);
});

test('new values: below, between, at, and above the cuts', () => {
  const training = rankColumns([numberColumn('x', [1, 3, 3, 2])], 4);
  const values = [0.5, 1, 1.5, 2, 2.5, 3, 3.5, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const { code } = codeRows([numberColumn('x', values)], training.coding, values.length);
  expect([...code]).toEqual([0, 0, 1, 1, 2, 2, 3, -1, 0, 3]);
});

test('levels that training did not know count as missing', () => {
  const training = rankColumns([categoryColumn('x', [0, 1, 2, -1], 3)], 4);
  const { code } = codeRows([categoryColumn('x', [2, 3, -1, 7], 8)], training.coding, 4);
  expect([...code]).toEqual([2, -1, -1, -1]);
});

test('lowerBound counts the cuts below', () => {
  const cuts = Float64Array.of(-1, 0, 0.5, 4);
  for (const x of [-2, -1, -0.5, -0, 0, 0.5, 1, 4, 5])
    expect(lowerBound(cuts, x)).toBe(cuts.filter((cut) => cut < x).length);
  expect(lowerBound(new Float64Array(0), 1)).toBe(0);
});
