/**
 * Trees of several means at once: ρᵢₘ = Yᵢₘ − Ȳₘ for outcomes m = 1 … M. Of a category as outcome, one 0/1 outcome for each
 * class: the criterion Σₘ (Σ_L ρₘ)²/n_L + (Σ_R ρₘ)²/n_R is then, up to what all splits of a node share, the Gini index
 * (Breiman et al. 1984, §4.3), and leaves hold class probabilities. What a child must keep: as in `target-mean.ts`.
 * Nothing is carried: each node adds its own rows up.
 */
import type { Draws, Grower, Problem } from './frames.js';
import { leastRows } from './target-mean.js';

export function loadMeans(g: Grower, p: Problem, d: Draws): void {
  loadVectors(g, p, d);
  g.minLow = 0;
}

/** Outcomes, treatments and weights of the rows that grow a tree, those of a row side by side. */
export function loadVectors(g: Grower, p: Problem, d: Draws): void {
  const { y, w, q, rowOf } = g;
  const { outcomeCount, treatmentCount, rowCount } = p;
  const { growCount } = d;
  g.sumCount = 0;
  g.minCount = 1;
  g.minSize = 0;
  for (let j: i32 = 0; j < growCount; j++) {
    for (let m: i32 = 0; m < outcomeCount; m++) y[j * outcomeCount + m] = p.outcome[m * rowCount + rowOf[j]];
    for (let k: i32 = 0; k < treatmentCount; k++) w[j * treatmentCount + k] = p.treatment[k * rowCount + rowOf[j]];
    q[j] = p.weighted !== 0 ? p.weight[rowOf[j]] : 1;
  }
}

/** Weighted means over list[from … to) of `count` numbers a row, into node[at …]; false where there is no weight. */
export function meansInto(g: Grower, values: F64, count: i32, from: i32, to: i32, at: i32): bool {
  const { list, q, node } = g;
  for (let m: i32 = 0; m < count; m++) node[at + m] = 0;
  let total: f64 = 0;
  for (let k: i32 = from; k < to; k++) {
    const j: i32 = list[k];
    total += q[j];
    for (let m: i32 = 0; m < count; m++) node[at + m] += q[j] * values[j * count + m];
  }
  if (!(total > 0)) return false;
  for (let m: i32 = 0; m < count; m++) node[at + m] /= total;
  return true;
}

export function relabelMeans(g: Grower, p: Problem, from: i32, to: i32): bool {
  const { list, y, q, rho, node } = g;
  const { outcomeCount, coordinateScale } = p;
  if (!meansInto(g, y, outcomeCount, from, to, 0)) return false;
  g.minCount = leastRows(p, to - from);
  for (let k: i32 = from; k < to; k++) {
    const at: i32 = list[k] * outcomeCount;
    for (let m: i32 = 0; m < outcomeCount; m++) rho[at + m] = q[list[k]] * coordinateScale[m] * (y[at + m] - node[m]);
  }
  return true;
}
