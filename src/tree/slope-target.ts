/**
 * Causal trees: ρᵢ = (Wᵢ − W̄)[(Yᵢ − Ȳ) − τ_P (Wᵢ − W̄)],  τ_P = Σq(W−W̄)(Y−Ȳ) / Σq(W−W̄)², the gradient of the node's
 * effect (Athey, Tibshirani & Wager 2019, §2.3). Each child keeps at least minNodeSize rows with W below the node's
 * mean and as many at or above it, and at least alpha of the node's treatment variation. Invariant: Σρ = 0.
 * Carried sums: Σ q, Σ qW, Σ qY, Σ qWY, Σ qW².
 */
import { MIN_COUNT, MIN_LOW, MIN_SIZE, type SplitTarget } from './split-target.js';
import type { TreeOptions } from './tree-options.js';

export interface SlopeData {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
}

/** Below this share of Σ qW² the treatment does not vary: what is left is rounding of sums of up to 10⁸ terms. */
const NO_VARIATION = 1e-12;

export function makeSlopeTarget(data: SlopeData, options: TreeOptions, capacity: number): SplitTarget {
  const weighted = data.weight !== null;
  const y = new Float64Array(capacity);
  const w = new Float64Array(capacity);
  const q = new Float64Array(weighted ? capacity : 0);
  const rho = new Float64Array(capacity);
  const z = new Float64Array(capacity);
  const rule = new Float64Array(3);
  rule[MIN_COUNT] = 1;
  rule[MIN_LOW] = options.minNodeSize;

  return {
    sumCount: 5,
    rho,
    z,
    weight: weighted ? q : null,
    rule,
    penaltySize: 'variation',
    load(rows) {
      for (let j = 0; j < rows.length; j++) {
        y[j] = data.outcome[rows[j]];
        w[j] = data.treatment[rows[j]];
      }
      if (data.weight) for (let j = 0; j < rows.length; j++) q[j] = data.weight[rows[j]];
    },
    sumRows(list, start, end, sums, at) {
      let total = 0;
      let sumW = 0;
      let sumY = 0;
      let sumWY = 0;
      let sumWW = 0;
      for (let k = start; k < end; k++) {
        const j = list[k];
        const wj = w[j];
        const yj = y[j];
        const weight = weighted ? q[j] : 1;
        total += weight;
        sumW += weight * wj;
        sumY += weight * yj;
        sumWY += weight * wj * yj;
        sumWW += weight * wj * wj;
      }
      sums[at] = total;
      sums[at + 1] = sumW;
      sums[at + 2] = sumY;
      sums[at + 3] = sumWY;
      sums[at + 4] = sumWW;
    },
    relabel(list, start, end, sums, at) {
      const total = sums[at];
      if (!(total > 0)) return false;
      const meanW = sums[at + 1] / total;
      const meanY = sums[at + 2] / total;
      const variation = sums[at + 4] - sums[at + 1] * meanW;
      if (!(variation > NO_VARIATION * sums[at + 4])) return false;
      const slope = (sums[at + 3] - sums[at + 1] * meanY) / variation;
      rule[MIN_SIZE] = options.alpha * variation;
      for (let k = start; k < end; k++) {
        const j = list[k];
        const zj = w[j] - meanW;
        z[j] = zj;
        rho[j] = (weighted ? q[j] : 1) * zj * (y[j] - meanY - slope * zj);
      }
      return true;
    },
    splittable(list, start, end, sums, at) {
      const count = end - start;
      const minLow = options.minNodeSize;
      if (count <= minLow || count < 4 * minLow || !(sums[at] > 0)) return false;
      const meanW = sums[at + 1] / sums[at];
      let low = 0;
      for (let k = start; k < end; k++) low += w[list[k]] - meanW < 0 ? 1 : 0;
      return low >= 2 * minLow && count - low >= 2 * minLow;
    },
  };
}
