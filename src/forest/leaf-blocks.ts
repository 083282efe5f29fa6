/**
 * Prediction, first half: which leaf of which tree each row reaches, and the averages of those leaves' moments.
 * Rows are taken in blocks, so that memory stays bounded by BLOCK_CELLS whatever their number. A block keeps, for every
 * tree, its rows grouped by leaf: whoever goes over it has a leaf's moments at hand for all rows that share it.
 * Cost: O(rows · depth) a tree, and one visit of each row and tree.
 */
import type { CodedRows, RankedColumns } from '../tree/ranked-columns.js';
import { type RowSender, senderFor } from '../tree/row-sender.js';
import { eachTreeDraw, type Forest } from './forest.js';

/** A block of rows and their leaves; buffers are reused for the next block. */
export interface LeafBlock {
  /** The block's first row, counted from the first row asked for, and how many it has. */
  readonly first: number;
  readonly rowCount: number;
  /** Rows of the block (from 0) by tree and leaf: group g holds rows[start[g] … start[g + 1]). */
  readonly rows: Int32Array;
  readonly start: Int32Array;
  /** Leaf of each group, never the empty one. */
  readonly leaf: Int32Array;
  /** Groups of tree b: groups[b] … groups[b + 1] − 1. */
  readonly groups: Int32Array;
  /** Averages of the moments over the trees with a leaf, `momentCount` numbers a row; NaN where there is none. */
  readonly average: Float64Array;
  /** Trees with a leaf for the row. */
  readonly treeCount: Int32Array;
}

/** Row numbers a block may hold (32 MB). */
const BLOCK_CELLS = 1 << 23;

/** Training rows from … end, each by the trees that did not draw it. */
export function eachOutOfBagBlock(
  forest: Forest,
  columns: RankedColumns,
  visit: (block: LeafBlock) => void,
  from = 0,
  end = columns.rowCount,
): void {
  eachBlock(forest, from, end, senderFor(columns, forest.coding, forest.trees, columns.rowCount), true, visit);
}

/** Any rows, by all trees. */
export function eachNewBlock(forest: Forest, rows: CodedRows, visit: (block: LeafBlock) => void): void {
  eachBlock(
    forest,
    0,
    rows.rowCount,
    senderFor(rows, forest.coding, forest.trees, blockRows(forest.trees.treeCount, rows.rowCount)),
    false,
    visit,
  );
}

/** Rows that a block of a forest of so many trees takes, where there are so many. */
export const blockRows = (treeCount: number, rowCount: number): number =>
  Math.max(1, Math.min(rowCount, Math.floor(BLOCK_CELLS / treeCount)));

function eachBlock(
  forest: Forest,
  from: number,
  end: number,
  sender: RowSender,
  outOfBag: boolean,
  visit: (block: LeafBlock) => void,
): void {
  const size = blockRows(forest.trees.treeCount, end - from);
  const buffers = new BlockBuffers(forest, size);
  for (let first = from; first < end; first += size) {
    const last = Math.min(first + size, end);
    buffers.startBlock();
    if (outOfBag)
      eachTreeDraw(forest, ({ tree, isDrawn }) =>
        buffers.addTree(sender, tree, first, undrawnInto(sender.buffer, first, last, isDrawn)),
      );
    else
      for (let tree = 0; tree < forest.trees.treeCount; tree++) {
        for (let i = first; i < last; i++) sender.buffer[i - first] = i;
        buffers.addTree(sender, tree, first, last - first);
      }
    visit(buffers.finishBlock(first - from, last - first));
  }
}

/** Rows first … last that a tree did not draw, to the front of `out`; returns how many. */
function undrawnInto(out: Int32Array, first: number, last: number, isDrawn: Uint8Array): number {
  let count = 0;
  for (let i = first; i < last; i++) {
    out[count] = i;
    count += 1 - isDrawn[i];
  }
  return count;
}

/** The block being filled; groups grow as needed. */
class BlockBuffers {
  private readonly rows: Int32Array;
  private readonly groups: Int32Array;
  private readonly average: Float64Array;
  private readonly treeCount: Int32Array;
  private start = new Int32Array(1024);
  private leaf = new Int32Array(1024);
  private groupCount = 0;
  private cellCount = 0;

  constructor(
    private readonly forest: Forest,
    size: number,
  ) {
    const { treeCount, momentCount } = forest.trees;
    this.rows = new Int32Array(size * treeCount);
    this.groups = new Int32Array(treeCount + 1);
    this.average = new Float64Array(size * momentCount);
    this.treeCount = new Int32Array(size);
  }

  startBlock(): void {
    this.groupCount = this.cellCount = 0;
    this.average.fill(0);
    this.treeCount.fill(0);
  }

  /** Sends the sender's first `count` rows down a tree. */
  addTree(sender: RowSender, tree: number, first: number, count: number): void {
    this.groups[tree] = this.groupCount;
    sender.descend(tree, count, (leaf, buffer, from, end) => {
      if (leaf > 0) this.addGroup(leaf, buffer, from, end, first);
    });
    this.groups[tree + 1] = this.groupCount;
  }

  private addGroup(leaf: number, buffer: Int32Array, from: number, end: number, first: number): void {
    if (this.groupCount + 1 >= this.start.length) {
      this.start = twice(this.start);
      this.leaf = twice(this.leaf);
    }
    const at = this.cellCount;
    for (let k = from; k < end; k++) this.rows[at + k - from] = buffer[k] - first;
    this.start[this.groupCount] = at;
    this.leaf[this.groupCount++] = leaf;
    this.cellCount = this.start[this.groupCount] = at + end - from;
    const { moments, momentCount } = this.forest.trees;
    addMoments(this.rows, at, this.cellCount, moments, leaf * momentCount, momentCount, this.average, this.treeCount);
  }

  finishBlock(first: number, rowCount: number): LeafBlock {
    const { rows, start, leaf, groups, average, treeCount } = this;
    const { momentCount } = this.forest.trees;
    for (let r = 0; r < rowCount; r++)
      for (let m = 0; m < momentCount; m++) average[r * momentCount + m] /= treeCount[r];
    return { first, rowCount, rows, start, leaf, groups, average, treeCount };
  }
}

/** Adds a leaf's moments to the rows that reach it; five at once, the most common number, so that they stay in registers. */
function addMoments(
  rows: Int32Array,
  from: number,
  end: number,
  moments: Float64Array,
  at: number,
  momentCount: number,
  sums: Float64Array,
  counts: Int32Array,
): void {
  let m = 0;
  for (; m + 5 <= momentCount; m += 5) {
    const [m0, m1, m2, m3, m4] = [
      moments[at + m],
      moments[at + m + 1],
      moments[at + m + 2],
      moments[at + m + 3],
      moments[at + m + 4],
    ];
    for (let k = from; k < end; k++) {
      const to = rows[k] * momentCount + m;
      sums[to] += m0;
      sums[to + 1] += m1;
      sums[to + 2] += m2;
      sums[to + 3] += m3;
      sums[to + 4] += m4;
    }
  }
  for (; m < momentCount; m++) {
    const moment = moments[at + m];
    for (let k = from; k < end; k++) sums[rows[k] * momentCount + m] += moment;
  }
  for (let k = from; k < end; k++) counts[rows[k]]++;
}

function twice(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
