/**
 * Local linear estimates of many points: kernel weights of a block of points, then one small ridge regression a point
 * (`local-regression.ts`), and a variance by little bags: with s_j(x) a row's influence and held(x) = c'Pβ̂, tree b moves the
 * estimate by ρ_b(x) = mean of s_j(x) over the rows of x's leaf − held(x), and ρ_b goes into the bootstrap of little bags
 * (`little-bags.ts`). Without covariates ρ_b is the forest's own.
 * Cost: O(points · kernel rows · covariates²); kernel weights of BLOCK_CELLS points × rows at a time are ever held.
 */
import { divide } from '../threads/divide.js';
import type { CodedRows } from '../tree/ranked-columns.js';
import { type Forest, treesPerBag } from './forest.js';
import { eachSharedLeaf } from './kernel-weights.js';
import type { LeafBlock } from './leaf-blocks.js';
import { littleBagVariancesInto } from './little-bags.js';
import { type LocalData, LocalRegression } from './local-regression.js';
import { progressOf, runSteps, type Work } from './work-control.js';

/** Points, and what they are estimated from. Plain data, as it may go to other threads. */
export interface LocalProblem extends LocalData {
  readonly forest: Forest;
  readonly training: CodedRows;
  readonly points: CodedRows;
  /** The covariates of the correction at the points, row by row. */
  readonly pointLinear: Float64Array;
  /** The points are the training rows, each estimated by the trees that did not draw it. */
  readonly outOfBag: boolean;
  readonly sampleWeight: Float64Array | null;
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

/** Kernel weights, and ρ of points and trees, that a block may hold (32 MB each). */
const BLOCK_CELLS = 1 << 22;

const blockSize = ({ training, forest, points }: LocalProblem): number =>
  Math.max(1, Math.min(points.rowCount, Math.floor(BLOCK_CELLS / Math.max(training.rowCount, forest.trees.treeCount))));

/** Points from … end, a block at most. */
export function localLinearOf(problem: LocalProblem, from: number, end: number): LocalEstimates {
  const { forest, training, points, outOfBag, outcome, sampleWeight, penalties, pointLinear, width } = problem;
  const rows = outcome.length;
  const count = end - from;
  const chosen = Int32Array.from({ length: count }, (_, place) => from + place);
  const kernels = new Float64Array(count * rows);
  const treeCount = new Int32Array(count);
  eachSharedLeaf(forest, training, points, chosen, outOfBag, (_, places, leafRows, start, stop) => {
    const share = 1 / (stop - start);
    for (const place of places) {
      treeCount[place]++;
      const at = place * rows;
      for (let k = start; k < stop; k++) kernels[at + leafRows[k]] += share;
    }
  });
  const hasVariance = problem.variance && treesPerBag(forest) > 1;
  const estimate = new Float64Array(count * penalties.length).fill(Number.NaN);
  const held = new Float64Array(count);
  const regression = new LocalRegression(problem);
  for (let place = 0; place < count; place++) {
    if (treeCount[place] === 0) continue;
    const kernel = kernels.subarray(place * rows, (place + 1) * rows);
    for (let j = 0; j < rows; j++) kernel[j] *= (sampleWeight ? sampleWeight[j] : 1) / treeCount[place];
    regression.gather(kernel, pointLinear, (from + place) * width);
    for (let l = 0; l < penalties.length; l++) estimate[place * penalties.length + l] = regression.solve(penalties[l]);
    if (hasVariance) held[place] = regression.influencesInto(kernel, sampleWeight, pointLinear, (from + place) * width);
  }
  if (!hasVariance) return { estimate, variance: null, treeCount };
  const variance = bagVariances(problem, chosen, kernels, held, treeCount);
  for (let place = 0; place < count; place++)
    if (Number.isNaN(estimate[(place + 1) * penalties.length - 1])) variance[place] = Number.NaN;
  return { estimate, variance, treeCount };
}

/** Variances from ρ_b: the forest's trees as if each point had a leaf to itself that holds ρ_b. */
function bagVariances(
  { forest, training, points, outOfBag }: LocalProblem,
  chosen: Int32Array,
  influences: Float64Array,
  held: Float64Array,
  treeCount: Int32Array,
): Float64Array {
  const { trees } = forest;
  const cells = treeCount.reduce((sum, count) => sum + count, 0);
  const rho = new Float64Array(cells);
  const places = new Int32Array(cells);
  const groups = new Int32Array(trees.treeCount + 1);
  let cell = 0;
  let next = 0;
  eachSharedLeaf(forest, training, points, chosen, outOfBag, (tree, here, rows, start, end) => {
    for (; next <= tree; next++) groups[next] = cell;
    for (const place of here) {
      const at = place * training.rowCount;
      let sum = 0;
      for (let k = start; k < end; k++) sum += influences[at + rows[k]];
      places[cell] = place;
      rho[cell++] = sum / (end - start) - held[place];
    }
  });
  groups.fill(cell, next);
  const numbered = Int32Array.from({ length: cells + 1 }, (_, g) => g);
  const block: LeafBlock = {
    first: 0,
    rowCount: chosen.length,
    rows: places,
    start: numbered,
    leaf: numbered,
    groups,
    average: new Float64Array(0),
    treeCount,
  };
  const variance = new Float64Array(chosen.length);
  const lone = { ...forest, trees: { ...trees, momentCount: 1, moments: rho } };
  littleBagVariancesInto(lone, block, new Float64Array(chosen.length).fill(1), variance);
  return variance;
}

/** Nanoseconds for a row's share in one entry of a point's sums, and for a row and tree of its kernel. */
const SUM = 1.5;
const KERNEL = 15;
const MILLISECOND = 1e6;

/** All points, on other threads where that pays. */
export async function localLinear(problem: LocalProblem, phase: string, work: Work): Promise<LocalEstimates> {
  const { forest, training, points, width, treatment } = problem;
  const size = blockSize(problem);
  const total = points.rowCount;
  const sums = ((treatment ? 3 : 1) * (width + 1) * (width + 2)) / 2;
  const parts = await divide<LocalEstimates>(
    {
      task: 'localLinear',
      shared: problem,
      total,
      partSize: (_, threads) => Math.min(size, Math.ceil(total / threads)),
      cost: (total * (0.25 * training.rowCount * sums * SUM + forest.trees.treeCount * KERNEL)) / MILLISECOND,
      threadBytes: 8 * size * (training.rowCount + 2 * forest.trees.treeCount),
      onDone: progressOf(phase, total, work),
    },
    work,
  );
  return joined(parts ?? (await blocksHere(problem, size, phase, work)));
}

async function blocksHere(problem: LocalProblem, size: number, phase: string, work: Work): Promise<LocalEstimates[]> {
  const total = problem.points.rowCount;
  const { onProgress } = work;
  const control: Work = onProgress
    ? { ...work, onProgress: ({ done }) => onProgress({ phase, done: Math.min(total, done * size), total }) }
    : work;
  const parts: LocalEstimates[] = [];
  await runSteps(phase, Math.ceil(total / size), control, (k) =>
    parts.push(localLinearOf(problem, k * size, Math.min(total, (k + 1) * size))),
  );
  return parts;
}

function joined(parts: readonly LocalEstimates[]): LocalEstimates {
  const variances = parts.map(({ variance }) => variance).filter((variance) => variance !== null);
  return {
    estimate: concatenated(parts.map(({ estimate }) => estimate)),
    variance: variances.length > 0 ? concatenated(variances) : null,
    treeCount: Int32Array.from(parts.flatMap(({ treeCount }) => Array.from(treeCount))),
  };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
