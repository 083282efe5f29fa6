/**
 * Causal trees: ρᵢ = (Wᵢ − W̄)[(Yᵢ − Ȳ) − τ_P (Wᵢ − W̄)],  τ_P = Σq(W−W̄)(Y−Ȳ) / Σq(W−W̄)², the gradient of the node's
 * effect (Athey, Tibshirani & Wager 2019, §2.3). Each child keeps at least minNodeSize rows with W below the node's
 * mean and as many at or above it, and at least alpha of the node's treatment variation. Invariant: Σqρ = 0.
 * Carried sums: Σ q, Σ qW, Σ qY, Σ qWY, Σ qW².
 */
import type { Draws, Grower, Problem } from './frames.js';

/** Below this share of the root's Σ qW² the treatment does not vary: what is left is rounding of carried sums. */
const NO_VARIATION: f64 = 1e-12;

export function loadSlope(g: Grower, p: Problem, d: Draws): void {
  const { y, w, q, rowOf } = g;
  const { outcome, treatment } = p;
  const { growCount } = d;
  g.sumCount = 5;
  g.minCount = 1;
  g.minLow = p.minNodeSize;
  for (let j: i32 = 0; j < growCount; j++) {
    y[j] = outcome[rowOf[j]];
    w[j] = treatment[rowOf[j]];
  }
  if (p.weighted !== 0) for (let j: i32 = 0; j < growCount; j++) q[j] = p.weight[rowOf[j]];
  let squares: f64 = 0;
  for (let j: i32 = 0; j < growCount; j++) squares += (p.weighted !== 0 ? q[j] : 1) * w[j] * w[j];
  g.leastVariation = NO_VARIATION * squares;
}

export function sumSlope(g: Grower, p: Problem, from: i32, to: i32, at: i32): void {
  const { list, y, w, q, sums } = g;
  let total: f64 = 0;
  let sumW: f64 = 0;
  let sumY: f64 = 0;
  let sumWY: f64 = 0;
  let sumWW: f64 = 0;
  if (p.weighted !== 0) {
    for (let k: i32 = from; k < to; k++) {
      const j: i32 = list[k];
      const weight: f64 = q[j];
      const wj: f64 = weight * w[j];
      total += weight;
      sumW += wj;
      sumY += weight * y[j];
      sumWY += wj * y[j];
      sumWW += wj * w[j];
    }
  } else {
    for (let k: i32 = from; k < to; k++) {
      const j: i32 = list[k];
      const wj: f64 = w[j];
      const yj: f64 = y[j];
      sumW += wj;
      sumY += yj;
      sumWY += wj * yj;
      sumWW += wj * wj;
    }
    total = to - from;
  }
  sums[at] = total;
  sums[at + 1] = sumW;
  sums[at + 2] = sumY;
  sums[at + 3] = sumWY;
  sums[at + 4] = sumWW;
}

export function relabelSlope(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, y, w, q, z, rho, sums } = g;
  const total: f64 = sums[at];
  if (!(total > 0)) return false;
  const meanW: f64 = sums[at + 1] / total;
  const meanY: f64 = sums[at + 2] / total;
  const variation: f64 = sums[at + 4] - sums[at + 1] * meanW;
  if (!(variation > g.leastVariation)) return false;
  const slope: f64 = (sums[at + 3] - sums[at + 1] * meanY) / variation;
  g.minSize = p.alpha * variation;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    const zj: f64 = w[j] - meanW;
    z[j] = zj;
    rho[j] = zj * (y[j] - meanY - slope * zj);
  }
  if (p.weighted !== 0) for (let k: i32 = from; k < to; k++) rho[list[k]] *= q[list[k]];
  return true;
}

export function splittableSlope(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, w, sums } = g;
  const { minNodeSize } = p;
  const count: i32 = to - from;
  if (count <= minNodeSize || count < 4 * minNodeSize || !(sums[at] > 0)) return false;
  const meanW: f64 = sums[at + 1] / sums[at];
  let low: i32 = 0;
  for (let k: i32 = from; k < to; k++) low += w[list[k]] - meanW < 0 ? 1 : 0;
  return low >= 2 * minNodeSize && count - low >= 2 * minNodeSize;
}
