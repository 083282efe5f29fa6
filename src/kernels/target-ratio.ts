/**
 * Trees for a ratio of two moments: ρᵢ = Wᵢ(Yᵢ − τ_P Wᵢ),  τ_P = ΣqWY / ΣqW², the gradient of the node's ratio τ of the
 * numerator WY and the denominator W² (Athey, Tibshirani & Wager 2019, §2.3; Cui et al. 2023, §3.1). Unlike
 * `target-slope.ts` there is no intercept: Y and W are scores whose mean is 0 everywhere if their nuisances are right.
 * Children keep the same rows and variation of W as there. Invariant: Σqρ = 0.
 * Carried sums: as for a slope.
 */
import type { Grower, Problem } from './frames.js';

export function relabelRatio(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, y, w, q, z, rho, sums } = g;
  const total: f64 = sums[at];
  if (!(total > 0)) return false;
  const meanW: f64 = sums[at + 1] / total;
  const variation: f64 = sums[at + 4] - sums[at + 1] * meanW;
  if (!(variation > g.leastVariation)) return false;
  const ratio: f64 = sums[at + 3] / sums[at + 4];
  g.minSize = p.alpha * variation;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    const wj: f64 = w[j];
    const zj: f64 = wj - meanW;
    z[j] = zj;
    rho[j] = wj * (y[j] - ratio * wj);
  }
  if (p.weighted !== 0) for (let k: i32 = from; k < to; k++) rho[list[k]] *= q[list[k]];
  return true;
}
