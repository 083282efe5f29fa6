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
      const at: i32 = (leaf[group] - b.firstLeaf) * momentCount;
      if (momentCount === 5) addFive(b, t, at, start[group], start[group + 1], tree, place);
      else addAny(b, t, at, start[group], start[group + 1], tree, place);
    }
  }
}

/** Takes note of ρ for a row, whose numbers behind the coefficients begin at `at`. */
function take(b: Block, r: i32, at: i32, rho: f64, tree: i32, place: i32): void {
  const { state, lastTree, treesPerBag } = b;
  state[at + SQUARES_OF_ALL] += rho * rho;
  if (place > 0 && lastTree[r] !== tree - 1) return;
  const sum: f64 = place > 0 ? state[at + SUM] + rho : rho;
  const squares: f64 = place > 0 ? state[at + SQUARES] + rho * rho : rho * rho;
  lastTree[r] = tree;
  state[at + SUM] = sum;
  state[at + SQUARES] = squares;
  if (place < treesPerBag - 1) return;
  const mean: f64 = sum / treesPerBag;
  state[at + BETWEEN] += mean * mean;
  state[at + TOTAL] += squares;
  state[at + BAGS] += 1;
}

function addFive(b: Block, t: Trees, leafAt: i32, from: i32, end: i32, tree: i32, place: i32): void {
  const { rows, state } = b;
  const { moments } = t;
  const m0: f64 = moments[leafAt];
  const m1: f64 = moments[leafAt + 1];
  const m2: f64 = moments[leafAt + 2];
  const m3: f64 = moments[leafAt + 3];
  const m4: f64 = moments[leafAt + 4];
  for (let k: i32 = from; k < end; k++) {
    const r: i32 = rows[k];
    const at: i32 = r * (5 + BAG_STATE);
    const rho: f64 = state[at] * m0 + state[at + 1] * m1 + state[at + 2] * m2 + state[at + 3] * m3 + state[at + 4] * m4;
    take(b, r, at + 5, rho, tree, place);
  }
}

function addAny(b: Block, t: Trees, leafAt: i32, from: i32, end: i32, tree: i32, place: i32): void {
  const { rows, state } = b;
  const { moments, momentCount } = t;
  for (let k: i32 = from; k < end; k++) {
    const r: i32 = rows[k];
    const at: i32 = r * (momentCount + BAG_STATE);
    let rho: f64 = 0;
    for (let m: i32 = 0; m < momentCount; m++) rho += state[at + m] * moments[leafAt + m];
    take(b, r, at + momentCount, rho, tree, place);
  }
}
