/**
 * A lasso again on some of its rows, from its own coefficients, at its own penalty times √(Σω of all/Σω of the rows): the
 * noise that a penalty keeps out grows so (Bickel, Ritov & Tsybakov 2009). Only columns that may be needed are
 * multiplied with each other: those in use, and those whose gradient comes near their penalty; the others' gradients are
 * checked afterwards, and what exceeds its penalty is taken up (Friedman, Hastie & Tibshirani 2010, §2.6). A refit on m rows
 * of p columns, k of them at hand, takes about m(2p + k²/2) products.
 */

import { sum } from '../../math/sums.js';
import { type DescentRoom, descend, descentRoom } from '../../penalized/coordinate-descent.js';
import { crossProductScratch, crossProductsInto } from '../../penalized/cross-products.js';
import type { Design } from '../../penalized/design.js';
import type { PenalizedFit } from '../../penalized/fit-penalized.js';
import type { RLossRows } from './combine.js';

/** A column whose gradient is this near to its penalty is at hand from the start. */
const NEAR = 0.95;
/** Gradients of unused columns may exceed their penalties by this share: about as near as sweeps come for the others. */
const EXCESS = 0.01;
const MOST_ROUNDS = 20;
const MOST_SWEEPS = 500;
/** Change of the fit's mean square that ends the sweeps, as a share of the target's. */
const TOLERANCE = 1e-6;

/** @returns a function of rows that writes their coefficients, in the units of the design's columns */
export function makeBagLasso(
  design: Design,
  { outcome, weight }: Pick<RLossRows, 'outcome' | 'weight'>,
  fit: Pick<PenalizedFit, 'coefficients' | 'penalty' | 'scale'>,
  factor: Float64Array,
): (rows: Int32Array, out: Float64Array) => void {
  const { rowCount, columnCount, values } = design;
  const own = factor.map((f, j) => fit.penalty * f * fit.scale[j]);
  const penalties = new Float64Array(columnCount);
  const allWeight = sum(weight);
  const residual = new Float64Array(rowCount);
  const gradient = new Float64Array(columnCount);
  const taken = new Uint8Array(columnCount);
  const keptWeight = new Float64Array(rowCount);
  let kept = new Float64Array(0);
  const scratch = crossProductScratch();

  /** Σω; ωr of the rows into `residual`, means of ωrx into `gradient`. */
  function gradients(rows: Int32Array, beta: Float64Array): number {
    let total = 0;
    for (let k = 0; k < rows.length; k++) {
      residual[k] = outcome[rows[k]];
      keptWeight[k] = weight[rows[k]];
      total += keptWeight[k];
    }
    for (let j = 0; j < columnCount; j++) {
      const slope = beta[j];
      const at = j * rowCount;
      if (slope !== 0) for (let k = 0; k < rows.length; k++) residual[k] -= slope * values[at + rows[k]];
    }
    for (let k = 0; k < rows.length; k++) residual[k] *= keptWeight[k];
    for (let j = 0; j < columnCount; j++) {
      const at = j * rowCount;
      let score = 0;
      for (let k = 0; k < rows.length; k++) score += residual[k] * values[at + rows[k]];
      gradient[j] = score / total;
    }
    return total;
  }

  return (rows, beta) => {
    beta.set(fit.coefficients);
    let total = gradients(rows, beta);
    if (!(total > 0)) return;
    for (let j = 0; j < columnCount; j++) penalties[j] = own[j] * Math.sqrt(allWeight / total);
    let square = 0;
    for (const row of rows) square += (weight[row] * outcome[row] ** 2) / total;
    for (let j = 0; j < columnCount; j++)
      taken[j] = +(fit.scale[j] > 0 && (beta[j] !== 0 || Math.abs(gradient[j]) >= NEAR * penalties[j]));
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const columns = Int32Array.from(taken.keys()).filter((j) => taken[j] === 1);
      descendOn(columns, rows, total, square, beta);
      total = gradients(rows, beta);
      let missing = 0;
      for (let j = 0; j < columnCount; j++)
        if (taken[j] === 0 && fit.scale[j] > 0 && Math.abs(gradient[j]) > (1 + EXCESS) * penalties[j]) {
          taken[j] = 1;
          missing++;
        }
      if (missing === 0) return;
    }
  };

  /** The lasso on these columns alone, from `beta` and its `gradient`. */
  function descendOn(columns: Int32Array, rows: Int32Array, total: number, square: number, beta: Float64Array): void {
    const size = columns.length;
    const count = rows.length;
    const room: DescentRoom = descentRoom(size);
    const hessian = new Float64Array(size * size);
    if (kept.length < size * count) kept = new Float64Array(size * count);
    for (let a = 0; a < size; a++) {
      const from = columns[a] * rowCount;
      room.working[a] = a;
      for (let k = 0; k < count; k++) kept[a * count + k] = values[from + rows[k]];
    }
    crossProductsInto(kept, count, 0, count, keptWeight, room.working, size, scratch, hessian);
    for (let cell = 0; cell < hessian.length; cell++) hessian[cell] /= total;
    const quadratic = {
      size,
      hessian,
      beta: Float64Array.from(columns, (j) => beta[j]),
      gradient: Float64Array.from(columns, (j) => gradient[j]),
    };
    const penalty = { factor: Float64Array.from(columns, (j) => penalties[j]), mix: 1 };
    descend(quadratic, penalty, 1, room, size, TOLERANCE * square, MOST_SWEEPS);
    columns.forEach((j, a) => {
      beta[j] = quadratic.beta[a];
    });
  }
}
