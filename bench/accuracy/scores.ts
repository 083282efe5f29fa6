/** How good answers are where the truth is known. */
import type { Estimate, Warning } from 'causal-forest';

/** Two-sided 5 % point of the normal distribution. */
const NORMAL_95 = 1.959963984540054;

export interface EffectScore {
  /** Mean over rows of (τ̂ − τ)², of the rows that have an estimate. */
  readonly meanSquaredError: number;
  /** Share of all rows whose τ̂ ± 1.96 standard errors holds τ; a row without an estimate or an error holds nothing. */
  readonly coverage: number;
  readonly meanStandardError: number;
  /** Rows without an estimate. */
  readonly missing: number;
}

/** Scores of effects, row by row; NaN marks what has no estimate. All three arrays are of one length. */
export function scoreOf(estimate: Float64Array, standardError: Float64Array, truth: Float64Array): EffectScore {
  let squares = 0;
  let errors = 0;
  let held = 0;
  let missing = 0;
  let withError = 0;
  truth.forEach((effect, i) => {
    const error = estimate[i] - effect;
    if (Number.isNaN(error)) {
      missing++;
      return;
    }
    squares += error * error;
    held += Math.abs(error) <= NORMAL_95 * standardError[i] ? 1 : 0;
    if (Number.isNaN(standardError[i])) return;
    errors += standardError[i];
    withError++;
  });
  return {
    meanSquaredError: squares / (truth.length - missing),
    coverage: held / truth.length,
    meanStandardError: errors / withError,
    missing,
  };
}

export interface AverageScore {
  readonly truth: number;
  readonly estimate: number | null;
  readonly standardError: number | null;
  /** Estimate minus truth. */
  readonly error: number | null;
  /** Whether the interval holds the truth; none holds nothing. */
  readonly held: boolean;
}

export const scoreOfAverage = ({ estimate, standardError, interval }: Estimate, truth: number): AverageScore => ({
  truth,
  estimate,
  standardError,
  error: estimate === null ? null : estimate - truth,
  held: interval !== null && interval[0] <= truth && truth <= interval[1],
});

/** How often each code was given. */
export function countCodes(warnings: readonly Warning[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of warnings) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

export const sum = (values: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
};

export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

export const geometricMean = (values: readonly number[]): number => Math.exp(mean(values.map(Math.log)));

/** Mean of what is there; NaN where nothing is. */
export const meanOfPresent = (values: readonly (number | null)[]): number =>
  mean(values.filter((value) => value !== null));
