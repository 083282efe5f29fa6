/**
 * The best cut of one numeric column at one node where ρ has several coordinates, with sample weights and imbalance penalty:
 * `scan-weighted.ts` for vectors. Maximises Σ_d (Σ_L qρ_d)²/Σ_L q + (Σ_R qρ_d)²/Σ_R q − penalty (1/n_L + 1/n_R), and what a
 * child must keep, it must keep for every treatment. The admissible cuts are one interval (`targets.ts`).
 *
 * Running totals of a child: rows, weight, then for each treatment low rows, Σqz and Σqz², then Σqρ_d.
 * Cost: K + D gathers a row.
 */
import type { Columns, Grower, Problem } from './frames.js';
import { toInt } from './portable.js';
import { tryCut } from './scan-numeric.js';
import { variationOf } from './scan-weighted.js';

const COUNT: i32 = 0;
const WEIGHT: i32 = 1;
const FIRST: i32 = 2;

/** Numbers that a child's totals take. */
export function childNumbers(treatments: i32, coordinates: i32): i32 {
  return FIRST + 3 * treatments + coordinates;
}

export function clearChild(p: Problem, child: F64): void {
  const size: i32 = childNumbers(p.treatmentCount, p.coordinateCount);
  for (let m: i32 = 0; m < size; m++) child[m] = 0;
}

function add(g: Grower, p: Problem, child: F64, j: i32, sign: f64): void {
  const { z, rho } = g;
  const { treatmentCount, coordinateCount } = p;
  const weight: f64 = sign * g.q[j];
  child[COUNT] += sign;
  child[WEIGHT] += weight;
  for (let k: i32 = 0; k < treatmentCount; k++) {
    const at: i32 = FIRST + 3 * k;
    const zk: f64 = z[j * treatmentCount + k];
    child[at] += zk < 0 ? sign : 0;
    child[at + 1] += weight * zk;
    child[at + 2] += weight * zk * zk;
  }
  const first: i32 = FIRST + 3 * treatmentCount;
  for (let d: i32 = 0; d < coordinateCount; d++) child[first + d] += sign * rho[j * coordinateCount + d];
}

export function isAdmissible(g: Grower, p: Problem, child: F64): bool {
  const { node, minLow, minCount } = g;
  const { treatmentCount } = p;
  if (!(child[WEIGHT] > 0) || child[COUNT] < minCount) return false;
  for (let k: i32 = 0; k < treatmentCount; k++) {
    const low: f64 = child[FIRST + 3 * k];
    if (low < minLow || child[COUNT] - low < minLow) return false;
    const variation: f64 = variationOf(child[WEIGHT], child[FIRST + 3 * k + 1], child[FIRST + 3 * k + 2]);
    // The node's least sizes (`target-slopes.ts`).
    if (variation < node[treatmentCount + k]) return false;
  }
  return true;
}

function criterionOf(g: Grower, p: Problem): f64 {
  const { left, right } = g;
  const first: i32 = FIRST + 3 * p.treatmentCount;
  const end: i32 = first + p.coordinateCount;
  let ofLeft: f64 = 0;
  let ofRight: f64 = 0;
  for (let d: i32 = first; d < end; d++) {
    ofLeft += left[d] * left[d];
    ofRight += right[d] * right[d];
  }
  const value: f64 = ofLeft / left[WEIGHT] + ofRight / right[WEIGHT];
  if (!(p.imbalancePenalty > 0)) return value;
  return value - (p.imbalancePenalty / left[COUNT] + p.imbalancePenalty / right[COUNT]);
}

/** As `scanNumeric`. */
export function scanVector(g: Grower, c: Columns, p: Problem, f: i32, from: i32, present: i32, end: i32): void {
  if (from === present) return;
  tryCuts(g, c, p, f, from, present, end, true);
  if (present < end) tryCuts(g, c, p, f, from, present, end, false);
}

function tryCuts(g: Grower, c: Columns, p: Problem, f: i32, from: i32, to: i32, end: i32, missingLeft: bool): void {
  const { list, left, right } = g;
  clearChild(p, left);
  clearChild(p, right);
  for (let k: i32 = to; k < end; k++) add(g, p, missingLeft ? left : right, list[k], 1);
  let first: i32 = from;
  while (!isAdmissible(g, p, left)) {
    if (first === to) return;
    add(g, p, left, list[first++], 1);
  }
  let last: i32 = to;
  while (!isAdmissible(g, p, right)) {
    if (last === first) return;
    add(g, p, right, list[--last], 1);
  }
  for (let k: i32 = first; k < last; k++) add(g, p, right, list[k], 1);
  for (let k: i32 = first; k <= last; k++) {
    tryCut(g, c, f, from, to, k, toInt(left[COUNT]), missingLeft ? 1 : 0, criterionOf(g, p));
    if (k === last) break;
    add(g, p, left, list[k], 1);
    add(g, p, right, list[k], -1);
  }
}
