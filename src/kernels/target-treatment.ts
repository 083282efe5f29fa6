/**
 * Propensity trees: splits are placed by the treatment alone, ρᵢ = Wᵢ − W̄, so the outcome is free to be averaged in the
 * leaves (Wager & Athey 2018, Procedure 2). Each child keeps at least minNodeSize treated and as many control rows, and
 * at least alpha of its parent's rows. Treatment is 0 or 1. Carried sums: Σ q, Σ qW.
 */
import type { Draws, Grower, Problem } from './frames.js';
import { leastRows } from './target-mean.js';

export function loadTreatment(g: Grower, p: Problem, d: Draws): void {
  const { w, q, z, rowOf } = g;
  const { growCount } = d;
  g.sumCount = 2;
  g.minLow = p.minNodeSize;
  g.minSize = 0;
  for (let j: i32 = 0; j < growCount; j++) {
    w[j] = p.treatment[rowOf[j]];
    q[j] = p.weighted !== 0 ? p.weight[rowOf[j]] : 1;
    // Treated rows are high, control rows low, whatever the node's share of either.
    z[j] = w[j] - 0.5;
  }
}

export function sumTreatment(g: Grower, from: i32, to: i32, at: i32): void {
  const { list, w, q, sums } = g;
  let total: f64 = 0;
  let treated: f64 = 0;
  for (let k: i32 = from; k < to; k++) {
    total += q[list[k]];
    treated += q[list[k]] * w[list[k]];
  }
  sums[at] = total;
  sums[at + 1] = treated;
}

export function relabelTreatment(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, w, q, rho, sums } = g;
  if (!(sums[at] > 0)) return false;
  const mean: f64 = sums[at + 1] / sums[at];
  g.minCount = leastRows(p, to - from);
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    rho[j] = q[j] * (w[j] - mean);
  }
  return true;
}

export function splittableTreatment(g: Grower, p: Problem, from: i32, to: i32): bool {
  const { list, w } = g;
  let treated: f64 = 0;
  for (let k: i32 = from; k < to; k++) treated += w[list[k]];
  return treated >= 2 * p.minNodeSize && to - from - treated >= 2 * p.minNodeSize;
}
