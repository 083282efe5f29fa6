/**
 * The best cut of one numeric column at one node, without weights or penalty: the engine's innermost loops.
 *
 * Since Σρ = 0, the criterion (Σ_L ρ)²/n_L + (Σ_R ρ)²/n_R is S²(1/n_L + 1/n_R) with S the running sum from either end.
 * The admissible cuts are one interval (`targets.ts`): walk in from the left until the left child is admissible, from the
 * right until the right child is, then scan what lies between from both ends at once, so that neither sum waits for the
 * other. Missing rows (last in the window) are tried on either side: they are simply where one child starts.
 * The best of all cuts is found without a branch (`lanes.ts`); codes are looked at only where it would be a new best, and
 * only where it parts rows with the same code are cuts looked at one by one. Cost: two gathers a row in the walks, one in the
 * scan. `scan-weighted.ts` is its general twin; a test holds them together.
 */
import type { Columns, Grower } from './frames.js';
import { bestCut } from './lanes.js';

/** `hasTies` of a column whose best cut would mostly part rows with the same code. */
export const MANY_TIES: i32 = 2;

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
 * have sum `rightSum`.
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
  const offset: i32 = leftRows - first;
  if (c.hasTies[f] < MANY_TIES) {
    const at: i32 = bestCut(g, first, last, offset, leftSum, rightSum);
    if (at < 0) return;
    tryCut(g, c, f, from, to, at, at + offset, missingLeft, g.value);
    if (g.criterion === g.value) return;
  }
  scanOneByOne(g, c, f, from, to, first, last, missingLeft, offset, leftSum, rightSum);
}

/** The same, where the best cut may not be one. The inner loop does nothing but look for a better value. */
function scanOneByOne(
  g: Grower,
  c: Columns,
  f: i32,
  from: i32,
  to: i32,
  first: i32,
  last: i32,
  missingLeft: i32,
  offset: i32,
  leftSum: f64,
  rightSum: f64,
): void {
  const { list, rho, share } = g;
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
  if (missing === 0) {
    if (2 * minCount > to - from) return;
    for (let k: i32 = 0; k < minCount; k++) {
      s += rho[list[from + k]];
      r += rho[list[to - 1 - k]];
    }
    scan(g, c, f, from, to, from + minCount, to - minCount, missingLeft, minCount, s, r);
    return;
  }
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
  sumMissing(g, to, end);
  const missing: i32 = end - to;
  if (!walkIn(g, from, to, missing, missingLeft)) return;
  const first: i32 = from + g.leftRows;
  const last: i32 = to - g.rightRows;
  scan(g, c, f, from, to, first, last, missingLeft, first - from + missingLeft * missing, g.leftRho, g.rightRho);
}

function sumMissing(g: Grower, from: i32, end: i32): void {
  const { list, rho, z } = g;
  let low: i32 = 0;
  let sz: f64 = 0;
  let szz: f64 = 0;
  let s: f64 = 0;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    low += z[j] < 0 ? 1 : 0;
    sz += z[j];
    szz += z[j] * z[j];
    s += rho[j];
  }
  g.missingLow = low;
  g.missingZ = sz;
  g.missingZZ = szz;
  g.missingRho = s;
}

/**
 * Walks in from both ends of list[from … to) until both children are admissible (`targets.ts`): as few rows at either end
 * as will do go to `leftRows` and `rightRows`, and the children's Σρ beside them. False where they would overlap.
 * One child begins with the missing rows.
 */
function walkIn(g: Grower, from: i32, to: i32, missing: i32, missingLeft: i32): bool {
  const right: i32 = walk(g, to - 1, -1, to - from, missingLeft === 0 ? missing : 0);
  if (right < 0) return false;
  g.rightRows = right;
  g.rightRho = g.value;
  const left: i32 = walk(g, from, 1, to - from - right, missingLeft === 1 ? missing : 0);
  if (left < 0) return false;
  g.leftRows = left;
  g.leftRho = g.value;
  return true;
}

/** How many rows of list[first], list[first + step] …, at most `most`, make a child admissible; −1 if they are too few. */
function walk(g: Grower, first: i32, step: i32, most: i32, missing: i32): i32 {
  const { list, rho, z, minLow, minSize } = g;
  const least: i32 = g.minCount > 2 * minLow ? g.minCount : 2 * minLow;
  if (least - missing > most) return -1;
  let low: i32 = missing > 0 ? g.missingLow : 0;
  let sz: f64 = missing > 0 ? g.missingZ : 0;
  let szz: f64 = missing > 0 ? g.missingZZ : 0;
  let s: f64 = missing > 0 ? g.missingRho : 0;
  let count: i32 = missing;
  let k: i32 = first;
  for (; count < least; count++) {
    const j: i32 = list[k];
    const zj: f64 = z[j];
    low += zj < 0 ? 1 : 0;
    sz += zj;
    szz += zj * zj;
    s += rho[j];
    k += step;
  }
  while (low < minLow || count - low < minLow) {
    if (count - missing === most) return -1;
    const j: i32 = list[k];
    const zj: f64 = z[j];
    count++;
    low += zj < 0 ? 1 : 0;
    sz += zj;
    szz += zj * zj;
    s += rho[j];
    k += step;
  }
  while ((szz - minSize) * count < sz * sz) {
    if (count - missing === most) return -1;
    const j: i32 = list[k];
    const zj: f64 = z[j];
    count++;
    sz += zj;
    szz += zj * zj;
    s += rho[j];
    k += step;
  }
  g.value = s;
  return count - missing;
}
