/**
 * Sends rows down trees, all at once: at each node the list of rows is split in two, so each node is read once and rows
 * that go together stay together. It fills leaves, predicts, and finds
 * out-of-bag leaves.
 *
 * Rows lie in one half of a buffer and are written to the same places of the other half, those that go left first.
 * Branch-free: every row is written to both ends and one of two cursors moves, so the left rows keep their order and the
 * right ones are reversed. Cost: one code looked up and two stores for each row and level. A kernel (`instantiate.ts`).
 */
import { instantiate } from './instantiate.js';
import type { CodedRows } from './ranked-columns.js';

/** What a node asks of a row: the arrays of `PackedTrees`, or of a writer. */
export interface SplitNodes {
  readonly feature: Int32Array;
  readonly threshold: Int32Array;
  readonly child: Int32Array;
  readonly missingRight: Uint8Array;
  readonly levelSets: Uint32Array;
}

/** Receives a leaf's index (0 where nothing fills it) and its rows, buffer[from … end). */
export type AtLeaf = (leaf: number, buffer: Int32Array, from: number, end: number) => void;

/** Rows, the codes they are judged by, and a buffer of twice their number. */
export interface RowSender {
  /** Two halves of `half` places. Fill the front with rows before `descend`, in any order. */
  readonly buffer: Int32Array;
  readonly half: number;
  /** Splits buffer[from … end) by a node into the other half; returns how many go left. */
  split(nodes: SplitNodes, node: number, levelCount: Int32Array, from: number, end: number): number;
  /** Sends buffer[0 … count) down the tree at `root`; calls `atLeaf` for each leaf that gets rows. */
  descend(nodes: SplitNodes, root: number, levelCount: Int32Array, count: number, atLeaf: AtLeaf): void;
}

/** @param code codes, `stride` a column; @param half most rows sent at once */
export function makeRowSender(code: Int32Array, stride: number, half: number): RowSender {
  const buffer = new Int32Array(2 * half);
  let stack = new Int32Array(256);

  /** A number goes left iff code ≤ cut; `flip` is the sign bit where missing values (−1) go right, as the largest code. */
  function splitNumber(from: number, end: number, to: number, base: number, cut: number, flip: number): number {
    const flippedCut = cut ^ flip;
    let left = to;
    let right = (to + end - from - 1) | 0;
    for (let k = from; k < end; k = (k + 1) | 0) {
      const row = buffer[k];
      const goesRight = +((code[base + row] ^ flip) > flippedCut) | 0;
      buffer[left] = row;
      buffer[right] = row;
      left = (left + 1 - goesRight) | 0;
      right = (right - goesRight) | 0;
    }
    return (left - to) | 0;
  }

  /** A category goes left iff its bit is set in the words from `word` on; a missing value right iff `missingRight` is 1. */
  function splitCategory(
    from: number,
    end: number,
    to: number,
    base: number,
    levelSets: Uint32Array,
    word: number,
    missingRight: number,
  ): number {
    let left = to;
    let right = to + end - from - 1;
    for (let k = from; k < end; k++) {
      const row = buffer[k];
      const level = code[base + row];
      const goesRight = level < 0 ? missingRight : 1 - ((levelSets[word + (level >>> 5)] >>> (level & 31)) & 1);
      buffer[left] = row;
      buffer[right] = row;
      left += 1 - goesRight;
      right -= goesRight;
    }
    return left - to;
  }

  function split(nodes: SplitNodes, node: number, levelCount: Int32Array, from: number, end: number): number {
    const f = nodes.feature[node];
    const to = from < half ? from + half : from - half;
    const base = f * stride;
    return levelCount[f] > 0
      ? splitCategory(from, end, to, base, nodes.levelSets, nodes.threshold[node], nodes.missingRight[node])
      : splitNumber(from, end, to, base, nodes.threshold[node], nodes.missingRight[node] << 31);
  }

  function descend(nodes: SplitNodes, root: number, levelCount: Int32Array, count: number, atLeaf: AtLeaf): void {
    if (count === 0) return;
    const { feature, child } = nodes;
    stack[0] = root;
    stack[1] = 0;
    stack[2] = count;
    let top = 3;
    while (top > 0) {
      top -= 3;
      const node = stack[top];
      const from = stack[top + 1];
      const end = stack[top + 2];
      if (feature[node] < 0) {
        atLeaf(child[node], buffer, from, end);
        continue;
      }
      const left = split(nodes, node, levelCount, from, end);
      const to = from < half ? from + half : from - half;
      if (top + 6 > stack.length) {
        const wider = new Int32Array(2 * stack.length);
        wider.set(stack);
        stack = wider;
      }
      const size = end - from;
      if (left < size) {
        stack[top] = child[node] + 1;
        stack[top + 1] = to + left;
        stack[top + 2] = to + size;
        top += 3;
      }
      if (left > 0) {
        stack[top] = child[node];
        stack[top + 1] = to;
        stack[top + 2] = to + left;
        top += 3;
      }
    }
  }

  return { buffer, half, split, descend };
}

/** A sender for rows that are not an engine's: new data. */
export const senderFor = (rows: CodedRows, most: number): RowSender =>
  instantiate(makeRowSender)(rows.code, rows.rowCount, most);
