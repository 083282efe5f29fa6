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

/** @param capacity most rows that fill a tree */
export function makeTreeFiller(
  columns: RankedColumns,
  moments: LeafMoments,
  prune: boolean,
  capacity: number,
): TreeFiller {
  const { levelCount } = columns.coding;
  const splitRows = makeRowSplitter(columns.code, columns.rowCount, columns.coding);
  const first = new Int32Array(capacity);
  const second = new Int32Array(capacity);
  const stack: number[] = [];

  return (grown, root, rows, out) => {
    for (let k = 0; k < rows.length; k++) first[k] = rows[k];
    stack.push(root, out.startTree(), 0, rows.length, 0);
    while (stack.length > 0) {
      let inSecond = stack.pop() as number;
      const end = stack.pop() as number;
      const start = stack.pop() as number;
      const target = stack.pop() as number;
      let node = stack.pop() as number;
      let middle = start;
      while (grown.feature[node] >= 0) {
        middle = splitRows(grown, node, inSecond ? second : first, inSecond ? first : second, start, end);
        inSecond = 1 - inSecond;
        if (!prune || (middle > start && middle < end)) break;
        node = grown.child[node] + (middle === start ? 1 : 0);
      }
      const f = grown.feature[node];
      out.feature[target] = f;
      if (f < 0) {
        if (start === end) {
          out.child[target] = -1;
          continue;
        }
        const leaf = out.addLeaf();
        moments.average(inSecond ? second : first, start, end, out.moments, leaf * moments.count);
        out.child[target] = leaf;
        continue;
      }
      const children = out.addNodes(2);
      const words = setWords(levelCount[f]);
      out.child[target] = children;
      out.missingRight[target] = grown.missingRight[node];
      out.threshold[target] =
        words > 0 ? out.addLevelSet(grown.levelSets, grown.threshold[node], words) : grown.threshold[node];
      stack.push(grown.child[node] + 1, children + 1, middle, end, inSecond);
      stack.push(grown.child[node], children, start, middle, inSecond);
    }
  };
}
