/**
 * Fills a grown tree with rows that took no part in growing it (honesty: Athey & Imbens 2016), and prunes:
 * a node with an empty child is replaced by its other child, so every leaf that is kept has rows.
 * Splitting the rows from the root down does both at once: a split that leaves one side empty is skipped.
 */
import type { LeafMoments } from './leaf-moments.js';
import { setWords, type TreeWriter } from './packed-trees.js';
import type { RankedColumns } from './ranked-columns.js';
import { makeRowSplitter } from './split-rows.js';

/** Copies the tree at `root` of `grown` to `out`, filled with `rows`. */
export type TreeFiller = (grown: TreeWriter, root: number, rows: Int32Array, out: TreeWriter) => void;

/** Whether rows[start … end) may be a leaf. Where a side of a split may not, the split's node becomes a leaf. */
export type EnoughForLeaf = (rows: Int32Array, start: number, end: number) => boolean;

export interface FillRules {
  /** Replace a node with an empty child by its other child. */
  readonly prune: boolean;
  /** What a leaf needs beside any row at all; null: nothing. */
  readonly enough: EnoughForLeaf | null;
}

/** @param capacity most rows that fill a tree */
export function makeTreeFiller(
  columns: RankedColumns,
  moments: LeafMoments,
  { prune, enough }: FillRules,
  capacity: number,
): TreeFiller {
  const { levelCount } = columns.coding;
  const splitRows = makeRowSplitter(columns.code, columns.rowCount, columns.coding);
  const buffers = [new Int32Array(capacity), new Int32Array(capacity)];
  const stack: number[] = [];

  /** The leaf that holds rows[start … end), or −1 where they are too few for one. */
  function addLeaf(rows: Int32Array, start: number, end: number, out: TreeWriter): number {
    if (start === end || (enough && !enough(rows, start, end))) return -1;
    const leaf = out.addLeaf();
    moments.average(rows, start, end, out.moments, leaf * moments.count);
    return leaf;
  }

  return (grown, root, rows, out) => {
    buffers[0].set(rows);
    stack.push(root, out.startTree(), 0, rows.length, 0);
    while (stack.length > 0) {
      let buffer = stack.pop() as number;
      const end = stack.pop() as number;
      const start = stack.pop() as number;
      const target = stack.pop() as number;
      let node = stack.pop() as number;
      let middle = start;
      let isSplit = false;
      while (!isSplit && grown.feature[node] >= 0) {
        middle = splitRows(grown, node, buffers[buffer], buffers[1 - buffer], start, end);
        buffer = 1 - buffer;
        if (prune && middle === start) node = grown.child[node] + 1;
        else if (prune && middle === end) node = grown.child[node];
        else if (enough && !(enough(buffers[buffer], start, middle) && enough(buffers[buffer], middle, end))) break;
        else isSplit = true;
      }
      if (!isSplit) {
        out.feature[target] = -1;
        out.child[target] = addLeaf(buffers[buffer], start, end, out);
        continue;
      }
      const f = grown.feature[node];
      const children = out.addNodes(2);
      const words = setWords(levelCount[f]);
      out.feature[target] = f;
      out.child[target] = children;
      out.missingRight[target] = grown.missingRight[node];
      out.threshold[target] =
        words > 0 ? out.addLevelSet(grown.levelSets, grown.threshold[node], words) : grown.threshold[node];
      stack.push(grown.child[node] + 1, children + 1, middle, end, buffer);
      stack.push(grown.child[node], children, start, middle, buffer);
    }
  };
}
