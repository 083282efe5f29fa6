/**
 * eˣ by sums and products only, so that every engine gets the same bits; the language leaves the last bits of `Math.exp`
 * open, and engines differ in them. Variances pass through it.
 *
 * x = k ln 2 + r with |r| ≤ ln(2)/2, and e^r by its Taylor polynomial of degree 13 (remainder below 5e-18). ln 2 stands in two
 * parts, the first with enough zero bits that k times it is exact.
 */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** Coefficients of the polynomial: 1/n!. */
const C2 = 1 / 2;
const C3 = 1 / 6;
const C4 = 1 / 24;
const C5 = 1 / 120;
const C6 = 1 / 720;
const C7 = 1 / 5_040;
const C8 = 1 / 40_320;
const C9 = 1 / 362_880;
const C10 = 1 / 3_628_800;
const C11 = 1 / 39_916_800;
const C12 = 1 / 479_001_600;
const C13 = 1 / 6_227_020_800;

/** Relative error below 4e-16; 0 below −745.2, Infinity above 709.8, NaN for NaN. */
export function exp(x: number): number {
  if (!(x > -746)) return Number.isNaN(x) ? x : 0;
  if (x > 710) return Number.POSITIVE_INFINITY;
  const k = Math.round(x / Math.LN2);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // (e^r − 1 − r)/r² first: small terms are summed before large ones, and 1 + r is rounded once. Even and odd powers apart:
  // two short chains take two thirds of the time of a long one.
  const square = r * r;
  const even = C2 + square * (C4 + square * (C6 + square * (C8 + square * (C10 + square * C12))));
  const odd = C3 + square * (C5 + square * (C7 + square * (C9 + square * (C11 + square * C13))));
  const result = 1 + (r + square * (even + r * odd));
  return k >= -NEAR && k <= NEAR ? result * POWERS[k + NEAR] : scale(result, k);
}

/** value · 2^k, in steps that stay exact but for a last rounding below the normal range. */
function scale(value: number, k: number): number {
  let result = value;
  let left = k;
  for (; left > 1000; left -= 1000) result *= TWO_1000;
  for (; left < -1000; left += 1000) result /= TWO_1000;
  return left < 0 ? result / power(-left) : result * power(left);
}

/** 2^k for 0 ≤ k ≤ 1000, exactly, by squaring. */
function power(k: number): number {
  let result = 1;
  let base = 2;
  for (let left = k; left > 0; left >>= 1) {
    if (left & 1) result *= base;
    base *= base;
  }
  return result;
}

const TWO_1000 = power(1000);

/** 2^k for −64 ≤ k ≤ 64, by far the most frequent. */
const NEAR = 64;
const POWERS = Float64Array.from({ length: 2 * NEAR + 1 }, (_, i) =>
  i < NEAR ? 1 / power(NEAR - i) : power(i - NEAR),
);
