/**
 * A nuisance brought to the right scale. Forests, penalties and averages of models all shrink: where m̂ lies far from its
 * mean, the truth lies farther. What is shrunk alike in m̂ and ê does not average out of an effect, so the average effect is
 * biased by it. One slope undoes most:
 *   a number        m(x) = a + b·m̂(x), by weighted least squares
 *   a probability   logit e(x) = a + b·logit ê(x), by maximum likelihood (Cox 1958; Platt 1999)
 * on out-of-fold m̂ and ê, and again cross-fitted: each fold of whole clusters takes a and b from the others' rows, so no
 * row has a say in its own.
 *
 * The slope taken is the posterior mean 1 + (b − 1)·v/(v + s²) under a normal prior about 1, √v = 0.25, as far as slopes of
 * stacks were found to lie from it (`bench/README.md`); s is b's standard error, the larger of the model's and the
 * cluster-robust one (of which only the first grows without limit when classes separate). So where a nuisance says little, as
 * in a randomised trial, the slope stays near 1; a is fitted with that slope.
 * Left as they are: a nuisance that is the same for all rows; a fold whose fit does not converge, or rests on one cluster;
 * probabilities of exactly 0 and 1, which have no logit and are counted.
 */
import type { Trial } from '../data/trial.js';
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import type { Folds } from '../penalized/folds.js';

/** How a nuisance was brought to scale: plain data. */
export interface NuisanceCalibration {
  /** What is linear: the estimate itself, or its logit. */
  readonly scale: 'identity' | 'logit';
  /** Slope of all rows by itself, and its standard error; above 1: estimates were shrunk. Null where it cannot be told. */
  readonly slope: number | null;
  readonly slopeError: number | null;
  /** Intercept and slope that each fold's rows were given; 0 and 1 where they were left as they are. */
  readonly folds: readonly { readonly intercept: number; readonly slope: number }[];
  /** Rows with a probability of exactly 0 or 1, which no calibration moves. */
  readonly unmovedRows: number;
  /** Mean squared error of the calibrated estimate, each row's from the other folds' slope. */
  readonly loss: number;
}

export interface CalibrationProblem {
  /** Out-of-fold predictions; of a probability from 0 to 1. */
  readonly estimate: Float64Array;
  readonly target: Float64Array;
  readonly family: 'gaussian' | 'binomial';
  /** What each row counts for; null: 1. */
  readonly weights: Float64Array | null;
  readonly clusters: Trial['clusters'];
  readonly folds: Folds;
}

/** Fits of all rows but a fold's, fold by fold, and last of all rows; then `finish`. */
export interface CalibrationRun {
  readonly steps: number;
  readonly step: (k: number) => void;
  readonly finish: () => Omit<NuisanceCalibration, 'loss'> & { readonly estimate: Float64Array };
}

/** Standard deviation of slopes about 1 that is expected beforehand. */
const PRIOR_DEVIATION = 0.25;

/** Predictions that vary by a smaller share of their size than this are the same for all rows, but for rounding. */
const CONSTANT = 1e-12;

const MOST_STEPS = 30;
const CONVERGED = 1e-10;

export function startCalibration(problem: CalibrationProblem): CalibrationRun {
  const { estimate, family, folds } = problem;
  const binomial = family === 'binomial';
  const predictor = binomial ? estimate.map(logit) : estimate;
  const calibrated = estimate.slice();
  const taken: { readonly intercept: number; readonly slope: number }[] = [];
  let all: Slope | null = null;
  return {
    steps: folds.count + 1,
    step(k) {
      const fit = fitSlope(problem, predictor, k);
      if (k === folds.count) {
        all = fit;
        return;
      }
      taken.push(Object.freeze({ intercept: fit?.intercept ?? 0, slope: fit?.taken ?? 1 }));
      if (!fit) return;
      for (let i = 0; i < estimate.length; i++) {
        if (folds.of[i] !== k || !Number.isFinite(predictor[i])) continue;
        const value = fit.intercept + fit.taken * predictor[i];
        calibrated[i] = binomial ? probability(value) : value;
      }
    },
    finish: () => ({
      estimate: calibrated,
      scale: binomial ? 'logit' : 'identity',
      slope: all?.slope ?? null,
      slopeError: all?.error ?? null,
      folds: Object.freeze(taken),
      unmovedRows: predictor.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
    }),
  };
}

interface Slope {
  readonly slope: number;
  readonly error: number;
  readonly taken: number;
  /** Of the line with the slope taken. */
  readonly intercept: number;
}

const logit = (p: number): number => log(p) - log(1 - p);
const probability = (eta: number): number => 1 / (1 + exp(-eta));

/** From the rows outside fold `leave`; null where they cannot tell a slope. */
function fitSlope(problem: CalibrationProblem, predictor: Float64Array, leave: number): Slope | null {
  const { target, family, weights, clusters, folds } = problem;
  const rows: number[] = [];
  for (let i = 0; i < target.length; i++)
    if (folds.of[i] !== leave && Number.isFinite(predictor[i]) && (weights ? weights[i] > 0 : true)) rows.push(i);
  // Weights of mean 1, so that their sums are numbers of rows.
  const unit = weights ? rows.reduce((sum, i) => sum + weights[i], 0) / rows.length : 1;
  const w = Float64Array.from(rows, (i) => (weights ? weights[i] / unit : 1));
  const y = Float64Array.from(rows, (i) => target[i]);
  const raw = Float64Array.from(rows, (i) => predictor[i]);
  const centre = raw.reduce((sum, value, i) => sum + w[i] * value, 0) / rows.length;
  const x = raw.map((value) => value - centre);
  const spread = x.reduce((sum, value, i) => sum + w[i] * value * value, 0);
  const size = raw.reduce((sum, value, i) => sum + w[i] * value * value, 0);
  if (!(spread > CONSTANT ** 2 * (family === 'binomial' ? Math.max(size, rows.length) : size))) return null;

  const line = solveLine({ x, y, w, family }, { intercept: centre, slope: 1 }, false);
  if (!line) return null;
  const units = clusters ? Int32Array.from(rows, (i) => clusters.ids[i]) : null;
  const error = slopeError(line, { x, y, w, family }, units, clusters?.count ?? 0);
  if (!Number.isFinite(error)) return null;
  const taken = 1 + ((line.slope - 1) * PRIOR_DEVIATION ** 2) / (PRIOR_DEVIATION ** 2 + error ** 2);
  const shifted = solveLine({ x, y, w, family }, { intercept: line.intercept, slope: taken }, true);
  return shifted && { slope: line.slope, error, taken, intercept: shifted.intercept - taken * centre };
}

interface LineProblem {
  /** Centred. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly w: Float64Array;
  readonly family: 'gaussian' | 'binomial';
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** yᵢ − fitted, and the variance function there: 1, or μ(1 − μ). */
  readonly residual: Float64Array;
  readonly curvature: Float64Array;
}

/**
 * Newton's method from the line it is given, whose slope is held or free; for numbers it ends in one step. Null where it
 * does not converge: the classes are one, or separate.
 */
function solveLine(
  { x, y, w, family }: LineProblem,
  begin: Pick<Line, 'intercept' | 'slope'>,
  isSlopeHeld: boolean,
): Line | null {
  const n = x.length;
  const residual = new Float64Array(n);
  const curvature = new Float64Array(n).fill(1);
  const sums = new Float64Array(5);
  let { intercept, slope } = begin;
  for (let step = 0; step <= MOST_STEPS; step++) {
    sumLine({ x, y, w, family }, intercept, slope, residual, curvature, sums);
    const [g0, g1, h00, h01, h11] = sums;
    const determinant = isSlopeHeld ? h00 : h00 * h11 - h01 * h01;
    const up = isSlopeHeld ? g0 / determinant : (h11 * g0 - h01 * g1) / determinant;
    const tilt = isSlopeHeld ? 0 : (h00 * g1 - h01 * g0) / determinant;
    if (!Number.isFinite(up) || !Number.isFinite(tilt)) return null;
    // Twice the gain that the step promises, a row: a log-likelihood has no unit. Least squares end after one step.
    const done = family === 'gaussian' ? step === 1 : (up * g0 + tilt * g1) / n < CONVERGED ** 2;
    if (done) return { intercept, slope, residual, curvature };
    intercept += up;
    slope += tilt;
  }
  return null;
}

/** Residuals and curvatures at a line, and Σwr, Σwrx, Σwv, Σwvx, Σwvx². */
function sumLine(
  { x, y, w, family }: LineProblem,
  intercept: number,
  slope: number,
  residual: Float64Array,
  curvature: Float64Array,
  sums: Float64Array,
): void {
  const binomial = family === 'binomial';
  let g0 = 0;
  let g1 = 0;
  let h00 = 0;
  let h01 = 0;
  let h11 = 0;
  for (let i = 0; i < x.length; i++) {
    const eta = intercept + slope * x[i];
    const mu = binomial ? probability(eta) : eta;
    residual[i] = y[i] - mu;
    if (binomial) curvature[i] = mu * (1 - mu);
    const r = w[i] * residual[i];
    const v = w[i] * curvature[i];
    g0 += r;
    g1 += r * x[i];
    h00 += v;
    h01 += v * x[i];
    h11 += v * x[i] * x[i];
  }
  sums.set([g0, g1, h00, h01, h11]);
}

/**
 * The larger of √(φ/A) and √(C/(C − 1) Σ_c(Σ_{i∈c} w (x − x̄) r)²)/A, A = Σ w v (x − x̄)², x̄ weighted by wv, φ = Σ w r²/n for
 * numbers and 1 for probabilities; NaN from one row or cluster.
 */
function slopeError(
  { residual, curvature }: Line,
  { x, w, family }: LineProblem,
  units: Int32Array | null,
  unitCount: number,
): number {
  const n = x.length;
  let [weight, first] = [0, 0];
  for (let i = 0; i < n; i++) {
    weight += w[i] * curvature[i];
    first += w[i] * curvature[i] * x[i];
  }
  const centre = first / weight;
  const score = new Float64Array(units ? unitCount : n);
  const present = new Uint8Array(score.length);
  let [information, squares] = [0, 0];
  for (let i = 0; i < n; i++) {
    const d = x[i] - centre;
    information += w[i] * curvature[i] * d * d;
    squares += w[i] * residual[i] * residual[i];
    score[units ? units[i] : i] += w[i] * d * residual[i];
    present[units ? units[i] : i] = 1;
  }
  const count = present.reduce((sum, one) => sum + one, 0);
  if (count < 2) return Number.NaN;
  const model = Math.sqrt((family === 'binomial' ? 1 : squares / n) / information);
  const between = score.reduce((sum, value) => sum + value * value, 0) * (count / (count - 1));
  return Math.max(model, Math.sqrt(between) / information);
}
