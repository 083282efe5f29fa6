/** Sends rows down trees one tree at a time, for whoever looks at each leaf's rows (`kernels/send-rows.ts`). */
import { COLUMNS, SENDER, TREES } from '../kernels/frames.js';
import { type Frame, plainFrame } from '../kernels/machine.js';
import { otherPlace, splitRows } from '../kernels/send-rows.js';
import { loadCodes } from './load-columns.js';
import type { PackedTrees } from './packed-trees.js';
import type { CodedRows, ColumnCoding } from './ranked-columns.js';

/** Receives a leaf's index (0 where nothing fills it) and its rows, buffer[from … end). */
export type AtLeaf = (leaf: number, buffer: Int32Array, from: number, end: number) => void;

export interface RowSender {
  /** Fill the front with rows before `descend`, in any order. */
  readonly buffer: Int32Array;
  /** Sends buffer[0 … count) down a tree; calls `atLeaf` for each leaf that gets rows. */
  descend(tree: number, count: number, atLeaf: AtLeaf): void;
}

/** @param most rows sent at once */
export function senderFor(rows: CodedRows, coding: ColumnCoding, packed: PackedTrees, most: number): RowSender {
  const columnCount = coding.levelCount.length;
  const columns = plainFrame(COLUMNS, { code: rows.rowCount * columnCount, levelCount: columnCount });
  const sender = plainFrame(SENDER, { buffer: 2 * most });
  sender.half = most;
  loadCodes(rows, coding, columns);
  const { buffer, byteOffset, length } = packed.levelSets;
  const levelSets = new Int32Array(buffer, byteOffset, length);
  const trees = { ...plainFrame(TREES, {}), ...packed, levelSets } as Frame<typeof TREES>;

  function visit(node: number, from: number, end: number, atLeaf: AtLeaf): void {
    if (from === end) return;
    const child = packed.child[node];
    if (packed.feature[node] < 0) {
      atLeaf(child, sender.buffer, from, end);
      return;
    }
    const left = splitRows(sender, columns, trees, node, from, end);
    const to = otherPlace(sender, from);
    visit(child, to, to + left, atLeaf);
    visit(child + 1, to + left, to + end - from, atLeaf);
  }

  return { buffer: sender.buffer, descend: (tree, count, atLeaf) => visit(packed.root[tree], 0, count, atLeaf) };
}
