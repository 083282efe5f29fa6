/**
 * The best cut of one numeric column at one node, with sample weights and imbalance penalty: the general twin of
 * `scan-numeric.ts` (same cuts, same rules, criterion written out). Maximises
 *   (Σ_L qρ)²/Σ_L q + (Σ_R qρ)²/Σ_R q − penalty (1/size_L + 1/size_R),
 * where a child's size is its row count or its treatment variation (statistics: Athey, Tibshirani & Wager 2019, §2).
 * Cost: three gathers a row.
 */
import type { Columns, Grower, Problem } from './frames.js';
import { toInt } from './portable.js';
import { tryCut } from './scan-numeric.js';
import { penaltyByVariation } from './targets.js';

/** Running totals of one child: rows, weight, low rows, Σqz, Σqz², Σqρ. */
const COUNT: i32 = 0;
const WEIGHT: i32 = 1;
const LOW: i32 = 2;
const Z: i32 = 3;
const ZZ: i32 = 4;
const RHO: i32 = 5;

function clear(child: F64): void {
  for (let m: i32 = 0; m <= RHO; m++) child[m] = 0;
}

function add(g: Grower, p: Problem, child: F64, j: i32, sign: f64): void {
  const weight: f64 = p.weighted !== 0 ? g.q[j] : 1;
  const z: f64 = g.z[j];
  child[COUNT] += sign;
  child[WEIGHT] += sign * weight;
  child[LOW] += z < 0 ? sign : 0;
  child[Z] += sign * weight * z;
  child[ZZ] += sign * weight * z * z;
  child[RHO] += sign * g.rho[j];
}

/** Σqz² − (Σqz)²/Σq, or 0 where that is rounding. */
export function variationOf(weight: f64, sz: f64, szz: f64): f64 {
  const value: f64 = szz - (sz * sz) / weight;
  return value > 1e-12 * szz ? value : 0;
}

function variation(child: F64): f64 {
  return variationOf(child[WEIGHT], child[Z], child[ZZ]);
}

function admissible(g: Grower, child: F64): bool {
  return (
    child[WEIGHT] > 0 &&
    child[COUNT] >= g.minCount &&
    child[LOW] >= g.minLow &&
    child[COUNT] - child[LOW] >= g.minLow &&
    variation(child) >= g.minSize
  );
}

function sizeOf(p: Problem, child: F64): f64 {
  return penaltyByVariation(p) ? variation(child) : child[COUNT];
}

function criterionOf(g: Grower, p: Problem): f64 {
  const { left, right } = g;
  const value: f64 = (left[RHO] * left[RHO]) / left[WEIGHT] + (right[RHO] * right[RHO]) / right[WEIGHT];
  if (!(p.imbalancePenalty > 0)) return value;
  return value - (p.imbalancePenalty / sizeOf(p, left) + p.imbalancePenalty / sizeOf(p, right));
}

/** As `scanNumeric`. */
export function scanWeighted(g: Grower, c: Columns, p: Problem, f: i32, from: i32, present: i32, end: i32): void {
  if (from === present) return;
  tryCuts(g, c, p, f, from, present, end, true);
  if (present < end) tryCuts(g, c, p, f, from, present, end, false);
}

function tryCuts(g: Grower, c: Columns, p: Problem, f: i32, from: i32, to: i32, end: i32, missingLeft: bool): void {
  const { list, left, right } = g;
  clear(left);
  clear(right);
  for (let k: i32 = to; k < end; k++) add(g, p, missingLeft ? left : right, list[k], 1);
  let first: i32 = from;
  while (!admissible(g, left)) {
    if (first === to) return;
    add(g, p, left, list[first++], 1);
  }
  let last: i32 = to;
  while (!admissible(g, right)) {
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
