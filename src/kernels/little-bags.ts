/**
 * What the variance by little bags adds up over trees (`forest/little-bags.ts`). Each row's numbers lie side by side:
 *   the coefficients by which a leaf's moments make ρ_b, then Σ ρ and Σ ρ² over its present bag, then over all whole bags
 *   Σ (mean ρ)², Σ ρ², and their number; and last Σ ρ² over all trees with a leaf.
 * A bag is whole for a row if each of its trees has a leaf there. Rows of a bag are followed from tree to tree by the last
 * tree that counted, so nothing has to be cleared between bags. Cost: one visit of each row and tree.
 */
import type { Block, Trees } from './frames.js';

/** Places behind the coefficients. */
const SUM: i32 = 0;
const SQUARES: i32 = 1;
export const BETWEEN: i32 = 2;
export const TOTAL: i32 = 3;
export const BAGS: i32 = 4;
export const SQUARES_OF_ALL: i32 = 5;
export const BAG_STATE: i32 = 6;

/** Before the first tree; the coefficients are in place. */
export function startBags(b: Block, t: Trees): void {
  const { state, lastTree, rowCount } = b;
  const width: i32 = t.momentCount + BAG_STATE;
  for (let r: i32 = 0; r < rowCount; r++) {
    lastTree[r] = -1;
    for (let m: i32 = 0; m < BAG_STATE; m++) state[r * width + t.momentCount + m] = 0;
  }
}

/** Adds the chunk's trees from … end up. */
export function addBags(b: Block, t: Trees, from: i32, end: i32): void {
  const { start, leaf, groups, treesPerBag } = b;
  const { momentCount } = t;
  for (let tree: i32 = from; tree < end; tree++) {
    const place: i32 = tree % treesPerBag;
    for (let group: i32 = groups[tree]; group < groups[tree + 1]; group++) {
      const leafAt: i32 = (leaf[group] - b.firstLeaf) * momentCount;
      const first: i32 = start[group];
      const last: i32 = start[group + 1];
      if (momentCount === 5) influencesOfFive(b, t, leafAt, first, last);
      else influencesOfAny(b, t, leafAt, first, last);
      if (place === 0) startRows(b, momentCount, first, last, tree);
      else addRows(b, momentCount, first, last, tree);
      if (place === treesPerBag - 1) finishRows(b, momentCount, first, last, tree);
    }
  }
}

/** ρ for rows[from … end) of a group, the first one's to place 0. */
function influencesOfFive(b: Block, t: Trees, leafAt: i32, from: i32, end: i32): void {
  const { rows, state, influence } = b;
  const { moments } = t;
  const m0: f64 = moments[leafAt];
  const m1: f64 = moments[leafAt + 1];
  const m2: f64 = moments[leafAt + 2];
  const m3: f64 = moments[leafAt + 3];
  const m4: f64 = moments[leafAt + 4];
  for (let k: i32 = from; k < end; k++) {
    const at: i32 = rows[k] * (5 + BAG_STATE);
    influence[k - from] =
      state[at] * m0 + state[at + 1] * m1 + (state[at + 2] * m2 + state[at + 3] * m3) + state[at + 4] * m4;
  }
}

function influencesOfAny(b: Block, t: Trees, leafAt: i32, from: i32, end: i32): void {
  const { rows, state, influence } = b;
  const { moments, momentCount } = t;
  for (let k: i32 = from; k < end; k++) {
    const at: i32 = rows[k] * (momentCount + BAG_STATE);
    let rho: f64 = 0;
    for (let m: i32 = 0; m < momentCount; m++) rho += state[at + m] * moments[leafAt + m];
    influence[k - from] = rho;
  }
}

/** Rows of a bag's first tree. */
function startRows(b: Block, momentCount: i32, from: i32, end: i32, tree: i32): void {
  const { rows, state, lastTree, influence } = b;
  for (let k: i32 = from; k < end; k++) {
    const at: i32 = rows[k] * (momentCount + BAG_STATE) + momentCount;
    const rho: f64 = influence[k - from];
    lastTree[rows[k]] = tree;
    state[at + SUM] = rho;
    state[at + SQUARES] = rho * rho;
    state[at + SQUARES_OF_ALL] += rho * rho;
  }
}

/** Rows of its later trees: those that all trees before had a leaf for go on. */
function addRows(b: Block, momentCount: i32, from: i32, end: i32, tree: i32): void {
  const { rows, state, lastTree, influence } = b;
  for (let k: i32 = from; k < end; k++) {
    const at: i32 = rows[k] * (momentCount + BAG_STATE) + momentCount;
    const rho: f64 = influence[k - from];
    lastTree[rows[k]] += lastTree[rows[k]] === tree - 1 ? 1 : 0;
    state[at + SUM] += rho;
    state[at + SQUARES] += rho * rho;
    state[at + SQUARES_OF_ALL] += rho * rho;
  }
}

/** Rows of its last tree: whole bags count. */
function finishRows(b: Block, momentCount: i32, from: i32, end: i32, tree: i32): void {
  const { rows, state, lastTree, treesPerBag } = b;
  for (let k: i32 = from; k < end; k++) {
    const at: i32 = rows[k] * (momentCount + BAG_STATE) + momentCount;
    const isWhole: f64 = lastTree[rows[k]] === tree ? 1 : 0;
    const mean: f64 = state[at + SUM] / treesPerBag;
    state[at + BETWEEN] += isWhole * mean * mean;
    state[at + TOTAL] += isWhole * state[at + SQUARES];
    state[at + BAGS] += isWhole;
  }
}
