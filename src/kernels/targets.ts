/**
 * What a forest type adds to the engine: the pseudo-outcomes ρ of a node, and what makes a child admissible.
 *
 * Every node carries sums over its rows from its parent, so that relabelling takes one pass; `at` below is a node's block
 * in `sums`. A child is admissible when
 *   count ≥ minCount,  low ≥ minLow,  count − low ≥ minLow,  size ≥ minSize,
 * where low counts rows with z < 0 and size = Σ q z² − (Σ q z)²/Σ q, the variation of z (q = sample weight).
 * Each of these grows with every row added to a child, so along a sorted column the admissible cuts are one interval.
 */
import type { Draws, Grower, Problem } from './frames.js';
import { loadHazard, relabelHazard, sumHazard } from './target-hazard.js';
import { loadMean, relabelMean, splittableMean, sumMean } from './target-mean.js';
import { relabelRatio } from './target-ratio.js';
import { loadSlope, relabelSlope, splittableSlope, sumSlope } from './target-slope.js';
import { loadTreatment, relabelTreatment, splittableTreatment, sumTreatment } from './target-treatment.js';

/** Kinds of targets, as `kind` of a problem. */
export const MEAN: i32 = 0;
export const SLOPE: i32 = 1;
export const TREATMENT: i32 = 2;
export const HAZARD: i32 = 8;
export const RATIO: i32 = 9;

/** Most sums that a target carries. */
export const MOST_SUMS: i32 = 8;

/** Whether the imbalance penalty counts a child's variation of z as its size, else its rows. */
export function penaltyByVariation(p: Problem): bool {
  return p.kind === SLOPE || p.kind === RATIO;
}

/** Takes the rows that grow the next tree: local row j is d.grow[j]. */
export function loadRows(g: Grower, p: Problem, d: Draws): void {
  if (p.kind === MEAN) loadMean(g, p, d);
  else if (p.kind === SLOPE || p.kind === RATIO) loadSlope(g, p, d);
  else if (p.kind === HAZARD) loadHazard(g, p, d);
  else loadTreatment(g, p, d);
}

/** Sums over list[from … to) into sums[at …]. */
export function sumRows(g: Grower, p: Problem, from: i32, to: i32, at: i32): void {
  if (p.kind === MEAN) sumMean(g, p, from, to, at);
  else if (p.kind === SLOPE || p.kind === RATIO) sumSlope(g, p, from, to, at);
  else if (p.kind === HAZARD) sumHazard(g, from, to, at);
  else sumTreatment(g, from, to, at);
}

/** Fills rho (times weight), z and the rule for a node's rows list[from … to); false where it cannot be split. */
export function relabel(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  if (p.kind === MEAN) return relabelMean(g, p, from, to, at);
  if (p.kind === SLOPE) return relabelSlope(g, p, from, to, at);
  if (p.kind === RATIO) return relabelRatio(g, p, from, to, at);
  if (p.kind === HAZARD) return relabelHazard(g, p, from, to, at);
  return relabelTreatment(g, p, from, to, at);
}

/** False if no split of the node can be admissible, known from its rows before any covariate is tried. */
export function splittable(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  if (p.kind === MEAN || p.kind === HAZARD) return splittableMean(p, to - from);
  if (p.kind === SLOPE || p.kind === RATIO) return splittableSlope(g, p, from, to, at);
  return splittableTreatment(g, p, from, to);
}
