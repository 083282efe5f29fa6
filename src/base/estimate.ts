import type { Warning } from './warnings.js';

/**
 * One estimated number with its uncertainty: plain frozen data that survives `structuredClone` and JSON.
 * `estimate`, `standardError` and `interval` are null where the data cannot tell; `warnings` then say why.
 */
export interface Estimate {
  readonly estimate: number | null;
  /** Standard error in the units of `estimate`. */
  readonly standardError: number | null;
  /** Confidence interval [lower, upper] at `level`. */
  readonly interval: readonly [lower: number, upper: number] | null;
  /** Nominal coverage of `interval`, e.g. 0.95. */
  readonly level: number;
  /** Rows the estimate rests on (those with positive weight). */
  readonly n: number;
  readonly warnings: readonly Warning[];
}
