/**
 * The best cut of one numeric column at one node, with sample weights and imbalance penalty: the general twin of
 * `scan-numeric.ts` (same cuts, same rules, criterion written out). Maximises
 *   (Σ_L qρ)²/Σ_L q + (Σ_R qρ)²/Σ_R q − penalty (1/size_L + 1/size_R),
 * where a child's size is its row count or its treatment variation (statistics: Athey, Tibshirani & Wager 2019, §2).
 * Cost: three gathers a row.
 */
import type { NumericScan } from './scan-numeric.js';
import type { BEST, RULE, Workspace } from './workspace.js';

/** How the general scans weigh a forest's splits. */
export interface ScanSettings {
  weighted: boolean;
  penalty: number;
  penaltyBy: 'count' | 'variation';
}

export function makeWeightedScan(
  workspace: Workspace,
  ruleAt: typeof RULE,
  bestAt: typeof BEST,
  settings: Readonly<ScanSettings>,
): NumericScan {
  const { list, rowOf, code, rho, z, q, rule, best, capacity } = workspace;
  const stride = capacity.rows;
  /** Running totals of one child: rows, weight, low rows, Σqz, Σqz², Σqρ. */
  const COUNT = 0;
  const WEIGHT = 1;
  const LOW = 2;
  const Z = 3;
  const ZZ = 4;
  const RHO = 5;
  const left = new Float64Array(6);
  const right = new Float64Array(6);

  function add(child: Float64Array, j: number, sign: number): void {
    const weight = settings.weighted ? q[j] : 1;
    child[COUNT] += sign;
    child[WEIGHT] += sign * weight;
    child[LOW] += z[j] < 0 ? sign : 0;
    child[Z] += sign * weight * z[j];
    child[ZZ] += sign * weight * z[j] * z[j];
    child[RHO] += sign * rho[j];
  }

  /** Σqz² − (Σqz)²/Σq, or 0 where that is rounding. */
  function variation(child: Float64Array): number {
    const value = child[ZZ] - (child[Z] * child[Z]) / child[WEIGHT];
    return value > 1e-12 * child[ZZ] ? value : 0;
  }

  const admissible = (child: Float64Array) =>
    child[WEIGHT] > 0 &&
    child[COUNT] >= rule[ruleAt.minCount] &&
    child[LOW] >= rule[ruleAt.minLow] &&
    child[COUNT] - child[LOW] >= rule[ruleAt.minLow] &&
    variation(child) >= rule[ruleAt.minSize];

  const penaltyOf = (child: Float64Array) =>
    settings.penalty / (settings.penaltyBy === 'count' ? child[COUNT] : variation(child));

  function tryCuts(f: number, from: number, to: number, end: number, missingLeft: boolean): void {
    left.fill(0);
    right.fill(0);
    for (let k = to; k < end; k++) add(missingLeft ? left : right, list[k], 1);
    let first = from;
    while (!admissible(left)) {
      if (first === to) return;
      add(left, list[first++], 1);
    }
    let last = to;
    while (!admissible(right)) {
      if (last === first) return;
      add(right, list[--last], 1);
    }
    for (let k = first; k < last; k++) add(right, list[k], 1);
    const column = f * stride;
    for (let k = first; k <= last; k++) {
      let value = (left[RHO] * left[RHO]) / left[WEIGHT] + (right[RHO] * right[RHO]) / right[WEIGHT];
      if (settings.penalty > 0) value -= penaltyOf(left) + penaltyOf(right);
      const isCut = () =>
        k === from ? missingLeft : k < to && code[column + rowOf[list[k - 1]]] !== code[column + rowOf[list[k]]];
      if (value > best[bestAt.criterion] && isCut()) {
        best[bestAt.criterion] = value;
        best[bestAt.feature] = f;
        best[bestAt.cut] = k === from ? -1 : code[column + rowOf[list[k - 1]]];
        best[bestAt.missingRight] = missingLeft ? 0 : 1;
        best[bestAt.leftCount] = left[COUNT];
        best[bestAt.leftPresent] = k - from;
      }
      if (k === last) break;
      add(left, list[k], 1);
      add(right, list[k], -1);
    }
  }

  return (f, from, present, end) => {
    if (from === present) return;
    tryCuts(f, from, present, end, true);
    if (present < end) tryCuts(f, from, present, end, false);
  };
}
