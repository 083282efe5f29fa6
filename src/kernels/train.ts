/** One bag of trees: drawn, grown and filled. What the library calls to train; everything else here serves it. */
import { fillTree } from './fill.js';
import type { Columns, Draws, Grower, Problem, Sender, Trees } from './frames.js';
import { growTree } from './grow.js';
import { drawTree, startBag } from './sample.js';

/**
 * Appends the trees of a bag, whose streams stand at their beginning, to `out`, and their roots to `roots`; false where
 * there is too little room: `out` is as it was.
 */
export function trainBag(
  d: Draws,
  c: Columns,
  p: Problem,
  g: Grower,
  s: Sender,
  near: Columns,
  grown: Trees,
  out: Trees,
  treesPerBag: i32,
): bool {
  const nodes: i32 = out.nodeCount;
  const leaves: i32 = out.leafCount;
  const words: i32 = out.wordCount;
  const trees: i32 = out.treeCount;
  startBag(d);
  for (let tree: i32 = 0; tree < treesPerBag; tree++) {
    drawTree(d);
    const root: i32 = out.nodeCount;
    const honest: bool = d.honest !== 0;
    if (
      trees + tree < out.treeRoom &&
      growTree(g, c, p, d, grown) &&
      fillTree(s, c, near, p, honest ? d.fill : d.grow, honest ? d.fillCount : d.growCount, grown, out)
    ) {
      out.root[trees + tree] = root;
      out.treeCount = trees + tree + 1;
      continue;
    }
    out.nodeCount = nodes;
    out.leafCount = leaves;
    out.wordCount = words;
    out.treeCount = trees;
    return false;
  }
  return true;
}
