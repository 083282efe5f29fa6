/**
 * Leaves of one row. Blocks of rows share the reading of nodes (`send-trees.ts`); a single row cannot, so here four trees take
 * a step together: their steps do not wait for each other, and no branch depends on a comparison. A tree at a leaf repeats
 * its last step until the others are there. Cost: O(trees · depth) (`npm run bench:speed -- --only predictor`).
 *
 * A split is two words (`narrow`) of two halves each: cut + 1 and column, what follows to the left and to the right; or
 * four words: column, cut, left, right. What follows is how many words ahead the next split lies, or ~leaf (hence
 * negative), leaves counted from 1 in their tree, 0 the empty one. A column's code stands twice: where splits read it that
 * send missing values left, and where the others do; a missing value lies below all cuts in the first place and above them
 * in the second.
 */
import type { Block, Trees, Walker } from './frames.js';

/** The code of a missing value above all cuts. */
export const MISSING_RIGHT: i32 = 1 << 30;

/** Finds the row's leaf in each tree, 0 where there is none, and the average of their moments. */
export function walkRow(w: Walker, b: Block, t: Trees): void {
  if (w.narrow !== 0) walkNarrow(w);
  else walkWide(w);
  b.treeCount[0] = findLeaves(w, b);
  if (t.momentCount === 5) averageFive(b, t, w.treeCount);
  else averageAny(b, t, w.treeCount);
}

/** What follows a split of numbers at place `at`, in two words. */
function follow(split: I32, code: I32, at: i32): i32 {
  const word: i32 = split[at];
  // 16 where the code is above the cut, else 0: cut + 1 − code is not positive then.
  const right: i32 = (((word >>> 16) - 1 - code[word & 65535]) >> 31) & 16;
  return (split[at + 1] << (16 - right)) >> 16;
}

function walkNarrow(w: Walker): void {
  const { split, code, firstSplit, at, treeCount } = w;
  for (let tree: i32 = 0; tree < treeCount; tree += 4) {
    let at0: i32 = firstSplit[tree];
    let at1: i32 = firstSplit[tree + 1];
    let at2: i32 = firstSplit[tree + 2];
    let at3: i32 = firstSplit[tree + 3];
    let next0: i32 = 0;
    let next1: i32 = 0;
    let next2: i32 = 0;
    let next3: i32 = 0;
    while ((next0 & next1 & next2 & next3) >= 0) {
      next0 = follow(split, code, at0);
      next1 = follow(split, code, at1);
      next2 = follow(split, code, at2);
      next3 = follow(split, code, at3);
      at0 += next0 & ~(next0 >> 31);
      at1 += next1 & ~(next1 >> 31);
      at2 += next2 & ~(next2 >> 31);
      at3 += next3 & ~(next3 >> 31);
    }
    at[tree] = next0;
    at[tree + 1] = next1;
    at[tree + 2] = next2;
    at[tree + 3] = next3;
  }
}

/** The same for many values, or categories: their cut is the first word of a level set, and a level in it goes left. */
function walkWide(w: Walker): void {
  const { split, code, isCategory, levelSets, firstSplit, at, treeCount } = w;
  for (let tree: i32 = 0; tree < treeCount; tree++) {
    let place: i32 = firstSplit[tree];
    let next: i32 = 0;
    while (next >= 0) {
      const column: i32 = split[place];
      const cut: i32 = split[place + 1];
      const value: i32 = code[column];
      let right: i32 = ((cut - value) >> 31) & 1;
      if (isCategory[column] === 1 && value >= 0 && value < MISSING_RIGHT)
        right = 1 - ((levelSets[cut + (value >> 5)] >>> (value & 31)) & 1);
      next = split[place + 2 + right];
      if (next >= 0) place += next;
    }
    at[tree] = next;
  }
}

/** Each tree's leaf, 0 for the empty one; returns how many are not. */
function findLeaves(w: Walker, b: Block): i32 {
  const { at, firstLeaf, treeCount } = w;
  const { leaf } = b;
  let count: i32 = 0;
  for (let tree: i32 = 0; tree < treeCount; tree++) {
    const own: i32 = ~at[tree];
    leaf[tree] = own === 0 ? 0 : firstLeaf[tree] + own;
    count += own === 0 ? 0 : 1;
  }
  return count;
}

/** Averages of the leaves' moments, added up in the order of the trees as blocks do it: the same bits. The empty leaf's are 0. */
function averageAny(b: Block, t: Trees, trees: i32): void {
  const { average, leaf, treeCount } = b;
  const { moments, momentCount } = t;
  for (let m: i32 = 0; m < momentCount; m++) average[m] = 0;
  for (let tree: i32 = 0; tree < trees; tree++) {
    const from: i32 = leaf[tree] * momentCount;
    for (let m: i32 = 0; m < momentCount; m++) average[m] += moments[from + m];
  }
  for (let m: i32 = 0; m < momentCount; m++) average[m] /= treeCount[0];
}

/** The same for the five moments of a slope, with sums that stay in registers. */
function averageFive(b: Block, t: Trees, trees: i32): void {
  const { average, leaf, treeCount } = b;
  const { moments } = t;
  let sum0: f64 = 0;
  let sum1: f64 = 0;
  let sum2: f64 = 0;
  let sum3: f64 = 0;
  let sum4: f64 = 0;
  for (let tree: i32 = 0; tree < trees; tree++) {
    const from: i32 = 5 * leaf[tree];
    sum0 += moments[from];
    sum1 += moments[from + 1];
    sum2 += moments[from + 2];
    sum3 += moments[from + 3];
    sum4 += moments[from + 4];
  }
  const count: f64 = treeCount[0];
  average[0] = sum0 / count;
  average[1] = sum1 / count;
  average[2] = sum2 / count;
  average[3] = sum3 / count;
  average[4] = sum4 / count;
}
