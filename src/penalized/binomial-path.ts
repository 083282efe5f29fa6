/**
 * The elastic net's path for a 0/1 target, by proximal Newton steps (Friedman, Hastie & Tibshirani 2010, §3; Lee, Sun &
 * Saunders 2014): at η the negative log-likelihood is replaced by its quadratic, coordinate descent solves that, and the
 * step is halved while it overshoots.
 * The Hessian X'VX/Σw, V = w·μ(1 − μ), is nearly all of the cost, and it need not be exact: the gradient is, so what is
 * converged to is the solution whatever the Hessian. So V is that of the fit on all rows some penalties ago, whose cross
 * products are summed fold by fold once and serve all fits; they are summed again when steps become many. The last fit has
 * its own.
 * μ takes `math/exp`, so that every engine gets the same bits.
 */

import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import type { Arranged } from './arrange.js';
import {
  addViolations,
  descend,
  descentRoom,
  largestPenalty,
  type Penalty,
  type Quadratic,
  screen,
} from './coordinate-descent.js';
import { FINAL_SWEEPS, FINAL_TOLERANCE, PATH_SWEEPS, PATH_TOLERANCE, type Path, type PathFit } from './path.js';

interface BinomialFit extends PathFit, Quadratic {
  /** Places left out: from … end. */
  readonly from: number;
  readonly end: number;
  /** Σw of the fit's rows. */
  readonly total: number;
  readonly eta: Float64Array;
  /** wᵢ(yᵢ − μᵢ)/Σw; 0 for rows left out. */
  readonly residual: Float64Array;
  /** β and the gradient of all columns where that was last taken from the rows. */
  readonly exactBeta: Float64Array;
  readonly exactGradient: Float64Array;
  /** By how much a Newton step's squared length was less than the one before, last time there were two. */
  rate: number;
}

/** Newton steps of one fit at one penalty; some 3 are usual. */
const MOST_STEPS = 50;
/** Mean number of steps at which the Hessian is summed again, and penalties that must lie between. */
const MANY_STEPS = 3;
const LEAST_APART = 3;
/** A step whose slope at its end is this share of the slope at its start, upwards, went too far. */
const OVERSHOOT = 0.5;
/** Penalties from one exact gradient of all columns to the next, in fits without a fold. */
const EXACT_EVERY = 4;
/** Steps shrink by more than this where the Hessian is right; it is not counted on. */
const LEAST_RATE = 1e-2;

export function binomialPath(arranged: Arranged, penaltyOfColumns: Penalty, intercept: boolean): Path {
  const { columnCount: p, rowCount: n, columns, weight, starts } = arranged;
  const folds = starts.length - 1;
  const size = p + (intercept ? 1 : 0);
  // The column of ones is a coordinate like any other, without penalty.
  const factor = new Float64Array(size);
  factor.set(penaltyOfColumns.factor);
  const penalty: Penalty = { factor, mix: penaltyOfColumns.mix };
  const target = columns.values.subarray((p + 1) * n);
  const all = Int32Array.from({ length: size }, (_, j) => j);
  const room = descentRoom(size);
  const old = new Float64Array(size);
  const oldGradient = new Float64Array(size);
  const outside = new Int32Array(size);
  const moved = new Int32Array(size);
  const moveBy = new Float64Array(size);
  const direction = new Float64Array(n);
  const curvature = new Float64Array(n);
  const total = new Float64Array(size * size);
  const fits: BinomialFit[] = [];
  let newtonSteps = 0;
  let sinceSums = 0;
  let penalties = 0;

  const fitWithout = (from: number, end: number): BinomialFit => {
    let weightTotal = 0;
    for (let i = 0; i < n; i++) if (i < from || i >= end) weightTotal += weight ? weight[i] : 1;
    return {
      size,
      hessian: new Float64Array(size * size),
      beta: new Float64Array(size),
      gradient: new Float64Array(size),
      intercept: 0,
      converged: true,
      from,
      end,
      total: weightTotal,
      eta: new Float64Array(n),
      residual: new Float64Array(n),
      exactBeta: new Float64Array(size),
      exactGradient: new Float64Array(size),
      rate: 1,
    };
  };

  /** V at the fit on all rows. */
  const curvatureAtAll = (): void => {
    const { eta } = fits[0];
    for (let i = 0; i < n; i++) {
      const mu = 1 / (1 + exp(-eta[i]));
      curvature[i] = (weight ? weight[i] : 1) * mu * (1 - mu);
    }
  };

  const sumHessians = (): void => {
    curvatureAtAll();
    total.fill(0);
    for (let k = 0; k < folds; k++) {
      const own = fits[k + 1].hessian;
      columns.crossProductsInto({ from: starts[k], end: starts[k + 1], weight: curvature }, all, 0, size, own, size);
      for (let cell = 0; cell < own.length; cell++) total[cell] += own[cell];
    }
    for (const fit of fits) {
      const share = 1 / fit.total;
      const { hessian } = fit;
      if (fit === fits[0]) for (let cell = 0; cell < hessian.length; cell++) hessian[cell] = total[cell] * share;
      else for (let cell = 0; cell < hessian.length; cell++) hessian[cell] = (total[cell] - hessian[cell]) * share;
    }
    sinceSums = 0;
  };

  const residuals = ({ eta, residual, from, end, total: sum }: BinomialFit): void => {
    const share = 1 / sum;
    for (let i = 0; i < n; i++) {
      const mu = 1 / (1 + exp(-eta[i]));
      residual[i] = (weight ? weight[i] : 1) * (target[i] - mu) * share;
    }
    residual.fill(0, from, end);
  };

  /** The slope of loss plus penalty in the direction of β − old, at its start (`at` 0) or end (1), from the side it comes. */
  const slope = (fit: BinomialFit, lambda: number, count: number, at: 0 | 1): number => {
    let sum = 0;
    for (let c = 0; c < count; c++) {
      const j = room.working[c];
      const step = fit.beta[j] - old[j];
      if (step === 0) continue;
      const here = at === 0 ? old[j] : fit.beta[j];
      const other = at === 0 ? step : -step;
      const sign = here !== 0 ? Math.sign(here) : Math.sign(other);
      const l1 = penalty.mix * sign;
      const gradient = at === 0 ? oldGradient[j] : fit.gradient[j];
      sum += (-gradient + lambda * factor[j] * (l1 + (1 - penalty.mix) * here)) * step;
    }
    return sum;
  };

  /** Newton steps on the first `count` working columns; `renew` gives the Hessian at each. */
  const newton = (
    fit: BinomialFit,
    lambda: number,
    count: number,
    tolerance: number,
    mostSweeps: number,
    renew: (() => void) | null,
  ): boolean => {
    const { working } = room;
    const { beta, eta, gradient, hessian } = fit;
    let previous = 0;
    for (let step = 0; step < MOST_STEPS; step++) {
      newtonSteps++;
      renew?.();
      for (let c = 0; c < count; c++) {
        old[working[c]] = beta[working[c]];
        oldGradient[working[c]] = gradient[working[c]];
      }
      const inner = descend(fit, penalty, lambda, room, count, 0.1 * tolerance, mostSweeps);
      let largest = 0;
      let moves = 0;
      for (let c = 0; c < count; c++) {
        const j = working[c];
        const change = beta[j] - old[j];
        if (change === 0) continue;
        moved[moves] = j;
        moveBy[moves++] = change;
        largest = Math.max(largest, hessian[j * size + j] * change * change);
      }
      if (largest === 0) return inner;
      columns.combineInto(moved, moveBy, moves, direction);
      const before = slope(fit, lambda, count, 0);
      for (let i = 0; i < n; i++) eta[i] += direction[i];
      residuals(fit);
      columns.projectInto(fit.residual, working, count, gradient);
      for (let share = 1; share > 1e-6 && slope(fit, lambda, count, 1) > OVERSHOOT * Math.abs(before); ) {
        share *= 0.5;
        fit.rate = 1;
        for (let c = 0; c < count; c++) beta[working[c]] = 0.5 * (beta[working[c]] + old[working[c]]);
        for (let i = 0; i < n; i++) eta[i] -= share * direction[i];
        residuals(fit);
        columns.projectInto(fit.residual, working, count, gradient);
      }
      if (previous > 0) fit.rate = Math.max(LEAST_RATE, Math.min(1, largest / previous));
      // What the next step would add, if it is shorter than this one as steps were before.
      if (largest * fit.rate <= tolerance) return inner;
      previous = largest;
    }
    return false;
  };

  /**
   * The gradient of columns that are not in play, of which the working ones' is at hand. Fits without a fold take the
   * quadratic's, g − HΔβ since it was last exact, which costs what few columns cost instead of a pass over all rows.
   */
  const gradientOutside = (fit: BinomialFit, exact: boolean): void => {
    const { beta, gradient, hessian, exactBeta, exactGradient } = fit;
    let others = 0;
    for (let j = 0; j < size; j++) if (room.inWorking[j] === 0) outside[others++] = j;
    if (exact) {
      columns.projectInto(fit.residual, outside, others, gradient);
      exactBeta.set(beta);
      exactGradient.set(gradient);
      return;
    }
    for (let o = 0; o < others; o++) gradient[outside[o]] = exactGradient[outside[o]];
    for (let j = 0; j < size; j++) {
      const change = beta[j] - exactBeta[j];
      if (change === 0) continue;
      for (let o = 0; o < others; o++) gradient[outside[o]] -= change * hessian[j * size + outside[o]];
    }
  };

  const solve = (
    fit: BinomialFit,
    lambda: number,
    threshold: number,
    checked: boolean,
    exact: boolean,
    tolerance: number,
    mostSweeps: number,
    renew: ((count: number) => void) | null,
  ): void => {
    let count = screen(fit, penalty, threshold, room);
    for (;;) {
      const taken = count;
      fit.converged = newton(fit, lambda, count, tolerance, mostSweeps, renew && (() => renew(taken)));
      gradientOutside(fit, exact);
      const now = checked ? addViolations(fit, penalty, lambda, room, count) : count;
      if (now === count) break;
      count = now;
    }
    fit.intercept = intercept ? fit.beta[p] : 0;
  };

  /** The fit's own Hessian on the working columns. */
  const renewOwn = (count: number): void => {
    curvatureAtAll();
    const { hessian, total: sum } = fits[0];
    const small = room.matrix;
    columns.crossProductsInto({ from: 0, end: n, weight: curvature }, room.working, 0, count, small, count);
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++) hessian[room.working[a] * size + room.working[b]] = small[a * count + b] / sum;
  };

  const scale = 0.25;
  return {
    preparations: 1,
    prepare() {
      fits.push(fitWithout(0, 0));
      for (let k = 0; k < folds; k++) fits.push(fitWithout(starts[k], starts[k + 1]));
      if (intercept) for (const fit of fits) startAtMean(fit, target, weight, p);
      sumHessians();
    },
    start() {
      for (const fit of fits) {
        residuals(fit);
        columns.projectInto(fit.residual, all, size, fit.gradient);
        solve(fit, 0, Number.POSITIVE_INFINITY, false, true, PATH_TOLERANCE.binomial * scale, PATH_SWEEPS, null);
      }
      newtonSteps = 0;
      return largestPenalty(fits[0], penalty);
    },
    advance(lambda, before) {
      sinceSums++;
      if (newtonSteps > MANY_STEPS * fits.length && sinceSums > LEAST_APART) sumHessians();
      newtonSteps = 0;
      const threshold = penalty.mix * (2 * lambda - before);
      penalties++;
      for (const fit of fits) {
        const exact = fit === fits[0] || penalties % EXACT_EVERY === 0;
        solve(fit, lambda, threshold, true, exact, PATH_TOLERANCE.binomial * scale, PATH_SWEEPS, null);
      }
    },
    finish(lambda) {
      fits[0].rate = 1;
      solve(fits[0], lambda, penalty.mix * lambda, true, true, FINAL_TOLERANCE * scale, FINAL_SWEEPS, renewOwn);
      return fits[0];
    },
    fits,
  };
}

/** η = logit of the fit's mean target; a mean of 0 or 1 starts at a half, and the steps say that nothing converges. */
function startAtMean(fit: BinomialFit, target: Float64Array, weight: Float64Array | null, p: number): void {
  let sum = 0;
  for (let i = 0; i < target.length; i++) if (i < fit.from || i >= fit.end) sum += (weight ? weight[i] : 1) * target[i];
  const mean = sum / fit.total;
  const start = mean > 0 && mean < 1 ? log(mean / (1 - mean)) : 0;
  fit.beta[p] = start;
  fit.eta.fill(start);
}
