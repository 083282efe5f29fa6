/**
 * Survival trees: ρᵢ = δᵢ − Λ̂_P(Uᵢ), the martingale residuals of the node, with Nelson and Aalen's cumulative hazard
 *   Λ̂_P(t) = Σ_{s≤t} Σqδ1{U = s} / Σq1{U ≥ s}.
 * Σρ over a child is its observed less its expected events, the numerator of the log-rank statistic against its sibling,
 * so a split by squares of these sums is a log-rank split up to the variance in the denominator (Therneau, Grambsch &
 * Fleming 1990; LeBlanc & Crowley 1995; Keles & Segal 2002). Children keep at least alpha of their parent's rows.
 *
 * `outcome` holds the place of each row's time: a whole number, 0 … timeCount − 1, 0 before the first time; events have a
 * place of at least 1. `treatment` holds δ. Invariant: Σqρ = 0. Carried sums: Σ q.
 */
import type { Draws, Grower, Problem } from './frames.js';
import { toInt } from './portable.js';
import { leastRows } from './target-mean.js';

export function loadHazard(g: Grower, p: Problem, d: Draws): void {
  const { y, w, q, z, rowOf } = g;
  const { outcome, treatment } = p;
  const { growCount } = d;
  g.sumCount = 1;
  g.minLow = 0;
  g.minSize = 0;
  for (let j: i32 = 0; j < growCount; j++) {
    y[j] = outcome[rowOf[j]];
    w[j] = treatment[rowOf[j]];
    z[j] = 0;
    q[j] = p.weighted !== 0 ? p.weight[rowOf[j]] : 1;
  }
}

export function sumHazard(g: Grower, from: i32, to: i32, at: i32): void {
  const { list, q, sums } = g;
  let total: f64 = 0;
  for (let k: i32 = from; k < to; k++) total += q[list[k]];
  sums[at] = total;
}

export function relabelHazard(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, y, w, q, rho, hazard, sums, timeCount } = g;
  if (!(sums[at] > 0)) return false;
  g.minCount = leastRows(p, to - from);
  // Events by time, and behind them all rows by time.
  for (let t: i32 = 0; t < 2 * timeCount; t++) hazard[t] = 0;
  let events: f64 = 0;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    const t: i32 = toInt(y[j]);
    const weight: f64 = q[j];
    hazard[t] += weight * w[j];
    hazard[timeCount + t] += weight;
    events += weight * w[j];
  }
  if (!(events > 0)) return false;
  let atRisk: f64 = 0;
  for (let t: i32 = timeCount - 1; t >= 0; t--) {
    atRisk += hazard[timeCount + t];
    if (hazard[t] > 0) hazard[t] /= atRisk;
  }
  for (let t: i32 = 1; t < timeCount; t++) hazard[t] += hazard[t - 1];
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    rho[j] = q[j] * (w[j] - hazard[toInt(y[j])]);
  }
  return true;
}
