/**
 * 1/(1 + e^−η) of many numbers, by sums and products only, so that every engine gets the same bits (`math/exp.ts` says how:
 * e^x = 2^k e^r with |r| ≤ ln(2)/2). The twin for AssemblyScript, `scripts/kernels/logistic.as`, takes two at a time.
 * Beyond ±708 η is taken there, where the result is 0 or 1 to 300 digits.
 */
const MOST = 708;
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/** 2^k for |k| below 1023, exactly. */
const POWERS = new Float64Array(2045).fill(1);
for (let k = 1; k <= 1022; k++) {
  POWERS[1022 + k] = 2 * POWERS[1021 + k];
  POWERS[1022 - k] = 0.5 * POWERS[1023 - k];
}

/** Replaces the first `count` numbers. */
export function logisticInPlace(numbers: F64, count: i32): void {
  for (let i = 0; i < count; i++) {
    const x = Math.max(-MOST, Math.min(MOST, -numbers[i]));
    const k = Math.floor(x / Math.LN2 + 0.5);
    const r = x - k * LN2_HIGH - k * LN2_LOW;
    const s = r * r;
    const even = 1 / 2 + s * (1 / 24 + s * (1 / 720 + s * (1 / 40_320 + s * (1 / 3_628_800 + s * (1 / 479_001_600)))));
    const odd =
      1 / 6 + s * (1 / 120 + s * (1 / 5_040 + s * (1 / 362_880 + s * (1 / 39_916_800 + s * (1 / 6_227_020_800)))));
    numbers[i] = 1 / (1 + (1 + (r + s * (even + r * odd))) * POWERS[k + 1022]);
  }
}
