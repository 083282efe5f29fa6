/**
 * Which training rows fill each leaf, all trees at once: the forest as a kernel for many points, where
 * `kernel-weights.ts` serves a few. Point by point α_j(x) = mean over trees of 1{j fills the leaf of x}/|leaf| then adds
 * up in one vector of the training rows' length. Memory: 4 bytes per tree and row that fills it, about as much as the
 * forest itself. Cost: rows that fill a tree · depth · trees, once.
 */
import type { CodedRows } from '../tree/ranked-columns.js';
import { senderFor } from '../tree/row-sender.js';
import { eachTreeDraw, type Forest } from './forest.js';

/** Leaf m is filled by rows[start[m] … end[m]); leaf 0 by none. */
export interface LeafRows {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly rows: Int32Array;
}

/** @param training codes of the training rows */
export function leafRowsOf(forest: Forest, training: CodedRows): LeafRows {
  const { trees, coding } = forest;
  const leafCount = trees.moments.length / trees.momentCount;
  const start = new Int32Array(leafCount);
  const end = new Int32Array(leafCount);
  let rows = new Int32Array(training.rowCount);
  let count = 0;
  const sender = senderFor(training, coding, trees, training.rowCount);
  eachTreeDraw(forest, ({ tree, fill }) => {
    if (count + fill.length > rows.length) {
      const room = new Int32Array(2 * rows.length + fill.length);
      room.set(rows);
      rows = room;
    }
    sender.buffer.set(fill);
    sender.descend(tree, fill.length, (leaf, buffer, from, to) => {
      if (leaf === 0) return;
      start[leaf] = count;
      for (let k = from; k < to; k++) rows[count++] = buffer[k];
      end[leaf] = count;
    });
  });
  return { start, end, rows: rows.slice(0, count) };
}

/**
 * The leaf of each of the points from … end in each tree, point by point: leaf[(i − from) · trees + b].
 * 0 where no row fills it, or where `outOfBag` and the tree drew the point, which is then a training row.
 */
export function leavesOfPoints(
  forest: Forest,
  points: CodedRows,
  outOfBag: boolean,
  from: number,
  end: number,
): Int32Array {
  const { trees, coding } = forest;
  const leaves = new Int32Array((end - from) * trees.treeCount);
  const sender = senderFor(points, coding, trees, end - from);
  const send = (tree: number, isDrawn: Uint8Array | null): void => {
    let count = 0;
    for (let i = from; i < end; i++) if (isDrawn === null || isDrawn[i] === 0) sender.buffer[count++] = i;
    sender.descend(tree, count, (leaf, rows, first, last) => {
      for (let k = first; k < last; k++) leaves[(rows[k] - from) * trees.treeCount + tree] = leaf;
    });
  };
  if (outOfBag) eachTreeDraw(forest, ({ tree, isDrawn }) => send(tree, isDrawn));
  else for (let tree = 0; tree < trees.treeCount; tree++) send(tree, null);
  return leaves;
}
