/**
 * Elastic net with its penalty chosen by cross-validation: the fit on all rows and those without each fold go down one path
 * of penalties together, held-out rows judge each penalty, and the chosen fit on all rows is then solved exactly.
 * No maintained package of permissive licence does this for JavaScript (npm has none with weights, paths and a logistic
 * loss), so it stands here.
 */
import { InvalidDataError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { type Arranged, arrange, inOwnUnits } from './arrange.js';
import { binomialPath } from './binomial-path.js';
import { addColumn, type Design, linearPredictor } from './design.js';
import { gaussianPath } from './gaussian-path.js';
import type { Path } from './path.js';
import { type PenalizedOptions, type PenalizedProblem, type ResolvedPenalized, resolvePenalized } from './problem.js';

/** One penalty of the path. */
export interface PathPoint {
  readonly penalty: number;
  /**
   * Mean loss of held-out rows: squared error, or for a binomial family the deviance −2[yη − log(1 + exp(η))] (squared
   * error of the probability where `loss` says so).
   */
  readonly loss: number;
  /** Its standard error over folds: their weighted standard deviation by √folds. */
  readonly standardError: number;
  /** Columns in the fit on all rows. */
  readonly columnCount: number;
  /** Whether all fits converged here. */
  readonly converged: boolean;
}

/** A fitted penalised regression: plain data. */
export interface PenalizedFit {
  readonly kind: 'penalizedRegression';
  readonly family: 'gaussian' | 'binomial';
  /** In the units of the problem's columns and target. */
  readonly intercept: number;
  readonly coefficients: Float64Array;
  readonly penalty: number;
  /** Place of `penalty` in `path`. */
  readonly chosen: number;
  readonly path: readonly PathPoint[];
  /** Predictions (probabilities where binomial) of each row by the fit without its fold, at the chosen penalty. */
  readonly outOfFold: Float64Array;
  /** The out-of-fold η where binomial; else the same array as `outOfFold`. */
  readonly outOfFoldPredictor: Float64Array;
  /** What each column was divided by before it was penalised; 0 marks a constant. */
  readonly scale: Float64Array;
  readonly settings: ResolvedPenalized;
  readonly warnings: readonly Warning[];
}

/** A fit in steps, for callers that pause between them: `step(0 … steps − 1)` in order, then `finish()`. */
export interface PenalizedRun {
  readonly steps: number;
  step(k: number): void;
  finish(): PenalizedFit;
}

/**
 * All steps at once.
 * @throws InvalidOptionError; InvalidDataError where no row has weight, or a binomial target is not 0 or 1
 */
export function fitPenalized(problem: PenalizedProblem, options: PenalizedOptions = {}): PenalizedFit {
  const run = startPenalized(problem, options);
  for (let k = 0; k < run.steps; k++) run.step(k);
  return run.finish();
}

/** The same, step by step. Steps after the path's end do nothing. */
export function startPenalized(problem: PenalizedProblem, options: PenalizedOptions = {}): PenalizedRun {
  const settings = resolvePenalized(options, problem.design);
  requireBinary(problem);
  const arranged = arrange(problem, settings);
  const penalty = { factor: settings.penaltyFactor, mix: settings.mix };
  const path = (problem.family === 'binomial' ? binomialPath : gaussianPath)(arranged, penalty, settings.intercept);
  const judge = heldOutJudge(problem, settings, arranged, path);
  const points: PathPoint[] = [];
  const foldFits: FoldFits[] = [];
  let largest = 0;
  let ended = false;

  const advance = (k: number): void => {
    if (ended) return;
    const lambda = penaltyAt(k, largest, settings);
    path.advance(lambda, k === 0 ? Math.max(lambda, largest) : penaltyAt(k - 1, largest, settings));
    points.push(judge(lambda));
    foldFits.push(
      path.fits.slice(1).map(({ beta, intercept }) => ({ beta: beta.slice(0, arranged.columnCount), intercept })),
    );
    // Where no column is penalised, or none is related to the target, all penalties are one.
    ended = largest === 0 || !points[k].converged || outOfPatience(points, settings.patience);
  };

  return {
    steps: path.preparations + settings.penaltyCount,
    step(k) {
      if (k < path.preparations) path.prepare(k);
      else {
        if (k === path.preparations) largest = path.start();
        advance(k - path.preparations);
      }
    },
    finish() {
      const chosen = choose(points, settings.choice);
      const fit = path.finish(points[chosen].penalty);
      const predictor = outOfFoldPredictor(arranged, foldFits[chosen]);
      const outOfFold = problem.family === 'binomial' ? predictor.map(probability) : predictor;
      arranged.columns.release();
      const warnings = convergenceWarnings(points, chosen, fit.converged, settings);
      return Object.freeze({
        kind: 'penalizedRegression',
        family: problem.family,
        ...inOwnUnits(arranged, fit.beta, fit.intercept),
        penalty: points[chosen].penalty,
        chosen,
        path: Object.freeze(points),
        outOfFold,
        outOfFoldPredictor: predictor,
        scale: arranged.scale,
        settings,
        warnings: Object.freeze(warnings),
      });
    },
  };
}

/** Predictions for new rows in the same columns: means, or probabilities where binomial. */
export function predictPenalized(
  fit: Pick<PenalizedFit, 'family' | 'intercept' | 'coefficients'>,
  design: Design,
): Float64Array {
  const predictor = linearPredictor(design, fit.intercept, fit.coefficients);
  return fit.family === 'binomial' ? predictor.map(probability) : predictor;
}

interface FoldFits extends ReadonlyArray<{ readonly beta: Float64Array; readonly intercept: number }> {}

/** 1/(1 + exp(−η)). */
export const probability = (eta: number): number => 1 / (1 + exp(-eta));

function requireBinary({ family, target }: PenalizedProblem): void {
  if (family !== 'binomial') return;
  const row = target.findIndex((y) => y !== 0 && y !== 1);
  if (row >= 0)
    throw new InvalidDataError('NOT_BINARY', `a logistic regression needs 0 or 1; row ${row} has ${target[row]}`, {
      rows: [row],
    });
}

const penaltyAt = (k: number, largest: number, settings: ResolvedPenalized): number =>
  settings.penalties?.[k] ?? largest * settings.leastPenalty ** (k / (settings.penaltyCount - 1));

/** Judges the fits where they stand. */
function heldOutJudge(
  { family }: PenalizedProblem,
  { loss }: ResolvedPenalized,
  arranged: Arranged,
  path: Path,
): (penalty: number) => PathPoint {
  const { rowCount: n, columnCount: p, weight, starts } = arranged;
  const { values } = arranged.columns;
  const predictor = new Float64Array(n);
  const target = values.subarray((p + 1) * n);
  const folds = starts.length - 1;
  const lossOf = (i: number): number => {
    if (family === 'gaussian') return (target[i] - predictor[i]) ** 2;
    if (loss === 'squared') return (target[i] - probability(predictor[i])) ** 2;
    const eta = predictor[i];
    return 2 * (Math.max(eta, 0) + log(1 + exp(-Math.abs(eta))) - target[i] * eta);
  };
  return (penalty) => {
    let total = 0;
    let weights = 0;
    const means = new Float64Array(folds);
    const sizes = new Float64Array(folds);
    for (let k = 0; k < folds; k++) {
      predictInto(arranged, path.fits[k + 1], starts[k], starts[k + 1], predictor);
      let sum = 0;
      for (let i = starts[k]; i < starts[k + 1]; i++) {
        const w = weight ? weight[i] : 1;
        sum += w === 0 ? 0 : w * lossOf(i);
        sizes[k] += w;
      }
      means[k] = sizes[k] > 0 ? sum / sizes[k] : 0;
      total += sum;
      weights += sizes[k];
    }
    const mean = total / weights;
    let spread = 0;
    for (let k = 0; k < folds; k++) spread += (sizes[k] / weights) * (means[k] - mean) ** 2;
    return Object.freeze({
      penalty,
      loss: mean,
      standardError: Math.sqrt(spread / Math.max(1, folds - 1)),
      columnCount: path.fits[0].beta.subarray(0, p).reduce((count, b) => count + (b === 0 ? 0 : 1), 0),
      converged: path.fits.every(({ converged }) => converged),
    });
  };
}

function predictInto(
  { rowCount, columnCount, columns: { values } }: Arranged,
  { beta, intercept }: { readonly beta: Float64Array; readonly intercept: number },
  from: number,
  end: number,
  out: Float64Array,
): void {
  out.fill(intercept, from, end);
  for (let j = 0; j < columnCount; j++) if (beta[j] !== 0) addColumn(values, j * rowCount, from, end, beta[j], out);
}

/** Each row by the fit without its fold, in the order of the problem's rows. */
function outOfFoldPredictor(arranged: Arranged, fits: FoldFits): Float64Array {
  const { rowCount, starts, rows, targetCentre } = arranged;
  const placed = new Float64Array(rowCount);
  fits.forEach((fit, k) => {
    predictInto(arranged, fit, starts[k], starts[k + 1], placed);
  });
  const out = new Float64Array(rowCount);
  for (let i = 0; i < rowCount; i++) out[rows[i]] = placed[i] + targetCentre;
  return out;
}

/** Whether no penalty of the last `patience` lowered the loss by what a standard error makes worth having. */
function outOfPatience(points: readonly PathPoint[], patience: number): boolean {
  let best = 0;
  points.forEach(({ loss }, k) => {
    if (loss < points[best].loss - WORTH_HAVING * points[best].standardError) best = k;
  });
  return points.length - 1 - best >= patience;
}

/** A gain that is a smaller share of the loss's standard error cannot be told from none. */
const WORTH_HAVING = 0.02;

/** A penalty at which a fit did not converge is chosen only where there is no other. */
function indexOfLeast(points: readonly PathPoint[]): number {
  let best = 0;
  points.forEach((point, k) => {
    if (point.converged && (point.loss < points[best].loss || !points[best].converged)) best = k;
  });
  return best;
}

function choose(points: readonly PathPoint[], choice: ResolvedPenalized['choice']): number {
  const best = indexOfLeast(points);
  if (choice === 'minimum') return best;
  const limit = points[best].loss + points[best].standardError;
  return points.findIndex(({ loss, converged }) => converged && loss <= limit);
}

function convergenceWarnings(
  points: readonly PathPoint[],
  chosen: number,
  converged: boolean,
  { penaltyCount }: ResolvedPenalized,
): Warning[] {
  const found: Warning[] = [];
  if (!converged || !points[chosen].converged)
    found.push(
      warning(
        'NOT_CONVERGED',
        `the penalised regression did not converge at its penalty ${points[chosen].penalty}; columns may be nearly dependent, or separate the classes`,
      ),
    );
  else if (points.some((point) => !point.converged))
    found.push(
      warning(
        'PATH_ENDED',
        `the path of penalties ended at ${points.length} of ${penaltyCount}, where a fit did not converge; smaller penalties were not tried`,
      ),
    );
  return found;
}
