/**
 * What JavaScript and WebAssembly say differently, both ways, against integers of any size. The twins for AssemblyScript
 * are compiled here, each behind an exported function of its own.
 */
import { readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { describe, expect, test } from 'vitest';
import * as portable from '../../src/kernels/portable.js';
import { streamFor } from '../../src/math/random.js';

type Portable = typeof portable;

const SIGNATURES: Readonly<Record<keyof Portable, string>> = {
  toInt: 'x: f64): i32',
  ceiling: 'x: f64): i32',
  squareRoot: 'x: f64): f64',
  multiply: 'x: i32, y: i32): i32',
  upperProduct: 'x: i32, y: i32): i32',
  trailingZeros: 'x: i32): i32',
  ones: 'x: i32): i32',
  isBelow: 'x: i32, y: i32): bool',
  wordsModulo: 'x: i32): i32',
  quotient: 'x: i32, y: i32): i32',
};

async function compileTwins(): Promise<Portable> {
  const wrapped = Object.entries(SIGNATURES).map(([name, signature]) => {
    const given = signature.includes('y:') ? 'x, y' : 'x';
    return `import { ${name} as of_${name} } from './portable'; export function ${name}(${signature} { return of_${name}(${given}); }`;
  });
  const sources: Readonly<Record<string, string>> = {
    'twins.ts': wrapped.join('\n'),
    'portable.ts': readFileSync(new URL('../../scripts/kernels/portable.as', import.meta.url), 'utf8'),
  };
  let code: Uint8Array | undefined;
  const stderr = asc.createMemoryStream();
  await asc.main(['twins.ts', '--outFile', 'twins.wasm', '--runtime', 'stub', '-O3'], {
    stderr,
    readFile: (name) => sources[name] ?? null,
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') code = contents;
    },
    listFiles: () => [],
  });
  if (!code) throw new Error(stderr.toString());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)));
  return exports as unknown as Portable;
}

const twins = await compileTwins();

const stream = streamFor(1, 'portable');
const EXTREME = [0, 1, 2, 3, 65_535, 65_536, 65_537, 2 ** 30, 2 ** 30 + 1, 2 ** 31 - 2, 2 ** 31 - 1];
const words = [...EXTREME, ...EXTREME.map((word) => -word | 0), -(2 ** 31), ...drawn(100, () => stream.bits())];
const counts = [
  ...EXTREME.filter((count) => count > 0),
  7,
  1000,
  1_000_003,
  ...drawn(100, () => stream.bits() >>> 1 || 1),
];

function drawn(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

/** A word without its sign. */
const natural = (word: number): bigint => BigInt.asUintN(32, BigInt(word));

describe.each([
  ['JavaScript', portable],
  ['WebAssembly', twins],
])(
  '%s',
  (_, { toInt, ceiling, squareRoot, multiply, upperProduct, trailingZeros, ones, isBelow, wordsModulo, quotient }) => {
    test('products, their upper half, and order', () => {
      for (const word of words)
        for (const count of counts) {
          expect(multiply(word, count)).toBe(Number(BigInt.asIntN(32, BigInt(word) * BigInt(count))));
          expect(upperProduct(word, count)).toBe(Number((natural(word) * BigInt(count)) >> 32n));
        }
      for (const word of words)
        for (const other of words) expect(Boolean(isBelow(word, other))).toBe(natural(word) < natural(other));
    });

    test('bits of a word', () => {
      for (const word of words) {
        const digits = natural(word).toString(2).padStart(32, '0');
        expect(trailingZeros(word)).toBe(31 - digits.lastIndexOf('1'));
        expect(ones(word)).toBe(digits.replaceAll('0', '').length);
      }
    });

    test('whole parts of quotients', () => {
      for (const word of words.filter((word) => word >= 0))
        for (const count of counts) expect(quotient(word, count)).toBe(Number(BigInt(word) / BigInt(count)));
    });

    test('2³² modulo a count', () => {
      for (const count of counts) expect(wordsModulo(count)).toBe(Number(2n ** 32n % BigInt(count)));
    });

    test('whole numbers from others', () => {
      const numbers = [0, -0, 0.5, -0.5, 1, 1 + 2 ** -52, 1 - 2 ** -53, 2.9999, -2.9999, 123_456.789, 2 ** 31 - 1.5];
      for (const x of numbers) {
        expect(toInt(x)).toBe(Math.trunc(x) + 0);
        expect(ceiling(x)).toBe(Math.ceil(x) + 0);
        expect(squareRoot(x * x)).toBe(Math.sqrt(x * x));
      }
    });
  },
);
