/**
 * What the variance by little bags adds up over trees (`forest/little-bags.ts`). Each row's numbers lie side by side:
 *   the coefficients by which a leaf's moments make ρ_b, then over all whole bags
 *   Σ (mean ρ)², Σ ρ², and their number; and last Σ ρ² over all trees with a leaf.
 * A bag is whole for a row if each of its trees has a leaf there. Cost: one visit of each row and bag.
 */
import type { Block, Trees } from './frames.js';
import { bagBegin, bagRows, bagStop } from './send-trees.js';

/** Places behind the coefficients. */
export const BETWEEN: i32 = 0;
export const TOTAL: i32 = 1;
export const BAGS: i32 = 2;
export const SQUARES_OF_ALL: i32 = 3;
export const BAG_STATE: i32 = 4;

/** Before the first tree; the coefficients are in place. */
export function startBags(b: Block, t: Trees): void {
  const { state, rowCount } = b;
  const width: i32 = t.momentCount + BAG_STATE;
  for (let r: i32 = 0; r < rowCount; r++)
    for (let m: i32 = 0; m < BAG_STATE; m++) state[r * width + t.momentCount + m] = 0;
}

/** Adds the chunk's trees from … end up: whole bags, but for the forest's last. */
export function addBags(b: Block, t: Trees, from: i32, end: i32): void {
  const { treesPerBag } = b;
  for (let tree: i32 = from; tree < end; tree += treesPerBag) {
    const stop: i32 = tree + treesPerBag < end ? tree + treesPerBag : end;
    if (t.momentCount === 5) addFive(b, t, bagRows(b), bagBegin(b, tree), bagStop(b, tree), tree, stop);
    else addAny(b, t, bagRows(b), bagBegin(b, tree), bagStop(b, tree), tree, stop);
  }
}

/** Adds the trees from … end of a bag to rows[begin … stop). */
function addFive(b: Block, t: Trees, rows: I32, begin: i32, stop: i32, from: i32, end: i32): void {
  const { leaf, state, rowCount, firstLeaf, treesPerBag } = b;
  const { moments } = t;
  const last: i32 = end * rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const at: i32 = rows[k] * (5 + BAG_STATE);
    const c0: f64 = state[at];
    const c1: f64 = state[at + 1];
    const c2: f64 = state[at + 2];
    const c3: f64 = state[at + 3];
    const c4: f64 = state[at + 4];
    let sum: f64 = 0;
    let squares: f64 = 0;
    let all: f64 = state[at + 5 + SQUARES_OF_ALL];
    let present: i32 = 0;
    for (let place: i32 = from * rowCount + rows[k]; place < last; place += rowCount) {
      const own: i32 = leaf[place];
      if (own === 0) continue;
      const m: i32 = 5 * (own - firstLeaf);
      const rho: f64 =
        c0 * moments[m] + c1 * moments[m + 1] + (c2 * moments[m + 2] + c3 * moments[m + 3]) + c4 * moments[m + 4];
      sum += rho;
      squares += rho * rho;
      all += rho * rho;
      present++;
    }
    state[at + 5 + SQUARES_OF_ALL] = all;
    if (present < treesPerBag) continue;
    const mean: f64 = sum / treesPerBag;
    state[at + 5 + BETWEEN] += mean * mean;
    state[at + 5 + TOTAL] += squares;
    state[at + 5 + BAGS] += 1;
  }
}

function addAny(b: Block, t: Trees, rows: I32, begin: i32, stop: i32, from: i32, end: i32): void {
  const { leaf, state, rowCount, firstLeaf, treesPerBag } = b;
  const { moments, momentCount } = t;
  const last: i32 = end * rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const at: i32 = rows[k] * (momentCount + BAG_STATE);
    const to: i32 = at + momentCount;
    let sum: f64 = 0;
    let squares: f64 = 0;
    let present: i32 = 0;
    for (let place: i32 = from * rowCount + rows[k]; place < last; place += rowCount) {
      const own: i32 = leaf[place];
      if (own === 0) continue;
      const first: i32 = momentCount * (own - firstLeaf);
      let rho: f64 = 0;
      for (let m: i32 = 0; m < momentCount; m++) rho += state[at + m] * moments[first + m];
      sum += rho;
      squares += rho * rho;
      state[to + SQUARES_OF_ALL] += rho * rho;
      present++;
    }
    if (present < treesPerBag) continue;
    const mean: f64 = sum / treesPerBag;
    state[to + BETWEEN] += mean * mean;
    state[to + TOTAL] += squares;
    state[to + BAGS] += 1;
  }
}
