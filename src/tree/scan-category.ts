/**
 * The best two-way grouping of a category's levels at one node: order the levels by their mean pseudo-outcome and try
 * the cuts of that order. For a sum of squared means the best of all groupings is among these (Fisher 1958;
 * Breiman et al. 1984, §4.2). "Missing" counts as one more level.
 *
 * With many levels that order fits noise: under no effect the best grouping of L levels reaches about 0.64 (L − 1)
 * residual variances, while the best cut of a number reaches about 8 whatever the sample. So above MANY_LEVELS levels in
 * the node, one half of its rows orders the levels and the other half judges the cuts: the criterion is then on the
 * same scale as that of a number, and a category without signal wins no more often than one.
 * Levels that the node has not seen go with its larger child. Cost: O(rows + L log L).
 */
import { CRITERION, CUT, FEATURE, LEFT_COUNT, MISSING_RIGHT } from './best-split.js';
import { setWords } from './packed-trees.js';
import type { ScanInput } from './scan-numeric.js';
import { MIN_COUNT, MIN_LOW, MIN_SIZE } from './split-target.js';

/** Where 0.64 (L − 1) meets what a number reaches. */
export const MANY_LEVELS = 12;

export type CategoryScan = (feature: number, rows: Int32Array, start: number, end: number) => void;

export function makeCategoryScan(
  input: ScanInput,
  maxLevels: number,
  levelCount: Int32Array,
  penalty: number,
): CategoryScan {
  const { rowOf, code, stride, target, best } = input;
  const { rho, z, weight, rule } = target;
  const { state, leftWords } = best;
  const slots = maxLevels + 1;
  const count = new Int32Array(slots);
  const low = new Int32Array(slots);
  const sumWeight = new Float64Array(slots);
  const sumZ = new Float64Array(slots);
  const sumZZ = new Float64Array(slots);
  /** Sums that order the levels, and sums that judge the cuts (the same where levels are few). */
  const orderRho = new Float64Array(slots);
  const orderWeight = new Float64Array(slots);
  const judgeRho = new Float64Array(slots);
  const judgeWeight = new Float64Array(slots);
  const mean = new Float64Array(slots);
  const seen = new Int32Array(slots);

  /** Adds the rows up by level; returns how many levels occur. Local rows are numbered in random order: parity halves them. */
  function collect(f: number, rows: Int32Array, start: number, end: number): number {
    const column = f * stride;
    const missing = levelCount[f];
    let levels = 0;
    for (let k = start; k < end; k++) {
      const j = rows[k];
      const given = code[column + rowOf[j]];
      const level = given < 0 ? missing : given;
      const q = weight ? weight[j] : 1;
      if (count[level]++ === 0) seen[levels++] = level;
      low[level] += z[j] < 0 ? 1 : 0;
      sumWeight[level] += q;
      sumZ[level] += q * z[j];
      sumZZ[level] += q * z[j] * z[j];
      if ((j & 1) === 0) {
        orderRho[level] += rho[j];
        orderWeight[level] += q;
      } else {
        judgeRho[level] += rho[j];
        judgeWeight[level] += q;
      }
    }
    return levels;
  }

  function forget(levels: number): void {
    for (let k = 0; k < levels; k++) {
      const level = seen[k];
      count[level] = low[level] = 0;
      sumWeight[level] = sumZ[level] = sumZZ[level] = 0;
      orderRho[level] = orderWeight[level] = judgeRho[level] = judgeWeight[level] = 0;
    }
  }

  /** The winning grouping: levels order[0 … cut] go left. */
  function record(f: number, order: Int32Array, cut: number, leftCount: number, total: number, value: number): void {
    const largerLeft = 2 * leftCount > total;
    const words = setWords(levelCount[f]);
    const missing = levelCount[f];
    leftWords.fill(largerLeft ? -1 : 0, 0, words);
    state[MISSING_RIGHT] = 0;
    order.forEach((level, k) => {
      if (level === missing) state[MISSING_RIGHT] = k > cut ? 1 : 0;
      else if (k > cut) leftWords[level >>> 5] &= ~(1 << (level & 31));
      else leftWords[level >>> 5] |= 1 << (level & 31);
    });
    state[CRITERION] = value;
    state[FEATURE] = f;
    state[CUT] = 0;
    state[LEFT_COUNT] = leftCount;
  }

  const size = (n: number, q: number, sz: number, szz: number) =>
    target.penaltySize === 'count' ? n : szz - (sz * sz) / q;

  function tryCuts(f: number, order: Int32Array, total: number): void {
    let allWeight = 0;
    let allLow = 0;
    let allZ = 0;
    let allZZ = 0;
    let allRho = 0;
    let allJudge = 0;
    for (const level of order) {
      allWeight += sumWeight[level];
      allLow += low[level];
      allZ += sumZ[level];
      allZZ += sumZZ[level];
      allRho += judgeRho[level];
      allJudge += judgeWeight[level];
    }
    let n = 0;
    let q = 0;
    let nLow = 0;
    let sz = 0;
    let szz = 0;
    let s = 0;
    let judge = 0;
    for (let k = 0; k < order.length - 1; k++) {
      const level = order[k];
      n += count[level];
      q += sumWeight[level];
      nLow += low[level];
      sz += sumZ[level];
      szz += sumZZ[level];
      s += judgeRho[level];
      judge += judgeWeight[level];
      if (!(judge > 0) || !(allJudge - judge > 0)) continue;
      if (!admissible(n, nLow, q, sz, szz)) continue;
      if (!admissible(total - n, allLow - nLow, allWeight - q, allZ - sz, allZZ - szz)) continue;
      let value = (s * s) / judge + (allRho - s) ** 2 / (allJudge - judge) - (allRho * allRho) / allJudge;
      if (penalty > 0)
        value -= penalty / size(n, q, sz, szz) + penalty / size(total - n, allWeight - q, allZ - sz, allZZ - szz);
      if (value > state[CRITERION]) record(f, order, k, n, total, value);
    }
  }

  const admissible = (n: number, nLow: number, q: number, sz: number, szz: number) =>
    q > 0 &&
    n >= rule[MIN_COUNT] &&
    nLow >= rule[MIN_LOW] &&
    n - nLow >= rule[MIN_LOW] &&
    szz - (sz * sz) / q >= rule[MIN_SIZE];

  return (f, rows, start, end) => {
    const levels = collect(f, rows, start, end);
    const order = seen.subarray(0, levels);
    for (const level of order) {
      if (levels <= MANY_LEVELS) {
        orderRho[level] += judgeRho[level];
        orderWeight[level] += judgeWeight[level];
        judgeRho[level] = orderRho[level];
        judgeWeight[level] = orderWeight[level];
      }
      mean[level] = orderWeight[level] > 0 ? orderRho[level] / orderWeight[level] : 0;
    }
    order.sort((a, b) => mean[a] - mean[b] || a - b);
    tryCuts(f, order, end - start);
    forget(levels);
  };
}
