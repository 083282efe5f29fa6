/**
 * The best cut of one numeric column at one node, without weights or penalty: the engine's innermost loops.
 *
 * Since Σρ = 0, the criterion (Σ_L ρ)²/n_L + (Σ_R ρ)²/n_R is S²(1/n_L + 1/n_R) with S the running sum from the left.
 * The admissible cuts are one interval (`split-target.ts`): walk in from the left until the left child is admissible,
 * from the right until the right child is, then scan between without any test but "better than the best so far".
 * Missing rows (last in the window) are tried on either side: they are simply where one child starts.
 * `+(z < 0)` and `| 0` keep counts free of branches: which side a row's treatment lies on cannot be predicted.
 * Cost: two gathers a row in the walks, one in the scan; ties and codes are looked at only for a new best.
 * `scan-weighted.ts` is its general twin; a test holds them together.
 */
import type { BEST, RULE, Workspace } from './workspace.js';

/** Tries the cuts of column f: the node's rows are list[from … end), sorted, those from `present` on missing in f. */
export type NumericScan = (feature: number, from: number, present: number, end: number) => void;

export function makeNumericScan(workspace: Workspace, ruleAt: typeof RULE, bestAt: typeof BEST): NumericScan {
  const { list, rowOf, code, rho, z, rule, best, share, capacity } = workspace;
  const stride = capacity.rows;
  const CRITERION = bestAt.criterion;

  function isCut(column: number, k: number): boolean {
    return code[column + rowOf[list[k - 1]]] !== code[column + rowOf[list[k]]];
  }

  function record(f: number, from: number, k: number, count: number, missingLeft: number): void {
    best[bestAt.feature] = f;
    best[bestAt.cut] = k === from ? -1 : code[f * stride + rowOf[list[k - 1]]];
    best[bestAt.missingRight] = 1 - missingLeft;
    best[bestAt.leftCount] = count;
    best[bestAt.leftPresent] = k - from;
  }

  /** Cuts list[first … last] of [from, to); `count` rows with sum `s` lie left of the first. */
  function scan(
    f: number,
    from: number,
    to: number,
    first: number,
    last: number,
    start: number,
    missingLeft: number,
    s0: number,
  ): void {
    let s = s0;
    let count = start | 0;
    let criterion = best[CRITERION];
    const column = f * stride;
    for (let k = first | 0; k <= last; k = (k + 1) | 0) {
      const value = s * s * share[count];
      if (value > criterion && (k === from ? missingLeft === 1 : k < to && isCut(column, k))) {
        criterion = value;
        best[CRITERION] = value;
        record(f, from, k, count, missingLeft);
      }
      s += rho[list[k]];
      count = (count + 1) | 0;
    }
  }

  /** Children by row count alone: the interval is known without a walk. */
  function tryCounts(f: number, from: number, to: number, end: number, missingLeft: number): void {
    const minCount = rule[ruleAt.minCount];
    const missing = end - to;
    let s = 0;
    let count = 0;
    let first = from;
    if (missingLeft === 1) {
      for (let k = to; k < end; k++) s += rho[list[k]];
      count = missing;
    }
    const last = to - Math.max(minCount - (missingLeft === 1 ? 0 : missing), 0);
    for (; count < minCount && first < to; count++) s += rho[list[first++]];
    if (count >= minCount && first <= last) scan(f, from, to, first, last, count, missingLeft, s);
  }

  /** Children by counts of low and high rows and by size: the interval by walks from both ends. */
  function tryWalks(f: number, from: number, to: number, end: number, missingLeft: number): void {
    const minCount = rule[ruleAt.minCount];
    const minLow = rule[ruleAt.minLow];
    const minSize = rule[ruleAt.minSize];
    let last = to;
    let count = 0;
    let low = 0;
    let sz = 0;
    let szz = 0;
    if (missingLeft === 0)
      for (let k = to; k < end; k++) {
        const zj = z[list[k]];
        count = (count + 1) | 0;
        low = (low + +(zj < 0)) | 0;
        sz += zj;
        szz += zj * zj;
      }
    while (!(low >= minLow && count - low >= minLow && count >= minCount && szz - (sz * sz) / count >= minSize)) {
      if (last === from) return;
      const zj = z[list[--last]];
      count = (count + 1) | 0;
      low = (low + +(zj < 0)) | 0;
      sz += zj;
      szz += zj * zj;
    }
    let first = from;
    let s = 0;
    count = 0;
    low = 0;
    sz = 0;
    szz = 0;
    if (missingLeft === 1)
      for (let k = to; k < end; k++) {
        const j = list[k];
        const zj = z[j];
        count = (count + 1) | 0;
        low = (low + +(zj < 0)) | 0;
        sz += zj;
        szz += zj * zj;
        s += rho[j];
      }
    while (!(low >= minLow && count - low >= minLow && count >= minCount && szz - (sz * sz) / count >= minSize)) {
      if (first === last) return;
      const j = list[first++];
      const zj = z[j];
      count = (count + 1) | 0;
      low = (low + +(zj < 0)) | 0;
      sz += zj;
      szz += zj * zj;
      s += rho[j];
    }
    scan(f, from, to, first, last, count, missingLeft, s);
  }

  return (f, from, present, end) => {
    const tryCuts = rule[ruleAt.minLow] === 0 && rule[ruleAt.minSize] === 0 ? tryCounts : tryWalks;
    if (from === present) return;
    tryCuts(f, from, present, end, 1);
    if (present < end) tryCuts(f, from, present, end, 0);
  };
}
