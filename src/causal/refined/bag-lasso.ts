/**
 * A lasso again on some of its rows, from its own coefficients, at its own penalty times √(Σω of all/Σω of the rows): the
 * noise that a penalty keeps out grows so (Bickel, Ritov & Tsybakov 2009). Only columns that may be needed are
 * multiplied with each other: those in use, and those whose gradient comes near their penalty; the others' gradients are
 * checked afterwards, and what exceeds its penalty is taken up (Friedman, Hastie & Tibshirani 2010, §2.6). Rows that are
 * left out have weight 0: a refit of p columns, k of them at hand, takes about n(2p + k²/2) products.
 */

import { sum } from '../../math/sums.js';
import { makeColumns } from '../../penalized/columns.js';
import { descend, descentRoom, type Quadratic } from '../../penalized/coordinate-descent.js';
import { type Design, linearPredictor } from '../../penalized/design.js';
import type { PenalizedFit } from '../../penalized/fit-penalized.js';
import type { RLossRows } from '../r-loss-rows.js';

/** A column whose gradient is this near to its penalty is at hand from the start. */
const NEAR = 0.95;
/** Gradients of unused columns may exceed their penalties by this share: about as near as sweeps come for the others. */
const EXCESS = 0.01;
const MOST_ROUNDS = 20;
const MOST_SWEEPS = 500;
/** Change of the fit's mean square that ends the sweeps, as a share of the target's. */
const TOLERANCE = 1e-6;

export interface BagLasso {
  /** Writes the coefficients on some rows, in the units of the design's columns. */
  refit(rows: Int32Array, out: Float64Array): void;
  /** Gives its memory away; nothing can be refitted after that. */
  release(): void;
}

export function makeBagLasso(
  design: Design,
  { outcome, weight }: Pick<RLossRows, 'outcome' | 'weight'>,
  fit: Pick<PenalizedFit, 'coefficients' | 'penalty' | 'scale'>,
  factor: Float64Array,
): BagLasso {
  const { rowCount, columnCount } = design;
  const own = factor.map((f, j) => fit.penalty * f * fit.scale[j]);
  const allWeight = sum(weight);
  const allResidual = linearPredictor(design, 0, fit.coefficients).map((value, i) => outcome[i] - value);
  const columns = makeColumns(rowCount, columnCount);
  columns.values.set(design.values);

  // Columns at hand stand in `taken` in the order they were taken up, and their numbers below in that order.
  const taken = new Int32Array(columnCount);
  const others = new Int32Array(columnCount);
  const quadratic: Quadratic = {
    size: columnCount,
    hessian: new Float64Array(columnCount * columnCount),
    beta: new Float64Array(columnCount),
    gradient: new Float64Array(columnCount),
  };
  const penalty = { factor: new Float64Array(columnCount), mix: 1 };
  const room = descentRoom(columnCount);
  const all = Int32Array.from(taken.keys());
  room.working.set(all);
  const gradient = new Float64Array(columnCount);
  /** ω/Σω of the rows in question, 0 for the others. */
  const share = new Float64Array(rowCount);
  const fitted = new Float64Array(rowCount);
  const residual = new Float64Array(rowCount);

  return {
    release: columns.release,
    refit(rows, beta) {
      beta.set(fit.coefficients);
      const total = totalOf(weight, rows);
      if (!(total > 0)) return;
      const ratio = Math.sqrt(allWeight / total);
      shareInto(weight, rows, total, share);
      const square = sumOfProducts(share, outcome, outcome);
      productInto(share, allResidual, residual);
      columns.projectInto(residual, all, columnCount, gradient);
      let size = 0;
      let left = 0;
      for (let j = 0; j < columnCount; j++) {
        if (!(fit.scale[j] > 0)) continue;
        if (beta[j] !== 0 || Math.abs(gradient[j]) >= NEAR * own[j] * ratio) taken[size++] = j;
        else others[left++] = j;
      }
      for (let round = 0, before = 0; round < MOST_ROUNDS; round++) {
        for (let a = before; a < size; a++) {
          quadratic.beta[a] = beta[taken[a]];
          quadratic.gradient[a] = gradient[taken[a]];
          penalty.factor[a] = own[taken[a]] * ratio;
        }
        const weighted = { from: 0, end: rowCount, weight: share };
        columns.crossProductsInto(weighted, taken, before, size, quadratic.hessian, columnCount);
        descend(quadratic, penalty, 1, room, size, TOLERANCE * square, MOST_SWEEPS);
        columns.combineInto(taken, quadratic.beta, size, fitted);
        residualInto(share, outcome, fitted, residual);
        columns.projectInto(residual, others, left, gradient);
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
    },
  };
}

// Loops over rows stand alone, where engines compile them soonest.

function totalOf(weight: Float64Array, rows: Int32Array): number {
  let total = 0;
  for (let k = 0; k < rows.length; k++) total += weight[rows[k]];
  return total;
}

function shareInto(weight: Float64Array, rows: Int32Array, total: number, out: Float64Array): void {
  out.fill(0);
  for (let k = 0; k < rows.length; k++) out[rows[k]] = weight[rows[k]] / total;
}

function sumOfProducts(share: Float64Array, a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < share.length; i++) total += share[i] * a[i] * b[i];
  return total;
}

function productInto(share: Float64Array, values: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = share[i] * values[i];
}

function residualInto(share: Float64Array, outcome: Float64Array, fitted: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = share[i] * (outcome[i] - fitted[i]);
}
