/**
 * Instrumental trees: ρᵢ = (Zᵢ − Z̄)[(Yᵢ − Ȳ) − τ_P (Wᵢ − W̄)],  τ_P = Σq(Z−Z̄)(Y−Ȳ) / Σq(Z−Z̄)(W−W̄), the gradient of the
 * node's effect up to a factor that all its rows share (Athey, Tibshirani & Wager 2019, §7). What a child must keep is
 * counted in Z: minNodeSize rows below the node's mean and as many at or above it, and alpha of the variation of Z.
 * Invariant: Σqρ = 0. With Z = W it is `target-slope.ts`.
 * Carried sums: Σ q, Σ qW, Σ qY, Σ qZ, Σ qZY, Σ qZW, Σ qZ².
 */
import type { Draws, Grower, Problem } from './frames.js';

/** Below this share of the root's sums of products, what is left of them is rounding of carried sums. */
const NO_VARIATION: f64 = 1e-12;

export function loadInstrument(g: Grower, p: Problem, d: Draws): void {
  const { y, w, v, q, rowOf } = g;
  const { outcome, treatment, instrument } = p;
  const { growCount } = d;
  g.sumCount = 7;
  g.minCount = 1;
  g.minLow = p.minNodeSize;
  for (let j: i32 = 0; j < growCount; j++) {
    y[j] = outcome[rowOf[j]];
    w[j] = treatment[rowOf[j]];
    v[j] = instrument[rowOf[j]];
  }
  if (p.weighted !== 0) for (let j: i32 = 0; j < growCount; j++) q[j] = p.weight[rowOf[j]];
  let squares: f64 = 0;
  let products: f64 = 0;
  for (let j: i32 = 0; j < growCount; j++) {
    const weight: f64 = p.weighted !== 0 ? q[j] : 1;
    const product: f64 = weight * v[j] * w[j];
    squares += weight * v[j] * v[j];
    products += product < 0 ? -product : product;
  }
  g.leastVariation = NO_VARIATION * squares;
  g.leastProduct = NO_VARIATION * products;
}

export function sumInstrument(g: Grower, p: Problem, from: i32, to: i32, at: i32): void {
  const { list, y, w, v, q, sums } = g;
  let total: f64 = 0;
  let sumW: f64 = 0;
  let sumY: f64 = 0;
  let sumZ: f64 = 0;
  let sumZY: f64 = 0;
  let sumZW: f64 = 0;
  let sumZZ: f64 = 0;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    const weight: f64 = p.weighted !== 0 ? q[j] : 1;
    const zj: f64 = weight * v[j];
    total += weight;
    sumW += weight * w[j];
    sumY += weight * y[j];
    sumZ += zj;
    sumZY += zj * y[j];
    sumZW += zj * w[j];
    sumZZ += zj * v[j];
  }
  sums[at] = total;
  sums[at + 1] = sumW;
  sums[at + 2] = sumY;
  sums[at + 3] = sumZ;
  sums[at + 4] = sumZY;
  sums[at + 5] = sumZW;
  sums[at + 6] = sumZZ;
}

export function relabelInstrument(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, y, w, v, q, z, rho, sums } = g;
  const total: f64 = sums[at];
  if (!(total > 0)) return false;
  const meanW: f64 = sums[at + 1] / total;
  const meanY: f64 = sums[at + 2] / total;
  const meanZ: f64 = sums[at + 3] / total;
  const variation: f64 = sums[at + 6] - sums[at + 3] * meanZ;
  const moved: f64 = sums[at + 5] - sums[at + 1] * meanZ;
  if (!(variation > g.leastVariation) || !((moved < 0 ? -moved : moved) > g.leastProduct)) return false;
  const effect: f64 = (sums[at + 4] - sums[at + 2] * meanZ) / moved;
  g.minSize = p.alpha * variation;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    const zj: f64 = v[j] - meanZ;
    z[j] = zj;
    rho[j] = zj * (y[j] - meanY - effect * (w[j] - meanW));
  }
  if (p.weighted !== 0) for (let k: i32 = from; k < to; k++) rho[list[k]] *= q[list[k]];
  return true;
}

export function splittableInstrument(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  const { list, v, sums } = g;
  const { minNodeSize } = p;
  const count: i32 = to - from;
  if (count <= minNodeSize || count < 4 * minNodeSize || !(sums[at] > 0)) return false;
  const meanZ: f64 = sums[at + 3] / sums[at];
  let low: i32 = 0;
  for (let k: i32 = from; k < to; k++) low += v[list[k]] - meanZ < 0 ? 1 : 0;
  return low >= 2 * minNodeSize && count - low >= 2 * minNodeSize;
}
