/** What JavaScript and WebAssembly say differently; the twin for AssemblyScript is `scripts/kernels/portable.ts`. */

/** Product modulo 2³². */
export const multiply = Math.imul;

/** Toward zero. */
export const toInt = (x: f64): i32 => x | 0;

/** The same 32 bits without a sign. */
export const unsigned = (word: i32): f64 => word >>> 0;

/** 2³² modulo count. */
export const wordsModulo = (count: i32): f64 => (4294967296 - count) % count;

/** The least whole number that is not below x. */
export const ceiling = (x: f64): i32 => Math.ceil(x) | 0;
