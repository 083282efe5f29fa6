/**
 * Leaves of one row at a time. Blocks of rows share the reading of nodes (`leaf-blocks.ts`); a single row cannot, so here
 * a group of trees takes one step together instead: steps of different trees do not wait for each other, and no branch
 * depends on a comparison. Trees at a leaf drop out. Cost: O(trees · depth) (`npm run bench:speed -- --only predictor`).
 *
 * Splits are four words side by side: column, cut, and what follows to the left and to the right: how many words ahead the
 * next split lies, or ~leaf (hence negative), counted from the tree's own. Words are 16 bits wide where that suffices: the
 * splits of 2,000 trees then stay in a core's own cache. A column's code stands twice: where splits read it that send
 * missing values left, and where the others do. A missing value lies below all cuts in the first place and above them in
 * the second.
 */
import { ERROR_STATE } from '../kernels/fit-errors.js';
import { BLOCK, TREES } from '../kernels/frames.js';
import { BAG_STATE } from '../kernels/little-bags.js';
import { plainFrame, plainProgram } from '../kernels/machine.js';
import { lowerBound } from '../tree/ranked-columns.js';
import { type Forest, treesPerBag } from './forest.js';
import type { LeafBlock } from './leaf-blocks.js';

const WORDS = 4;

/** Trees that step together: enough to overlap, few enough that their splits stay in the nearest cache. */
const GROUP = 64;

/** Codes of missing values: below every cut (−1 is one), and above. */
const MISSING_LEFT = -2;
const MISSING_RIGHT = 1 << 30;

export interface OneRow {
  /** Sets the value of column f: a number, or a category's level; NaN or −1 is missing, as is an unknown level. */
  set(f: number, value: number): void;
  /** Finds the row's leaves; the result is overwritten by the next call. */
  descend(): LeafBlock;
}

/** Takes a copy of the forest's splits: 8 bytes each, or 16 where columns have more than 32,767 values. */
export function makeOneRow(forest: Forest): OneRow {
  const { trees, coding } = forest;
  const { treeCount, levelSets, moments, momentCount } = trees;
  const { cuts, levelCount } = coding;
  const { words, firstWord, firstLeaf, roots } = packSplits(trees);
  const hasCategories = levelCount.some((levels) => levels > 0);
  const isCategory = Uint8Array.from({ length: 2 * levelCount.length }, (_, place) => +(levelCount[place >> 1] > 0));
  const code = new Int32Array(2 * levelCount.length);
  /** ~leaf of each tree; the trees of a group that are not at a leaf, and the splits they are at. */
  const at = new Int32Array(treeCount);
  const moving = Int32Array.from(roots.keys()).filter((tree) => roots[tree] >= 0);
  const active = new Int32Array(GROUP + 1);
  const splits = new Int32Array(GROUP + 1);
  const frame = plainFrame(BLOCK, {
    leaf: treeCount,
    everyRow: 1,
    average: momentCount,
    treeCount: 1,
    state: Math.max(momentCount + BAG_STATE, ERROR_STATE),
  });
  const { leaf, average, treeCount: treesWithLeaf } = frame;
  const whole = { ...plainFrame(TREES, {}), moments, momentCount };
  const block: LeafBlock = {
    first: 0,
    rowCount: 1,
    leaf,
    average,
    treeCount: treesWithLeaf,
    kernels: plainProgram,
    frame,
    eachChunk: (visit) => visit(whole, 0, treeCount),
  };
  frame.rowCount = 1;
  frame.treesPerBag = treesPerBag(forest);

  function collect(): LeafBlock {
    const count = findLeaves(at, firstLeaf, leaf);
    if (momentCount === 5) averageFive(moments, leaf, count, average);
    else averageAny(moments, leaf, count, average);
    treesWithLeaf[0] = count;
    return block;
  }

  return {
    set(f, value) {
      const own = cuts[f];
      const isMissing = own ? Number.isNaN(value) : value < 0 || value >= levelCount[f];
      const present = own && !isMissing ? lowerBound(own, value) : value;
      code[2 * f] = isMissing ? MISSING_LEFT : present;
      code[2 * f + 1] = isMissing ? MISSING_RIGHT : present;
    },
    descend() {
      at.set(roots);
      for (let from = 0; from < moving.length; from += GROUP) {
        let count = Math.min(GROUP, moving.length - from);
        for (let k = 0; k < count; k++) {
          active[k] = moving[from + k];
          splits[k] = firstWord[active[k]];
        }
        while (count > 0)
          count = hasCategories
            ? stepByAny(words, isCategory, levelSets, code, at, active, splits, count)
            : stepByNumbers(words, code, at, active, splits, count);
      }
      return collect();
    },
  };
}

type Words = Int16Array | Int32Array;

/**
 * One step of the first `count` active trees; keeps those that are not at a leaf in front and returns how many.
 * `right` is the sign of cut − code: as a comparison it would become a branch, mistaken every other time.
 */
function stepByNumbers(
  words: Words,
  code: Int32Array,
  at: Int32Array,
  active: Int32Array,
  splits: Int32Array,
  count: number,
): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const tree = active[k];
    const split = splits[k];
    const right = (words[split + 1] - code[words[split]]) >>> 31;
    const next = words[split + 2 + right];
    at[tree] = next;
    active[kept] = tree;
    splits[kept] = split + next;
    kept += 1 + (next >> 31);
  }
  return kept;
}

/** The same where some columns are categories: their cut is the first word of a level set. */
function stepByAny(
  words: Words,
  isCategory: Uint8Array,
  levelSets: Uint32Array,
  code: Int32Array,
  at: Int32Array,
  active: Int32Array,
  splits: Int32Array,
  count: number,
): number {
  let kept = 0;
  for (let k = 0; k < count; k++) {
    const tree = active[k];
    const split = splits[k];
    const column = words[split];
    const cut = words[split + 1];
    const value = code[column];
    // A category's level is in its set (left) or not; a missing one goes where its code lies, as a number's does.
    const right =
      isCategory[column] === 1 && value >= 0 && value < MISSING_RIGHT
        ? 1 - ((levelSets[cut + (value >>> 5)] >>> (value & 31)) & 1)
        : (cut - value) >>> 31;
    const next = words[split + 2 + right];
    at[tree] = next;
    active[kept] = tree;
    splits[kept] = split + next;
    kept += 1 + (next >> 31);
  }
  return kept;
}

/** Each tree's leaf, 0 for the empty one; returns how many are not. */
function findLeaves(at: Int32Array, firstLeaf: Int32Array, leaf: Int32Array): number {
  let count = 0;
  for (let tree = 0; tree < at.length; tree++) {
    const own = ~at[tree];
    leaf[tree] = own === 0 ? 0 : firstLeaf[tree] + own;
    count += own === 0 ? 0 : 1;
  }
  return count;
}

/** Averages of the leaves' moments, added up in the order of the trees as blocks do it: the same bits. The empty leaf's are 0. */
function averageAny(moments: Float64Array, leaf: Int32Array, count: number, average: Float64Array): void {
  const momentCount = average.length;
  average.fill(0);
  for (let tree = 0; tree < leaf.length; tree++)
    for (let m = 0, from = leaf[tree] * momentCount; m < momentCount; m++) average[m] += moments[from + m];
  for (let m = 0; m < momentCount; m++) average[m] /= count;
}

/** The same for the five moments of a slope, with sums that stay in registers. */
function averageFive(moments: Float64Array, leaf: Int32Array, count: number, average: Float64Array): void {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let sum4 = 0;
  for (let tree = 0; tree < leaf.length; tree++) {
    const from = 5 * leaf[tree];
    sum0 += moments[from];
    sum1 += moments[from + 1];
    sum2 += moments[from + 2];
    sum3 += moments[from + 3];
    sum4 += moments[from + 4];
  }
  average[0] = sum0 / count;
  average[1] = sum1 / count;
  average[2] = sum2 / count;
  average[3] = sum3 / count;
  average[4] = sum4 / count;
}

/**
 * The splits of all trees as words, where each tree's words and leaves start, and what stands for its root (~leaf, or 0).
 * Splits stand in the order of a walk that goes left first, so that the next one is always ahead.
 */
function packSplits({ treeCount, root, feature, threshold, child, missingRight }: Forest['trees']) {
  const firstWord = new Int32Array(treeCount);
  const firstLeaf = new Int32Array(treeCount);
  const roots = new Int32Array(treeCount);
  const splitCount = feature.reduce((count, column) => count + (column >= 0 ? 1 : 0), 0);
  const wide = new Int32Array(WORDS * splitCount);
  let end = 0;
  let widest = 0;
  /** Nodes still to be placed, and the word that leads to each (−1: a root). */
  const stack: number[] = [];
  for (let tree = 0; tree < treeCount; tree++) {
    let lowest = Number.POSITIVE_INFINITY;
    for (let node = root[tree]; node < root[tree + 1]; node++)
      if (feature[node] < 0 && child[node] > 0) lowest = Math.min(lowest, child[node]);
    // Leaf 0 is the empty one in every tree; a tree's own count from 1.
    firstLeaf[tree] = lowest === Number.POSITIVE_INFINITY ? 0 : lowest - 1;
    firstWord[tree] = end;
    stack.push(root[tree], -1);
    while (stack.length > 0) {
      const from = stack.pop() as number;
      const node = stack.pop() as number;
      const isLeaf = feature[node] < 0;
      // A parent's first word is the multiple of WORDS before the word that leads here.
      const ahead = from < 0 ? 0 : end - (from - (from % WORDS));
      const own = isLeaf ? ~(child[node] > 0 ? child[node] - firstLeaf[tree] : 0) : ahead;
      if (from < 0) roots[tree] = own;
      else wide[from] = own;
      widest = Math.max(widest, Math.abs(own));
      if (isLeaf) continue;
      wide[end] = 2 * feature[node] + missingRight[node];
      wide[end + 1] = threshold[node];
      widest = Math.max(widest, wide[end], wide[end + 1]);
      stack.push(child[node] + 1, end + 3, child[node], end + 2);
      end += WORDS;
    }
  }
  return { words: widest < 1 << 15 ? Int16Array.from(wide) : wide, firstWord, firstLeaf, roots };
}
