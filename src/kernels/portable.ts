/** What JavaScript and WebAssembly say differently; the twin for AssemblyScript is `scripts/kernels/portable.as`. */

/** Toward zero. */
export const toInt = (x: f64): i32 => x | 0;

/** The least whole number that is not below x. */
export const ceiling = (x: f64): i32 => Math.ceil(x) | 0;

/** Rounded correctly in both languages. */
export const squareRoot = Math.sqrt;

/** Product modulo 2³². */
export const multiply = Math.imul;

/** The product's upper 32 bits, the word taken without a sign; count is not negative. */
export const upperProduct = (word: i32, count: i32): i32 =>
  Math.floor(((word >>> 16) * count + Math.floor(((word & 65535) * count) / 65536)) / 65536);

/** Zeros below a word's lowest bit; 32 if it has none. */
export const trailingZeros = (word: i32): i32 => 32 - Math.clz32(~word & (word - 1));

/** How many bits of a word are 1. */
export function ones(word: i32): i32 {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Order of words without a sign. */
export const isBelow = (word: i32, other: i32): boolean => word >>> 0 < other >>> 0;

/** 2³² modulo count. */
export const wordsModulo = (count: i32): i32 => (4294967296 - count) % count;

/** The whole part of a quotient; neither number is negative. */
export const quotient = (a: i32, b: i32): i32 => Math.floor(a / b);
