/**
 * Prediction, first half: which leaf of which tree each row reaches, and the averages of those leaves' moments.
 * Rows are taken in blocks, so that memory stays bounded by BLOCK_CELLS whatever their number. Everything runs tree by
 * tree: a tree's leaves fit the fastest cache, and rows are read and written in order.
 * Cost: O(rows · depth) a tree, and one visit of each row and tree.
 */
import { borrowEngine, returnEngine } from '../tree/engine.js';
import type { CodedRows, RankedColumns } from '../tree/ranked-columns.js';
import { type RowSender, senderFor } from '../tree/row-sender.js';
import { eachTreeDraw, type Forest } from './forest.js';

/** A block of rows and their leaves; buffers are reused for the next block. */
export interface LeafBlock {
  /** The block's first row, and how many it has. */
  readonly first: number;
  readonly rowCount: number;
  /** Leaf of row first + r in tree b: leaf[b · stride + r]; 0, the empty leaf, where the tree has none for it. */
  readonly leaf: Int32Array;
  readonly stride: number;
  /** Averages of the moments over the trees with a leaf, `momentCount` numbers a row; NaN where there is none. */
  readonly average: Float64Array;
  /** Trees with a leaf for the row. */
  readonly treeCount: Int32Array;
}

/** Leaf indices a block may hold (32 MB). */
const BLOCK_CELLS = 1 << 23;

/** Training rows, each by the trees that did not draw it. */
export function eachOutOfBagBlock(forest: Forest, columns: RankedColumns, visit: (block: LeafBlock) => void): void {
  const engine = borrowEngine(columns);
  try {
    eachBlock(forest, columns.rowCount, engine.sender, true, visit);
  } finally {
    returnEngine(engine);
  }
}

/** Any rows, by all trees. */
export function eachNewBlock(forest: Forest, rows: CodedRows, visit: (block: LeafBlock) => void): void {
  eachBlock(forest, rows.rowCount, senderFor(rows, blockSize(forest, rows.rowCount)), false, visit);
}

const blockSize = ({ trees }: Forest, rowCount: number): number =>
  Math.max(1, Math.min(rowCount, Math.floor(BLOCK_CELLS / trees.treeCount)));

function eachBlock(
  forest: Forest,
  rowCount: number,
  sender: RowSender,
  outOfBag: boolean,
  visit: (block: LeafBlock) => void,
): void {
  const { treeCount, momentCount } = forest.trees;
  const stride = blockSize(forest, rowCount);
  const leaf = new Int32Array(stride * treeCount);
  const average = new Float64Array(stride * momentCount);
  const counts = new Int32Array(stride);
  for (let first = 0; first < rowCount; first += stride) {
    const block = { first, rowCount: Math.min(stride, rowCount - first), leaf, stride, average, treeCount: counts };
    if (first > 0) leaf.fill(0);
    average.fill(0);
    counts.fill(0);
    if (outOfBag) eachTreeDraw(forest, ({ tree, isDrawn }) => sendUndrawn(forest, sender, block, tree, isDrawn));
    else for (let tree = 0; tree < treeCount; tree++) sendAll(forest, sender, block, tree);
    for (let r = 0; r < block.rowCount; r++)
      for (let m = 0; m < momentCount; m++) average[r * momentCount + m] /= counts[r];
    visit(block);
  }
}

function sendUndrawn(forest: Forest, sender: RowSender, block: LeafBlock, tree: number, isDrawn: Uint8Array): void {
  const { first, rowCount } = block;
  let count = 0;
  for (let i = first; i < first + rowCount; i++) {
    sender.buffer[count] = i;
    count += 1 - isDrawn[i];
  }
  sendDown(forest, sender, block, tree, count);
}

function sendAll(forest: Forest, sender: RowSender, block: LeafBlock, tree: number): void {
  for (let r = 0; r < block.rowCount; r++) sender.buffer[r] = block.first + r;
  sendDown(forest, sender, block, tree, block.rowCount);
}

function sendDown({ trees, coding }: Forest, sender: RowSender, block: LeafBlock, tree: number, count: number): void {
  sender.descend(trees, trees.root[tree], coding, count, (leaf, buffer, from, end) => {
    if (leaf > 0) addLeaf(trees.moments, trees.momentCount, leaf, buffer, from, end, block, tree);
  });
}

/** Adds a leaf's moments to the rows that reach it. */
function addLeaf(
  moments: Float64Array,
  momentCount: number,
  leaf: number,
  rows: Int32Array,
  from: number,
  end: number,
  block: LeafBlock,
  tree: number,
): void {
  const { first, average, treeCount } = block;
  const table = block.leaf;
  const column = tree * block.stride - first;
  const at = leaf * momentCount;
  for (let k = from; k < end; k++) {
    const row = rows[k];
    table[column + row] = leaf;
    treeCount[row - first]++;
    const to = (row - first) * momentCount;
    for (let m = 0; m < momentCount; m++) average[to + m] += moments[at + m];
  }
}
