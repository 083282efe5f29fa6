/**
 * Prediction, first half: which leaf of which tree each row reaches, and the averages of those leaves' moments.
 * Rows are taken in blocks and trees in chunks, so that memory stays bounded whatever their number. A block keeps, for every
 * tree, its rows grouped by leaf: whoever goes over it has a leaf's moments at hand for all rows that share it.
 * Cost: O(rows · depth) a tree, and one visit of each row and tree.
 */
import type { Block, Trees } from '../kernels/frames.js';
import type { Program } from '../kernels/machine.js';
import { streamFamily } from '../math/random.js';
import { loadCodes } from '../tree/load-columns.js';
import type { CodedRows, RankedColumns } from '../tree/ranked-columns.js';
import { loadPlan } from '../tree/subsample.js';
import type { Forest } from './forest.js';
import { borrowPass, type Pass, returnPass } from './pass.js';
import { chunksOf, loadChunk, type TreeChunk } from './tree-chunks.js';

/** A block of rows and their leaves; arrays are views that the next block overwrites. */
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
  /** For kernels that go over the block again. */
  readonly kernels: Program;
  readonly frame: Block;
  /** Calls `visit` for each chunk of trees, from … end, whose moments `trees` then holds. */
  eachChunk(visit: (trees: Trees, from: number, end: number) => void): void;
}

/** Row numbers a block may hold (32 MB), and rows, each with some 200 bytes of its own. */
const BLOCK_CELLS = 1 << 23;
const BLOCK_ROWS = 1 << 19;

/** Rows that a block of a forest of so many trees takes, where there are so many. */
export const blockRows = (treeCount: number, rowCount: number): number =>
  Math.max(1, Math.min(rowCount, BLOCK_ROWS, Math.floor(BLOCK_CELLS / treeCount)));

/** Training rows from … end, each by the trees that did not draw it. */
export function eachOutOfBagBlock(
  forest: Forest,
  columns: RankedColumns,
  visit: (block: LeafBlock) => void,
  from = 0,
  end = columns.rowCount,
): void {
  const { draws } = forest;
  const send = draws.kind === 'seeded' ? sendBags(draws) : sendListed(draws);
  eachBlock(forest, columns, from, end, send, visit);
}

/** Any rows, by all trees. */
export function eachNewBlock(forest: Forest, rows: CodedRows, visit: (block: LeafBlock) => void): void {
  eachBlock(forest, rows, 0, rows.rowCount, sendToAll, visit);
}

/** Sends a block's rows down a chunk's trees. */
type Send = (pass: Pass, chunk: TreeChunk) => void;

function sendToAll({ machine: { kernels, records } }: Pass, { tree, treeEnd }: TreeChunk): void {
  const { sender, columns, trees, block } = records;
  kernels.sendAll(sender, columns, trees, block, tree, treeEnd);
}

/** To trees that are drawn again, bag by bag. */
function sendBags({ plan, seed, purpose }: Extract<Forest['draws'], { readonly kind: 'seeded' }>): Send {
  const streams = streamFamily(seed, purpose, 'rows');
  return ({ machine: { kernels, records } }, { tree, treeEnd }) => {
    const { draws, sender, columns, trees, block } = records;
    loadPlan(plan, draws);
    for (let first = tree; first < treeEnd; first += plan.treesPerBag) {
      streams(first / plan.treesPerBag).copyTo(draws.stream);
      kernels.sendUndrawn(draws, sender, columns, trees, block, first);
    }
  };
}

/** To trees whose rows are listed. */
function sendListed({ drawn }: Extract<Forest['draws'], { readonly kind: 'listed' }>): Send {
  return ({ machine: { kernels, records } }, { tree, treeEnd }) => {
    const { draws, sender, columns, trees, block } = records;
    draws.clustered = 0;
    for (let b = tree; b < treeEnd; b++) {
      draws.drawnUnit.fill(0);
      for (const row of drawn[b]) draws.drawnUnit[row] = 1;
      kernels.sendUnmarked(draws, sender, columns, trees, block, b);
    }
  };
}

function eachBlock(
  forest: Forest,
  rows: CodedRows,
  from: number,
  end: number,
  send: Send,
  visit: (block: LeafBlock) => void,
): void {
  const size = blockRows(forest.trees.treeCount, end - from);
  const chunks = chunksOf(forest);
  const pass = borrowPass(forest, rows, size, chunks);
  try {
    const { kernels, records } = pass.machine;
    const { block, trees, sender } = records;
    const load = (chunk: TreeChunk): void => loadChunk(forest, chunk, trees, block);
    loadCodes(rows, forest.coding, records.columns);
    sender.half = size;
    for (let first = from; first < end; first += size) {
      block.first = first;
      block.rowCount = Math.min(size, end - first);
      load(chunks[0]);
      kernels.startBlock(block, trees);
      for (const chunk of chunks) {
        if (chunks.length > 1) load(chunk);
        send(pass, chunk);
      }
      kernels.finishBlock(block, trees);
      visit({
        first: first - from,
        rowCount: block.rowCount,
        rows: block.rows,
        start: block.start,
        leaf: block.leaf,
        groups: block.groups,
        average: block.average,
        treeCount: block.treeCount,
        kernels,
        frame: block,
        eachChunk(visitChunk) {
          for (const chunk of chunks) {
            if (chunks.length > 1) load(chunk);
            visitChunk(trees, chunk.tree, chunk.treeEnd);
          }
        },
      });
    }
  } finally {
    returnPass(pass);
  }
}
