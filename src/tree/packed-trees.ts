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

/** Collects trees node by node; arrays double when full. One writer serves one batch of trees. */
export class TreeWriter {
  nodeCount = 0;
  /** Leaves so far, the empty one included. */
  leafCount = 1;
  private wordCount = 0;
  private readonly roots: number[] = [];
  feature = new Int32Array(1024);
  threshold = new Int32Array(1024);
  child = new Int32Array(1024);
  missingRight = new Uint8Array(1024);
  levelSets = new Uint32Array(64);
  moments: Float64Array;

  constructor(readonly momentCount: number) {
    this.moments = new Float64Array(512 * momentCount);
  }

  /** Starts a tree; returns its root's index. */
  startTree(): number {
    this.roots.push(this.nodeCount);
    return this.addNodes(1);
  }

  /** Room for `count` nodes side by side; returns the first one's index. */
  addNodes(count: number): number {
    const first = this.nodeCount;
    this.nodeCount += count;
    if (this.nodeCount > this.feature.length) {
      const capacity = 2 * this.feature.length;
      this.feature = grown(this.feature, new Int32Array(capacity));
      this.threshold = grown(this.threshold, new Int32Array(capacity));
      this.child = grown(this.child, new Int32Array(capacity));
      this.missingRight = grown(this.missingRight, new Uint8Array(capacity));
    }
    return first;
  }

  /** Room for one leaf's moments; returns the leaf's index. */
  addLeaf(): number {
    const leaf = this.leafCount++;
    if (this.leafCount * this.momentCount > this.moments.length)
      this.moments = grown(this.moments, new Float64Array(2 * this.moments.length));
    return leaf;
  }

  /** Copies a level set; returns where its words start. */
  addLevelSet(words: Uint32Array, from: number, count: number): number {
    const start = this.wordCount;
    this.wordCount += count;
    while (this.wordCount > this.levelSets.length)
      this.levelSets = grown(this.levelSets, new Uint32Array(2 * this.levelSets.length));
    for (let k = 0; k < count; k++) this.levelSets[start + k] = words[from + k];
    return start;
  }

  /** Forgets all trees and keeps the room. */
  reset(): void {
    this.nodeCount = this.wordCount = this.roots.length = 0;
    this.leafCount = 1;
  }

  finish(): PackedTrees {
    return {
      treeCount: this.roots.length,
      root: Int32Array.from([...this.roots, this.nodeCount]),
      feature: this.feature.slice(0, this.nodeCount),
      threshold: this.threshold.slice(0, this.nodeCount),
      child: this.child.slice(0, this.nodeCount),
      missingRight: this.missingRight.slice(0, this.nodeCount),
      levelSets: this.levelSets.slice(0, this.wordCount),
      momentCount: this.momentCount,
      moments: this.moments.slice(0, this.leafCount * this.momentCount),
    };
  }
}

/** One forest out of batches, in their order: indices are shifted, nothing else changes. */
export function concatenateTrees(
  batches: readonly PackedTrees[],
  coding: { readonly levelCount: Int32Array },
): PackedTrees {
  const total = (size: (batch: PackedTrees) => number) => batches.reduce((sum, batch) => sum + size(batch), 0);
  const momentCount = batches[0].momentCount;
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
    for (let k = 0; k < batch.feature.length; k++) {
      const isLeaf = batch.feature[k] < 0;
      const isSet = !isLeaf && coding.levelCount[batch.feature[k]] > 0;
      out.threshold[node + k] = batch.threshold[k] + (isSet ? word : 0);
      out.child[node + k] = batch.child[k] + (isLeaf ? (batch.child[k] > 0 ? leaf : 0) : node);
    }
    out.feature.set(batch.feature, node);
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

function grown<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from as Int32Array);
  return to;
}
