/**
 * The best cut of one numeric column at one node, with sample weights and imbalance penalty: the general twin of
 * `scan-numeric.ts` (same cuts, same rules, criterion written out). Maximises
 *   (Σ_L qρ)²/Σ_L q + (Σ_R qρ)²/Σ_R q − penalty (1/size_L + 1/size_R),
 * where a child's size is its row count or its treatment variation (statistics: Athey, Tibshirani & Wager 2019, §2).
 * Cost: three gathers a row.
 */
import { CRITERION, CUT, FEATURE, LEFT_COUNT, MISSING_RIGHT } from './best-split.js';
import type { NumericScan, ScanInput } from './scan-numeric.js';
import { MIN_COUNT, MIN_LOW, MIN_SIZE } from './split-target.js';

/** Running totals of one child. */
const COUNT = 0;
const WEIGHT = 1;
const LOW = 2;
const Z = 3;
const ZZ = 4;
const RHO = 5;

export function makeWeightedScan(input: ScanInput, penalty: number): NumericScan {
  const { list, rowOf, code, stride, target, best } = input;
  const { rho, z, weight, rule } = target;
  const { state } = best;
  const byCount = target.penaltySize === 'count';
  const left = new Float64Array(6);
  const right = new Float64Array(6);

  function add(child: Float64Array, j: number, sign: number): void {
    const q = weight ? weight[j] : 1;
    child[COUNT] += sign;
    child[WEIGHT] += sign * q;
    child[LOW] += z[j] < 0 ? sign : 0;
    child[Z] += sign * q * z[j];
    child[ZZ] += sign * q * z[j] * z[j];
    child[RHO] += sign * rho[j];
  }

  const variation = (child: Float64Array) => child[ZZ] - (child[Z] * child[Z]) / child[WEIGHT];

  const admissible = (child: Float64Array) =>
    child[WEIGHT] > 0 &&
    child[COUNT] >= rule[MIN_COUNT] &&
    child[LOW] >= rule[MIN_LOW] &&
    child[COUNT] - child[LOW] >= rule[MIN_LOW] &&
    variation(child) >= rule[MIN_SIZE];

  const penaltyOf = (child: Float64Array) => penalty / (byCount ? child[COUNT] : variation(child));

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
      let value = left[RHO] ** 2 / left[WEIGHT] + right[RHO] ** 2 / right[WEIGHT];
      if (penalty > 0) value -= penaltyOf(left) + penaltyOf(right);
      if (value > state[CRITERION]) {
        const atCut =
          k === from ? missingLeft : k < to && code[column + rowOf[list[k - 1]]] !== code[column + rowOf[list[k]]];
        if (atCut) {
          state[CRITERION] = value;
          state[FEATURE] = f;
          state[CUT] = k === from ? -1 : code[column + rowOf[list[k - 1]]];
          state[MISSING_RIGHT] = missingLeft ? 0 : 1;
          state[LEFT_COUNT] = left[COUNT];
        }
      }
      if (k === last) break;
      add(left, list[k], 1);
      add(right, list[k], -1);
    }
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
