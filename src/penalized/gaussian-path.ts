/**
 * The elastic net's path for squared error. Sums are taken once: fold k's matrix of cross products S_k, and for the fit
 * without it Σ S − S_k, so that ten folds cost about one. Each fit is then a quadratic (`coordinate-descent.ts`) with
 *   H = X'WX/Σw − x̄x̄',  c = X'Wy/Σw − x̄ȳ  (means of its own rows; none taken out without an intercept).
 */
import type { Arranged } from './arrange.js';
import {
  addViolations,
  type DescentRoom,
  descend,
  descentRoom,
  largestPenalty,
  type Penalty,
  type Quadratic,
  screen,
} from './coordinate-descent.js';
import { FINAL_SWEEPS, FINAL_TOLERANCE, PATH_SWEEPS, PATH_TOLERANCE, type Path, type PathFit } from './path.js';

/** One regression's quadratic, with c, and the means that give its intercept. */
export interface GaussianFit extends PathFit, Quadratic {
  readonly right: Float64Array;
  readonly means: Float64Array;
  targetMean: number;
}

export function gaussianPath(arranged: Arranged, penalty: Penalty, intercept: boolean): Path {
  const { columnCount: p, columns, weight, starts, targetSquare } = arranged;
  const folds = starts.length - 1;
  const size = p + 2;
  const all = Int32Array.from({ length: size }, (_, j) => j);
  const total = new Float64Array(size * size);
  const sums: Float64Array[] = [];
  const fits: GaussianFit[] = [];
  const room = descentRoom(p);
  return {
    preparations: folds,
    prepare(k) {
      const own = new Float64Array(size * size);
      columns.crossProductsInto({ from: starts[k], end: starts[k + 1], weight }, all, 0, size, own, size);
      for (let cell = 0; cell < own.length; cell++) total[cell] += own[cell];
      sums.push(own);
    },
    start() {
      fits.push(gaussianFit(total, p, intercept));
      for (let own = sums.shift(); own !== undefined; own = sums.shift()) {
        for (let cell = 0; cell < own.length; cell++) own[cell] = total[cell] - own[cell];
        fits.push(gaussianFit(own, p, intercept));
      }
      for (const fit of fits)
        solve(
          fit,
          penalty,
          0,
          Number.POSITIVE_INFINITY,
          room,
          PATH_TOLERANCE.gaussian * targetSquare,
          PATH_SWEEPS,
          false,
        );
      return largestPenalty(fits[0], penalty);
    },
    advance(lambda, before) {
      const threshold = penalty.mix * (2 * lambda - before);
      for (const fit of fits)
        solve(fit, penalty, lambda, threshold, room, PATH_TOLERANCE.gaussian * targetSquare, PATH_SWEEPS, true);
    },
    finish(lambda) {
      solve(fits[0], penalty, lambda, penalty.mix * lambda, room, FINAL_TOLERANCE * targetSquare, FINAL_SWEEPS, true);
      return fits[0];
    },
    fits,
  };
}

/** The quadratic of rows whose cross products (columns, ones, target) are given; Σw stands at (ones, ones). */
function gaussianFit(sums: Float64Array, p: number, intercept: boolean): GaussianFit {
  const size = p + 2;
  const ones = p * size;
  const target = (p + 1) * size;
  const total = sums[ones + p];
  const share = total > 0 ? 1 / total : 0;
  const means = new Float64Array(p);
  if (intercept) for (let j = 0; j < p; j++) means[j] = sums[ones + j] * share;
  const targetMean = intercept ? sums[target + p] * share : 0;
  const hessian = new Float64Array(p * p);
  for (let j = 0; j < p; j++)
    for (let k = 0; k < p; k++) hessian[j * p + k] = sums[j * size + k] * share - means[j] * means[k];
  const right = new Float64Array(p);
  for (let j = 0; j < p; j++) right[j] = sums[target + j] * share - means[j] * targetMean;
  const beta = new Float64Array(p);
  return {
    size: p,
    hessian,
    right,
    means,
    targetMean,
    beta,
    gradient: right.slice(),
    intercept: targetMean,
    converged: true,
  };
}

/** Descends on the screened columns until no column outside would come in; `checked` false: exempt columns only. */
function solve(
  fit: GaussianFit,
  penalty: Penalty,
  lambda: number,
  threshold: number,
  room: DescentRoom,
  tolerance: number,
  mostSweeps: number,
  checked: boolean,
): void {
  let count = screen(fit, penalty, threshold, room);
  for (;;) {
    fit.converged = descend(fit, penalty, lambda, room, count, tolerance, mostSweeps);
    refreshGradient(fit);
    const now = checked ? addViolations(fit, penalty, lambda, room, count) : count;
    if (now === count) break;
    count = now;
  }
  let shift = fit.targetMean;
  for (let j = 0; j < fit.size; j++) shift -= fit.means[j] * fit.beta[j];
  fit.intercept = shift;
}

/** c − Hβ for all columns, from nothing, so that rounding does not build up along the path. */
function refreshGradient({ size, hessian, right, beta, gradient }: GaussianFit): void {
  for (let k = 0; k < size; k++) gradient[k] = right[k];
  for (let j = 0; j < size; j++) {
    const b = beta[j];
    if (b === 0) continue;
    for (let k = 0; k < size; k++) gradient[k] -= b * hessian[j * size + k];
  }
}
