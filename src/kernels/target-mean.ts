/**
 * Regression trees: ρᵢ = Yᵢ − Ȳ. A child keeps at least max(⌈alpha · n⌉, 1) of its parent's n rows; minNodeSize only
 * stops nodes (Athey, Tibshirani & Wager 2019, §2; the honest regression forest of Wager & Athey 2018).
 * Carried sums: Σ q, Σ qY.
 */
import type { Draws, Grower, Problem } from './frames.js';
import { ceiling } from './portable.js';

export function loadMean(g: Grower, p: Problem, d: Draws): void {
  const { y, q, z, rowOf } = g;
  const { growCount } = d;
  g.sumCount = 2;
  g.minLow = 0;
  g.minSize = 0;
  for (let j: i32 = 0; j < growCount; j++) {
    y[j] = p.outcome[rowOf[j]];
    z[j] = 0;
  }
  if (p.weighted !== 0) for (let j: i32 = 0; j < growCount; j++) q[j] = p.weight[rowOf[j]];
}

export function sumMean(g: Grower, p: Problem, from: i32, to: i32, at: i32): void {
  const { list, y, q, sums } = g;
  let total: f64 = to - from;
  let sumY: f64 = 0;
  if (p.weighted !== 0) {
    total = 0;
    for (let k: i32 = from; k < to; k++) {
      const j: i32 = list[k];
      total += q[j];
      sumY += q[j] * y[j];
    }
  } else for (let k: i32 = from; k < to; k++) sumY += y[list[k]];
  sums[at] = total;
  sums[at + 1] = sumY;
}

export function relabelMean(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, y, q, rho, sums } = g;
  if (!(sums[at] > 0)) return false;
  g.minCount = leastRows(p, to - from);
  const mean: f64 = sums[at + 1] / sums[at];
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    rho[j] = y[j] - mean;
  }
  if (p.weighted !== 0) for (let k: i32 = from; k < to; k++) rho[list[k]] *= q[list[k]];
  return true;
}

export function splittableMean(p: Problem, count: i32): bool {
  return count > p.minNodeSize && count >= 2 * leastRows(p, count);
}

/** max(⌈alpha · n⌉, 1). */
export function leastRows(p: Problem, count: i32): i32 {
  const rows: i32 = ceiling(p.alpha * count);
  return rows > 1 ? rows : 1;
}
