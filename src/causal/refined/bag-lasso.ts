/**
 * A lasso again on some of its rows, from its own coefficients, at its own penalty times √(Σω of all/Σω of the rows): the
 * noise that a penalty keeps out grows so (Bickel, Ritov & Tsybakov 2009). Only columns that may be needed are
 * multiplied with each other: those in use, and those whose gradient comes near their penalty; the others' gradients are
 * checked afterwards, and what exceeds its penalty is taken up (Friedman, Hastie & Tibshirani 2010, §2.6). A refit on m rows
 * of p columns, k of them at hand, takes about m(2p + k²/2) products.
 */

import { sum } from '../../math/sums.js';
import { descend, descentRoom, type Quadratic } from '../../penalized/coordinate-descent.js';
import { crossProductRowsInto, crossProductScratch } from '../../penalized/cross-products.js';
import { addColumns, type Design, linearPredictor } from '../../penalized/design.js';
import type { PenalizedFit } from '../../penalized/fit-penalized.js';
import { projectRowsInto } from '../../penalized/projections.js';
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
  const allWeight = sum(weight);
  const allResidual = linearPredictor(design, 0, fit.coefficients).map((value, i) => outcome[i] - value);

  // Columns at hand stand in `taken` in the order they were taken up, and their numbers below in that order.
  const taken = new Int32Array(columnCount);
  const places = Int32Array.from(taken.keys());
  const quadratic: Quadratic = {
    size: columnCount,
    hessian: new Float64Array(columnCount * columnCount),
    beta: new Float64Array(columnCount),
    gradient: new Float64Array(columnCount),
  };
  const penalty = { factor: new Float64Array(columnCount), mix: 1 };
  const room = descentRoom(columnCount);
  room.working.set(places);
  const scratch = crossProductScratch();
  let kept: Float64Array = new Float64Array(0);

  const others = new Int32Array(columnCount);
  const gradient = new Float64Array(columnCount);
  const target = new Float64Array(rowCount);
  const share = new Float64Array(rowCount);
  const residual = new Float64Array(rowCount);

  return (rows, beta) => {
    const count = rows.length;
    beta.set(fit.coefficients);
    let total = 0;
    for (let k = 0; k < count; k++) total += weight[rows[k]];
    if (!(total > 0)) return;
    const ratio = Math.sqrt(allWeight / total);
    let square = 0;
    for (let k = 0; k < count; k++) {
      const row = rows[k];
      share[k] = weight[row] / total;
      target[k] = outcome[row];
      residual[k] = share[k] * allResidual[row];
      square += share[k] * target[k] * target[k];
    }
    projectRowsInto(values, rowCount, rows, residual, places, columnCount, gradient);
    let size = 0;
    let left = 0;
    for (let j = 0; j < columnCount; j++) {
      if (!(fit.scale[j] > 0)) continue;
      if (beta[j] !== 0 || Math.abs(gradient[j]) >= NEAR * own[j] * ratio) taken[size++] = j;
      else others[left++] = j;
    }
    for (let round = 0, before = 0; round < MOST_ROUNDS; round++) {
      takeUp(rows, before, size, beta, ratio);
      descend(quadratic, penalty, 1, room, size, TOLERANCE * square, MOST_SWEEPS);
      residual.fill(0, 0, count);
      addColumns(kept, count, 0, count, places, quadratic.beta, size, residual);
      for (let k = 0; k < count; k++) residual[k] = share[k] * (target[k] - residual[k]);
      projectRowsInto(values, rowCount, rows, residual, others, left, gradient);
      before = size;
      let still = 0;
      for (let o = 0; o < left; o++) {
        const j = others[o];
        if (Math.abs(gradient[j]) > (1 + EXCESS) * own[j] * ratio) taken[size++] = j;
        else others[still++] = j;
      }
      left = still;
      if (size === before) break;
    }
    for (let a = 0; a < size; a++) beta[taken[a]] = quadratic.beta[a];
  };

  /** Columns before … size of those taken: their values at the rows, coefficients, gradients, penalties and products. */
  function takeUp(rows: Int32Array, before: number, size: number, beta: Float64Array, ratio: number): void {
    const count = rows.length;
    if (kept.length < size * count) kept = grown(kept, size * count);
    for (let a = before; a < size; a++) {
      const j = taken[a];
      gatherInto(values, j * rowCount, rows, kept, a * count);
      quadratic.beta[a] = beta[j];
      quadratic.gradient[a] = gradient[j];
      penalty.factor[a] = own[j] * ratio;
    }
    crossProductRowsInto(kept, count, 0, count, share, places, before, size, scratch, quadratic.hessian, columnCount);
  }
}

function gatherInto(values: Float64Array, start: number, rows: Int32Array, out: Float64Array, at: number): void {
  for (let k = 0; k < rows.length; k++) out[at + k] = values[start + rows[k]];
}

/** The same numbers with room for at least `length`, and for half as many again. */
function grown(values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(Math.ceil(1.5 * length));
  out.set(values);
  return out;
}
