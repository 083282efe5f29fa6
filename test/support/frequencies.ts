/** Frequency tests: Pearson's statistic and the limit that it exceeds with a probability of at most 1e-6. */

/** How often a right implementation fails one such test. */
export const FALSE_ALARM = 1e-6;

/** Two-sided: |Z| > 4.892 has probability 1e-6. */
export const NORMAL_LIMIT = 4.892;

/** Σ (observed − expected)²/expected. */
export function chiSquare(observed: ArrayLike<number>, expected: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < expected.length; k++) sum += (observed[k] - expected[k]) ** 2 / expected[k];
  return sum;
}

/**
 * Upper limit of a χ² with `freedom` degrees of freedom by Wilson & Hilferty (1931). Its true tail, from the incomplete
 * gamma function, is 1.6e-7 at 1, 6.1e-7 at 9, 9.3e-7 at 100 and 9.9e-7 at 1,000 degrees of freedom.
 */
export function chiSquareLimit(freedom: number): number {
  const spread = 2 / (9 * freedom);
  return freedom * (1 - spread + 4.753424308822899 * Math.sqrt(spread)) ** 3;
}

/** Correlation of two equally long sequences. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  const mean = (x: ArrayLike<number>) => Array.from(x).reduce((sum, value) => sum + value, 0) / n;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Kolmogorov's and Smirnov's largest distance of a sample's distribution function from a continuous law. */
export function distanceToLaw(values: Float64Array, law: (value: number) => number): number {
  const n = values.length;
  return values
    .slice()
    .sort()
    .reduce((most, value, k) => {
      const expected = law(value);
      return Math.max(most, (k + 1) / n - expected, expected - k / n);
    }, 0);
}

/** Exceeded with a probability of at most 1e-6: 2e^(−2nd²), which Massart (1990) proved to be a bound for every n. */
export const distanceLimit = (count: number): number => Math.sqrt(Math.log(2 / FALSE_ALARM) / (2 * count));
