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
const SMALLEST_NORMAL = 2 ** -1022;
const TWO_54 = 2 ** 54;

/** 2/(2j + 1) for j = 1 … 11. */
const C1 = 2 / 3;
const C2 = 2 / 5;
const C3 = 2 / 7;
const C4 = 2 / 9;
const C5 = 2 / 11;
const C6 = 2 / 13;
const C7 = 2 / 15;
const C8 = 2 / 17;
const C9 = 2 / 19;
const C10 = 2 / 21;
const C11 = 2 / 23;

/** 2^(1023 − e), exactly: what brings a number of exponent e to one from 1 to 2. To write the exponent itself takes longer. */
const SCALES = new Float64Array(2047).fill(1);
for (let k = 1; k <= 1023; k++) {
  SCALES[1023 - k] = 2 * SCALES[1024 - k];
  SCALES[1023 + k] = SCALES[1022 + k] / 2;
}

const view = new DataView(new ArrayBuffer(8));

/** Relative error below 3e-16; −Infinity at 0, Infinity there, NaN below 0 and for NaN. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const subnormal = x < SMALLEST_NORMAL;
  const normal = subnormal ? x * TWO_54 : x;
  view.setFloat64(0, normal);
  const exponent = view.getUint32(0) >>> 20;
  let k = exponent - 1023 - (subnormal ? 54 : 0);
  let mantissa = normal * SCALES[exponent];
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k++;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const square = s * s;
  // Term by term from the last: the order of operations is part of the result.
  const late = C6 + square * (C7 + square * (C8 + square * (C9 + square * (C10 + square * C11))));
  const rest = C1 + square * (C2 + square * (C3 + square * (C4 + square * (C5 + square * late))));
  return k * LN2_HIGH + (f - (s * (f - square * rest) - k * LN2_LOW));
}
