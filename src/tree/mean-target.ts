/**
 * Regression trees: ρᵢ = Yᵢ − Ȳ. A child keeps at least max(⌈alpha · n⌉, 1) of its parent's n rows; minNodeSize only
 * stops nodes (Athey, Tibshirani & Wager 2019, §2; the honest regression forest of Wager & Athey 2018).
 * Carried sums: Σ q, Σ qY.
 */
import { MIN_COUNT, type SplitTarget } from './split-target.js';
import type { TreeOptions } from './tree-options.js';

export interface MeanData {
  readonly outcome: Float64Array;
  readonly weight: Float64Array | null;
}

export function makeMeanTarget(data: MeanData, options: TreeOptions, capacity: number): SplitTarget {
  const weighted = data.weight !== null;
  const y = new Float64Array(capacity);
  const q = new Float64Array(weighted ? capacity : 0);
  const rho = new Float64Array(capacity);
  const z = new Float64Array(capacity);
  const rule = new Float64Array(3);
  const minChild = (count: number) => Math.max(Math.ceil(options.alpha * count), 1);

  return {
    sumCount: 2,
    rho,
    z,
    weight: weighted ? q : null,
    rule,
    penaltySize: 'count',
    load(rows) {
      for (let j = 0; j < rows.length; j++) y[j] = data.outcome[rows[j]];
      if (data.weight) for (let j = 0; j < rows.length; j++) q[j] = data.weight[rows[j]];
    },
    sumRows(list, start, end, sums, at) {
      let total = 0;
      let weightedTotal = 0;
      for (let k = start; k < end; k++) {
        const j = list[k];
        const weight = weighted ? q[j] : 1;
        total += weight;
        weightedTotal += weight * y[j];
      }
      sums[at] = total;
      sums[at + 1] = weightedTotal;
    },
    relabel(list, start, end, sums, at) {
      if (!(sums[at] > 0)) return false;
      const mean = sums[at + 1] / sums[at];
      rule[MIN_COUNT] = minChild(end - start);
      if (weighted) for (let k = start; k < end; k++) rho[list[k]] = q[list[k]] * (y[list[k]] - mean);
      else for (let k = start; k < end; k++) rho[list[k]] = y[list[k]] - mean;
      return true;
    },
    splittable: (_, start, end) => end - start > options.minNodeSize && end - start >= 2 * minChild(end - start),
  };
}
