import type { Trees } from '../kernels/frames.js';

/**
 * Trees as flat arrays, one entry per node, all trees of a batch one after another.
 * Node k is a leaf iff `feature[k] < 0`; then `child[k]` is its leaf. Otherwise the
 * children are nodes `child[k]` (left) and `child[k] + 1` (right), and with the row's code c in that column:
 *   a number goes left iff c ≤ threshold[k]; a category iff bit c of the words from `threshold[k]` on is set;
 *   a missing value (c = −1) goes left iff `missingRight[k]` is 0. "Missing left, all else right" has threshold −1.
 * Leaf m holds `moments[m · momentCount …]`, averages over the rows that fill it. Leaf 0 is the empty leaf, its moments 0:
 * it stands wherever no row fills a leaf.
 */
export interface PackedTrees {
  readonly treeCount: number;
  /** First node of each tree, and the node count at the end. */
  readonly root: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Int32Array;
  readonly child: Int32Array;
  readonly missingRight: Uint8Array;
  /** Level sets of category splits, 32 levels a word. */
  readonly levelSets: Uint32Array;
  readonly momentCount: number;
  readonly moments: Float64Array;
}

/** Copies trees out of a machine. */
export function packTrees(trees: Trees): PackedTrees {
  const { treeCount, nodeCount, leafCount, wordCount, momentCount } = trees;
  const root = new Int32Array(treeCount + 1);
  root.set(trees.root.subarray(0, treeCount));
  root[treeCount] = nodeCount;
  return {
    treeCount,
    root,
    feature: trees.feature.slice(0, nodeCount),
    threshold: trees.threshold.slice(0, nodeCount),
    child: trees.child.slice(0, nodeCount),
    missingRight: trees.missingRight.slice(0, nodeCount),
    levelSets: new Uint32Array(trees.levelSets.subarray(0, wordCount)),
    momentCount,
    moments: trees.moments.slice(0, leafCount * momentCount),
  };
}

/** Forgets a machine's trees and keeps the room. */
export function clearTrees(trees: Trees): void {
  trees.treeCount = trees.nodeCount = trees.wordCount = 0;
  trees.leafCount = 1;
}

/** One forest out of batches, in their order: indices are shifted, nothing else changes. */
export function concatenateTrees(
  batches: readonly PackedTrees[],
  coding: { readonly levelCount: Int32Array },
  momentCount = batches[0].momentCount,
): PackedTrees {
  const total = (size: (batch: PackedTrees) => number) => batches.reduce((sum, batch) => sum + size(batch), 0);
  const nodeCount = total((b) => b.feature.length);
  const out = {
    treeCount: total((b) => b.treeCount),
    root: new Int32Array(total((b) => b.treeCount) + 1),
    feature: new Int32Array(nodeCount),
    threshold: new Int32Array(nodeCount),
    child: new Int32Array(nodeCount),
    missingRight: new Uint8Array(nodeCount),
    levelSets: new Uint32Array(total((b) => b.levelSets.length)),
    momentCount,
    moments: new Float64Array(total((b) => b.moments.length - momentCount) + momentCount),
  };
  let tree = 0;
  let node = 0;
  let word = 0;
  let moment = momentCount;
  for (const batch of batches) {
    const leaf = moment / momentCount - 1;
    for (let t = 0; t < batch.treeCount; t++) out.root[tree + t] = batch.root[t] + node;
    out.feature.set(batch.feature, node);
    out.threshold.set(batch.threshold, node);
    out.child.set(batch.child, node);
    if (node > 0) shiftChildren(out.feature, out.child, node, node + batch.feature.length, leaf);
    if (word > 0) shiftSets(out.feature, out.threshold, node, node + batch.feature.length, word, coding.levelCount);
    out.missingRight.set(batch.missingRight, node);
    out.levelSets.set(batch.levelSets, word);
    out.moments.set(batch.moments.subarray(momentCount), moment);
    tree += batch.treeCount;
    node += batch.feature.length;
    word += batch.levelSets.length;
    moment += batch.moments.length - momentCount;
  }
  out.root[tree] = node;
  return out;
}

/** Nodes and leaves of the batch that begins with node `from` are numbered on from there and from leaf `leaf`. */
function shiftChildren(feature: Int32Array, child: Int32Array, from: number, end: number, leaf: number): void {
  for (let k = from; k < end; k++) {
    if (feature[k] >= 0) child[k] += from;
    else if (child[k] > 0) child[k] += leaf;
  }
}

function shiftSets(
  feature: Int32Array,
  threshold: Int32Array,
  from: number,
  end: number,
  word: number,
  levelCount: Int32Array,
): void {
  for (let k = from; k < end; k++) if (feature[k] >= 0 && levelCount[feature[k]] > 0) threshold[k] += word;
}
