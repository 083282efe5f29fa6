/**
 * Propensity trees: splits are placed by the treatment alone, ρᵢ = Wᵢ − W̄, so the outcome is free to be averaged in the
 * leaves (Wager & Athey 2018, Procedure 2). Each child keeps at least minNodeSize treated and as many control rows, and
 * at least alpha of its parent's rows. Treatment is 0 or 1. Carried sums: Σ q, Σ qW.
 */
import type { SplitTarget } from './split-target.js';
import type { RULE, Workspace } from './workspace.js';

export function makeTreatmentTarget(workspace: Workspace, ruleAt: typeof RULE): SplitTarget {
  const { list, w, q, z, rho, rule, sums } = workspace;
  let minNodeSize = 1;
  let alpha = 0;

  return {
    sumCount: 2,
    penaltySize: 'count',
    load(rows, { treatment, weight }, options) {
      minNodeSize = options.minNodeSize;
      alpha = options.alpha;
      rule[ruleAt.minLow] = minNodeSize;
      rule[ruleAt.minSize] = 0;
      for (let j = 0; j < rows.length; j++) {
        w[j] = treatment[rows[j]];
        q[j] = weight ? weight[rows[j]] : 1;
        // Treated rows are high, control rows low, whatever the node's share of either.
        z[j] = w[j] - 0.5;
      }
    },
    sumRows(from, to, at) {
      let total = 0;
      let treated = 0;
      for (let k = from; k < to; k++) {
        total += q[list[k]];
        treated += q[list[k]] * w[list[k]];
      }
      sums[at] = total;
      sums[at + 1] = treated;
    },
    relabel(from, to, at) {
      if (!(sums[at] > 0)) return false;
      const mean = sums[at + 1] / sums[at];
      rule[ruleAt.minCount] = Math.max(Math.ceil(alpha * (to - from)), 1);
      for (let k = from; k < to; k++) rho[list[k]] = q[list[k]] * (w[list[k]] - mean);
      return true;
    },
    splittable(from, to) {
      let treated = 0;
      for (let k = from; k < to; k++) treated += w[list[k]];
      return treated >= 2 * minNodeSize && to - from - treated >= 2 * minNodeSize;
    },
  };
}
