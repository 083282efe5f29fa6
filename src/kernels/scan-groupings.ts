/**
 * The best two-way grouping of a category's levels at one node where ρ has several coordinates: `scan-category.ts` for
 * vectors. No order of levels is sure to hold the best grouping then; levels are ordered by the first principal component
 * of their mean pseudo-outcomes (Coppersmith, Hong & Hosking 1999), which for one coordinate is the order of
 * `scan-category.ts`. Above MANY_LEVELS levels one half of the node's units orders them and the other judges, as there.
 *
 * Sums of a level, side by side: weight, those of ρ that order (D), their weight, those of ρ that judge (D), their weight,
 * then for each treatment low rows, Σqz and Σqz². Cost: O(rows (K + D) + L log L + L D) a column.
 */
import type { Columns, Grower, Problem } from './frames.js';
import { MANY_LEVELS, record, sortLevels } from './scan-category.js';
import { clearChild, isAdmissible } from './scan-vector.js';

/** Rounds of the power method; what it has not told apart by then, it need not. */
const ROUNDS: i32 = 30;

/** Numbers that a level takes. */
export function levelNumbers(treatments: i32, coordinates: i32): i32 {
  return 3 + 2 * coordinates + 3 * treatments;
}

/** Tries the groupings of column f, which has `levels` levels: the node's rows are list[from … end). */
export function scanGroupings(g: Grower, c: Columns, p: Problem, f: i32, levels: i32, from: i32, end: i32): void {
  const { levelsSeen, levelRows, levelSums } = g;
  const { coordinateCount } = p;
  const width: i32 = levelNumbers(p.treatmentCount, coordinateCount);
  const seen: i32 = collect(g, c, p, f, levels, from, end);
  if (seen <= MANY_LEVELS)
    for (let k: i32 = 0; k < seen; k++) {
      const order: i32 = width * levelsSeen[k] + 1;
      const judge: i32 = order + coordinateCount + 1;
      for (let d: i32 = 0; d <= coordinateCount; d++) {
        levelSums[order + d] += levelSums[judge + d];
        levelSums[judge + d] = levelSums[order + d];
      }
    }
  project(g, p, seen);
  sortLevels(g, seen);
  tryGroupings(g, p, f, levels, seen, end - from);
  for (let k: i32 = 0; k < seen; k++) {
    levelRows[levelsSeen[k]] = 0;
    for (let m: i32 = 0; m < width; m++) levelSums[width * levelsSeen[k] + m] = 0;
  }
}

/** Adds the rows up by level; returns how many levels occur. */
function collect(g: Grower, c: Columns, p: Problem, f: i32, missing: i32, from: i32, end: i32): i32 {
  const { list, rowOf, rho, z, q, randomHalf, levelRows, levelsSeen, levelSums } = g;
  const { code } = c;
  const { treatmentCount, coordinateCount } = p;
  const width: i32 = levelNumbers(treatmentCount, coordinateCount);
  let seen: i32 = 0;
  for (let i: i32 = from; i < end; i++) {
    const j: i32 = list[i];
    const given: i32 = code[rowOf[j] * c.rowStep + f * c.columnStep];
    const level: i32 = given < 0 ? missing : given;
    const at: i32 = width * level;
    const half: i32 = at + 1 + (randomHalf[j] === 0 ? 0 : coordinateCount + 1);
    const treatments: i32 = at + 3 + 2 * coordinateCount;
    if (levelRows[level] === 0) levelsSeen[seen++] = level;
    levelRows[level] += 1;
    levelSums[at] += q[j];
    for (let d: i32 = 0; d < coordinateCount; d++) levelSums[half + d] += rho[j * coordinateCount + d];
    levelSums[half + coordinateCount] += q[j];
    for (let k: i32 = 0; k < treatmentCount; k++) {
      const zk: f64 = z[j * treatmentCount + k];
      levelSums[treatments + 3 * k] += zk < 0 ? 1 : 0;
      levelSums[treatments + 3 * k + 1] += q[j] * zk;
      levelSums[treatments + 3 * k + 2] += q[j] * zk * zk;
    }
  }
  return seen;
}

/**
 * Places each level on the first principal component of the level means (about 0, their weighted mean up to the halves):
 * the power method on Σ_l weight_l · mean_l mean_l', from the coordinate that varies most. Directions are kept in `left`.
 */
function project(g: Grower, p: Problem, seen: i32): void {
  const { levelsSeen, levelMean, levelSums, left, right } = g;
  const { coordinateCount } = p;
  const width: i32 = levelNumbers(p.treatmentCount, coordinateCount);
  let most: f64 = -1;
  let start: i32 = 0;
  for (let d: i32 = 0; d < coordinateCount; d++) {
    let spread: f64 = 0;
    for (let k: i32 = 0; k < seen; k++) {
      const at: i32 = width * levelsSeen[k] + 1;
      const weight: f64 = levelSums[at + coordinateCount];
      if (weight > 0) spread += (levelSums[at + d] * levelSums[at + d]) / weight;
    }
    left[d] = 0;
    if (spread > most) {
      most = spread;
      start = d;
    }
  }
  left[start] = 1;
  const rounds: i32 = coordinateCount > 1 ? ROUNDS : 0;
  for (let round: i32 = 0; round <= rounds; round++) {
    for (let d: i32 = 0; d < coordinateCount; d++) right[d] = 0;
    for (let k: i32 = 0; k < seen; k++) {
      const at: i32 = width * levelsSeen[k] + 1;
      const weight: f64 = levelSums[at + coordinateCount];
      let place: f64 = 0;
      for (let d: i32 = 0; d < coordinateCount; d++) place += left[d] * levelSums[at + d];
      place = weight > 0 ? place / weight : 0;
      levelMean[levelsSeen[k]] = place;
      for (let d: i32 = 0; d < coordinateCount; d++) right[d] += place * levelSums[at + d];
    }
    let largest: f64 = 0;
    for (let d: i32 = 0; d < coordinateCount; d++) {
      const size: f64 = right[d] < 0 ? -right[d] : right[d];
      if (size > largest) largest = size;
    }
    if (!(largest > 0) || round === rounds) return;
    for (let d: i32 = 0; d < coordinateCount; d++) left[d] = right[d] / largest;
  }
}

function tryGroupings(g: Grower, p: Problem, f: i32, missing: i32, seen: i32, total: i32): void {
  const { levelsSeen, levelRows, levelSums, left, right } = g;
  const { treatmentCount, coordinateCount } = p;
  const width: i32 = levelNumbers(treatmentCount, coordinateCount);
  // Totals of a child as `scan-vector.ts` has them; there ρ is of the rows that judge.
  const firstRho: i32 = 2 + 3 * treatmentCount;
  clearChild(p, left);
  clearChild(p, right);
  let judgeLeft: f64 = 0;
  let judgeRight: f64 = 0;
  for (let k: i32 = 0; k < seen; k++) {
    const at: i32 = width * levelsSeen[k];
    moveLevel(g, p, right, levelsSeen[k], 1);
    judgeRight += levelSums[at + 2 + 2 * coordinateCount];
  }
  let base: f64 = 0;
  for (let d: i32 = 0; d < coordinateCount; d++) base += right[firstRho + d] * right[firstRho + d];
  base /= judgeRight;
  let count: i32 = 0;
  for (let k: i32 = 0; k < seen - 1; k++) {
    const level: i32 = levelsSeen[k];
    const judge: f64 = levelSums[width * level + 2 + 2 * coordinateCount];
    count += levelRows[level];
    judgeLeft += judge;
    judgeRight -= judge;
    moveLevel(g, p, left, level, 1);
    moveLevel(g, p, right, level, -1);
    if (!(judgeLeft > 0) || !(judgeRight > 0)) continue;
    if (!isAdmissible(g, p, left) || !isAdmissible(g, p, right)) continue;
    let ofLeft: f64 = 0;
    let ofRight: f64 = 0;
    for (let d: i32 = firstRho; d < firstRho + coordinateCount; d++) {
      ofLeft += left[d] * left[d];
      ofRight += right[d] * right[d];
    }
    let value: f64 = ofLeft / judgeLeft + ofRight / judgeRight - base;
    if (p.imbalancePenalty > 0) value -= p.imbalancePenalty / left[0] + p.imbalancePenalty / right[0];
    if (value > g.criterion) record(g, f, missing, seen, k, count, total, value);
  }
}

/** Adds a level to a child's totals, or takes it away. */
function moveLevel(g: Grower, p: Problem, child: F64, level: i32, sign: f64): void {
  const { levelSums } = g;
  const { treatmentCount, coordinateCount } = p;
  const at: i32 = levelNumbers(treatmentCount, coordinateCount) * level;
  const judge: i32 = at + 2 + coordinateCount;
  const treatments: i32 = at + 3 + 2 * coordinateCount;
  child[0] += sign * g.levelRows[level];
  child[1] += sign * levelSums[at];
  for (let m: i32 = 0; m < 3 * treatmentCount; m++) child[2 + m] += sign * levelSums[treatments + m];
  for (let d: i32 = 0; d < coordinateCount; d++) child[2 + 3 * treatmentCount + d] += sign * levelSums[judge + d];
}
