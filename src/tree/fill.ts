/**
 * Fills a grown tree with rows that took no part in growing it (honesty: Athey & Imbens 2016), and prunes:
 * a node with an empty child is replaced by its other child, so every leaf that is kept has rows.
 * Splitting the rows from the root down does both at once: a split that leaves one side empty is skipped.
 */
import type { LeafMoments } from './leaf-moments.js';
import type { TreeWriter } from './packed-trees.js';
import type { ColumnCoding } from './ranked-columns.js';
import type { RowSender } from './row-sender.js';
import { setWords } from './workspace.js';

/** Whether rows[from … end) may be a leaf. Where a side of a split may not, the split's node becomes a leaf. */
export type EnoughForLeaf = (rows: Int32Array, from: number, end: number) => boolean;

export interface FillRules {
  readonly moments: LeafMoments;
  /** Replace a node with an empty child by its other child. */
  readonly prune: boolean;
  /** What a leaf needs beside any row at all; null: nothing. */
  readonly enough: EnoughForLeaf | null;
}

/** Copies the tree at `root` of `grown` to `out`, filled with `rows`. */
export function fillTree(
  grown: TreeWriter,
  root: number,
  rows: Int32Array,
  coding: ColumnCoding,
  sender: RowSender,
  { moments, prune, enough }: FillRules,
  out: TreeWriter,
): void {
  const { buffer, half } = sender;
  const { levelCount } = coding;
  const stack = [root, out.startTree(), 0, rows.length];
  buffer.set(rows);

  /** The leaf that holds buffer[from … end), or the empty one where they are too few for one. */
  const addLeaf = (from: number, end: number): number => {
    if (from === end || (enough && !enough(buffer, from, end))) return 0;
    const leaf = out.addLeaf();
    moments.average(buffer, from, end, out.moments, leaf * moments.count);
    return leaf;
  };

  while (stack.length > 0) {
    let end = stack.pop() as number;
    let from = stack.pop() as number;
    const target = stack.pop() as number;
    let node = stack.pop() as number;
    let middle = from;
    let isSplit = false;
    while (!isSplit && grown.feature[node] >= 0) {
      const left = sender.split(grown, node, levelCount, from, end);
      const to = from < half ? from + half : from - half;
      end = to + end - from;
      from = to;
      middle = to + left;
      if (prune && middle === from) node = grown.child[node] + 1;
      else if (prune && middle === end) node = grown.child[node];
      else if (enough && !(enough(buffer, from, middle) && enough(buffer, middle, end))) break;
      else isSplit = true;
    }
    if (!isSplit) {
      out.feature[target] = -1;
      out.child[target] = addLeaf(from, end);
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
    stack.push(grown.child[node] + 1, children + 1, middle, end);
    stack.push(grown.child[node], children, from, middle);
  }
}
