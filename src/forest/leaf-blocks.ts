/**
 * Prediction, first half: which leaf of which tree each row reaches, and the averages of those leaves' moments.
 * Rows are taken in blocks and trees in chunks, so that memory stays bounded whatever their number. A block keeps the leaf of
 * every row and tree for whoever goes over it again.
 * Cost: O(rows · depth) a tree, and one visit of each row and tree.
 */
import type { Block, Trees } from '../kernels/frames.js';
import type { Program } from '../kernels/machine.js';
import { streamFamily } from '../math/random.js';
import { loadCodes } from '../tree/load-columns.js';
import type { CodedRows, RankedColumns } from '../tree/ranked-columns.js';
import { loadPlan } from '../tree/subsample.js';
import type { Forest } from './forest.js';
import { drawWords, keptDraws } from './kept-draws.js';
import { borrowPass, drawsPerBag, type Pass, returnPass, sharesDraws } from './pass.js';
import { chunksOf, loadChunk, type TreeChunk } from './tree-chunks.js';

/** A block of rows and their leaves; arrays are views that the next block overwrites. */
export interface LeafBlock {
  /** The block's first row, counted from the first row asked for, and how many it has. */
  readonly first: number;
  readonly rowCount: number;
  /** Leaf of the block's row r (from 0) in tree b at b · rowCount + r; 0 where there is none. */
  readonly leaf: Int32Array;
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

/** Row numbers a block may hold (32 MB). */
const BLOCK_CELLS = 1 << 23;
/** Bytes of a block's codes and sums: with fewer, more of them stay in cache; with more, more rows share a tree's nodes. */
const BLOCK_BYTES = 1 << 22;
const ROW_BYTES = 128;

/** Rows of a block: all blocks have as many, but for the last. */
export function blockRows(treeCount: number, rowCount: number, columnCount: number): number {
  const most = Math.max(1, Math.min(BLOCK_CELLS / treeCount, BLOCK_BYTES / (4 * columnCount + ROW_BYTES)));
  return Math.ceil(rowCount / Math.ceil(rowCount / most));
}

/** Training rows from … end, each by the trees that did not draw it. */
export const eachOutOfBagBlock = (
  forest: Forest,
  columns: RankedColumns,
  visit: (block: LeafBlock) => void,
  from = 0,
  end = columns.rowCount,
): void => eachBlock(forest, columns, from, end, OUT_OF_BAG, visit);

/** Any rows from … end, by all trees. */
export const eachNewBlock = (
  forest: Forest,
  rows: CodedRows,
  visit: (block: LeafBlock) => void,
  from = 0,
  end = rows.rowCount,
): void => eachBlock(forest, rows, from, end, NEW_ROWS, visit);

/** Which trees a row is sent to. */
interface Sending {
  /** Called once, before any block. */
  prepare(pass: Pass, forest: Forest): void;
  /** Sends the block's rows down a chunk's trees. */
  send(pass: Pass, chunk: TreeChunk): void;
}

const NEW_ROWS: Sending = {
  prepare({ machine: { records } }) {
    records.block.shares = 0;
  },
  send({ machine: { kernels, records } }, { tree, treeEnd }) {
    const { sender, sets, columns, trees, block } = records;
    kernels.sendAll(sender, sets, columns, trees, block, tree, treeEnd);
  },
};

/** Trees draw their rows again, once for all blocks. */
const OUT_OF_BAG: Sending = {
  prepare({ machine: { kernels, records } }, forest) {
    const { draws, block } = records;
    const { draws: drawn, trees } = forest;
    block.shares = sharesDraws(forest) ? 1 : 0;
    if (drawn.kind === 'listed') {
      draws.clustered = 0;
      draws.unitCount = drawn.rowCount;
      block.treesPerDraw = 1;
      block.drawWords = drawWords(draws.unitCount);
      drawn.drawn.forEach((rows, tree) => {
        draws.half.set(rows);
        draws.treeSize = rows.length;
        kernels.keepDraw(draws, block, tree);
      });
      return;
    }
    const streams = streamFamily(drawn.seed, drawn.purpose, 'rows');
    const perBag = drawsPerBag(forest);
    loadPlan(drawn.plan, draws);
    block.treesPerDraw = drawn.plan.treesPerBag / perBag;
    block.drawWords = drawWords(draws.unitCount);
    const known = keptDraws(drawn);
    if (known) {
      block.drawn.set(known);
      return;
    }
    for (let bag = 0; bag < trees.treeCount / drawn.plan.treesPerBag; bag++) {
      streams(bag).copyTo(draws.stream);
      kernels.keepBag(draws, block, bag * perBag, perBag);
    }
  },
  send({ machine: { kernels, records } }, { tree, treeEnd }) {
    const { draws, sender, sets, columns, trees, block } = records;
    kernels.sendUndrawn(draws, sender, sets, columns, trees, block, tree, treeEnd);
  },
};

function eachBlock(
  forest: Forest,
  rows: CodedRows,
  from: number,
  end: number,
  sending: Sending,
  visit: (block: LeafBlock) => void,
): void {
  const size = blockRows(forest.trees.treeCount, end - from, forest.coding.levelCount.length);
  const chunks = chunksOf(forest);
  const pass = borrowPass(forest, size, chunks, sending === OUT_OF_BAG);
  try {
    const { kernels, records } = pass.machine;
    const { block, trees, sender } = records;
    let loaded: TreeChunk | null = null;
    const load = (chunk: TreeChunk): void => {
      if (chunk !== loaded) loadChunk(forest, chunk, trees, block, records.sets);
      loaded = chunk;
    };
    sender.half = size;
    sending.prepare(pass, forest);
    for (let first = from; first < end; first += size) {
      block.first = first;
      block.rowCount = Math.min(size, end - first);
      loadCodes(rows, forest.coding, records.columns, first, block.rowCount);
      load(chunks[0]);
      kernels.startBlock(block, records.sets, trees);
      for (const chunk of chunks) {
        load(chunk);
        sending.send(pass, chunk);
      }
      kernels.finishBlock(block, trees);
      visit({
        first: first - from,
        rowCount: block.rowCount,
        leaf: block.leaf,
        average: block.average,
        treeCount: block.treeCount,
        kernels,
        frame: block,
        eachChunk(visitChunk) {
          for (const chunk of chunks) {
            load(chunk);
            visitChunk(trees, chunk.tree, chunk.treeEnd);
          }
        },
      });
    }
  } finally {
    returnPass(pass);
  }
}
