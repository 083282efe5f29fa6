/** A forest's trees in chunks of bounded size, as machines take them. */
import type { Block, Sets, Trees } from '../kernels/frames.js';
import type { PackedTrees } from '../tree/packed-trees.js';
import { type Forest, treesPerBag } from './forest.js';
import { MOST_DIGITS } from './set-plan.js';

/** Whole bags, but for the last: trees from `tree` on, and their nodes, leaves (from 1 in the chunk) and words of level sets. */
export interface TreeChunk {
  readonly tree: number;
  readonly treeEnd: number;
  readonly node: number;
  readonly nodeEnd: number;
  /** The leaf before the chunk's first one. */
  readonly leaf: number;
  readonly leafEnd: number;
}

/** Nodes that a chunk has, unless a bag has more: some 60 MB with five moments. */
export const CHUNK_NODES = 1 << 20;

export function chunksOf(forest: Forest, most = CHUNK_NODES): readonly [TreeChunk, ...TreeChunk[]] {
  const { treeCount, root, feature, child } = forest.trees;
  const bag = treesPerBag(forest);
  const chunks: TreeChunk[] = [];
  let tree = 0;
  let leaf = 0;
  let leafEnd = 0;
  for (let from = 0; from < treeCount; from += bag) {
    // The last bag of a forest that was trained elsewhere may be incomplete.
    const end = Math.min(from + bag, treeCount);
    for (let node = root[from]; node < root[end]; node++)
      if (feature[node] < 0) leafEnd = Math.max(leafEnd, child[node]);
    if (end < treeCount && root[Math.min(end + bag, treeCount)] - root[tree] <= most) continue;
    chunks.push({ tree, treeEnd: end, node: root[tree], nodeEnd: root[end], leaf, leafEnd });
    tree = end;
    leaf = leafEnd;
  }
  return chunks as [TreeChunk, ...TreeChunk[]];
}

/** Puts a chunk into a machine; its roots, children and leaves are numbered from the chunk's own beginning. */
export function loadChunk({ trees, coding }: Forest, chunk: TreeChunk, into: Trees, block: Block, sets: Sets): void {
  const { tree, treeEnd, node, nodeEnd, leaf, leafEnd } = chunk;
  const { momentCount } = trees;
  into.momentCount = momentCount;
  into.treeCount = treeEnd - tree;
  into.nodeCount = nodeEnd - node;
  for (let k = tree; k < treeEnd; k++) into.root[k - tree] = trees.root[k] - node;
  into.feature.set(trees.feature.subarray(node, nodeEnd));
  into.threshold.set(trees.threshold.subarray(node, nodeEnd));
  into.missingRight.set(trees.missingRight.subarray(node, nodeEnd));
  loadChildren(trees, node, nodeEnd, leaf, into.child);
  if (coding.levelCount.some((levels) => levels > 0)) into.levelSets.set(trees.levelSets);
  into.moments.set(trees.moments.subarray((leaf + 1) * momentCount, (leafEnd + 1) * momentCount), momentCount);
  for (let k = tree; k < treeEnd; k++) {
    const from = trees.root[k] - node;
    const [lowest, highest] = leafRange(into, from, trees.root[k + 1] - node);
    sets.before[k - tree] = lowest - 1;
    sets.leafCount[k - tree] = highest - lowest + 1;
    const digits = 32 - Math.clz32(Math.max(0, highest - lowest + 1));
    sets.digitCount[k - tree] = digits > MOST_DIGITS ? 0 : digits;
  }
  block.firstTree = tree;
  block.firstLeaf = leaf;
}

/** Least and greatest leaf, the empty one aside, of the nodes from … end; 1 and 0 where there is none. */
function leafRange({ feature, child }: Trees, from: number, end: number): readonly [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (let k = from; k < end; k++) {
    if (feature[k] >= 0 || child[k] === 0) continue;
    if (child[k] < lowest) lowest = child[k];
    if (child[k] > highest) highest = child[k];
  }
  return highest === 0 ? [1, 0] : [lowest, highest];
}

/** Children of the nodes from … end: a split's counted from the first of these nodes, a leaf's from the chunk's own. */
function loadChildren(
  { feature, child }: PackedTrees,
  from: number,
  end: number,
  leaf: number,
  into: Int32Array,
): void {
  into.set(child.subarray(from, end));
  if (from === 0 && leaf === 0) return;
  for (let k = from; k < end; k++) into[k - from] -= feature[k] >= 0 ? from : Math.min(leaf, child[k]);
}
