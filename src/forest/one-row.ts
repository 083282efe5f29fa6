/**
 * Leaves of one row at a time, in a machine of its own that keeps the forest's splits as one row reads them fastest
 * (`kernels/walk-row.ts`): two words each where columns, cuts and leaves are few enough, else four.
 */
import { ERROR_STATE } from '../kernels/fit-errors.js';
import { BLOCK, TREES, WALKER } from '../kernels/frames.js';
import { BAG_STATE } from '../kernels/little-bags.js';
import { makeMachine, plan } from '../kernels/machine.js';
import { MISSING_RIGHT } from '../kernels/walk-row.js';
import { lowerBound } from '../tree/ranked-columns.js';
import { type Forest, treesPerBag } from './forest.js';
import type { LeafBlock } from './leaf-blocks.js';

/** The code of a missing value below every cut (−1 is one). */
const MISSING_LEFT = -2;

export interface OneRow {
  /** Sets the value of column f: a number, or a category's level; NaN or −1 is missing, as is an unknown level. */
  set(f: number, value: number): void;
  /** Finds the row's leaves; the result is overwritten by the next call. */
  descend(): LeafBlock;
}

/** Takes a copy of the forest's splits, 8 bytes each, or 16 where columns have more than 65,534 values, and of its moments. */
export function makeOneRow(forest: Forest): OneRow {
  const { trees, coding } = forest;
  const { treeCount, levelSets, moments, momentCount } = trees;
  const { cuts, levelCount } = coding;
  const hasCategories = levelCount.some((levels) => levels > 0);
  const { splits, firstSplit, firstLeaf } = packSplits(trees);
  const words = hasCategories ? null : narrowed(splits);
  const { records, kernels } = makeMachine({
    walker: plan(WALKER, {
      split: (words ?? splits).length,
      firstSplit: firstSplit.length,
      firstLeaf: firstSplit.length,
      code: 2 * levelCount.length,
      isCategory: 2 * levelCount.length,
      levelSets: levelSets.length,
      at: firstSplit.length,
    }),
    trees: plan(TREES, { moments: moments.length }),
    block: plan(BLOCK, {
      leaf: treeCount,
      everyRow: 1,
      average: momentCount,
      treeCount: 1,
      state: Math.max(momentCount + BAG_STATE, ERROR_STATE),
    }),
  });
  const { walker, trees: whole, block: frame } = records;
  walker.split.set(words ?? splits);
  walker.narrow = words ? 1 : 0;
  walker.treeCount = treeCount;
  const width = words ? NARROW : WIDE;
  for (let tree = 0; tree < firstSplit.length; tree++) walker.firstSplit[tree] = width * firstSplit[tree];
  walker.firstLeaf.set(firstLeaf);
  walker.levelSets.set(levelSets);
  for (let place = 0; place < walker.isCategory.length; place++)
    walker.isCategory[place] = levelCount[place >> 1] > 0 ? 1 : 0;
  whole.moments.set(moments);
  whole.momentCount = momentCount;
  frame.rowCount = 1;
  frame.treesPerBag = treesPerBag(forest);
  const { code } = walker;
  const block: LeafBlock = {
    first: 0,
    rowCount: 1,
    leaf: frame.leaf,
    average: frame.average,
    treeCount: frame.treeCount,
    kernels,
    frame,
    eachChunk: (visit) => visit(whole, 0, treeCount),
  };
  return {
    set(f, value) {
      const own = cuts[f];
      const isMissing = own ? Number.isNaN(value) : value < 0 || value >= levelCount[f];
      const present = own && !isMissing ? lowerBound(own, value) : value;
      code[2 * f] = isMissing ? MISSING_LEFT : present;
      code[2 * f + 1] = isMissing ? MISSING_RIGHT : present;
    },
    descend() {
      kernels.walkRow(walker, frame, whole);
      return block;
    },
  };
}

/** Words of a split. */
const WIDE = 4;
const NARROW = 2;

/** Trees that walk together. */
const ABREAST = 4;

/**
 * The splits of all trees in four words each, what follows counted in splits, and where each tree's splits and leaves start.
 * Splits stand in the order of a walk that goes left first, so that the next one is always ahead. A tree that is a leaf gets a split
 * with that leaf on both sides; as many empty trees are put behind the last as make their number a multiple of ABREAST.
 */
function packSplits({ treeCount, root, feature, threshold, child, missingRight }: Forest['trees']) {
  const places = ABREAST * Math.ceil(treeCount / ABREAST);
  const firstSplit = new Int32Array(places);
  const firstLeaf = new Int32Array(places);
  const count = feature.reduce((sum, column) => sum + (column >= 0 ? 1 : 0), 0);
  // The first split stands for the empty trees.
  const splits = new Int32Array(WIDE * (1 + count + treeCount)).fill(~0, 2, WIDE);
  let end = 1;
  /** Nodes still to be placed, and the word that leads to each (−1: a root). */
  const stack: number[] = [];
  for (let tree = 0; tree < treeCount; tree++) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let node = root[tree]; node < root[tree + 1]; node++)
      if (feature[node] < 0 && child[node] > 0) lowest = Math.min(lowest, child[node]);
    // Leaf 0 is the empty one in every tree; a tree's own count from 1.
    firstLeaf[tree] = lowest === Number.POSITIVE_INFINITY ? 0 : lowest - 1;
    firstSplit[tree] = end;
    const leafOf = (node: number) => ~(child[node] > 0 ? child[node] - firstLeaf[tree] : 0);
    if (feature[root[tree]] < 0) splits.fill(leafOf(root[tree]), WIDE * end + 2, WIDE * ++end);
    else stack.push(root[tree], -1);
    while (stack.length > 0) {
      const from = stack.pop() as number;
      const node = stack.pop() as number;
      const isLeaf = feature[node] < 0;
      if (from >= 0) splits[from] = isLeaf ? leafOf(node) : end - Math.floor(from / WIDE);
      if (isLeaf) continue;
      const at = WIDE * end++;
      splits[at] = 2 * feature[node] + missingRight[node];
      splits[at + 1] = threshold[node];
      stack.push(child[node] + 1, at + 3, child[node], at + 2);
    }
  }
  const used = splits.slice(0, WIDE * end);
  for (let at = 0; at < used.length; at += WIDE)
    for (const side of [at + 2, at + 3]) if (used[side] > 0) used[side] *= WIDE;
  return { splits: used, firstSplit, firstLeaf };
}

/** The same in two words each; null where a number is too large for half a word. */
function narrowed(splits: Int32Array): Int32Array | null {
  const words = new Int32Array((splits.length / WIDE) * NARROW);
  for (let at = 0, to = 0; at < splits.length; at += WIDE, to += NARROW) {
    const [column, cut] = [splits[at], splits[at + 1] + 1];
    const [left, right] = [halfOf(splits[at + 2]), halfOf(splits[at + 3])];
    if (column > 0xffff || cut > 0xffff || left === null || right === null) return null;
    words[to] = column | (cut << 16);
    words[to + 1] = (left & 0xffff) | (right << 16);
  }
  return words;
}

/** What follows, counted in narrow words; null where it does not fit 16 bits with a sign. */
function halfOf(next: number): number | null {
  const own = next > 0 ? (next / WIDE) * NARROW : next;
  return own === (own << 16) >> 16 ? own : null;
}
