/**
 * Local linear estimates of many points: for each the kernel weights, one small ridge regression (`local-regression.ts`),
 * and a variance by little bags: with s_j(x) a row's influence and held(x) = c'Pβ̂, tree b moves the estimate by
 *   ρ_b(x) = mean of s_j(x) over the rows of x's leaf − held(x),
 * and ρ_b goes into the bootstrap of little bags (`little-bags.ts`). Without covariates ρ_b is the forest's own.
 * Cost: O(points · kernel rows · covariates²). One point's kernel weights at a time are held.
 */
import { divide } from '../threads/divide.js';
import type { CodedRows } from '../tree/ranked-columns.js';
import { type Forest, treesPerBag } from './forest.js';
import { type LeafRows, leavesOfPoints } from './leaf-rows.js';
import { varianceOfBags } from './little-bags.js';
import { type LocalData, LocalRegression } from './local-regression.js';
import { progressOf, runSteps, type Work } from './work-control.js';

/** Points, and what they are estimated from. Plain data, as it may go to other threads. */
export interface LocalProblem extends LocalData {
  readonly forest: Forest;
  readonly leafRows: LeafRows;
  readonly points: CodedRows;
  /** The covariates of the correction at the points, row by row. */
  readonly pointLinear: Float64Array;
  /** The points are the training rows, each estimated by the trees that did not draw it. */
  readonly outOfBag: boolean;
  /** Values of λ. */
  readonly penalties: Float64Array;
  /** Variances under the last λ, where trees come in bags. */
  readonly variance: boolean;
}

export interface LocalEstimates {
  /** One estimate per point and λ, point by point; NaN where there is none. */
  readonly estimate: Float64Array;
  /** Of each point, under the last λ. */
  readonly variance: Float64Array | null;
  readonly treeCount: Int32Array;
}

/** Leaves of points that are held at once (16 MB). */
const LEAF_CELLS = 1 << 22;

const blockSize = ({ forest, points }: LocalProblem): number =>
  Math.max(1, Math.min(points.rowCount, Math.floor(LEAF_CELLS / forest.trees.treeCount)));

/** Points from … end. */
export function localLinearOf(problem: LocalProblem, from: number, end: number): LocalEstimates {
  const estimates = makeEstimates(problem, end - from);
  const estimate = makeEstimator(problem, from, end, estimates);
  for (let i = from; i < end; i++) estimate(i);
  return estimates;
}

function makeEstimates({ penalties, variance, forest }: LocalProblem, count: number): LocalEstimates {
  return {
    estimate: new Float64Array(count * penalties.length).fill(Number.NaN),
    variance: variance && treesPerBag(forest) > 1 ? new Float64Array(count).fill(Number.NaN) : null,
    treeCount: new Int32Array(count),
  };
}

/** Estimates the points from … end one at a time, in their order, into `out`, which starts with the first of them. */
function makeEstimator(problem: LocalProblem, from: number, end: number, out: LocalEstimates): (point: number) => void {
  const { forest, leafRows, points, outOfBag, outcome, sampleWeight, penalties, pointLinear, width } = problem;
  const { start: leafStart, end: leafEnd, rows } = leafRows;
  const { treeCount } = forest.trees;
  const size = blockSize(problem);
  const regression = new LocalRegression(problem);
  const variances = out.variance && makeVariance(forest, leafRows);
  /** α_j of the point at hand, 0 in rows that are not in `touched[0 … count)`. */
  const weight = new Float64Array(outcome.length);
  const touched = new Int32Array(outcome.length);
  let leaves: Int32Array = new Int32Array(0);
  let blockFrom = from;
  let blockEnd = from;

  return (point) => {
    if (point === blockEnd) {
      blockFrom = point;
      blockEnd = Math.min(end, point + size);
      leaves = leavesOfPoints(forest, points, outOfBag, blockFrom, blockEnd);
    }
    const own = leaves.subarray((point - blockFrom) * treeCount, (point - blockFrom + 1) * treeCount);
    const place = point - from;
    let count = 0;
    let reached = 0;
    for (let tree = 0; tree < treeCount; tree++) {
      const leaf = own[tree];
      if (leaf === 0) continue;
      reached++;
      const first = leafStart[leaf];
      const last = leafEnd[leaf];
      const share = 1 / (last - first);
      for (let k = first; k < last; k++) {
        const j = rows[k];
        if (weight[j] === 0) touched[count++] = j;
        weight[j] += share;
      }
    }
    out.treeCount[place] = reached;
    if (reached === 0) return;
    for (let k = 0; k < count; k++) weight[touched[k]] *= (sampleWeight ? sampleWeight[touched[k]] : 1) / reached;
    const neighbours = touched.subarray(0, count);
    const at = point * width;
    regression.gather(weight, neighbours, pointLinear, at);
    let last = Number.NaN;
    for (let l = 0; l < penalties.length; l++)
      out.estimate[place * penalties.length + l] = last = regression.solve(penalties[l]);
    if (variances && out.variance && !Number.isNaN(last)) {
      const held = regression.influencesInto(weight, neighbours, pointLinear, at);
      out.variance[place] = variances(own, weight, held);
    }
    for (let k = 0; k < count; k++) weight[touched[k]] = 0;
  };
}

/** The variance of one point from the rows' influences: ρ_b added up bag by bag (sums as in `little-bags.ts`). */
function makeVariance(
  forest: Forest,
  { start: leafStart, end: leafEnd, rows }: LeafRows,
): (leaves: Int32Array, influence: Float64Array, held: number) => number {
  const { treeCount } = forest.trees;
  const perBag = treesPerBag(forest);
  return (leaves, influence, held) => {
    let bags = 0;
    let between = 0;
    let total = 0;
    for (let first = 0; first < treeCount; first += perBag) {
      let reached = 0;
      let sum = 0;
      let squares = 0;
      for (let tree = first; tree < Math.min(first + perBag, treeCount); tree++) {
        const leaf = leaves[tree];
        if (leaf === 0) break;
        let moved = 0;
        for (let k = leafStart[leaf]; k < leafEnd[leaf]; k++) moved += influence[rows[k]];
        const rho = moved / (leafEnd[leaf] - leafStart[leaf]) - held;
        reached++;
        sum += rho;
        squares += rho * rho;
      }
      if (reached < perBag) continue;
      bags++;
      between += (sum / perBag) ** 2;
      total += squares;
    }
    return varianceOfBags(between / bags, total / (bags * perBag), bags, perBag);
  };
}

/** Nanoseconds for a row's share in one entry of a point's sums, and for a tree's part of a point's kernel. */
const SUM = 1;
const KERNEL = 50;
const MILLISECOND = 1e6;

/** Points between looks at the clock, where this thread does all the work. */
const STEP = 16;

/** All points, on other threads where that pays. */
export async function localLinear(problem: LocalProblem, phase: string, work: Work): Promise<LocalEstimates> {
  const { forest, points, outcome, width, treatment } = problem;
  const total = points.rowCount;
  const size = blockSize(problem);
  const sums = ((treatment ? 3 : 1) * (width + 1) * (width + 2)) / 2;
  const parts = await divide<LocalEstimates>(
    {
      task: 'localLinear',
      shared: problem,
      total,
      // Every part draws all trees' rows again: no more parts than blocks, but as many for each thread.
      partSize: (_, threads) => Math.ceil(total / (threads * Math.ceil(total / threads / size))),
      cost: (total * (0.25 * outcome.length * sums * SUM + forest.trees.treeCount * KERNEL)) / MILLISECOND,
      threadBytes: 4 * LEAF_CELLS + 12 * outcome.length,
      onDone: progressOf(phase, total, work),
    },
    work,
  );
  if (parts) return joined(parts);
  const estimates = makeEstimates(problem, total);
  const estimate = makeEstimator(problem, 0, total, estimates);
  await runSteps(phase, Math.ceil(total / STEP), inPoints(phase, total, work), (k) => {
    for (let i = k * STEP; i < Math.min(total, (k + 1) * STEP); i++) estimate(i);
  });
  return estimates;
}

/** Progress of steps in points, as threads report it. */
const inPoints = (phase: string, total: number, { onProgress, ...control }: Work): Work =>
  onProgress
    ? { ...control, onProgress: ({ done }) => onProgress({ phase, done: Math.min(total, done * STEP), total }) }
    : control;

function joined(parts: readonly LocalEstimates[]): LocalEstimates {
  const variances = parts.map(({ variance }) => variance).filter((variance) => variance !== null);
  return {
    estimate: concatenated(parts.map(({ estimate }) => estimate)),
    variance: variances.length > 0 ? concatenated(variances) : null,
    treeCount: Int32Array.from(concatenated(parts.map(({ treeCount }) => treeCount))),
  };
}

function concatenated(parts: readonly (Float64Array | Int32Array)[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
