/**
 * Trees of several effects at once: outcomes Y₁ … Y_M on treatments W₁ … W_K (arms' dummies, or doses). With
 * A = Σq(W−W̄)(W−W̄)' and B = A⁻¹ Σq(W−W̄)(Y−Ȳ)' in the node,
 *   ρᵢ = A⁻¹(Wᵢ − W̄) · [(Yᵢ − Ȳ) − B'(Wᵢ − W̄)]',  K·M numbers, the gradient of the node's effects
 * (Athey, Tibshirani & Wager 2019, §2.3 for a vector of effects); the criterion adds them up, each times its scale.
 * For every treatment, each child keeps at least minNodeSize rows with W below the node's mean and as many at or above it,
 * and at least alpha of the node's variation. Invariant: Σqρ = 0. With K = M = 1 it is `target-slope.ts` times 1/A.
 * Nothing is carried: each node adds its own rows up.
 *
 * Places in `node`: the means of W (K), the least sizes (K), the least variations (K), A and its factor (K²), its inverse
 * (K²), the means of Y (M), effects (K·M), a row's residuals (M).
 */
import type { Draws, Grower, Problem } from './frames.js';
import { squareRoot } from './portable.js';
import { loadVectors, meansInto } from './target-means.js';

/** Below this share of the root's Σ qW² a treatment does not vary: what is left is rounding. */
const NO_VARIATION: f64 = 1e-12;
/** Below this share of its diagonal entry, a pivot is rounding: treatments do not vary apart from each other. */
const NOT_APART: f64 = 1e-10;

/** Numbers in `node` for K treatments and M outcomes. */
export function nodeNumbers(treatments: i32, outcomes: i32): i32 {
  return 3 * treatments + 2 * treatments * treatments + 2 * outcomes + treatments * outcomes;
}

export function loadSlopes(g: Grower, p: Problem, d: Draws): void {
  const { w, q, node } = g;
  const { treatmentCount } = p;
  loadVectors(g, p, d);
  g.minLow = p.minNodeSize;
  for (let k: i32 = 0; k < treatmentCount; k++) {
    let squares: f64 = 0;
    for (let j: i32 = 0; j < d.growCount; j++) squares += q[j] * w[j * treatmentCount + k] * w[j * treatmentCount + k];
    node[2 * treatmentCount + k] = NO_VARIATION * squares;
  }
}

export function relabelSlopes(g: Grower, p: Problem, from: i32, to: i32): bool {
  const { list, y, w, q, z, rho, node } = g;
  const { treatmentCount, outcomeCount, coordinateCount, coordinateScale } = p;
  const matrix: i32 = 3 * treatmentCount;
  const inverse: i32 = matrix + treatmentCount * treatmentCount;
  const meanY: i32 = inverse + treatmentCount * treatmentCount;
  const effects: i32 = meanY + outcomeCount;
  const residual: i32 = effects + coordinateCount;
  if (!meansInto(g, w, treatmentCount, from, to, 0)) return false;
  if (!meansInto(g, y, outcomeCount, from, to, meanY)) return false;
  for (let m: i32 = matrix; m < inverse; m++) node[m] = 0;
  for (let m: i32 = effects; m < residual; m++) node[m] = 0;
  for (let i: i32 = from; i < to; i++) {
    const row: i32 = list[i];
    const at: i32 = row * treatmentCount;
    for (let k: i32 = 0; k < treatmentCount; k++) {
      const zk: f64 = w[at + k] - node[k];
      z[at + k] = zk;
      for (let l: i32 = 0; l <= k; l++) node[matrix + k * treatmentCount + l] += q[row] * zk * z[at + l];
      for (let m: i32 = 0; m < outcomeCount; m++)
        node[effects + m * treatmentCount + k] += q[row] * zk * (y[row * outcomeCount + m] - node[meanY + m]);
    }
  }
  for (let k: i32 = 0; k < treatmentCount; k++) {
    const variation: f64 = node[matrix + k * treatmentCount + k];
    if (!(variation > node[2 * treatmentCount + k])) return false;
    node[treatmentCount + k] = p.alpha * variation;
  }
  if (!factor(node, matrix, treatmentCount)) return false;
  for (let m: i32 = 0; m < outcomeCount; m++) solve(node, matrix, treatmentCount, effects + m * treatmentCount);
  for (let k: i32 = 0; k < treatmentCount; k++) {
    const at: i32 = inverse + k * treatmentCount;
    for (let l: i32 = 0; l < treatmentCount; l++) node[at + l] = l === k ? 1 : 0;
    solve(node, matrix, treatmentCount, at);
  }
  for (let i: i32 = from; i < to; i++) {
    const row: i32 = list[i];
    const at: i32 = row * treatmentCount;
    for (let m: i32 = 0; m < outcomeCount; m++) {
      let rest: f64 = y[row * outcomeCount + m] - node[meanY + m];
      for (let k: i32 = 0; k < treatmentCount; k++) rest -= node[effects + m * treatmentCount + k] * z[at + k];
      node[residual + m] = q[row] * rest;
    }
    for (let k: i32 = 0; k < treatmentCount; k++) {
      let gradient: f64 = 0;
      for (let l: i32 = 0; l < treatmentCount; l++) gradient += node[inverse + k * treatmentCount + l] * z[at + l];
      for (let m: i32 = 0; m < outcomeCount; m++) {
        const d: i32 = m * treatmentCount + k;
        rho[row * coordinateCount + d] = coordinateScale[d] * gradient * node[residual + m];
      }
    }
  }
  return true;
}

/** Cholesky: the lower triangle of A at `at` becomes L; false where A is singular to rounding. */
function factor(a: F64, at: i32, size: i32): bool {
  for (let j: i32 = 0; j < size; j++) {
    const diagonal: f64 = a[at + j * size + j];
    let pivot: f64 = diagonal;
    for (let k: i32 = 0; k < j; k++) pivot -= a[at + j * size + k] * a[at + j * size + k];
    if (!(pivot > NOT_APART * diagonal)) return false;
    const root: f64 = squareRoot(pivot);
    a[at + j * size + j] = root;
    for (let i: i32 = j + 1; i < size; i++) {
      let value: f64 = a[at + i * size + j];
      for (let k: i32 = 0; k < j; k++) value -= a[at + i * size + k] * a[at + j * size + k];
      a[at + i * size + j] = value / root;
    }
  }
  return true;
}

/** Replaces b at `to` by A⁻¹b. */
function solve(a: F64, at: i32, size: i32, to: i32): void {
  for (let i: i32 = 0; i < size; i++) {
    let value: f64 = a[to + i];
    for (let k: i32 = 0; k < i; k++) value -= a[at + i * size + k] * a[to + k];
    a[to + i] = value / a[at + i * size + i];
  }
  for (let i: i32 = size - 1; i >= 0; i--) {
    let value: f64 = a[to + i];
    for (let k: i32 = i + 1; k < size; k++) value -= a[at + k * size + i] * a[to + k];
    a[to + i] = value / a[at + i * size + i];
  }
}

export function splittableSlopes(g: Grower, p: Problem, from: i32, to: i32): bool {
  const { list, w, node } = g;
  const { minNodeSize, treatmentCount } = p;
  const count: i32 = to - from;
  if (count <= minNodeSize || count <= treatmentCount || count < 4 * minNodeSize) return false;
  if (!meansInto(g, w, treatmentCount, from, to, 0)) return false;
  for (let k: i32 = 0; k < treatmentCount; k++) {
    let low: i32 = 0;
    for (let i: i32 = from; i < to; i++) low += w[list[i] * treatmentCount + k] - node[k] < 0 ? 1 : 0;
    if (low < 2 * minNodeSize || count - low < 2 * minNodeSize) return false;
  }
  return true;
}
