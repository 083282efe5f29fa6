/**
 * Propensity trees: splits are placed by the treatment alone, ρᵢ = Wᵢ − W̄, so the outcome is free to be averaged in the
 * leaves (Wager & Athey 2018, Procedure 2). Each child keeps at least minNodeSize treated and as many control rows, and
 * at least alpha of its parent's rows. Carried sums: Σ q, Σ qW.
 */
import { MIN_COUNT, MIN_LOW, type SplitTarget } from './split-target.js';
import type { TreeOptions } from './tree-options.js';

export interface TreatmentData {
  /** 0 or 1. */
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
}

export function makeTreatmentTarget(data: TreatmentData, options: TreeOptions, capacity: number): SplitTarget {
  const weighted = data.weight !== null;
  const w = new Float64Array(capacity);
  const q = new Float64Array(weighted ? capacity : 0);
  const rho = new Float64Array(capacity);
  const z = new Float64Array(capacity);
  const rule = new Float64Array(3);
  rule[MIN_LOW] = options.minNodeSize;

  return {
    sumCount: 2,
    rho,
    z,
    weight: weighted ? q : null,
    rule,
    penaltySize: 'count',
    load(rows) {
      for (let j = 0; j < rows.length; j++) w[j] = data.treatment[rows[j]];
      if (data.weight) for (let j = 0; j < rows.length; j++) q[j] = data.weight[rows[j]];
    },
    sumRows(list, start, end, sums, at) {
      let total = 0;
      let treated = 0;
      for (let k = start; k < end; k++) {
        const weight = weighted ? q[list[k]] : 1;
        total += weight;
        treated += weight * w[list[k]];
      }
      sums[at] = total;
      sums[at + 1] = treated;
    },
    relabel(list, start, end, sums, at) {
      if (!(sums[at] > 0)) return false;
      const mean = sums[at + 1] / sums[at];
      rule[MIN_COUNT] = Math.max(Math.ceil(options.alpha * (end - start)), 1);
      for (let k = start; k < end; k++) {
        const j = list[k];
        // Treated rows are high, control rows low, whatever the node's share of either.
        z[j] = w[j] - 0.5;
        rho[j] = (weighted ? q[j] : 1) * (w[j] - mean);
      }
      return true;
    },
    splittable(list, start, end) {
      let treated = 0;
      for (let k = start; k < end; k++) treated += w[list[k]];
      return treated >= 2 * options.minNodeSize && end - start - treated >= 2 * options.minNodeSize;
    },
  };
}
