/**
 * Regression trees: ρᵢ = Yᵢ − Ȳ. A child keeps at least max(⌈alpha · n⌉, 1) of its parent's n rows; minNodeSize only
 * stops nodes (Athey, Tibshirani & Wager 2019, §2; the honest regression forest of Wager & Athey 2018).
 * Carried sums: Σ q, Σ qY.
 */
import type { SplitTarget } from './split-target.js';
import type { RULE, Workspace } from './workspace.js';

export function makeMeanTarget(workspace: Workspace, ruleAt: typeof RULE): SplitTarget {
  const { list, y, q, z, rho, rule, sums } = workspace;
  let weighted = false;
  let minNodeSize = 1;
  let alpha = 0;

  function sumWeighted(from: number, to: number, at: number): void {
    let total = 0;
    let sumY = 0;
    for (let k = from; k < to; k++) {
      const j = list[k];
      total += q[j];
      sumY += q[j] * y[j];
    }
    sums[at] = total;
    sums[at + 1] = sumY;
  }

  function sumPlain(from: number, to: number, at: number): void {
    let sumY = 0;
    for (let k = from; k < to; k++) sumY += y[list[k]];
    sums[at] = to - from;
    sums[at + 1] = sumY;
  }

  function relabelRows(from: number, to: number, mean: number): void {
    for (let k = from; k < to; k++) {
      const j = list[k];
      rho[j] = y[j] - mean;
    }
  }

  return {
    sumCount: 2,
    penaltySize: 'count',
    load(rows, data, options) {
      const { outcome, weight } = data;
      weighted = weight !== null;
      minNodeSize = options.minNodeSize;
      alpha = options.alpha;
      rule[ruleAt.minLow] = rule[ruleAt.minSize] = 0;
      for (let j = 0; j < rows.length; j++) {
        y[j] = outcome[rows[j]];
        z[j] = 0;
      }
      if (weight) for (let j = 0; j < rows.length; j++) q[j] = weight[rows[j]];
    },
    sumRows(from, to, at) {
      if (weighted) sumWeighted(from, to, at);
      else sumPlain(from, to, at);
    },
    relabel(from, to, at) {
      if (!(sums[at] > 0)) return false;
      rule[ruleAt.minCount] = Math.max(Math.ceil(alpha * (to - from)), 1);
      relabelRows(from, to, sums[at + 1] / sums[at]);
      if (weighted) for (let k = from; k < to; k++) rho[list[k]] *= q[list[k]];
      return true;
    },
    splittable(from, to) {
      const count = to - from;
      return count > minNodeSize && count >= 2 * Math.max(Math.ceil(alpha * count), 1);
    },
  };
}
