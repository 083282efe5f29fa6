/**
 * Nuisances by boosted small trees, out of fold (Friedman 2001): from the mean on, each round adds a share ν of one tree fitted
 * to the gradient of the loss, yᵢ − f(xᵢ) for a number and yᵢ − Λ(f(xᵢ)) for a probability, whose leaves take one Newton
 * step, Σg/(Σh + λh̄), h = 1 or Λ(1 − Λ). Trees of one cut make f a sum of functions of single covariates, with steps and bends
 * wherever the data want them; deeper ones add interactions. Forests, whose trees do not build on each other, need far more rows
 * for the same sum.
 *
 * Each fold's rows are predicted by trees of the other folds' rows alone; all folds take as many rounds as make the mean
 * square of held-out errors least. That count is chosen on all rows, so where nothing is there to see some rounds would
 * still seem to help by chance: they are taken where the gain over no trees at all is at least its standard error.
 */
import type { Covariate } from '../data/trial.js';
import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import type { Folds } from '../penalized/folds.js';
import { binColumns } from '../tree/binned-columns.js';
import { leavesOf, makeTreeGrower, type TreeRows } from './shallow-tree.js';

export interface BoostingProblem {
  readonly covariates: readonly Covariate[];
  readonly target: Float64Array;
  readonly family: 'gaussian' | 'binomial';
  /** What each row counts for; null: 1. */
  readonly weights: Float64Array | null;
  readonly folds: Folds;
}

/** Predictions of rows by trees of other folds, and how many. */
export interface BoostedTrees {
  readonly outOfFold: Float64Array;
  /** 0 where no tree helps. */
  readonly rounds: number;
}

/** `steps` rounds, of which those after the end do nothing; then `finish`. */
export interface BoostingRun {
  readonly steps: number;
  step(): void;
  finish(): BoostedTrees;
}

/** ν, and classes of a column: of trees with one cut, and of deeper ones. */
const STUMPS = { rate: 0.3, classes: 128 } as const;
const DEEPER = { rate: 0.2, classes: 64 } as const;

const MOST_ROUNDS = 500;
/** Rounds without a gain after which no more are tried. */
const PATIENCE = 12;

/** Rows on each side of a cut, and rows without a say that are added to each leaf (λ). */
const LEAST_WEIGHT = 20;
const RIDGE = 10;

/** Where columns are more than this, all are tried every so many rounds only, and the best of them in between. */
const MOST_COLUMNS = 50;
const ROUNDS_BETWEEN = 10;

/** The fit without one fold's rows. */
interface Chain {
  /** Places of its fold: from … end. */
  readonly from: number;
  readonly end: number;
  /** Other places, of positive weight. */
  readonly training: Int32Array;
  readonly rootWeights: Float64Array;
  /** f, of all places, and what it says of the target: the same, or its probability. */
  readonly predictor: Float64Array;
  readonly predicted: Float64Array;
  readonly start: number;
  /** h̄ at the start. */
  readonly curvature: number;
  active: Int32Array;
}

export function startBoosting(
  { covariates, target, family, weights, folds }: BoostingProblem,
  depth: number,
): BoostingRun {
  const binomial = family === 'binomial';
  const { rate, classes } = depth === 1 ? STUMPS : DEEPER;
  const n = target.length;
  const { rows, starts } = sortByFold(folds);
  const y = Float64Array.from(rows, (row) => target[row]);
  const weight = weights && unitMean(Float64Array.from(rows, (row) => weights[row]));
  const columns = binColumns(covariates, rows, classes);
  const grower = makeTreeGrower(columns, { depth, leastWeight: LEAST_WEIGHT, ridge: RIDGE });
  const gradient = new Float64Array(n);
  const curvature = new Float64Array(n).fill(1);
  const leaf = new Uint8Array(n);
  const chains = Array.from({ length: folds.count }, (_, k) => startChain(starts[k], starts[k + 1]));
  const held = new Float64Array(n);
  const begin = new Float64Array(n);
  for (const { from, end, predicted } of chains) begin.set(predicted.subarray(from, end), from);
  let best = { loss: lossOf(begin), rounds: 0, estimate: begin };
  let round = 0;

  function startChain(from: number, end: number): Chain {
    const places = Int32Array.from({ length: n - end + from }, (_, k) => (k < from ? k : k + end - from));
    const training = weight ? places.filter((place) => weight[place] > 0) : places;
    let [sum, size] = [0, 0];
    for (const place of training) {
      sum += weight ? weight[place] * y[place] : y[place];
      size += weight ? weight[place] : 1;
    }
    const mean = size > 0 ? sum / size : 0;
    const start = binomial ? log(mean) - log(1 - mean) : mean;
    const predictor = new Float64Array(n).fill(start);
    return {
      from,
      end,
      training,
      rootWeights: grower.rootWeights({ places: training, weight }),
      predictor,
      predicted: binomial ? new Float64Array(n).fill(mean) : predictor,
      start,
      curvature: binomial ? mean * (1 - mean) : 1,
      active: Int32Array.from({ length: columns.columnCount }, (_, f) => f),
    };
  }

  function lossOf(estimate: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (weight ? weight[i] : 1) * (y[i] - estimate[i]) ** 2;
    return sum / n;
  }

  function addTree(chain: Chain): void {
    const { training, predictor, predicted } = chain;
    // Of one class there is nothing to learn.
    if (!Number.isFinite(chain.start)) return;
    gradient.fill(0, chain.from, chain.end);
    for (let k = 0; k < training.length; k++) {
      const i = training[k];
      const now = predicted[i];
      const w = weight ? weight[i] : 1;
      gradient[i] = w * (y[i] - now);
      curvature[i] = binomial ? w * now * (1 - now) : w;
    }
    growOn(chain, { places: training, gradient, weight });
    if (grower.tree.column[0] < 0) return;
    leavesOf(grower.tree, columns, leaf);
    const sums = new Float64Array(2 * grower.tree.nodeCount);
    for (let k = 0; k < training.length; k++) {
      const i = training[k];
      sums[2 * leaf[i]] += gradient[i];
      sums[2 * leaf[i] + 1] += curvature[i];
    }
    const step = new Float64Array(grower.tree.nodeCount);
    for (let k = 0; k < step.length; k++) step[k] = (rate * sums[2 * k]) / (sums[2 * k + 1] + RIDGE * chain.curvature);
    for (let i = 0; i < n; i++) predictor[i] += step[leaf[i]];
    if (binomial) for (let i = 0; i < n; i++) predicted[i] = 1 / (1 + exp(-predictor[i]));
  }

  /** Of many columns all are tried now and then, else those that gained most. */
  function growOn(chain: Chain, growing: TreeRows): void {
    const { columnCount } = columns;
    const afresh = columnCount > MOST_COLUMNS && round % ROUNDS_BETWEEN === 0;
    if (afresh) chain.active = Int32Array.from({ length: columnCount }, (_, f) => f);
    grower.grow(growing, chain.rootWeights, chain.active);
    if (afresh)
      chain.active = chain.active
        .sort((a, b) => grower.rootGains[b] - grower.rootGains[a] || a - b)
        .slice(0, MOST_COLUMNS);
  }

  return {
    steps: MOST_ROUNDS,
    step() {
      if (round - best.rounds >= PATIENCE) return;
      for (const chain of chains) {
        addTree(chain);
        held.set(chain.predicted.subarray(chain.from, chain.end), chain.from);
      }
      round++;
      const loss = lossOf(held);
      if (loss < best.loss) best = { loss, rounds: round, estimate: held.slice() };
    },
    finish() {
      const { estimate, rounds } = gainIsSeen(best.estimate) ? best : { estimate: begin, rounds: 0 };
      const outOfFold = new Float64Array(n);
      rows.forEach((row, place) => {
        outOfFold[row] = estimate[place];
      });
      return { outOfFold, rounds };
    },
  };

  /** Whether the mean of what rows gain is at least its standard error. */
  function gainIsSeen(estimate: Float64Array): boolean {
    const gain = estimate.map((own, i) => (weight ? weight[i] : 1) * ((y[i] - begin[i]) ** 2 - (y[i] - own) ** 2));
    const mean = gain.reduce((sum, one) => sum + one, 0) / n;
    const square = gain.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n;
    return mean > 0 && mean * mean * n >= square;
  }
}

/** Rows in the order of their folds, and where each fold begins. */
function sortByFold({ of, count }: Folds): { readonly rows: Int32Array; readonly starts: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const k of of) starts[k + 1]++;
  for (let k = 0; k < count; k++) starts[k + 1] += starts[k];
  const next = starts.slice(0, count);
  const rows = new Int32Array(of.length);
  of.forEach((k, row) => {
    rows[next[k]++] = row;
  });
  return { rows, starts };
}

function unitMean(weight: Float64Array): Float64Array {
  const mean = weight.reduce((sum, w) => sum + w, 0) / weight.length;
  return weight.map((w) => w / mean);
}
