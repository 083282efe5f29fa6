/**
 * The random streams: uniform, unbiased, and unrelated where their keys are neighbours.
 * Every frequency test below fails a right generator with probability at most 1e-6; there are 24 of them.
 */
import { describe, expect, test } from 'vitest';
import { InvalidOptionError } from '../../src/base/errors.js';
import { quantile } from '../../src/math/normal.js';
import { RandomStream, requireSeed, streamFamily, streamFor } from '../../src/math/random.js';
import { chiSquare, chiSquareLimit, correlation, NORMAL_LIMIT } from '../support/frequencies.js';

const BINS = 256;

function expectUniform(values: ArrayLike<number>): void {
  const observed = new Float64Array(BINS);
  for (let i = 0; i < values.length; i++) observed[Math.floor(values[i] * BINS)]++;
  expect(chiSquare(observed, new Float64Array(BINS).fill(values.length / BINS))).toBeLessThan(chiSquareLimit(BINS - 1));
}

function expectUnrelated(a: ArrayLike<number>, b: ArrayLike<number>): void {
  expect(Math.abs(correlation(a, b)) * Math.sqrt(a.length)).toBeLessThan(NORMAL_LIMIT);
}

test('the bits are those of sfc32, in integers of any size', () => {
  const word = (1n << 32n) - 1n;
  let [a, b, c, d] = [0x12345678n, 0x9abcdef0n, 0x0fedcba9n, 1n];
  const next = () => {
    const t = (a + b + d) & word;
    d = (d + 1n) & word;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & word;
    c = (((c << 21n) & word) | (c >> 11n)) & word;
    c = (c + t) & word;
    return Number(t);
  };
  for (let i = 0; i < 12; i++) next();
  const stream = new RandomStream(0x12345678, 0x9abcdef0, 0x0fedcba9);
  for (let i = 0; i < 1000; i++) expect(stream.bits() >>> 0).toBe(next());
});

// Stability: a change here changes every forest that anyone has fitted and published with a seed.
test('first draws stay what they are', () => {
  const family = streamFamily(42, 'causal forest', 'rows');
  expect([0, 1, 2].map((index) => family(index).bits())).toEqual([-343571539, -713677773, -594495584]);
  const stream = streamFor(7, 'folds');
  expect([stream.uniform(), stream.uniform()]).toEqual([0.39857213540345093, 0.9614618430245419]);
  expect([stream.below(10), stream.below(1000), stream.below(2 ** 31)]).toEqual([1, 849, 1855540213]);
  // By a logarithm of our own and a square root, which IEEE 754 rounds in one way: the same bits in every engine.
  expect(Array.from({ length: 4 }, () => stream.normal())).toEqual([
    1.335745323670882, -0.6818569199280106, 0.0359331762475465, 1.305267179971411,
  ]);
});

describe('streams with neighbouring keys', () => {
  const COUNT = 100_000;
  const draws = (streamAt: (index: number) => RandomStream, skip: number) =>
    Float64Array.from({ length: COUNT }, (_, index) => {
      const stream = streamAt(index);
      for (let k = 0; k < skip; k++) stream.uniform();
      return stream.uniform();
    });

  test.each([0, 1, 7])('draw %i of neighbouring indices', (skip) => {
    const values = draws(streamFamily(42, 'bags'), skip);
    expectUniform(values);
    expectUnrelated(values.subarray(1), values.subarray(0, COUNT - 1));
    expectUnrelated(values.subarray(2), values.subarray(0, COUNT - 2));
  });

  test('the same index under another seed, purpose or path', () => {
    const own = draws(streamFamily(42, 'bags'), 0);
    for (const other of [streamFamily(43, 'bags'), streamFamily(42, 'splits'), streamFamily(42, 'bags', 1)])
      expectUnrelated(own, draws(other, 0));
  });

  test('neighbouring seeds', () => {
    const values = Float64Array.from({ length: 20_000 }, (_, seed) => streamFor(seed, 'bags').uniform());
    expectUniform(values);
    expectUnrelated(values.subarray(1), values.subarray(0, values.length - 1));
  });

  test('one key, one stream; its index decides nothing else', () => {
    const family = streamFamily(1, 'bags');
    const first = family(5).bits();
    family(6).bits();
    expect(family(5).bits()).toBe(first);
    expect(streamFor(1, 'bags').bits()).toBe(family(0).bits());
  });
});

describe('one stream', () => {
  test('uniform', () => {
    const stream = streamFor(1, 'uniform');
    const values = Float64Array.from({ length: 200_000 }, () => stream.uniform());
    expectUniform(values);
    expectUnrelated(values.subarray(1), values.subarray(0, values.length - 1));
    // The low bits are as good as the high ones.
    expectUniform(values.map((value) => (value * 2 ** 45) % 1));
  });

  test.each([2, 3, 7, 100, 1000])('below(%i)', (count) => {
    const stream = streamFor(2, 'below', count);
    const observed = new Float64Array(count);
    for (let i = 0; i < 200_000; i++) observed[stream.below(count)]++;
    expect(chiSquare(observed, new Float64Array(count).fill(200_000 / count))).toBeLessThan(chiSquareLimit(count - 1));
  });

  // Of 2³² words multiplied by 3/4 without rejection, every third number would come up twice as often as the others.
  test('below a count that does not divide 2³² favours none', () => {
    const stream = streamFor(3, 'below');
    const observed = new Float64Array(3);
    for (let i = 0; i < 100_000; i++) observed[stream.below(3 * 2 ** 30) % 3]++;
    expect(
      chiSquare(
        observed,
        [1 / 3, 1 / 3, 1 / 3].map((share) => share * 100_000),
      ),
    ).toBeLessThan(chiSquareLimit(2));
  });

  test('below(1) is 0, and the largest count stays in range', () => {
    const stream = streamFor(4, 'below');
    for (let i = 0; i < 100; i++) expect(stream.below(1)).toBe(0);
    for (let i = 0; i < 1000; i++) {
      const value = stream.below(2 ** 32 - 1);
      expect(Number.isInteger(value) && value >= 0 && value < 2 ** 32 - 1).toBe(true);
    }
  });

  test('normal', () => {
    const stream = streamFor(5, 'normal');
    const limits = Array.from({ length: 49 }, (_, k) => quantile((k + 1) / 50));
    const observed = new Float64Array(50);
    for (let i = 0; i < 100_000; i++) {
      const z = stream.normal();
      observed[limits.filter((limit) => limit < z).length]++;
    }
    expect(chiSquare(observed, new Float64Array(50).fill(2000))).toBeLessThan(chiSquareLimit(49));
  });
});

test.each([-1, 0.5, Number.NaN, 2 ** 53, '1', null, undefined])('seed %s is refused by name', (seed) => {
  expect(() => requireSeed('seed', seed)).toThrow(InvalidOptionError);
  expect(() => requireSeed('seed', seed)).toThrow(/seed must be a whole number of at least 0/);
});
