/** Columns ranked by their bits against a sort of their values, compiled and not. */
import { beforeAll, describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import { drawn, drawRows, numberColumn } from '../support/generated-problem.js';
import { importWithoutWebAssembly } from '../support/plain-kernels.js';

let plain: typeof rankColumns;

beforeAll(async () => {
  plain = (await importWithoutWebAssembly('missing', () => import('../../src/tree/ranked-columns.js'))).rankColumns;
});

const N = 2000;
const stream = streamFor(1, 'rank');
const EDGES = [
  0,
  -0,
  5e-324,
  -5e-324,
  1e-310,
  1,
  -1,
  1e308,
  -1e308,
  Infinity,
  -Infinity,
  Number.NaN,
  2 ** 53,
  -(2 ** 53),
];

const columns: Readonly<Record<string, Float64Array>> = {
  normal: drawn(N, () => stream.normal()),
  ties: drawn(N, () => stream.below(7) - 3),
  'all the same': drawn(N, () => -2.5),
  'nothing but missing': drawn(N, () => Number.NaN),
  'half missing': drawn(N, () => (stream.uniform() < 0.5 ? Number.NaN : stream.normal())),
  'every magnitude': drawn(N, () => (stream.uniform() - 0.5) * 10 ** (stream.below(600) - 300)),
  'edges of the numbers': drawn(N, () => EDGES[stream.below(EDGES.length)]),
  // Equal in the upper half of their bits: two or three at a time, mended by insertion, and all at once, ranked by the lower.
  'a few alike': drawn(N, () => 1 + stream.below(700) / 2 ** 12 + stream.below(3) / 2 ** 50),
  'all alike': drawn(N, () => 1 + stream.uniform() / 2 ** 21),
  'all alike, below zero': drawn(N, () => -1e9 - stream.below(900) / 2 ** 20),
  'alike on either side of zero': drawn(N, () => (stream.below(2) - 0.5) * (1 + stream.uniform() / 2 ** 22)),
  'sorted, and backwards': drawn(N, (i) => (i < N / 2 ? i : -i)),
};

describe.each(Object.entries(columns))('%s', (_, values) => {
  const distinct = [...new Set([...values].filter((x) => !Number.isNaN(x)).map((x) => x + 0))].sort((a, b) => a - b);
  const codes = Array.from(values, (x) => (Number.isNaN(x) ? -1 : distinct.indexOf(x + 0)));

  test.each(['compiled', 'as JavaScript'] as const)('%s', (how) => {
    const rank = how === 'compiled' ? rankColumns : plain;
    const { code, coding, hasMissing } = rank([numberColumn('x', values)], N);
    expect([...(coding.cuts[0] as Float64Array)]).toEqual(distinct);
    expect([...code]).toEqual(codes);
    expect(hasMissing[0]).toBe(codes.includes(-1) ? 1 : 0);
  });

  test('in another order, and after another column: the same codes', () => {
    const order = drawRows(N, stream);
    const other = numberColumn('other', columns['every magnitude']);
    const { code } = rankColumns(
      [
        other,
        numberColumn(
          'x',
          Float64Array.from(order, (row) => values[row]),
        ),
      ],
      N,
    );
    expect([...code.subarray(N)]).toEqual([...order].map((row) => codes[row]));
  });
});
