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
import type { ScanSettings } from './scan-weighted.js';
import type { BEST, RULE, Workspace } from './workspace.js';

/** Tries the groupings of column f, which has `levels` levels: the node's rows are list[from … end). */
export type CategoryScan = (feature: number, levels: number, from: number, end: number) => void;

export function makeCategoryScan(
  workspace: Workspace,
  ruleAt: typeof RULE,
  bestAt: typeof BEST,
  settings: Readonly<ScanSettings>,
): CategoryScan {
  const { list, rowOf, code, rho, z, q, rule, best, leftLevels, randomHalf, capacity } = workspace;
  const stride = capacity.rows;
  /** Where 0.64 (L − 1) meets what a number reaches. */
  const MANY_LEVELS = 6;
  const slots = capacity.levels + 1;
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

  /** Adds the rows up by level; returns how many levels occur. */
  function collect(f: number, missing: number, from: number, end: number): number {
    const column = f * stride;
    let levels = 0;
    for (let k = from; k < end; k++) {
      const j = list[k];
      const given = code[column + rowOf[j]];
      const level = given < 0 ? missing : given;
      const weight = settings.weighted ? q[j] : 1;
      if (count[level]++ === 0) seen[levels++] = level;
      low[level] += z[j] < 0 ? 1 : 0;
      sumWeight[level] += weight;
      sumZ[level] += weight * z[j];
      sumZZ[level] += weight * z[j] * z[j];
      if (randomHalf[j] === 0) {
        orderRho[level] += rho[j];
        orderWeight[level] += weight;
      } else {
        judgeRho[level] += rho[j];
        judgeWeight[level] += weight;
      }
    }
    return levels;
  }

  /** Shell sort of seen[0 … size) by mean, ties by level (gaps of Ciura 2001). */
  function sortLevels(size: number): void {
    for (const gap of [701, 301, 132, 57, 23, 10, 4, 1])
      for (let k = gap; k < size; k++) {
        const level = seen[k];
        let hole = k;
        while (hole >= gap) {
          const before = seen[hole - gap];
          if (mean[before] < mean[level] || (mean[before] === mean[level] && before < level)) break;
          seen[hole] = before;
          hole -= gap;
        }
        seen[hole] = level;
      }
  }

  function forget(levels: number): void {
    for (let k = 0; k < levels; k++) {
      const level = seen[k];
      count[level] = low[level] = 0;
      sumWeight[level] = sumZ[level] = sumZZ[level] = 0;
      orderRho[level] = orderWeight[level] = judgeRho[level] = judgeWeight[level] = 0;
    }
  }

  /** The winning grouping: levels order[0 … cut] go left; `missing` is the level of missing values. */
  function record(
    f: number,
    missing: number,
    order: Int32Array,
    cut: number,
    count: number,
    total: number,
    value: number,
  ): void {
    const unseenLeft = 2 * count > total;
    leftLevels.fill(unseenLeft ? -1 : 0, 0, (missing + 31) >>> 5);
    best[bestAt.missingRight] = 0;
    for (let k = 0; k < order.length; k++) {
      const level = order[k];
      if (level === missing) best[bestAt.missingRight] = k > cut ? 1 : 0;
      else if (k > cut) leftLevels[level >>> 5] &= ~(1 << (level & 31));
      else leftLevels[level >>> 5] |= 1 << (level & 31);
    }
    best[bestAt.criterion] = value;
    best[bestAt.feature] = f;
    best[bestAt.cut] = 0;
    best[bestAt.leftCount] = count;
  }

  /** Σqz² − (Σqz)²/Σq, or 0 where that is rounding. */
  function variation(weight: number, sz: number, szz: number): number {
    const value = szz - (sz * sz) / weight;
    return value > 1e-12 * szz ? value : 0;
  }

  const size = (n: number, weight: number, sz: number, szz: number) =>
    settings.penaltyBy === 'count' ? n : variation(weight, sz, szz);

  function tryCuts(f: number, missing: number, order: Int32Array, total: number): void {
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
    let weight = 0;
    let nLow = 0;
    let sz = 0;
    let szz = 0;
    let s = 0;
    let judge = 0;
    for (let k = 0; k < order.length - 1; k++) {
      const level = order[k];
      n += count[level];
      weight += sumWeight[level];
      nLow += low[level];
      sz += sumZ[level];
      szz += sumZZ[level];
      s += judgeRho[level];
      judge += judgeWeight[level];
      if (!(judge > 0) || !(allJudge - judge > 0)) continue;
      if (!admissible(n, nLow, weight, sz, szz)) continue;
      if (!admissible(total - n, allLow - nLow, allWeight - weight, allZ - sz, allZZ - szz)) continue;
      const rest = allRho - s;
      let value = (s * s) / judge + (rest * rest) / (allJudge - judge) - (allRho * allRho) / allJudge;
      if (settings.penalty > 0)
        value -=
          settings.penalty / size(n, weight, sz, szz) +
          settings.penalty / size(total - n, allWeight - weight, allZ - sz, allZZ - szz);
      if (value > best[bestAt.criterion]) record(f, missing, order, k, n, total, value);
    }
  }

  const admissible = (n: number, nLow: number, weight: number, sz: number, szz: number) =>
    weight > 0 &&
    n >= rule[ruleAt.minCount] &&
    nLow >= rule[ruleAt.minLow] &&
    n - nLow >= rule[ruleAt.minLow] &&
    variation(weight, sz, szz) >= rule[ruleAt.minSize];

  return (f, levels, from, end) => {
    const seenCount = collect(f, levels, from, end);
    const order = seen.subarray(0, seenCount);
    for (const level of order) {
      if (seenCount <= MANY_LEVELS) {
        orderRho[level] += judgeRho[level];
        orderWeight[level] += judgeWeight[level];
        judgeRho[level] = orderRho[level];
        judgeWeight[level] = orderWeight[level];
      }
      mean[level] = orderWeight[level] > 0 ? orderRho[level] / orderWeight[level] : 0;
    }
    sortLevels(seenCount);
    tryCuts(f, levels, order, end - from);
    forget(seenCount);
  };
}
