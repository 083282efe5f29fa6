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

function isCut(g: Grower, c: Columns, f: i32, k: i32): bool {
  const { list, rowOf } = g;
  const { code } = c;
  const column: i32 = f * c.rowCount;
  return code[column + rowOf[list[k - 1]]] !== code[column + rowOf[list[k]]];
}

function record(g: Grower, c: Columns, f: i32, from: i32, k: i32, count: i32, missingLeft: i32, criterion: f64): void {
  g.criterion = criterion;
  g.bestFeature = f;
  g.bestCut = k === from ? -1 : c.code[f * c.rowCount + g.rowOf[g.list[k - 1]]];
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
  const { list, rho, share } = g;
  const leftOffset: i32 = leftRows - first;
  let best: f64 = g.criterion;
  let i: i32 = first;
  let k: i32 = last;
  let s: f64 = leftSum;
  let r: f64 = rightSum;
  for (; i < k; ) {
    const left: f64 = s * s * share[i + leftOffset];
    const right: f64 = r * r * share[k + leftOffset];
    if (left > best && (i === from ? missingLeft === 1 : isCut(g, c, f, i))) {
      best = left;
      record(g, c, f, from, i, i + leftOffset, missingLeft, left);
    }
    if (right > best && k < to && isCut(g, c, f, k)) {
      best = right;
      record(g, c, f, from, k, k + leftOffset, missingLeft, right);
    }
    k = (k - 1) | 0;
    s += rho[list[i] << 1];
    r += rho[list[k] << 1];
    i = (i + 1) | 0;
  }
  if (i > k) return;
  const value: f64 = s * s * share[i + leftOffset];
  if (value > best && (i === from ? missingLeft === 1 : i < to && isCut(g, c, f, i)))
    record(g, c, f, from, i, i + leftOffset, missingLeft, value);
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
  for (let k: i32 = to; k < end; k++) missingSum += rho[list[k] << 1];
  if (missingLeft === 1) {
    s = missingSum;
    leftRows = missing;
  } else {
    r = missingSum;
    rightRows = missing;
  }
  let first: i32 = from;
  let last: i32 = to;
  for (; leftRows < minCount && first < to; leftRows++) s += rho[list[first++] << 1];
  for (; rightRows < minCount && last > first; rightRows++) r += rho[list[--last] << 1];
  if (leftRows >= minCount && rightRows >= minCount)
    scan(g, c, f, from, to, first, last, missingLeft, leftRows, s, r);
}

/** Children by counts of low and high rows and by size: the interval by walks from both ends. */
function tryWalks(g: Grower, c: Columns, f: i32, from: i32, to: i32, end: i32, missingLeft: i32): void {
  const { list, rho, minCount, minLow, minSize } = g;
  let last: i32 = to;
  let count: i32 = 0;
  let low: i32 = 0;
  let sz: f64 = 0;
  let szz: f64 = 0;
  let r: f64 = 0;
  if (missingLeft === 0)
    for (let k: i32 = to; k < end; k++) {
      const at: i32 = list[k] << 1;
      const z: f64 = rho[at + 1];
      count++;
      low += z < 0 ? 1 : 0;
      sz += z;
      szz += z * z;
      r += rho[at];
    }
  for (;;) {
    const high: i32 = count - low;
    if (low >= minLow && high >= minLow && count >= minCount && (szz - minSize) * count >= sz * sz) break;
    if (last === from) return;
    const at: i32 = list[--last] << 1;
    const z: f64 = rho[at + 1];
    count++;
    low += z < 0 ? 1 : 0;
    sz += z;
    szz += z * z;
    r += rho[at];
  }
  let first: i32 = from;
  let s: f64 = 0;
  count = 0;
  low = 0;
  sz = 0;
  szz = 0;
  if (missingLeft === 1)
    for (let k: i32 = to; k < end; k++) {
      const at: i32 = list[k] << 1;
      const z: f64 = rho[at + 1];
      count++;
      low += z < 0 ? 1 : 0;
      sz += z;
      szz += z * z;
      s += rho[at];
    }
  for (;;) {
    const high: i32 = count - low;
    if (low >= minLow && high >= minLow && count >= minCount && (szz - minSize) * count >= sz * sz) break;
    if (first === last) return;
    const at: i32 = list[first++] << 1;
    const z: f64 = rho[at + 1];
    count++;
    low += z < 0 ? 1 : 0;
    sz += z;
    szz += z * z;
    s += rho[at];
  }
  scan(g, c, f, from, to, first, last, missingLeft, count, s, r);
}
