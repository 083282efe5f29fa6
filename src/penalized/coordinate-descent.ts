/**
 * Coordinate descent for the quadratic that every penalised regression comes down to (Friedman, Hastie & Tibshirani 2010,
 * §2): minimise over β
 *   ½ β'Hβ − c'β + λ Σⱼ fⱼ [ α|βⱼ| + (1−α)βⱼ²/2 ],
 * with H = X'WX/Σw. One coordinate at a time, βⱼ ← S(gⱼ + Hⱼⱼβⱼ, λαfⱼ)/(Hⱼⱼ + λ(1−α)fⱼ), S soft thresholding, while the
 * gradient g = c − Hβ is kept up to date ("covariance updates", §2.2): a step costs as many products as there are columns
 * in play, whatever the number of rows.
 * Columns that resemble each other, as hinges of one covariate do, make coordinates creep. So every few sweeps the columns
 * in use are solved for together, their signs held (in one orthant the problem is a linear system), as far as no sign
 * changes; each such step lowers the objective, and near the end it lands on the solution.
 * Solved where no coordinate moves: at the solution |gⱼ − λ(1−α)fⱼβⱼ| ≤ λαfⱼ, with equality where βⱼ ≠ 0.
 */

import { factorInPlace, solveInPlace } from '../math/positive-definite.js';

/** One regression's quadratic, and where its solution stands. Columns outside `working` stay as they are. */
export interface Quadratic {
  readonly size: number;
  /** H, row-major and symmetric. */
  readonly hessian: Float64Array;
  readonly beta: Float64Array;
  /** c − Hβ; kept up to date for working columns only. */
  readonly gradient: Float64Array;
}

/** How columns are penalised. */
export interface Penalty {
  /** fⱼ ≥ 0: 0 exempts a column, 1 is the rule. */
  readonly factor: Float64Array;
  /** α in [0, 1]: 1 is the lasso, 0 ridge regression. */
  readonly mix: number;
}

/** Room for the columns in play, made once. */
export interface DescentRoom {
  readonly working: Int32Array;
  readonly inWorking: Uint8Array;
  readonly matrix: Float64Array;
  readonly beta: Float64Array;
  readonly gradient: Float64Array;
  readonly used: Int32Array;
  readonly factor: Float64Array;
  readonly step: Float64Array;
}

export const descentRoom = (size: number): DescentRoom => ({
  working: new Int32Array(size),
  inWorking: new Uint8Array(size),
  matrix: new Float64Array(size * size),
  beta: new Float64Array(size),
  gradient: new Float64Array(size),
  used: new Int32Array(size),
  factor: new Float64Array(size * size),
  step: new Float64Array(size),
});

/** Sweeps before the first joint step, and between joint steps. */
const SWEEPS_BETWEEN = 4;

/**
 * Sweeps over the first `count` working columns until max Hⱼⱼ(Δβⱼ)² ≤ `tolerance` in a whole sweep (an upper bound of what
 * a coordinate adds to the fit), or `mostSweeps` are done.
 * @returns whether it converged
 */
export function descend(
  { size, hessian, beta, gradient }: Quadratic,
  penalty: Penalty,
  lambda: number,
  room: DescentRoom,
  count: number,
  tolerance: number,
  mostSweeps: number,
): boolean {
  const { factor, mix } = penalty;
  const { working, matrix, beta: b, gradient: g } = room;
  for (let p = 0; p < count; p++) {
    const row = working[p] * size;
    b[p] = beta[working[p]];
    g[p] = gradient[working[p]];
    for (let q = 0; q < count; q++) matrix[p * count + q] = hessian[row + working[q]];
  }
  let converged = false;
  let joint = true;
  for (let sweep = 0; sweep < mostSweeps && !converged; sweep++) {
    if (joint && sweep % SWEEPS_BETWEEN === SWEEPS_BETWEEN - 1) joint = stepTogether(penalty, lambda, room, count);
    let largest = 0;
    for (let p = 0; p < count; p++) {
      const row = p * count;
      const curvature = matrix[row + p];
      const weight = lambda * factor[working[p]];
      const old = b[p];
      const next = minimum(g[p] + curvature * old, weight * mix, curvature + weight * (1 - mix));
      const step = next - old;
      if (step === 0) continue;
      b[p] = next;
      for (let q = 0; q < count; q++) g[q] -= step * matrix[row + q];
      const change = curvature * step * step;
      if (change > largest) largest = change;
    }
    converged = largest <= tolerance;
  }
  for (let p = 0; p < count; p++) {
    beta[working[p]] = b[p];
    gradient[working[p]] = g[p];
  }
  return converged;
}

/**
 * Moves the columns in use to their common solution at the signs they have, or until the first of them reaches 0.
 * @returns false where their matrix is singular to rounding, so that trying again is no use
 */
function stepTogether({ factor, mix }: Penalty, lambda: number, room: DescentRoom, count: number): boolean {
  const { working, matrix, beta: b, gradient: g, used, factor: lower, step } = room;
  let k = 0;
  for (let p = 0; p < count; p++) if (b[p] !== 0) used[k++] = p;
  for (let r = 0; r < k; r++) {
    const p = used[r];
    const weight = lambda * factor[working[p]];
    for (let c = 0; c <= r; c++) lower[r * k + c] = matrix[p * count + used[c]];
    lower[r * k + r] += weight * (1 - mix);
    step[r] = g[p] - weight * (mix * Math.sign(b[p]) + (1 - mix) * b[p]);
  }
  if (k === 0) return true;
  if (!factorInPlace(lower, k)) return false;
  solveInPlace(lower, k, step);
  let share = 1;
  let leaving = -1;
  for (let r = 0; r < k; r++) {
    const old = b[used[r]];
    if (lambda * mix * factor[working[used[r]]] === 0 || old * (old + step[r]) > 0) continue;
    const limit = -old / step[r];
    if (limit < share) {
      share = limit;
      leaving = r;
    }
  }
  for (let r = 0; r < k; r++) {
    const p = used[r];
    const change = r === leaving ? -b[p] : share * step[r];
    b[p] += change;
    for (let q = 0; q < count; q++) g[q] -= change * matrix[p * count + q];
  }
  return true;
}

/** S(z, threshold)/curvature; 0 for a column without curvature. */
function minimum(z: number, threshold: number, curvature: number): number {
  if (!(curvature > 0)) return 0;
  if (z > threshold) return (z - threshold) / curvature;
  return z < -threshold ? (z + threshold) / curvature : 0;
}

/**
 * Columns that may be needed: those in use, those without penalty, and those whose gradient reaches `threshold` times their
 * factor. The sequential strong rule's threshold for λ, given the gradient at the solution for λ₀ ≥ λ, is α(2λ − λ₀)
 * (Tibshirani, Bien, Friedman, Hastie, Simon, Taylor & Tibshirani 2012); what it wrongly leaves out, `addViolations` finds.
 * @returns their number; they stand in `room.working`
 */
export function screen(
  { size, beta, gradient }: Quadratic,
  { factor }: Penalty,
  threshold: number,
  room: DescentRoom,
): number {
  let count = 0;
  for (let j = 0; j < size; j++) {
    const taken = beta[j] !== 0 || factor[j] === 0 || Math.abs(gradient[j]) >= threshold * factor[j];
    room.inWorking[j] = taken ? 1 : 0;
    if (taken) room.working[count++] = j;
  }
  return count;
}

/** Takes up columns outside whose gradient exceeds their penalty; returns the number of working columns then. */
export function addViolations(
  { size, gradient }: Quadratic,
  { factor, mix }: Penalty,
  lambda: number,
  room: DescentRoom,
  count: number,
): number {
  let now = count;
  for (let j = 0; j < size; j++) {
    if (room.inWorking[j] === 1 || Math.abs(gradient[j]) <= lambda * mix * factor[j]) continue;
    room.inWorking[j] = 1;
    room.working[now++] = j;
  }
  return now;
}

/** The smallest λ at which all penalised columns are out, given the gradient with only exempt columns in. */
export function largestPenalty({ size, gradient }: Quadratic, { factor, mix }: Penalty): number {
  let largest = 0;
  for (let j = 0; j < size; j++)
    if (factor[j] > 0) largest = Math.max(largest, Math.abs(gradient[j]) / (factor[j] * Math.max(mix, LEAST_MIX)));
  return largest;
}

/** Ridge regression never leaves a column out; its path starts where a mix of 0.001 would. */
const LEAST_MIX = 1e-3;
