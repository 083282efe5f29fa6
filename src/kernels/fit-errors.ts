/**
 * What out-of-bag effects add up over trees, in one visit of each row and bag: the sums of their variances (`little-bags.ts`),
 * and of the fit's error (`causal/fit-error.ts`), Σ_b (r₍₋b₎ − r)², with r₍₋b₎ the row's residual from the averages without
 * tree b. With q, y, w, wy, ww the sums of the moments over the row's trees less those of tree b,
 * n = wy·q − w·y and d = ww·q − w²,  r₍₋b₎ = Y − (y·d + (W·q − w)·n)/(q·d): one division.
 * Each row's numbers lie side by side: what little bags have, the five sums, Y − r, W, and the result.
 */
import type { Block, Trees } from './frames.js';
import { BAG_STATE, BAGS, BETWEEN, TOTAL } from './little-bags.js';
import {
  addNeighbours,
  firsts,
  hasPairs,
  minus,
  neighbours,
  ofPlaces,
  oneOf,
  over,
  type Pair,
  plus,
  seconds,
  times,
  twice,
  twoOf,
} from './pairs.js';
import { bagBegin, bagRows, bagStop } from './send-trees.js';

export const SUMS: i32 = 5 + BAG_STATE;
export const OUTCOME: i32 = SUMS + 5;
export const TREATMENT: i32 = SUMS + 6;
export const ERROR: i32 = SUMS + 7;
export const ERROR_STATE: i32 = SUMS + 8;

/** Before the first tree: the coefficients of ρ are in place, and places OUTCOME and TREATMENT hold the row's Y − r and W. */
export function startErrors(b: Block): void {
  const { average, treeCount, state, rowCount } = b;
  for (let r: i32 = 0; r < rowCount; r++) {
    const at: i32 = r * ERROR_STATE;
    for (let m: i32 = 0; m < BAG_STATE; m++) state[at + 5 + m] = 0;
    for (let m: i32 = 0; m < 5; m++) state[at + SUMS + m] = treeCount[r] * average[5 * r + m];
    state[at + ERROR] = 0;
  }
}

/** Adds the chunk's trees from … end up, bag by bag. */
export function addErrors(b: Block, t: Trees, from: i32, end: i32): void {
  const { treesPerBag } = b;
  for (let tree: i32 = from; tree < end; tree += treesPerBag) {
    const stop: i32 = tree + treesPerBag < end ? tree + treesPerBag : end;
    const begin: i32 = bagBegin(b, tree);
    if (hasPairs() && treesPerBag === 2 && stop - tree === 2) addPair(b, t, bagRows(b), begin, bagStop(b, tree), tree);
    else addTrees(b, t, bagRows(b), begin, bagStop(b, tree), tree, stop);
  }
}

/** Adds the trees from … end to rows[begin … stop). */
function addTrees(b: Block, t: Trees, rows: I32, begin: i32, stop: i32, from: i32, end: i32): void {
  const { leaf, state, rowCount, firstLeaf, treesPerBag } = b;
  const { moments } = t;
  const last: i32 = end * rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const r: i32 = rows[k];
    const at: i32 = r * ERROR_STATE;
    const c0: f64 = state[at];
    const c1: f64 = state[at + 1];
    const c2: f64 = state[at + 2];
    const c3: f64 = state[at + 3];
    const c4: f64 = state[at + 4];
    const sum0: f64 = state[at + SUMS];
    const sum1: f64 = state[at + SUMS + 1];
    const sum2: f64 = state[at + SUMS + 2];
    const sum3: f64 = state[at + SUMS + 3];
    const sum4: f64 = state[at + SUMS + 4];
    const outcome: f64 = state[at + OUTCOME];
    const treatment: f64 = state[at + TREATMENT];
    let error: f64 = state[at + ERROR];
    let sum: f64 = 0;
    let squares: f64 = 0;
    let present: i32 = 0;
    for (let place: i32 = from * rowCount + r; place < last; place += rowCount) {
      const own: i32 = leaf[place];
      if (own === 0) continue;
      const m: i32 = 5 * (own - firstLeaf);
      const m0: f64 = moments[m];
      const m1: f64 = moments[m + 1];
      const m2: f64 = moments[m + 2];
      const m3: f64 = moments[m + 3];
      const m4: f64 = moments[m + 4];
      const rho: f64 = c0 * m0 + c1 * m1 + (c2 * m2 + c3 * m3) + c4 * m4;
      sum += rho;
      squares += rho * rho;
      present++;
      const q: f64 = sum0 - m0;
      const y: f64 = sum1 - m1;
      const w: f64 = sum2 - m2;
      const wy: f64 = sum3 - m3;
      const ww: f64 = sum4 - m4;
      const n: f64 = wy * q - w * y;
      const d: f64 = ww * q - w * w;
      const change: f64 = outcome - (y * d + (treatment * q - w) * n) / (q * d);
      error += change * change;
    }
    state[at + ERROR] = error;
    if (present < treesPerBag) continue;
    const mean: f64 = sum / treesPerBag;
    state[at + 5 + BETWEEN] += mean * mean;
    state[at + 5 + TOTAL] += squares;
    state[at + 5 + BAGS] += 1;
  }
}

/** The same for a bag of two trees, the usual one: both at once, where that is one instruction (`pairs.ts`). */
function addPair(b: Block, t: Trees, rows: I32, begin: i32, stop: i32, tree: i32): void {
  const { leaf, state, rowCount, firstLeaf } = b;
  const { moments } = t;
  const one: i32 = tree * rowCount;
  const two: i32 = one + rowCount;
  for (let k: i32 = begin; k < stop; k++) {
    const r: i32 = rows[k];
    // Rows that only one of them has a leaf for, or neither.
    if (leaf[one + r] === 0 || leaf[two + r] === 0) {
      addTrees(b, t, rows, k, k + 1, tree, tree + 2);
      continue;
    }
    const at: i32 = r * ERROR_STATE;
    const at1: i32 = 5 * (leaf[one + r] - firstLeaf);
    const at2: i32 = 5 * (leaf[two + r] - firstLeaf);
    const sums1: Pair = neighbours(moments, at1, 0);
    const sums2: Pair = neighbours(moments, at2, 0);
    const products1: Pair = neighbours(moments, at1, 2);
    const products2: Pair = neighbours(moments, at2, 2);
    const q: Pair = firsts(sums1, sums2);
    const y: Pair = seconds(sums1, sums2);
    const w: Pair = firsts(products1, products2);
    const wy: Pair = seconds(products1, products2);
    const ww: Pair = ofPlaces(moments, at1, at2, 4);
    const rhoOfSums: Pair = plus(times(twice(state, at, 0), q), times(twice(state, at, 1), y));
    const rhoOfProducts: Pair = plus(times(twice(state, at, 2), w), times(twice(state, at, 3), wy));
    const rho: Pair = plus(plus(rhoOfSums, rhoOfProducts), times(twice(state, at, 4), ww));
    const mean: f64 = (oneOf(rho) + twoOf(rho)) * 0.5;
    const squares: Pair = times(rho, rho);
    // TOTAL is BETWEEN's neighbour.
    addNeighbours(state, at, 5 + BETWEEN, mean * mean, oneOf(squares) + twoOf(squares));
    state[at + 5 + BAGS] += 1;
    const q0: Pair = minus(twice(state, at, SUMS), q);
    const y0: Pair = minus(twice(state, at, SUMS + 1), y);
    const w0: Pair = minus(twice(state, at, SUMS + 2), w);
    const wy0: Pair = minus(twice(state, at, SUMS + 3), wy);
    const ww0: Pair = minus(twice(state, at, SUMS + 4), ww);
    const n: Pair = minus(times(wy0, q0), times(w0, y0));
    const d: Pair = minus(times(ww0, q0), times(w0, w0));
    const fitted: Pair = plus(times(y0, d), times(minus(times(twice(state, at, TREATMENT), q0), w0), n));
    const change: Pair = minus(twice(state, at, OUTCOME), over(fitted, times(q0, d)));
    const errors: Pair = times(change, change);
    state[at + ERROR] = state[at + ERROR] + oneOf(errors) + twoOf(errors);
  }
}
