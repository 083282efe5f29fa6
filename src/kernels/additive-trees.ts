/**
 * Loops over rows of a sum of small trees that is changed tree by tree. What a tree's leaves are to hold depends on what the
 * others say, so each visit of the rows does two things: it adds what the tree before it changed, and sums up this tree's
 * leaves. Rows of even and of odd number have sums of their own, which do not wait for each other; they are added at the end.
 */
import type { Additive } from './frames.js';

/** Leaves of a tree, at most. */
export const LEAVES: i32 = 16;

function startSums(a: Additive): void {
  const { sums } = a;
  for (let l: i32 = 0; l < 2 * LEAVES; l++) sums[l] = 0;
}

function joinSums(a: Additive): void {
  const { sums } = a;
  for (let l: i32 = 0; l < LEAVES; l++) sums[l] += sums[LEAVES + l];
}

/** Brings `fitted` up to date with tree `before`, and sums the leaves of `tree`. */
export function sumLeaves(a: Additive, before: i32, tree: i32): void {
  const { rowCount, fitted, weight, product, leaf, step, sums } = a;
  startSums(a);
  const old: i32 = before * rowCount;
  const own: i32 = tree * rowCount;
  const pairs: i32 = rowCount & ~1;
  for (let i: i32 = 0; i < pairs; i += 2) {
    const first: f64 = fitted[i] + step[leaf[old + i]];
    const second: f64 = fitted[i + 1] + step[leaf[old + i + 1]];
    fitted[i] = first;
    fitted[i + 1] = second;
    sums[leaf[own + i]] += product[i] - weight[i] * first;
    sums[LEAVES + leaf[own + i + 1]] += product[i + 1] - weight[i + 1] * second;
  }
  if (pairs < rowCount) {
    const last: f64 = fitted[pairs] + step[leaf[old + pairs]];
    fitted[pairs] = last;
    sums[leaf[own + pairs]] += product[pairs] - weight[pairs] * last;
  }
  joinSums(a);
}

/** The same, and in `beyond` what those of leaf `cut` have on the right of `side`: their sum, their weight and their number. */
export function sumLeavesAndCut(a: Additive, before: i32, tree: i32, cut: i32, column: i32): void {
  const { rowCount, fitted, weight, product, leaf, step, sums, bins, side, beyond } = a;
  startSums(a);
  const old: i32 = before * rowCount;
  const own: i32 = tree * rowCount;
  const place: i32 = column * rowCount;
  const pairs: i32 = rowCount & ~1;
  let rests: f64 = 0;
  let weights: f64 = 0;
  let otherRests: f64 = 0;
  let otherWeights: f64 = 0;
  let count: i32 = 0;
  for (let i: i32 = 0; i < pairs; i += 2) {
    const first: f64 = fitted[i] + step[leaf[old + i]];
    const second: f64 = fitted[i + 1] + step[leaf[old + i + 1]];
    fitted[i] = first;
    fitted[i + 1] = second;
    const firstLeaf: i32 = leaf[own + i];
    const secondLeaf: i32 = leaf[own + i + 1];
    const firstRest: f64 = product[i] - weight[i] * first;
    const secondRest: f64 = product[i + 1] - weight[i + 1] * second;
    sums[firstLeaf] += firstRest;
    sums[LEAVES + secondLeaf] += secondRest;
    // Whether a row is there is chance, and a branch would often be missed: it counts 1 or 0 times.
    const firstIn: i32 = (firstLeaf === cut ? 1 : 0) & side[bins[place + i]];
    const secondIn: i32 = (secondLeaf === cut ? 1 : 0) & side[bins[place + i + 1]];
    const firstTimes: f64 = firstIn;
    const secondTimes: f64 = secondIn;
    rests += firstTimes * firstRest;
    weights += firstTimes * weight[i];
    otherRests += secondTimes * secondRest;
    otherWeights += secondTimes * weight[i + 1];
    count += firstIn + secondIn;
  }
  if (pairs < rowCount) {
    const last: f64 = fitted[pairs] + step[leaf[old + pairs]];
    fitted[pairs] = last;
    const reached: i32 = leaf[own + pairs];
    const rest: f64 = product[pairs] - weight[pairs] * last;
    sums[reached] += rest;
    if (reached === cut && side[bins[place + pairs]] === 1) {
      rests += rest;
      weights += weight[pairs];
      count++;
    }
  }
  joinSums(a);
  beyond[0] = rests + otherRests;
  beyond[1] = weights + otherWeights;
  beyond[2] = count;
}

/** Rows of leaf `cut` on the right of `side` get a leaf of their own. */
export function cutLeaf(a: Additive, tree: i32, cut: i32, column: i32, added: i32): void {
  const { rowCount, leaf, bins, side } = a;
  const own: i32 = tree * rowCount;
  const place: i32 = column * rowCount;
  for (let i: i32 = 0; i < rowCount; i++)
    if (leaf[own + i] === cut && side[bins[place + i]] === 1) leaf[own + i] = added;
}

/** Brings `fitted` up to date with a tree, and gives its leaves their new names. */
export function renameLeaves(a: Additive, tree: i32): void {
  const { rowCount, fitted, leaf, step, renamed } = a;
  const own: i32 = tree * rowCount;
  for (let i: i32 = 0; i < rowCount; i++) {
    const reached: i32 = leaf[own + i];
    fitted[i] += step[reached];
    leaf[own + i] = renamed[reached];
  }
}
