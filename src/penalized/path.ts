/** What the two families have in common: regressions that follow the path together, one on all rows and one without each fold. */

/**
 * How far fits along the path are driven, as a share of the target's variance; judged by their held-out loss, they need not
 * be exact. Logistic steps are Newton's, which end nearer to the solution than their last length says, and cost more.
 */
export const PATH_TOLERANCE = { gaussian: 1e-7, binomial: 1e-6 } as const;
/** How far the chosen fit is driven: a step of 1e-9 standard deviations of the target. */
export const FINAL_TOLERANCE = 1e-18;
export const PATH_SWEEPS = 2_000;
export const FINAL_SWEEPS = 100_000;

/** A regression on its way, in the units of the arranged columns. */
export interface PathFit {
  intercept: number;
  readonly beta: Float64Array;
  converged: boolean;
}

export interface Path {
  /** Steps before the path can start. */
  readonly preparations: number;
  prepare(step: number): void;
  /** Solves for exempt columns alone; returns the largest penalty of interest. */
  start(): number;
  /** Takes all fits from penalty `before` to `lambda`. */
  advance(lambda: number, before: number): void;
  /** The fit on all rows at `lambda`, exactly. */
  finish(lambda: number): PathFit;
  /** fits[0] is on all rows, fits[1 + k] leaves fold k out. */
  readonly fits: readonly PathFit[];
}
