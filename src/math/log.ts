/**
 * The natural logarithm by sums, products and divisions only, so that every engine gets the same bits; the language leaves the
 * last bits of `Math.log` open, as it does with `Math.exp` (`exp.ts`). Nuisances pass through it.
 *
 * x = 2^k (1 + f) with √½ ≤ 1 + f < √2, and, with s = f/(2 + f), log(1 + f) = 2 artanh(s) = f − s(f − R), R = Σⱼ 2s²ʲ/(2j + 1) for
 * j ≥ 1: f is exact and all else is small beside it. |s| ≤ 0.1716, so eleven terms leave less than 1e-18. ln 2 stands in two
 * parts, the first with enough zero bits that k times it is exact.
 */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const TERMS = 11;
const SMALLEST_NORMAL = 2 ** -1022;
const TWO_54 = 2 ** 54;

/** 2/(2j + 1) for j = 0 … 11. */
const SERIES = Float64Array.from({ length: TERMS + 1 }, (_, j) => 2 / (2 * j + 1));

const view = new DataView(new ArrayBuffer(8));

/** Relative error below 3e-16; −Infinity at 0, Infinity there, NaN below 0 and for NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < SMALLEST_NORMAL;
  view.setFloat64(0, subnormal ? x * TWO_54 : x);
  const bits = view.getUint32(0);
  let k = (bits >>> 20) - 1023 - (subnormal ? 54 : 0);
  // Exponent 0: a number from 1 to 2.
  view.setUint32(0, (bits & 0xfffff) | 0x3ff00000);
  let mantissa = view.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k++;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const square = s * s;
  let rest = SERIES[TERMS];
  for (let j = TERMS - 1; j >= 1; j--) rest = SERIES[j] + square * rest;
  return k * LN2_HIGH + (f - (s * (f - square * rest) - k * LN2_LOW));
}
