/**
 * Prediction, first half: which leaf of which tree each row reaches, and those leaves' moments.
 * Rows are taken in blocks, so that memory stays bounded: a block's leaf indices (rows × trees) fill one table,
 * then each row's moments are gathered and handed on. Nothing of size rows × trees is kept.
 */

import { borrowEngine, returnEngine } from '../tree/engine.js';
import type { CodedRows, RankedColumns } from '../tree/ranked-columns.js';
import { type RowSender, senderFor } from '../tree/row-sender.js';
import { eachTreeDraw, type Forest } from './forest.js';

/** The leaves that one row reaches; buffers are reused for the next row. */
export interface RowMoments {
  /** Trees with a non-empty leaf for the row. */
  treeCount: number;
  /** Those trees, ascending. */
  readonly tree: Int32Array;
  /** Their leaves' moments, `momentCount` numbers a tree. */
  readonly moments: Float64Array;
  /** Averages of the moments over those trees. */
  readonly average: Float64Array;
}

/** Leaf indices a block may hold (32 MB). */
const BLOCK_CELLS = 1 << 23;

/** Receives each row's leaves, rows in order. */
export type VisitRow = (row: number, moments: RowMoments) => void;

/** Training rows, each by the trees that did not draw it. */
export function eachOutOfBagRow(forest: Forest, columns: RankedColumns, visit: VisitRow): void {
  const engine = borrowEngine(columns);
  try {
    eachRow(forest, columns.rowCount, engine.sender, true, visit);
  } finally {
    returnEngine(engine);
  }
}

/** Any rows, by all trees. */
export function eachNewRow(forest: Forest, rows: CodedRows, visit: VisitRow): void {
  eachRow(forest, rows.rowCount, senderFor(rows, blockSize(forest, rows.rowCount)), false, visit);
}

const blockSize = ({ trees }: Forest, rowCount: number): number =>
  Math.max(1, Math.min(rowCount, Math.floor(BLOCK_CELLS / trees.treeCount)));

function eachRow(forest: Forest, rowCount: number, sender: RowSender, outOfBag: boolean, visit: VisitRow): void {
  const { trees, coding } = forest;
  const { treeCount, momentCount } = trees;
  const blockRows = blockSize(forest, rowCount);
  const leafTable = new Int32Array(blockRows * treeCount);
  const result: RowMoments = {
    treeCount: 0,
    tree: new Int32Array(treeCount),
    moments: new Float64Array(treeCount * momentCount),
    average: new Float64Array(momentCount),
  };
  for (let first = 0; first < rowCount; first += blockRows) {
    const last = Math.min(first + blockRows, rowCount);
    leafTable.fill(-1);
    const sendDown = (tree: number, count: number) =>
      sender.descend(trees, trees.root[tree], coding, count, (leaf, buffer, from, end) => {
        for (let k = from; k < end; k++) leafTable[(buffer[k] - first) * treeCount + tree] = leaf;
      });
    if (outOfBag)
      eachTreeDraw(forest, ({ tree, isDrawn }) => {
        let count = 0;
        for (let i = first; i < last; i++) if (!isDrawn(i)) sender.buffer[count++] = i;
        sendDown(tree, count);
      });
    else
      for (let tree = 0; tree < treeCount; tree++) {
        for (let i = first; i < last; i++) sender.buffer[i - first] = i;
        sendDown(tree, last - first);
      }
    for (let i = first; i < last; i++) {
      gather(leafTable, (i - first) * treeCount, treeCount, trees.moments, momentCount, result);
      visit(i, result);
    }
  }
}

function gather(
  leafTable: Int32Array,
  from: number,
  treeCount: number,
  leafMoments: Float64Array,
  momentCount: number,
  out: RowMoments,
): void {
  const { tree, moments, average } = out;
  let count = 0;
  average.fill(0);
  for (let b = 0; b < treeCount; b++) {
    const leaf = leafTable[from + b];
    if (leaf < 0) continue;
    for (let m = 0; m < momentCount; m++) {
      const value = leafMoments[leaf * momentCount + m];
      moments[count * momentCount + m] = value;
      average[m] += value;
    }
    tree[count++] = b;
  }
  for (let m = 0; m < momentCount; m++) average[m] /= count;
  out.treeCount = count;
}
