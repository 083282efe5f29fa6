/** Sides of cuts come by the prior's law. Each frequency test fails a right one with probability at most 1e-6. */
import { describe, expect, test } from 'vitest';
import { drawSide } from '../../../src/causal/bayesian/side.js';
import { streamFor } from '../../../src/math/random.js';
import type { BinnedColumns } from '../../../src/tree/binned-columns.js';
import { chiSquare, chiSquareLimit } from '../../support/frequencies.js';

interface Column {
  readonly count: number;
  readonly missing?: boolean;
  readonly category?: boolean;
}

/** The second of two columns; the other has another form. */
const columnsOf = ({ count, missing = false, category = false }: Column): BinnedColumns => ({
  rowCount: 0,
  columnCount: 2,
  bins: new Uint8Array(0),
  counts: Int32Array.of(9, count),
  hasMissing: Uint8Array.of(+!missing, +missing),
  isCategory: Uint8Array.of(+!category, +category),
});

const DRAWS = 40_000;

/** How often each side comes, written class by class, missing cells' last. */
function frequencies(column: Column): Map<string, number> {
  const stream = streamFor(1, 'side', JSON.stringify(column));
  const side = new Uint8Array(256);
  const found = new Map<string, number>();
  let beyond = 0;
  for (let k = 0; k < DRAWS; k++) {
    side.fill(1);
    if (!drawSide(columnsOf(column), 1, stream, side)) throw new Error('nothing was drawn');
    beyond += side.indexOf(1, column.count + +(column.missing ?? false)) < 0 ? 0 : 1;
    const text = side.subarray(0, column.count + 1).join('');
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  // No class of the column: cells that training had none of go left.
  expect(beyond).toBe(0);
  return found;
}

function expectLaw(column: Column, law: Readonly<Record<string, number>>): void {
  const found = frequencies(column);
  const sides = Object.keys(law);
  expect([...found.keys()].sort()).toEqual([...sides].sort());
  const statistic = chiSquare(
    sides.map((side) => found.get(side) as number),
    sides.map((side) => law[side] * DRAWS),
  );
  expect(statistic).toBeLessThan(chiSquareLimit(sides.length - 1));
}

describe('numbers', () => {
  test('every cut is as likely as any other', () => {
    expectLaw({ count: 5 }, { '011110': 0.25, '001110': 0.25, '000110': 0.25, '000010': 0.25 });
    expect([...frequencies({ count: 2 })]).toEqual([['010', DRAWS]]);
  });

  test('with missing cells one more, which has them alone on the right; else they are on either side', () => {
    expectLaw(
      { count: 3, missing: true },
      { '0110': 1 / 6, '0111': 1 / 6, '0010': 1 / 6, '0011': 1 / 6, '0001': 1 / 3 },
    );
    expect([...frequencies({ count: 1, missing: true })]).toEqual([['01', DRAWS]]);
  });
});

describe('categories', () => {
  test.each([false, true])('every division of levels, missing cells one of them (%s)', (missing) => {
    const law = Object.fromEntries(
      Array.from({ length: 8 }, (_, k) => k.toString(2).padStart(3, '0')).map((side) => [
        missing ? side : `${side}0`,
        1 / 8,
      ]),
    );
    expectLaw({ count: missing ? 2 : 3, missing, category: true }, law);
  });
});

test.each([false, true])('one class and no missing cell: nothing to cut, nothing drawn (category: %s)', (category) => {
  const stream = streamFor(2, 'side');
  const next = streamFor(2, 'side').bits();
  expect(drawSide(columnsOf({ count: 1, category }), 1, stream, new Uint8Array(256))).toBe(false);
  expect(stream.bits()).toBe(next);
});
