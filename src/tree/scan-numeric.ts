/**
 * The best cut of one numeric column at one node, without weights or penalty: the engine's innermost loops.
 *
 * Since Σρ = 0, the criterion (Σ_L ρ)²/n_L + (Σ_R ρ)²/n_R is S²(1/n_L + 1/n_R) with S the running sum from the left.
 * The admissible cuts are one interval (`split-target.ts`): walk in from the left until the left child is admissible,
 * from the right until the right child is, then scan between without any test but "better than the best so far".
 * Missing rows (last in the list) are tried on either side: they are simply where one child starts.
 * Cost: two gathers a row in the walks, one in the scan; ties and codes are looked at only for a new best.
 * `scan-weighted.ts` is its general twin; a test holds them together.
 */
import { type BestSplit, CRITERION, CUT, FEATURE, LEFT_COUNT, MISSING_RIGHT } from './best-split.js';
import { MIN_COUNT, MIN_LOW, MIN_SIZE, type SplitTarget } from './split-target.js';

/** Tries the cuts of column f; the node's rows are list[from … end), sorted, those from `present` on missing in f. */
export type NumericScan = (feature: number, from: number, present: number, end: number) => void;

export interface ScanInput {
  /** Sorted lists of local rows, one region a column. */
  readonly list: Int32Array;
  /** Row of each local row, and the codes (column by column, `stride` rows each). */
  readonly rowOf: Int32Array;
  readonly code: Int32Array;
  readonly stride: number;
  readonly target: SplitTarget;
  readonly best: BestSplit;
  readonly capacity: number;
}

export function makeNumericScan({ list, rowOf, code, stride, target, best, capacity }: ScanInput): NumericScan {
  const { rho, z, rule } = target;
  const { state } = best;
  const inverse = Float64Array.from({ length: capacity + 1 }, (_, k) => 1 / k);

  /** `left`, `right`: which rows [start, end) the child holds before any cut (the missing ones, or none). */
  function tryCuts(f: number, from: number, to: number, end: number, missingLeft: boolean): void {
    const minCount = rule[MIN_COUNT];
    const minLow = rule[MIN_LOW];
    const minSize = rule[MIN_SIZE];
    const total = end - from;
    let first = from;
    let count = 0;
    let s = 0;
    let last = to;
    if (missingLeft) for (let k = to; k < end; k++) s += rho[list[k]];
    if (minLow === 0 && minSize === 0) {
      count = missingLeft ? end - to : 0;
      for (; count < minCount; count++) {
        if (first === to) return;
        s += rho[list[first++]];
      }
      const rightCount = missingLeft ? 0 : end - to;
      if (rightCount < minCount) last = to - (minCount - rightCount);
    } else {
      let low = 0;
      let sz = 0;
      let szz = 0;
      if (missingLeft)
        for (let k = to; k < end; k++) {
          const zj = z[list[k]];
          count++;
          low += zj < 0 ? 1 : 0;
          sz += zj;
          szz += zj * zj;
        }
      while (!(low >= minLow && count - low >= minLow && count >= minCount && szz - (sz * sz) / count >= minSize)) {
        if (first === to) return;
        const j = list[first++];
        const zj = z[j];
        count++;
        low += zj < 0 ? 1 : 0;
        sz += zj;
        szz += zj * zj;
        s += rho[j];
      }
      let rightCount = 0;
      low = 0;
      sz = 0;
      szz = 0;
      if (!missingLeft)
        for (let k = to; k < end; k++) {
          const zj = z[list[k]];
          rightCount++;
          low += zj < 0 ? 1 : 0;
          sz += zj;
          szz += zj * zj;
        }
      while (
        !(
          low >= minLow &&
          rightCount - low >= minLow &&
          rightCount >= minCount &&
          szz - (sz * sz) / rightCount >= minSize
        )
      ) {
        if (last === first) return;
        const zj = z[list[--last]];
        rightCount++;
        low += zj < 0 ? 1 : 0;
        sz += zj;
        szz += zj * zj;
      }
    }
    let criterion = state[CRITERION];
    const column = f * stride;
    for (let k = first; k <= last; k++) {
      const value = s * s * (inverse[count] + inverse[total - count]);
      if (value > criterion) {
        const atCut =
          k === from ? missingLeft : k < to && code[column + rowOf[list[k - 1]]] !== code[column + rowOf[list[k]]];
        if (atCut) {
          criterion = value;
          state[FEATURE] = f;
          state[CUT] = k === from ? -1 : code[column + rowOf[list[k - 1]]];
          state[MISSING_RIGHT] = missingLeft ? 0 : 1;
          state[LEFT_COUNT] = count;
        }
      }
      s += rho[list[k]];
      count++;
    }
    state[CRITERION] = criterion;
  }

  return (f, from, present, end) => {
    if (present < end) {
      tryCuts(f, from, present, end, true);
      tryCuts(f, from, present, end, false);
    } else if (from < end) {
      tryCuts(f, from, end, end, true);
    }
  };
}
