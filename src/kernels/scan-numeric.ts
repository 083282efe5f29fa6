/**
 * The best cut of one numeric column at one node, without weights or penalty: the engine's innermost loops.
 *
 * Since Σρ = 0, the criterion (Σ_L ρ)²/n_L + (Σ_R ρ)²/n_R is S²(1/n_L + 1/n_R) with S the running sum from either end.
 * The admissible cuts are one interval (`targets.ts`): walk in from the left until the left child is admissible, from the
 * right until the right child is, then scan what lies between from both ends at once, so that neither sum waits for the
 * other, without any test but "better than the best so far". Missing rows (last in the window) are tried on either side:
 * they are simply where one child starts. Cost: two gathers a row in the walks, one in the scan; ties and codes are looked
 * at only for a new best. `scan-weighted.ts` is its general twin; a test holds them together.
 */
import type { Columns, Grower } from './frames.js';

/** Tries the cuts of column f: the node's rows are list[from … end), sorted, those from `present` on missing in f. */
export function scanNumeric(g: Grower, c: Columns, f: i32, from: i32, present: i32, end: i32): void {
  if (from === present) return;
  const walks: bool = g.minLow > 0 || g.minSize > 0;
  if (walks) tryWalks(g, c, f, from, present, end, 1);
  else tryCounts(g, c, f, from, present, end, 1);
  if (present === end) return;
  if (walks) tryWalks(g, c, f, from, present, end, 0);
  else tryCounts(g, c, f, from, present, end, 0);
}

/** Makes the cut before list[k] the best if it is one: no two rows with the same code may be parted. */
export function tryCut(
  g: Grower,
  c: Columns,
  f: i32,
  from: i32,
  to: i32,
  k: i32,
  count: i32,
  missingLeft: i32,
  value: f64,
): void {
  if (!(value > g.criterion) || (k === from && missingLeft === 0) || k === to) return;
  if (k > from && c.hasTies[f] !== 0) {
    const { list, rowOf } = g;
    const { code, rowStep } = c;
    const column: i32 = f * c.columnStep;
    if (code[rowOf[list[k - 1]] * rowStep + column] === code[rowOf[list[k]] * rowStep + column]) return;
  }
  g.criterion = value;
  g.bestFeature = f;
  g.bestMissingRight = 1 - missingLeft;
  g.bestCount = count;
  g.bestPresent = k - from;
}

/**
 * Cuts list[first … last] of [from, to). Left of the first lie `leftRows` rows with sum `leftSum`; those right of the last
 * have sum `rightSum`. The inner loop does nothing but look for a better value.
 */
function scan(
  g: Grower,
  c: Columns,
  f: i32,
  from: i32,
  to: i32,
  first: i32,
  last: i32,
  missingLeft: i32,
  leftRows: i32,
  leftSum: f64,
  rightSum: f64,
): void {
  const { list, rho, share } = g;
  const offset: i32 = leftRows - first;
  let i: i32 = first;
  let k: i32 = last;
  let s: f64 = leftSum;
  let r: f64 = rightSum;
  while (i <= k) {
    const best: f64 = g.criterion;
    let left: f64 = s * s * share[i + offset];
    let right: f64 = r * r * share[k + offset];
    while (i < k) {
      if (left > best) break;
      if (right > best) break;
      k = (k - 1) | 0;
      s += rho[list[i]];
      r += rho[list[k]];
      i = (i + 1) | 0;
      left = s * s * share[i + offset];
      right = r * r * share[k + offset];
    }
    if (i > k) return;
    tryCut(g, c, f, from, to, i, i + offset, missingLeft, left);
    if (i === k) return;
    tryCut(g, c, f, from, to, k, k + offset, missingLeft, right);
    k = (k - 1) | 0;
    s += rho[list[i]];
    r += rho[list[k]];
    i = (i + 1) | 0;
  }
}

/** Children by row count alone: the interval is known without a walk. */
function tryCounts(g: Grower, c: Columns, f: i32, from: i32, to: i32, end: i32, missingLeft: i32): void {
  const { list, rho, minCount } = g;
  const missing: i32 = end - to;
  let s: f64 = 0;
  let r: f64 = 0;
  let leftRows: i32 = 0;
  let rightRows: i32 = 0;
  let missingSum: f64 = 0;
  for (let k: i32 = to; k < end; k++) missingSum += rho[list[k]];
  if (missingLeft === 1) {
    s = missingSum;
    leftRows = missing;
  } else {
    r = missingSum;
    rightRows = missing;
  }
  let first: i32 = from;
  let last: i32 = to;
  for (; leftRows < minCount && first < to; leftRows++) s += rho[list[first++]];
  for (; rightRows < minCount && last > first; rightRows++) r += rho[list[--last]];
  if (leftRows >= minCount && rightRows >= minCount) scan(g, c, f, from, to, first, last, missingLeft, leftRows, s, r);
}

/** Children by counts of low and high rows and by size: the interval by walks from both ends. */
function tryWalks(g: Grower, c: Columns, f: i32, from: i32, to: i32, end: i32, missingLeft: i32): void {
  startWalk(g, missingLeft === 0 ? to : end, end);
  const last: i32 = walk(g, to, -1, to - from);
  if (last < 0) return;
  const r: f64 = g.walkRho;
  startWalk(g, missingLeft === 1 ? to : end, end);
  const first: i32 = walk(g, from, 1, last - from);
  if (first < 0) return;
  scan(g, c, f, from, to, first, last, missingLeft, g.walkCount, g.walkRho, r);
}

/** A child with the rows list[from … end) so far. */
function startWalk(g: Grower, from: i32, end: i32): void {
  const { list, rho, z, rare } = g;
  let rares: i32 = 0;
  let sz: f64 = 0;
  let szz: f64 = 0;
  let s: f64 = 0;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    rares += rare[j];
    sz += z[j];
    szz += z[j] * z[j];
    s += rho[j];
  }
  g.walkCount = end - from;
  g.walkRare = rares;
  g.walkZ = sz;
  g.walkZZ = szz;
  g.walkRho = s;
}

/**
 * Adds rows to the child until it is admissible, upward from list[at] or downward from below it, at most `most` rows.
 * Returns where the next row lies (upward), or the last (downward); −1 if they are too few. Where a walk ends cannot be
 * predicted, so one rule is waited for at a time, first the count of the side that is rarer in the node.
 */
function walk(g: Grower, at: i32, step: i32, most: i32): i32 {
  const { list, rho, z, rare, minLow, minSize } = g;
  let rares: i32 = g.walkRare;
  let sz: f64 = g.walkZ;
  let szz: f64 = g.walkZZ;
  let s: f64 = g.walkRho;
  const start: i32 = step > 0 ? at : at - 1;
  const stop: i32 = start + step * most;
  let k: i32 = start;
  while (rares < minLow) {
    if (k === stop) return -1;
    const j: i32 = list[k];
    const zj: f64 = z[j];
    rares += rare[j];
    sz += zj;
    szz += zj * zj;
    s += rho[j];
    k += step;
  }
  const least: i32 = g.minCount > 2 * minLow ? g.minCount : 2 * minLow;
  let count: i32 = g.walkCount + (k - start) * step;
  while (count < least || count - rares < minLow || (szz - minSize) * count < sz * sz) {
    if (k === stop) return -1;
    const j: i32 = list[k];
    const zj: f64 = z[j];
    count++;
    rares += rare[j];
    sz += zj;
    szz += zj * zj;
    s += rho[j];
    k += step;
  }
  g.walkCount = count;
  g.walkRho = s;
  return step > 0 ? k : k + 1;
}
