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

/** Draws a bag's half, then its trees one by one. Two steps and no callback, so that the hot loops stay their caller's. */
export interface Sampler {
  startBag(stream: RandomStream): void;
  /** The next tree of the bag, with the bag's own stream. */
  drawTree(stream: RandomStream): TreeRows;
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

export function makeSampler(plan: SubsamplePlan): Sampler {
  const { rowCount, clusters } = plan;
  const unitCount = clusters?.count ?? rowCount;
  const sizes = subsampleSizes(plan);
  const allUnits = Int32Array.from({ length: unitCount }, (_, i) => i);
  const swaps = new Int32Array(sizes.bag);
  const half = new Int32Array(sizes.bag);
  const drawnUnit = new Uint8Array(unitCount);
  const grow = new Int32Array(rowCount);
  const fill = new Int32Array(rowCount);
  const growHalf = Uint8Array.from({ length: rowCount }, (_, j) => j & 1);
  const members = clusters ? groupRows(clusters, rowCount) : null;
  const perCluster =
    members && plan.equalizeClusterWeights ? members.start.reduce(smallestGap, Number.POSITIVE_INFINITY) : null;

  /** Rows of units half[from..to), written to `out`; returns how many. */
  function rowsOf(from: number, to: number, out: Int32Array, stream: RandomStream): number {
    if (!members) {
      for (let k = from; k < to; k++) out[k - from] = half[k];
      return to - from;
    }
    let count = 0;
    for (let k = from; k < to; k++) {
      const start = members.start[half[k]];
      const size = members.start[half[k] + 1] - start;
      const take = perCluster === null ? size : perCluster;
      for (let j = 0; j < size; j++) out[count + j] = members.rows[start + j];
      if (out === grow) growHalf.fill((k - from) & 1, count, count + take);
      if (take < size) shufflePrefix(out, count, size, take, stream);
      count += take;
    }
    return count;
  }

  return {
    drawnUnit,
    unitOf: clusters?.ids ?? null,
    startBag(stream) {
      for (let k = 0; k < sizes.bag; k++) {
        const other = k + stream.below(unitCount - k);
        const unit = allUnits[other];
        allUnits[other] = allUnits[k];
        allUnits[k] = unit;
        swaps[k] = other;
        half[k] = unit;
      }
      for (let k = sizes.bag - 1; k >= 0; k--) {
        const unit = allUnits[k];
        allUnits[k] = allUnits[swaps[k]];
        allUnits[swaps[k]] = unit;
      }
    },
    drawTree(stream) {
      shufflePrefix(half, 0, sizes.bag, sizes.tree, stream);
      drawnUnit.fill(0);
      for (let k = 0; k < sizes.tree; k++) drawnUnit[half[k]] = 1;
      const units = half.subarray(0, sizes.tree);
      const growRows = grow.subarray(0, rowsOf(0, sizes.grow, grow, stream));
      if (!plan.honesty) return { units, grow: growRows, growHalf, fill: growRows };
      return { units, grow: growRows, growHalf, fill: fill.subarray(0, rowsOf(sizes.grow, sizes.tree, fill, stream)) };
    },
  };
}

/** Fisher–Yates on list[start … start+size): its first `take` entries become a uniform ordered draw. */
function shufflePrefix(list: Int32Array, start: number, size: number, take: number, stream: RandomStream): void {
  for (let k = 0; k < take; k++) {
    const other = start + k + stream.below(size - k);
    const entry = list[other];
    list[other] = list[start + k];
    list[start + k] = entry;
  }
}

/** Rows of each cluster: rows[start[c] … start[c+1]), ascending. */
function groupRows(clusters: { readonly ids: Int32Array; readonly count: number }, rowCount: number) {
  const start = new Int32Array(clusters.count + 1);
  for (let i = 0; i < rowCount; i++) start[clusters.ids[i] + 1]++;
  for (let c = 0; c < clusters.count; c++) start[c + 1] += start[c];
  const next = start.slice();
  const rows = new Int32Array(rowCount);
  for (let i = 0; i < rowCount; i++) rows[next[clusters.ids[i]]++] = i;
  return { start, rows };
}

const smallestGap = (smallest: number, start: number, c: number, starts: Int32Array): number =>
  c === 0 ? smallest : Math.min(smallest, start - starts[c - 1]);
