/**
 * Sends rows down one tree, all at once: at each node the list of rows is split in two, so each node is read once and
 * rows that go together stay together. Cost: O(rows · depth), no allocation per tree.
 */
import type { PackedTrees } from './packed-trees.js';
import type { CodedRows, ColumnCoding } from './ranked-columns.js';
import { makeRowSplitter } from './split-rows.js';

/** Receives a leaf's index (−1 where nothing fills it) and its rows, buffer[start … end). */
export type AtLeaf = (leaf: number, buffer: Int32Array, start: number, end: number) => void;

export interface Descender {
  /** The rows to send down; fill the front before `descend`, in any order. */
  readonly rows: Int32Array;
  /** Sends rows[0 … count) down a tree; calls `atLeaf` for each leaf that gets rows. */
  descend(tree: number, count: number, atLeaf: AtLeaf): void;
}

/** @param capacity most rows sent down at once */
export function makeDescender(trees: PackedTrees, coding: ColumnCoding, coded: CodedRows, capacity: number): Descender {
  const { root, feature, child } = trees;
  const splitRows = makeRowSplitter(coded.code, coded.rowCount, coding);
  const rows = new Int32Array(capacity);
  const spare = new Int32Array(capacity);
  const stack: number[] = [];

  return {
    rows,
    descend(tree, count, atLeaf) {
      if (count === 0) return;
      stack.push(root[tree], 0, count, 0);
      while (stack.length > 0) {
        const inSpare = stack.pop() as number;
        const end = stack.pop() as number;
        const start = stack.pop() as number;
        const node = stack.pop() as number;
        const from = inSpare === 1 ? spare : rows;
        if (feature[node] < 0) {
          atLeaf(child[node], from, start, end);
          continue;
        }
        const middle = splitRows(trees, node, from, inSpare === 1 ? rows : spare, start, end);
        if (middle < end) stack.push(child[node] + 1, middle, end, 1 - inSpare);
        if (middle > start) stack.push(child[node], start, middle, 1 - inSpare);
      }
    },
  };
}
