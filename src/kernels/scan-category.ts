/**
 * The best two-way grouping of a category's levels at one node: order the levels by their mean pseudo-outcome and try
 * the cuts of that order. For a sum of squared means the best of all groupings is among these (Fisher 1958;
 * Breiman et al. 1984, §4.2), but for what a child must keep. "Missing" counts as one more level.
 *
 * With many levels that order fits noise: under no effect the best grouping of L levels reaches about 0.64 (L − 1)
 * residual variances, while the best cut of a number reaches about 4 whatever the sample. So above MANY_LEVELS levels in
 * the node, one half of its units orders the levels and the other half judges the cuts: the criterion is then on the
 * same scale as that of a number, and a category without signal wins about as often as one (test/tree/categories.test.ts).
 * Levels that the node has not seen go with its larger child. Cost: O(rows + L log L).
 */
import type { Columns, Grower, Problem } from './frames.js';
import { variationOf } from './scan-weighted.js';
import { penaltyByVariation } from './targets.js';

/** Where 0.64 (L − 1) meets what a number reaches. */
const MANY_LEVELS: i32 = 6;

/** Sums of a level, side by side: those that order the levels, and those that judge the cuts. */
export const LEVEL_SUMS: i32 = 7;
const WEIGHT: i32 = 0;
const Z: i32 = 1;
const ZZ: i32 = 2;
const ORDER_RHO: i32 = 3;
const ORDER_WEIGHT: i32 = 4;
const JUDGE_RHO: i32 = 5;
const JUDGE_WEIGHT: i32 = 6;

/** Tries the groupings of column f, which has `levels` levels: the node's rows are list[from … end). */
export function scanCategory(g: Grower, c: Columns, p: Problem, f: i32, levels: i32, from: i32, end: i32): void {
  const { levelsSeen, levelMean, levelSums } = g;
  const seen: i32 = collect(g, c, p, f, levels, from, end);
  for (let k: i32 = 0; k < seen; k++) {
    const at: i32 = LEVEL_SUMS * levelsSeen[k];
    if (seen <= MANY_LEVELS) {
      levelSums[at + ORDER_RHO] += levelSums[at + JUDGE_RHO];
      levelSums[at + ORDER_WEIGHT] += levelSums[at + JUDGE_WEIGHT];
      levelSums[at + JUDGE_RHO] = levelSums[at + ORDER_RHO];
      levelSums[at + JUDGE_WEIGHT] = levelSums[at + ORDER_WEIGHT];
    }
    const weight: f64 = levelSums[at + ORDER_WEIGHT];
    levelMean[levelsSeen[k]] = weight > 0 ? levelSums[at + ORDER_RHO] / weight : 0;
  }
  sortLevels(g, seen);
  tryGroupings(g, p, f, levels, seen, end - from);
  forget(g, seen);
}

/** Adds the rows up by level; returns how many levels occur. */
function collect(g: Grower, c: Columns, p: Problem, f: i32, missing: i32, from: i32, end: i32): i32 {
  const { list, rowOf, rho, z, q, randomHalf, levelRows, levelLow, levelsSeen, levelSums } = g;
  const { code } = c;
  const { rowStep } = c;
  const column: i32 = f * c.columnStep;
  let seen: i32 = 0;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const given: i32 = code[rowOf[j] * rowStep + column];
    const level: i32 = given < 0 ? missing : given;
    const weight: f64 = p.weighted !== 0 ? q[j] : 1;
    const zj: f64 = z[j];
    const at: i32 = LEVEL_SUMS * level;
    if (levelRows[level] === 0) levelsSeen[seen++] = level;
    levelRows[level] += 1;
    levelLow[level] += zj < 0 ? 1 : 0;
    levelSums[at + WEIGHT] += weight;
    levelSums[at + Z] += weight * zj;
    levelSums[at + ZZ] += weight * zj * zj;
    if (randomHalf[j] === 0) {
      levelSums[at + ORDER_RHO] += rho[j];
      levelSums[at + ORDER_WEIGHT] += weight;
    } else {
      levelSums[at + JUDGE_RHO] += rho[j];
      levelSums[at + JUDGE_WEIGHT] += weight;
    }
  }
  return seen;
}

/** Heap sort of levelsSeen[0 … size) by mean, ties by level. */
function sortLevels(g: Grower, size: i32): void {
  const { levelsSeen } = g;
  for (let k: i32 = (size >> 1) - 1; k >= 0; k--) sink(g, k, size);
  for (let last: i32 = size - 1; last > 0; last--) {
    const level: i32 = levelsSeen[0];
    levelsSeen[0] = levelsSeen[last];
    levelsSeen[last] = level;
    sink(g, 0, last);
  }
}

function isBefore(g: Grower, a: i32, b: i32): bool {
  const { levelMean } = g;
  return levelMean[a] < levelMean[b] || (levelMean[a] === levelMean[b] && a < b);
}

function sink(g: Grower, from: i32, size: i32): void {
  const { levelsSeen } = g;
  const level: i32 = levelsSeen[from];
  let hole: i32 = from;
  for (;;) {
    let child: i32 = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && isBefore(g, levelsSeen[child], levelsSeen[child + 1])) child++;
    if (!isBefore(g, level, levelsSeen[child])) break;
    levelsSeen[hole] = levelsSeen[child];
    hole = child;
  }
  levelsSeen[hole] = level;
}

function forget(g: Grower, seen: i32): void {
  const { levelsSeen, levelRows, levelLow, levelSums } = g;
  for (let k: i32 = 0; k < seen; k++) {
    const level: i32 = levelsSeen[k];
    levelRows[level] = 0;
    levelLow[level] = 0;
    for (let m: i32 = 0; m < LEVEL_SUMS; m++) levelSums[LEVEL_SUMS * level + m] = 0;
  }
}

/** The winning grouping: levels levelsSeen[0 … cut] go left; `missing` is the level of missing values. */
function record(g: Grower, f: i32, missing: i32, seen: i32, cut: i32, count: i32, total: i32, value: f64): void {
  const { levelsSeen, leftLevels } = g;
  const unseen: i32 = 2 * count > total ? -1 : 0;
  const words: i32 = (missing + 31) >> 5;
  for (let k: i32 = 0; k < words; k++) leftLevels[k] = unseen;
  g.bestMissingRight = 0;
  for (let k: i32 = 0; k < seen; k++) {
    const level: i32 = levelsSeen[k];
    if (level === missing) g.bestMissingRight = k > cut ? 1 : 0;
    else if (k > cut) leftLevels[level >> 5] &= ~(1 << (level & 31));
    else leftLevels[level >> 5] |= 1 << (level & 31);
  }
  g.criterion = value;
  g.bestFeature = f;
  g.bestCount = count;
}

function sizeOf(p: Problem, n: f64, weight: f64, sz: f64, szz: f64): f64 {
  return penaltyByVariation(p) ? variationOf(weight, sz, szz) : n;
}

function admissible(g: Grower, n: i32, low: i32, weight: f64, sz: f64, szz: f64): bool {
  return (
    weight > 0 && n >= g.minCount && low >= g.minLow && n - low >= g.minLow && variationOf(weight, sz, szz) >= g.minSize
  );
}

function tryGroupings(g: Grower, p: Problem, f: i32, missing: i32, seen: i32, total: i32): void {
  const { levelsSeen, levelRows, levelLow, levelSums } = g;
  let allWeight: f64 = 0;
  let allLow: i32 = 0;
  let allZ: f64 = 0;
  let allZZ: f64 = 0;
  let allRho: f64 = 0;
  let allJudge: f64 = 0;
  for (let k: i32 = 0; k < seen; k++) {
    const at: i32 = LEVEL_SUMS * levelsSeen[k];
    allWeight += levelSums[at + WEIGHT];
    allLow += levelLow[levelsSeen[k]];
    allZ += levelSums[at + Z];
    allZZ += levelSums[at + ZZ];
    allRho += levelSums[at + JUDGE_RHO];
    allJudge += levelSums[at + JUDGE_WEIGHT];
  }
  let n: i32 = 0;
  let weight: f64 = 0;
  let low: i32 = 0;
  let sz: f64 = 0;
  let szz: f64 = 0;
  let s: f64 = 0;
  let judge: f64 = 0;
  for (let k: i32 = 0; k < seen - 1; k++) {
    const level: i32 = levelsSeen[k];
    const at: i32 = LEVEL_SUMS * level;
    n += levelRows[level];
    weight += levelSums[at + WEIGHT];
    low += levelLow[level];
    sz += levelSums[at + Z];
    szz += levelSums[at + ZZ];
    s += levelSums[at + JUDGE_RHO];
    judge += levelSums[at + JUDGE_WEIGHT];
    if (!(judge > 0) || !(allJudge - judge > 0)) continue;
    if (!admissible(g, n, low, weight, sz, szz)) continue;
    if (!admissible(g, total - n, allLow - low, allWeight - weight, allZ - sz, allZZ - szz)) continue;
    const rest: f64 = allRho - s;
    let value: f64 = (s * s) / judge + (rest * rest) / (allJudge - judge) - (allRho * allRho) / allJudge;
    if (p.imbalancePenalty > 0)
      value -=
        p.imbalancePenalty / sizeOf(p, n, weight, sz, szz) +
        p.imbalancePenalty / sizeOf(p, total - n, allWeight - weight, allZ - sz, allZZ - szz);
    if (value > g.criterion) record(g, f, missing, seen, k, n, total, value);
  }
}
