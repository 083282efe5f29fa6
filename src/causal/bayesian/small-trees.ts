/**
 * The shapes of a sum of small trees: which node is cut how, and where its leaves are among the leaves of its tree. Trees are
 * changed in place, one leaf cut or two sister leaves joined at a time. Leaves have numbers 0 … count − 1 without gaps, which
 * is what rows know of them (`kernels/additive-trees.ts`).
 */
import { LEAVES } from '../../kernels/additive-trees.js';

/** Nodes of a tree: a root and pairs of sisters. */
export const NODES = 2 * LEAVES - 1;
/** A byte has 256 classes: the words of a cut's side, 32 classes each. */
export const SIDE_WORDS = 8;

export interface SmallTrees {
  readonly treeCount: number;
  /** Node k of tree t stands at t · NODES + k; node 0 is the root. −1: a leaf. */
  readonly column: Int32Array;
  /** The left sister below a cut, the right one follows; and the node above. */
  readonly child: Int32Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** A leaf's number. */
  readonly leaf: Int32Array;
  /** The classes on the right of a cut, at SIDE_WORDS times the node's place. */
  readonly side: Int32Array;
  /** Leaves of each tree, and the node of leaf l of tree t at t · LEAVES + l. */
  readonly leafCount: Int32Array;
  readonly nodeOf: Int32Array;
  /** 1 where pair q of tree t, nodes 2q + 1 and 2q + 2, is in use: at t · (LEAVES − 1) + q. */
  readonly pairUsed: Uint8Array;
}

/** Roots alone. */
export const makeTrees = (treeCount: number): SmallTrees => ({
  treeCount,
  column: new Int32Array(treeCount * NODES).fill(-1),
  child: new Int32Array(treeCount * NODES),
  parent: new Int32Array(treeCount * NODES).fill(-1),
  depth: new Int32Array(treeCount * NODES),
  leaf: new Int32Array(treeCount * NODES),
  side: new Int32Array(treeCount * NODES * SIDE_WORDS),
  leafCount: new Int32Array(treeCount).fill(1),
  nodeOf: new Int32Array(treeCount * LEAVES),
  pairUsed: new Uint8Array(treeCount * (LEAVES - 1)),
});

/** Cuts leaf `cut` by a column: its left part keeps the number, the right one gets the next. `side` is 1 for classes there. */
export function splitLeaf(trees: SmallTrees, tree: number, cut: number, column: number, side: Uint8Array): void {
  const { child, parent, depth, leaf, leafCount, nodeOf, pairUsed } = trees;
  const first = tree * NODES;
  const node = nodeOf[tree * LEAVES + cut];
  const pairs = tree * (LEAVES - 1);
  const pair = pairUsed.indexOf(0, pairs) - pairs;
  pairUsed[pairs + pair] = 1;
  const left = 2 * pair + 1;
  const added = leafCount[tree]++;
  trees.column[first + node] = column;
  child[first + node] = left;
  for (let k = 0; k < 2; k++) {
    const at = first + left + k;
    trees.column[at] = -1;
    parent[at] = node;
    depth[at] = depth[first + node] + 1;
    leaf[at] = k === 0 ? cut : added;
    nodeOf[tree * LEAVES + leaf[at]] = left + k;
  }
  const words = (first + node) * SIDE_WORDS;
  trees.side.fill(0, words, words + SIDE_WORDS);
  for (let c = 0; c < side.length; c++) trees.side[words + (c >>> 5)] |= side[c] << (c & 31);
}

/**
 * Makes a node with two leaves below it a leaf, with the lower of their numbers; the last leaf of the tree takes the
 * number that becomes free. Writes the new number of each leaf to `renamed`.
 */
export function joinLeaves(trees: SmallTrees, tree: number, node: number, renamed: Uint8Array): void {
  const { column, child, leaf, leafCount, nodeOf, pairUsed } = trees;
  const first = tree * NODES;
  const left = child[first + node];
  const a = leaf[first + left];
  const b = leaf[first + left + 1];
  const kept = Math.min(a, b);
  const freed = Math.max(a, b);
  const last = --leafCount[tree];
  for (let l = 0; l < LEAVES; l++) renamed[l] = l;
  renamed[freed] = kept;
  pairUsed[tree * (LEAVES - 1) + ((left - 1) >> 1)] = 0;
  column[first + node] = -1;
  leaf[first + node] = kept;
  nodeOf[tree * LEAVES + kept] = node;
  if (freed === last) return;
  const moved = nodeOf[tree * LEAVES + last];
  renamed[last] = freed;
  leaf[first + moved] = freed;
  nodeOf[tree * LEAVES + freed] = moved;
}

/** Whether a node is cut and both parts are leaves. */
function hasTwoLeaves({ column, child }: SmallTrees, tree: number, node: number): boolean {
  const first = tree * NODES;
  const left = first + child[first + node];
  return column[first + node] >= 0 && column[left] < 0 && column[left + 1] < 0;
}

/** Writes the nodes with two leaves below to `out`; returns how many there are. */
export function nodesWithTwoLeaves(trees: SmallTrees, tree: number, out: Int32Array): number {
  const { parent, pairUsed, leafCount } = trees;
  let count = 0;
  let left = leafCount[tree] - 1;
  for (let pair = 0; left > 0; pair++) {
    if (pairUsed[tree * (LEAVES - 1) + pair] === 0) continue;
    left--;
    const node = parent[tree * NODES + 2 * pair + 1];
    if (hasTwoLeaves(trees, tree, node)) out[count++] = node;
  }
  return count;
}

/** Whether a leaf's sister is one too; false for a root. */
export function sisterIsLeaf({ column, parent, child }: SmallTrees, tree: number, node: number): boolean {
  const first = tree * NODES;
  const above = parent[first + node];
  if (node === 0) return false;
  const left = child[first + above];
  return column[first + (node === left ? left + 1 : left)] < 0;
}
