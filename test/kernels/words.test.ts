/** Sets of rows as bits, both ways, against sets of numbers. */
import { describe, expect, test } from 'vitest';
import * as words from '../../src/kernels/words.js';
import { streamFor } from '../../src/math/random.js';
import { compileTwin } from '../support/compile-twin.js';

type Words = typeof words;
/** The same functions, given addresses. */
type Compiled = { readonly [Name in keyof Words]: (...given: number[]) => number };

const twin = await compileTwin<Compiled>("export * from './words';");

/** Places of arrays: JavaScript's own, or in the twin's memory, and how functions take them. */
const WAYS = [
  {
    name: 'JavaScript',
    make: () => {
      const numbers = new Int32Array(1 << 13);
      const bytes = new Uint8Array(256);
      return { run: words, numbers, bytes, asNumbers: numbers, asBytes: bytes };
    },
  },
  {
    name: 'WebAssembly',
    make: () => {
      const numbers = new Int32Array(twin.memory.buffer, 4096, 1 << 13);
      const bytes = new Uint8Array(twin.memory.buffer, 4096 + 4 * (1 << 13), 256);
      numbers.fill(0);
      return {
        run: twin as unknown as Words,
        numbers,
        bytes,
        asNumbers: 4096 as unknown as Int32Array,
        asBytes: (4096 + 4 * (1 << 13)) as unknown as Uint8Array,
      };
    },
  },
];

const stream = streamFor(1, 'words');
/** Rows of a set of so many, each with probability `share`. */
const drawRows = (count: number, share: number): number[] =>
  Array.from({ length: count }, (_, row) => row).filter(() => stream.uniform() < share);

function put(numbers: Int32Array, at: number, rows: readonly number[]): void {
  for (const row of rows) numbers[at + (row >> 5)] |= 1 << (row & 31);
}

const rowsAt = (numbers: Int32Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, row) => row).filter((row) => (numbers[at + (row >> 5)] >>> (row & 31)) & 1);

describe.each(WAYS)('$name', ({ make }) => {
  test.each([
    [4, 0.5, 0.5],
    [8, 1, 0.3],
    [8, 0.4, 0],
    [20, 0.3, 1],
    [20, 0, 0.5],
    [4, 0.02, 0.5],
  ])('sets of %i words are split', (count, share, below) => {
    for (const inPlace of [true, false]) {
      const { run, numbers, asNumbers } = make();
      const rows = drawRows(32 * count, share);
      const cut = drawRows(32 * count, below);
      const missing = drawRows(32 * count, 0.3);
      put(numbers, 40, rows);
      put(numbers, 80, cut);
      put(numbers, 120, missing);
      const right = inPlace ? 40 : 200;
      const isLeft = new Set(cut);
      const sides = run.splitSet(asNumbers, 40, 160, right, asNumbers, 80, count);
      const left = rows.filter((row) => isLeft.has(row));
      expect(rowsAt(numbers, 160, 32 * count)).toEqual(left);
      expect(rowsAt(numbers, right, 32 * count)).toEqual(rows.filter((row) => !isLeft.has(row)));
      expect(sides).toBe((left.length > 0 ? 1 : 0) + (left.length < rows.length ? 2 : 0));
      run.empty(asNumbers, 40, count);
      expect(rowsAt(numbers, 40, 32 * count)).toEqual([]);
      put(numbers, 40, rows);
      const present = left.filter((row) => !missing.includes(row));
      const both = run.splitPresent(asNumbers, 40, 160, right, asNumbers, 80, 120, count);
      expect(rowsAt(numbers, 160, 32 * count)).toEqual(present);
      expect(rowsAt(numbers, right, 32 * count)).toEqual(rows.filter((row) => !present.includes(row)));
      expect(both).toBe((present.length > 0 ? 1 : 0) + (present.length < rows.length ? 2 : 0));
      run.unite(asNumbers, right, asNumbers, 160, count);
      expect(rowsAt(numbers, right, 32 * count)).toEqual(rows);
    }
  });

  test.each([1, 2, 7, 8, 9, 15, 16])('numbers of %i digits', (digits) => {
    for (const rowCount of [1, 15, 16, 17, 100, 128, 250]) {
      const { run, numbers, asNumbers } = make();
      const count = 4 * Math.ceil(rowCount / 128);
      const own = Array.from({ length: rowCount }, () => (stream.uniform() < 0.3 ? 0 : stream.below(2 ** digits)));
      for (let bit = 0; bit < digits; bit++)
        put(
          numbers,
          bit * count,
          own.flatMap((number, row) => ((number >> bit) & 1 ? [row] : [])),
        );
      numbers[4096 - 1] = -7;
      run.writeNumbers(asNumbers, digits, count, rowCount, 100_000, asNumbers, 4096);
      expect([...numbers.subarray(4096, 4096 + rowCount)]).toEqual(own.map((number) => number && 100_000 + number));
      expect(numbers[4096 - 1]).toBe(-7);
      expect([...numbers.subarray(4096 + rowCount + 15, 4096 + 500)].every((number) => number === 0)).toBe(true);
    }
  });

  test('bytes become words', () => {
    const { run, numbers, bytes, asNumbers, asBytes } = make();
    const rows = drawRows(256, 0.5);
    bytes.fill(0);
    for (const row of rows) bytes[row] = 1;
    run.packBytes(asBytes, asNumbers, 8);
    expect(rowsAt(numbers, 0, 256)).toEqual(rows);
    expect(numbers[8]).toBe(0);
  });

  test.each([0, 1, 3, 4, 5, 31, 200])('lists of %i rows are split', (count) => {
    const { run, numbers, asNumbers } = make();
    const codes = Array.from({ length: 300 }, () => stream.below(50) - 1);
    const rows = Array.from({ length: count }, () => stream.below(300));
    numbers.set(codes, 1000);
    numbers.set(rows, 2000);
    for (const cut of [-1, 0, 20, 49]) {
      numbers.fill(-9, 3000, 3300);
      const left = rows.filter((row) => codes[row] <= cut);
      expect(run.splitList(asNumbers, 2000, 2000 + count, 3000, asNumbers, 1000, cut)).toBe(left.length);
      expect([...numbers.subarray(3000, 3000 + count)]).toEqual([
        ...left,
        ...rows.filter((row) => codes[row] > cut).reverse(),
      ]);
      expect(numbers[3000 + count]).toBe(-9);
    }
  });
});
