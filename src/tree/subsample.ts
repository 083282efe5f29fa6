/**
 * Which rows each tree draws (statistics: Athey, Tibshirani & Wager 2019, §2.4 and §4).
 *
 * Trees come in little bags. A bag draws half of the units without replacement; each of its trees draws
 * ⌈|half| · 2 · sampleFraction⌉ of those. Bags of one tree draw ⌊units · sampleFraction⌋ directly. The tree's units are
 * shuffled: the first ⌈honestyFraction · size⌉ grow the tree, the rest fill its leaves. Units are rows, or clusters;
 * a drawn cluster gives all its rows, or, where clusters are equalised, `smallest` of them drawn afresh for each tree.
 *
 * A bag's draws depend on its own stream only: the permutation of units is put back after each bag. So draws are
 * never stored; whoever needs a tree's rows again (out-of-bag passes, kernel weights) draws them again.
 */
import { DRAWS, type Draws } from '../kernels/frames.js';
import { plainFrame } from '../kernels/machine.js';
import { drawTree, startBag } from '../kernels/sample.js';
import type { RandomStream } from '../math/random.js';

export interface SubsamplePlan {
  readonly rowCount: number;
  readonly treesPerBag: number;
  readonly sampleFraction: number;
  readonly honesty: boolean;
  readonly honestyFraction: number;
  /** Cluster of each row, or null where rows are the units. */
  readonly clusters: { readonly ids: Int32Array; readonly count: number } | null;
  readonly equalizeClusterWeights: boolean;
}

/** The rows of one tree; views of the sampler's own buffers, valid until its next draw. */
export interface TreeRows {
  /** The units drawn, those that grow the tree first. */
  readonly units: Int32Array;
  readonly grow: Int32Array;
  /** 0 or 1 for each row of `grow`: halves it at random by unit. */
  readonly growHalf: Uint8Array;
  /** The same rows as `grow` where the tree is not honest. */
  readonly fill: Int32Array;
}

/** Draws a bag's half, then its trees one by one. */
export interface Sampler {
  startBag(stream: RandomStream): void;
  /** The next tree of the bag, with the bag's own stream. */
  drawTree(): TreeRows;
  /** Per unit: 1 where the last tree drew it (either half). */
  readonly drawnUnit: Uint8Array;
  /** The unit of each row (null: its own). */
  readonly unitOf: Int32Array | null;
}

/** Units in a bag's half, and in one tree. Shared with the checks on options. */
export function subsampleSizes(plan: SubsamplePlan): {
  readonly bag: number;
  readonly tree: number;
  readonly grow: number;
} {
  const units = plan.clusters?.count ?? plan.rowCount;
  const bag = plan.treesPerBag > 1 ? Math.floor(units / 2) : Math.floor(units * plan.sampleFraction);
  const tree = plan.treesPerBag > 1 ? Math.ceil(bag * 2 * plan.sampleFraction) : bag;
  return { bag, tree, grow: plan.honesty ? Math.ceil(tree * plan.honestyFraction) : tree };
}

/** What draws have room for: the data; and, where less than all of it is drawn, a bag's units and a tree's rows. */
export interface DrawRoom {
  readonly rows: number;
  readonly units: number;
  readonly clusters: number;
  readonly bagUnits?: number;
  readonly growRows?: number;
  readonly fillRows?: number;
}

/** Lengths of the arrays that draw. Behind rows that fill a tree, one more is written. */
export const drawLengths = (size: DrawRoom) => ({
  stream: 4,
  allUnits: size.units,
  // Rows of a cluster are shuffled too.
  swaps: size.clusters > 0 ? size.rows : (size.bagUnits ?? size.units),
  half: size.bagUnits ?? size.units,
  // Packed as bits 32 at a time.
  drawnUnit: size.units + 31,
  drawnBits: (size.units + 31) >>> 5,
  grow: size.growRows ?? size.rows,
  fill: (size.fillRows ?? size.rows) + 1,
  growHalf: size.growRows ?? size.rows,
  clusterStart: size.clusters + 1,
  clusterRows: size.clusters > 0 ? size.rows : 0,
  unitOf: size.clusters > 0 ? size.rows : 0,
});

/** Makes `draws`, which has room for it, draw by a plan. */
export function loadPlan(plan: SubsamplePlan, draws: Draws): void {
  const { clusters, rowCount } = plan;
  const sizes = subsampleSizes(plan);
  draws.unitCount = clusters?.count ?? rowCount;
  draws.bagSize = sizes.bag;
  draws.treeSize = sizes.tree;
  draws.growSize = sizes.grow;
  draws.honest = plan.honesty ? 1 : 0;
  draws.clustered = clusters ? 1 : 0;
  draws.perCluster = 0;
  for (let u = 0; u < draws.unitCount; u++) draws.allUnits[u] = u;
  for (let j = 0; j < draws.growHalf.length; j++) draws.growHalf[j] = j & 1;
  if (!clusters) return;
  draws.unitOf.set(clusters.ids);
  groupRows(clusters, rowCount, draws);
  if (!plan.equalizeClusterWeights) return;
  draws.perCluster = rowCount;
  for (let c = 0; c < clusters.count; c++)
    draws.perCluster = Math.min(draws.perCluster, draws.clusterStart[c + 1] - draws.clusterStart[c]);
}

export function makeSampler(plan: SubsamplePlan): Sampler {
  const { rowCount: rows, clusters } = plan;
  const draws = plainFrame(
    DRAWS,
    drawLengths({ rows, units: clusters?.count ?? rows, clusters: clusters?.count ?? 0 }),
  );
  loadPlan(plan, draws);
  return {
    drawnUnit: draws.drawnUnit.subarray(0, draws.unitCount),
    unitOf: clusters?.ids ?? null,
    startBag(stream) {
      stream.copyTo(draws.stream);
      startBag(draws);
    },
    drawTree() {
      drawTree(draws);
      const grow = draws.grow.subarray(0, draws.growCount);
      return {
        units: draws.half.subarray(0, draws.treeSize),
        grow,
        growHalf: draws.growHalf,
        fill: plan.honesty ? draws.fill.subarray(0, draws.fillCount) : grow,
      };
    },
  };
}

/** Rows of cluster c, ascending: clusterRows[clusterStart[c] … clusterStart[c + 1]). */
function groupRows(
  { ids, count }: { readonly ids: Int32Array; readonly count: number },
  rowCount: number,
  { clusterStart: start, clusterRows }: Draws,
): void {
  start.fill(0, 0, count + 1);
  for (let i = 0; i < rowCount; i++) start[ids[i] + 1]++;
  for (let c = 0; c < count; c++) start[c + 1] += start[c];
  const next = start.slice(0, count + 1);
  for (let i = 0; i < rowCount; i++) clusterRows[next[ids[i]]++] = i;
}
