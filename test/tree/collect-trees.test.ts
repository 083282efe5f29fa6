/** Batches of trees put behind one another against their own numbers, with room to spare and without. */
import { expect, test } from 'vitest';
import { TREES } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { collectTrees } from '../../src/tree/collect-trees.js';

/** One tree: a chain of splits of column 0 (a number) with a leaf to each left. */
function chain(splits: number, mark: number) {
  const nodes = 2 * splits + 1;
  const lengths = { root: 1, feature: nodes, threshold: nodes, child: nodes, missingRight: nodes, levelSets: 1 };
  const batch = plainFrame(TREES, { ...lengths, moments: splits + 2 });
  for (let k = 0; k < splits; k++) {
    const [own, left] = [2 * k, 2 * k + 1];
    batch.feature[own] = 0;
    batch.child[own] = left;
    batch.threshold[own] = mark + k;
    batch.feature[left] = -1;
    batch.child[left] = k + 1;
    batch.moments[k + 1] = mark + k;
  }
  batch.feature[2 * splits] = -1;
  batch.child[2 * splits] = splits + 1;
  batch.moments[splits + 1] = mark + splits;
  return Object.assign(batch, { treeCount: 1, nodeCount: nodes, leafCount: splits + 2, wordCount: 0, momentCount: 1 });
}

// Arrays of more than 2^20 numbers keep the room behind them; the guess of the number of trees may be too low or too high.
test.each([
  [3, 2],
  [300_000, 2],
  [300_000, 1],
  [300_000, 40],
])('two trees of %i splits, %i expected', (splits, expected) => {
  const collector = collectTrees(expected, Int32Array.of(0), 1);
  const marks = [7, 1000];
  for (const mark of marks) collector.add(chain(splits, mark));
  const trees = collector.finish();
  const nodes = 2 * splits + 1;
  const leaves = splits + 1;
  expect([...trees.root]).toEqual([0, nodes, 2 * nodes]);
  expect(trees.feature).toHaveLength(2 * nodes);
  expect(trees.moments).toHaveLength(1 + 2 * leaves);
  let wrong = 0;
  marks.forEach((mark, t) => {
    for (let k = 0; k < splits; k++) {
      const own = t * nodes + 2 * k;
      const leaf = trees.child[own + 1];
      if (trees.threshold[own] !== mark + k || trees.child[own] !== own + 1) wrong++;
      if (leaf !== 1 + t * leaves + k || trees.moments[leaf] !== mark + k) wrong++;
    }
  });
  expect(wrong).toBe(0);
  expect(structuredClone(trees).threshold).toEqual(trees.threshold);
  expect(collector.finish().treeCount).toBe(0);
});
