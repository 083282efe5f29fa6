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
import { loadInstrument, relabelInstrument, splittableInstrument, sumInstrument } from './target-instrument.js';
import { loadMean, relabelMean, splittableMean, sumMean } from './target-mean.js';
import { loadMeans, relabelMeans } from './target-means.js';
import { relabelRatio } from './target-ratio.js';
import { loadSlope, relabelSlope, splittableSlope, sumSlope } from './target-slope.js';
import { loadSlopes, relabelSlopes, splittableSlopes } from './target-slopes.js';
import { loadTreatment, relabelTreatment, splittableTreatment, sumTreatment } from './target-treatment.js';

/** Kinds of targets, as `kind` of a problem. */
export const MEAN: i32 = 0;
export const SLOPE: i32 = 1;
export const TREATMENT: i32 = 2;
export const INSTRUMENT: i32 = 3;
/** Several outcomes; several outcomes and treatments. */
export const MEANS: i32 = 4;
export const SLOPES: i32 = 5;
export const HAZARD: i32 = 8;
export const RATIO: i32 = 9;

/** Most sums that a target carries. */
export const MOST_SUMS: i32 = 8;

/** Whether ρ has several coordinates. */
export function isVector(p: Problem): bool {
  return p.kind === MEANS || p.kind === SLOPES;
}

/** Whether the imbalance penalty counts a child's variation of z as its size, else its rows. */
export function penaltyByVariation(p: Problem): bool {
  return p.kind === SLOPE || p.kind === RATIO || p.kind === INSTRUMENT;
}

/** Takes the rows that grow the next tree: local row j is g.rowOf[j]. */
export function loadRows(g: Grower, p: Problem, d: Draws): void {
  if (p.kind === MEAN) loadMean(g, p, d);
  else if (p.kind === SLOPE || p.kind === RATIO) loadSlope(g, p, d);
  else if (p.kind === HAZARD) loadHazard(g, p, d);
  else if (p.kind === INSTRUMENT) loadInstrument(g, p, d);
  else if (p.kind === MEANS) loadMeans(g, p, d);
  else if (p.kind === SLOPES) loadSlopes(g, p, d);
  else loadTreatment(g, p, d);
}

/** Sums over list[from … to) into sums[at …], for kinds that carry any. */
export function sumRows(g: Grower, p: Problem, from: i32, to: i32, at: i32): void {
  if (p.kind === MEAN) sumMean(g, p, from, to, at);
  else if (p.kind === SLOPE || p.kind === RATIO) sumSlope(g, p, from, to, at);
  else if (p.kind === HAZARD) sumHazard(g, from, to, at);
  else if (p.kind === INSTRUMENT) sumInstrument(g, p, from, to, at);
  else if (p.kind === TREATMENT) sumTreatment(g, from, to, at);
}

/** Fills rho (times weight), z and the rule for a node's rows list[from … to); false where it cannot be split. */
export function relabel(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  if (p.kind === MEAN) return relabelMean(g, p, from, to, at);
  if (p.kind === SLOPE) return relabelSlope(g, p, from, to, at);
  if (p.kind === INSTRUMENT) return relabelInstrument(g, p, from, to, at);
  if (p.kind === MEANS) return relabelMeans(g, p, from, to);
  if (p.kind === SLOPES) return relabelSlopes(g, p, from, to);
  if (p.kind === RATIO) return relabelRatio(g, p, from, to, at);
  if (p.kind === HAZARD) return relabelHazard(g, p, from, to, at);
  return relabelTreatment(g, p, from, to, at);
}

/** False if no split of the node can be admissible, known from its rows before any covariate is tried. */
export function splittable(g: Grower, p: Problem, from: i32, to: i32, at: i32): bool {
  if (p.kind === MEAN || p.kind === MEANS || p.kind === HAZARD) return splittableMean(p, to - from);
  if (p.kind === SLOPE || p.kind === RATIO) return splittableSlope(g, p, from, to, at);
  if (p.kind === INSTRUMENT) return splittableInstrument(g, p, from, to, at);
  if (p.kind === SLOPES) return splittableSlopes(g, p, from, to);
  return splittableTreatment(g, p, from, to);
}
