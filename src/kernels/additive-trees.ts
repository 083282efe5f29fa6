/**
 * Loops over rows of a sum of small trees that is changed tree by tree. What a tree's leaves are to hold depends on what the
 * others say, so each visit of the rows does two things: it takes what the tree before it changed from `rest`, what rows leave
 * over, and sums that up by this tree's leaves. Half of the trees are roots and most others have two leaves, so a leaf's rows
 * are found by masks (`leaf-masks.ts`), leaf by leaf, in stretches that stay in the processor's nearest memory.
 */
import type { Additive } from './additive-frames.js';
import { addBothMarked, addWhere, LANES, markWhere, putWhere, sumWhere, takeWhere } from './leaf-masks.js';

/** Leaves of a tree, at most. */
export const LEAVES: i32 = 16;

/** Rows of a stretch: rests and weights of it take 16 kB. */
export const STRETCH: i32 = 1024;

/** The number of rows with those behind the last that make it a multiple of what is looked at together. */
export function paddedRows(rowCount: i32): i32 {
  return (rowCount + LANES - 1) & -LANES;
}

/** Leaf of the rows behind the last: none. */
export const NO_LEAF: i32 = 255;

function stretchFrom(a: Additive, from: i32): i32 {
  return a.stride - from < STRETCH ? a.stride - from : STRETCH;
}

/** Takes a tree's steps from what its rows leave over. The first leaf has none. */
function takeSteps(a: Additive, tree: i32, leaves: i32, from: i32, rows: i32): void {
  const { stride, rest, weight, leaf, step } = a;
  for (let l: i32 = 1; l < leaves; l++) takeWhere(rest, weight, from, leaf, tree * stride + from, l, step[l], rows);
}

/** The first leaf has what all rows have but for the others'. */
function addLeaves(a: Additive, tree: i32, leaves: i32, from: i32, rows: i32): void {
  const { stride, rest, leaf, sums } = a;
  for (let l: i32 = 1; l < leaves; l++) sums[l] += sumWhere(rest, from, leaf, tree * stride + from, l, rows);
}

/** Brings `rest` up to date with tree `before`, of so many leaves, and sums the leaves of `tree` but the first. */
export function sumLeaves(a: Additive, before: i32, leavesBefore: i32, tree: i32, leaves: i32): void {
  const { stride, sums } = a;
  for (let l: i32 = 0; l < leaves; l++) sums[l] = 0;
  for (let from: i32 = 0; from < stride; from += STRETCH) {
    const rows: i32 = stretchFrom(a, from);
    takeSteps(a, before, leavesBefore, from, rows);
    addLeaves(a, tree, leaves, from, rows);
  }
}

/** The same, and in `beyond` what those of leaf `cut` have on the right of `side`: their sum, their weight and their number. */
export function sumLeavesAndCut(
  a: Additive,
  before: i32,
  leavesBefore: i32,
  tree: i32,
  leaves: i32,
  cut: i32,
  column: i32,
): void {
  const { stride, rest, weight, leaf, sums, bins, side, marked, beyond } = a;
  for (let l: i32 = 0; l < leaves; l++) sums[l] = 0;
  for (let k: i32 = 0; k < 3; k++) beyond[k] = 0;
  for (let from: i32 = 0; from < stride; from += STRETCH) {
    const rows: i32 = stretchFrom(a, from);
    takeSteps(a, before, leavesBefore, from, rows);
    addLeaves(a, tree, leaves, from, rows);
    beyond[2] += markWhere(leaf, tree * stride + from, cut, bins, column * stride + from, side, marked, rows);
    addBothMarked(rest, weight, from, marked, rows, beyond);
  }
}

/** Rows of leaf `cut` on the right of `side` get a leaf of their own. */
export function cutLeaf(a: Additive, tree: i32, cut: i32, column: i32, added: i32): void {
  const { stride, leaf, bins, side, marked } = a;
  for (let from: i32 = 0; from < stride; from += STRETCH) {
    const rows: i32 = stretchFrom(a, from);
    markWhere(leaf, tree * stride + from, cut, bins, column * stride + from, side, marked, rows);
    putWhere(leaf, tree * stride + from, added, marked, rows);
  }
}

/** Takes a step of one leaf, and gives the tree's leaves their new names. */
export function renameLeaves(a: Additive, tree: i32, moved: i32, change: f64): void {
  const { rowCount, stride, rest, weight, leaf, renamed } = a;
  const own: i32 = tree * stride;
  takeWhere(rest, weight, 0, leaf, own, moved, change, stride);
  for (let i: i32 = 0; i < rowCount; i++) leaf[own + i] = renamed[leaf[own + i]];
}

/** What the trees add up to for each row, `base` with them, and what that leaves over. @returns the sum of the latter */
export function fitRows(a: Additive, treeCount: i32, base: f64): f64 {
  const { stride, fitted, rest, weight, product, leaf, leafCount, value } = a;
  let total: f64 = 0;
  for (let from: i32 = 0; from < stride; from += STRETCH) {
    const rows: i32 = stretchFrom(a, from);
    for (let i: i32 = from; i < from + rows; i++) fitted[i] = base;
    for (let t: i32 = 0; t < treeCount; t++)
      for (let l: i32 = 1; l < leafCount[t]; l++)
        addWhere(fitted, from, leaf, t * stride + from, l, value[t * LEAVES + l] - value[t * LEAVES], rows);
    for (let i: i32 = from; i < from + rows; i++) {
      const left: f64 = product[i] - weight[i] * fitted[i];
      rest[i] = left;
      total += left;
    }
  }
  return total;
}
