/**
 * Causal trees: ρᵢ = (Wᵢ − W̄)[(Yᵢ − Ȳ) − τ_P (Wᵢ − W̄)],  τ_P = Σq(W−W̄)(Y−Ȳ) / Σq(W−W̄)², the gradient of the node's
 * effect (Athey, Tibshirani & Wager 2019, §2.3). Each child keeps at least minNodeSize rows with W below the node's
 * mean and as many at or above it, and at least alpha of the node's treatment variation. Invariant: Σqρ = 0.
 * Carried sums: Σ q, Σ qW, Σ qY, Σ qWY, Σ qW².
 */
import type { SplitTarget } from './split-target.js';
import type { RULE, Workspace } from './workspace.js';

export function makeSlopeTarget(workspace: Workspace, ruleAt: typeof RULE): SplitTarget {
  const { list, y, w, q, z, rho, rule, sums } = workspace;
  /** Below this share of the root's Σ qW² the treatment does not vary: what is left is rounding of carried sums. */
  const NO_VARIATION = 1e-12;
  let weighted = false;
  let minNodeSize = 1;
  let alpha = 0;
  let leastVariation = 0;

  function sumPlain(from: number, to: number, at: number): void {
    let sumW = 0;
    let sumY = 0;
    let sumWY = 0;
    let sumWW = 0;
    for (let k = from; k < to; k++) {
      const j = list[k];
      const wj = w[j];
      const yj = y[j];
      sumW += wj;
      sumY += yj;
      sumWY += wj * yj;
      sumWW += wj * wj;
    }
    sums[at] = to - from;
    sums[at + 1] = sumW;
    sums[at + 2] = sumY;
    sums[at + 3] = sumWY;
    sums[at + 4] = sumWW;
  }

  function sumWeighted(from: number, to: number, at: number): void {
    for (let m = 0; m < 5; m++) sums[at + m] = 0;
    for (let k = from; k < to; k++) {
      const j = list[k];
      sums[at] += q[j];
      sums[at + 1] += q[j] * w[j];
      sums[at + 2] += q[j] * y[j];
      sums[at + 3] += q[j] * w[j] * y[j];
      sums[at + 4] += q[j] * w[j] * w[j];
    }
  }

  function relabelRows(from: number, to: number, meanW: number, meanY: number, slope: number): void {
    for (let k = from; k < to; k++) {
      const j = list[k];
      const zj = w[j] - meanW;
      z[j] = zj;
      rho[j] = zj * (y[j] - meanY - slope * zj);
    }
  }

  function countLow(from: number, to: number, meanW: number): number {
    let low = 0;
    for (let k = from; k < to; k++) low = (low + +(w[list[k]] - meanW < 0)) | 0;
    return low;
  }

  return {
    sumCount: 5,
    penaltySize: 'variation',
    load(rows, data, options) {
      const { outcome, treatment, weight } = data;
      weighted = weight !== null;
      minNodeSize = options.minNodeSize;
      alpha = options.alpha;
      rule[ruleAt.minCount] = 1;
      rule[ruleAt.minLow] = minNodeSize;
      for (let j = 0; j < rows.length; j++) {
        y[j] = outcome[rows[j]];
        w[j] = treatment[rows[j]];
      }
      if (weight) for (let j = 0; j < rows.length; j++) q[j] = weight[rows[j]];
      leastVariation = 0;
      for (let j = 0; j < rows.length; j++) leastVariation += NO_VARIATION * (weighted ? q[j] : 1) * w[j] * w[j];
    },
    sumRows(from, to, at) {
      if (weighted) sumWeighted(from, to, at);
      else sumPlain(from, to, at);
    },
    relabel(from, to, at) {
      const total = sums[at];
      if (!(total > 0)) return false;
      const meanW = sums[at + 1] / total;
      const meanY = sums[at + 2] / total;
      const variation = sums[at + 4] - sums[at + 1] * meanW;
      if (!(variation > leastVariation)) return false;
      rule[ruleAt.minSize] = alpha * variation;
      relabelRows(from, to, meanW, meanY, (sums[at + 3] - sums[at + 1] * meanY) / variation);
      if (weighted) for (let k = from; k < to; k++) rho[list[k]] *= q[list[k]];
      return true;
    },
    splittable(from, to, at) {
      const count = to - from;
      if (count <= minNodeSize || count < 4 * minNodeSize || !(sums[at] > 0)) return false;
      const low = countLow(from, to, sums[at + 1] / sums[at]);
      return low >= 2 * minNodeSize && count - low >= 2 * minNodeSize;
    },
  };
}
