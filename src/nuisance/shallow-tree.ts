/**
 * One small regression tree on columns in classes: the cut of a node is the one that lowers Σ s(g/s − mean)² most, g the
 * gradient and s the weight of its rows, as found from sums by class (histograms). The sums of one of two children are those
 * of their parent less the other's.
 *   gain = G_l²/(S_l + λ) + G_r²/(S_r + λ) − G²/(S + λ)
 * Classes of a category are put in the order of their means, G/(S + λ), which holds the best cut of all (Fisher 1958);
 * missing cells go to the side where they gain more.
 */
import type { BinnedColumns } from '../tree/binned-columns.js';

/** Cells of a node's table of sides: one for each class a byte can name. */
const TABLE = 256;

export interface TreeShape {
  readonly depth: number;
  /** Least weight of rows (their number, where rows have no weights) on each side of a cut. */
  readonly leastWeight: number;
  /** λ, rows of mean 0 that are added to each side. */
  readonly ridge: number;
}

/** A tree, overwritten by the next. Node 0 is the root; a node's children stand at `child` and behind. */
export interface ShallowTree {
  nodeCount: number;
  /** −1 marks a leaf. */
  readonly column: Int32Array;
  readonly child: Int32Array;
  /** 1 where a class of the node's column goes to the right. */
  readonly right: Uint8Array;
}

/** What rows a tree grows on, by place, and what it is to predict. */
export interface TreeRows {
  readonly places: Int32Array;
  /** Of all places; 0 at those that are not among the rows. */
  readonly gradient: Float64Array;
  /** Null: all 1. */
  readonly weight: Float64Array | null;
}

/** Grows trees on the same columns, one after the other. */
export interface TreeGrower {
  readonly tree: ShallowTree;
  /** Sums of weights by class of all of the rows: the same for all trees on them, as long as weights are. */
  rootWeights(rows: Omit<TreeRows, 'gradient'>): Float64Array;
  /**
   * Overwrites `tree`.
   * @param active columns that may be cut
   */
  grow(rows: TreeRows, rootWeights: Float64Array, active: Int32Array): void;
  /** What a cut of all rows by each column would gain; `grow` with all columns comes before. */
  readonly rootGains: Float64Array;
}

interface Cut {
  gain: number;
  column: number;
  readonly right: Uint8Array;
}

export function makeTreeGrower(columns: BinnedColumns, { depth, leastWeight, ridge }: TreeShape): TreeGrower {
  const { rowCount: n, columnCount, bins, counts, hasMissing, isCategory } = columns;
  // Sums of column f begin at starts[f]: g and s of each class in turn.
  const starts = new Int32Array(columnCount + 1);
  for (let f = 0; f < columnCount; f++) starts[f + 1] = starts[f] + 2 * (counts[f] + hasMissing[f]);
  const size = starts[columnCount];
  const binsOf = Array.from({ length: columnCount }, (_, f) => bins.subarray(f * n, (f + 1) * n));
  const spare: Float64Array[] = [];
  const most = 2 ** (depth + 1) - 1;
  const tree: ShallowTree = {
    nodeCount: 0,
    column: new Int32Array(most),
    child: new Int32Array(most),
    right: new Uint8Array(most * TABLE),
  };
  const best: Cut = { gain: 0, column: -1, right: new Uint8Array(TABLE) };
  const order: number[] = [];
  const rootGains = new Float64Array(columnCount);

  /** The best cut of one column goes to `best`, if it is better. Sums of `order`'s classes go from left to right. */
  function scanOrdered(sums: Float64Array, f: number, classes: number, g: number, s: number): number {
    const at = starts[f];
    const category = isCategory[f] === 1;
    const missing = !category && hasMissing[f] === 1;
    const [gMissing, sMissing] = missing ? [sums[at + 2 * counts[f]], sums[at + 2 * counts[f] + 1]] : [0, 0];
    const whole = (g * g) / (s + ridge);
    let least = whole;
    let gLeft = 0;
    let sLeft = 0;
    let cut = -1;
    let missingLeft = false;
    for (let k = 0; k < classes - (missing ? 0 : 1); k++) {
      const cell = at + 2 * (category ? order[k] : k);
      gLeft += sums[cell];
      sLeft += sums[cell + 1];
      for (let side = 0; side < (missing ? 2 : 1); side++) {
        const gl = gLeft + side * gMissing;
        const sl = sLeft + side * sMissing;
        const sr = s - sl;
        if (sl < leastWeight || sr < leastWeight) continue;
        const gr = g - gl;
        // sum/product is to exceed the best so far; a division would take longer than all else here.
        const product = (sl + ridge) * (sr + ridge);
        const sum = gl * gl * (sr + ridge) + gr * gr * (sl + ridge);
        if (sum <= least * product) continue;
        least = sum / product;
        cut = k;
        missingLeft = side === 1;
      }
    }
    const gain = least - whole;
    if (gain > best.gain) {
      best.gain = gain;
      best.column = f;
      for (let k = 0; k < classes; k++) best.right[category ? order[k] : k] = Number(k > cut);
      if (missing) best.right[counts[f]] = Number(!missingLeft);
    }
    return gain;
  }

  function scan(sums: Float64Array, f: number, g: number, s: number): number {
    if (isCategory[f] === 0) return scanOrdered(sums, f, counts[f], g, s);
    const at = starts[f];
    const classes = counts[f] + hasMissing[f];
    order.length = 0;
    for (let k = 0; k < classes; k++) order.push(k);
    const mean = (k: number): number => sums[at + 2 * k] / (sums[at + 2 * k + 1] + ridge);
    order.sort((a, b) => mean(a) - mean(b) || a - b);
    return scanOrdered(sums, f, classes, g, s);
  }

  function addRows({ places, gradient, weight }: TreeRows, active: Int32Array, sums: Float64Array): void {
    for (const f of active) {
      const at = starts[f];
      const own = binsOf[f];
      sums.fill(0, at, starts[f + 1]);
      for (let k = 0; k < places.length; k++) {
        const place = places[k];
        const cell = at + 2 * own[place];
        sums[cell] += gradient[place];
        sums[cell + 1] += weight ? weight[place] : 1;
      }
    }
  }

  /** Cuts a node, or leaves it a leaf, and gives its sums back. `level` cuts may follow each other. */
  function split(node: number, rows: TreeRows, sums: Float64Array, active: Int32Array, level: number): void {
    const { places, gradient, weight } = rows;
    let [g, s] = [0, 0];
    for (let k = 0; k < places.length; k++) {
      g += gradient[places[k]];
      s += weight ? weight[places[k]] : 1;
    }
    best.gain = 0;
    best.column = -1;
    if (s >= 2 * leastWeight)
      for (const f of active) {
        const gain = scan(sums, f, g, s);
        if (node === 0) rootGains[f] = gain;
      }
    tree.column[node] = best.column;
    if (best.column < 0) {
      spare.push(sums);
      return;
    }
    const child = tree.nodeCount;
    tree.nodeCount += 2;
    tree.child[node] = child;
    tree.right.set(best.right, node * TABLE);
    tree.column[child] = tree.column[child + 1] = -1;
    if (level === 1) {
      spare.push(sums);
      return;
    }
    const [left, right] = divide(places, node);
    const leftIsSmall = left.length < right.length;
    const other = spare.pop() ?? new Float64Array(size);
    addRows({ places: leftIsSmall ? left : right, gradient, weight }, active, other);
    for (const f of active) for (let k = starts[f]; k < starts[f + 1]; k++) sums[k] -= other[k];
    split(child, { places: left, gradient, weight }, leftIsSmall ? other : sums, active, level - 1);
    split(child + 1, { places: right, gradient, weight }, leftIsSmall ? sums : other, active, level - 1);
  }

  function divide(places: Int32Array, node: number): readonly [Int32Array, Int32Array] {
    const own = binsOf[tree.column[node]];
    const out = new Int32Array(places.length);
    let [left, right] = [0, places.length];
    for (let k = 0; k < places.length; k++) {
      const place = places[k];
      if (tree.right[node * TABLE + own[place]] === 0) out[left++] = place;
      else out[--right] = place;
    }
    return [out.subarray(0, left), out.subarray(left)];
  }

  return {
    tree,
    rootGains,
    rootWeights({ places, weight }) {
      const sums = new Float64Array(size);
      for (let f = 0; f < columnCount; f++)
        for (const place of places) sums[starts[f] + 2 * bins[f * n + place] + 1] += weight ? weight[place] : 1;
      return sums;
    },
    grow(rows, rootWeights, active) {
      const { gradient } = rows;
      const sums = spare.pop() ?? new Float64Array(size);
      sums.set(rootWeights);
      for (const f of active) {
        const at = starts[f];
        const own = binsOf[f];
        // In order, without a list: gradients of places that are not among the rows are 0.
        for (let place = 0; place < n; place++) sums[at + 2 * own[place]] += gradient[place];
      }
      tree.nodeCount = 1;
      split(0, rows, sums, active, depth);
    },
  };
}

/** The leaf of every place, as a number of a node. */
export function leavesOf({ column, child, right }: ShallowTree, { bins, rowCount }: BinnedColumns, out: Uint8Array) {
  for (let place = 0; place < rowCount; place++) {
    let node = 0;
    while (column[node] >= 0) node = child[node] + right[node * TABLE + bins[column[node] * rowCount + place]];
    out[place] = node;
  }
}
