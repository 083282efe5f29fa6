/**
 * What out-of-bag effects add up over trees, in one visit of each row and bag: the sums of their variances (`little-bags.ts`),
 * and of the fit's error (`causal/fit-error.ts`), Σ_b (r₍₋b₎ − r)², with r₍₋b₎ the row's residual from the averages without
 * tree b. With q, y, w, wy, ww the sums of the moments over the row's trees less those of tree b,
 * n = wy·q − w·y and d = ww·q − w²,  r₍₋b₎ = Y − (y·d + (W·q − w)·n)/(q·d): one division.
 * Each row's numbers lie side by side: what little bags have, the five sums, Y − r, W, and the result.
 */
import type { Block, Trees } from './frames.js';
import { BAG_STATE, BAGS, BETWEEN, TOTAL } from './little-bags.js';
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
    if (treesPerBag === 2 && stop - tree === 2) addPair(b, t, bagRows(b), begin, bagStop(b, tree), tree);
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

/** The same for a bag of two trees, the usual one, written out: half of the cost of `addTrees` is its loop over them. */
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
    const c: i32 = 5 * (leaf[one + r] - firstLeaf);
    const d: i32 = 5 * (leaf[two + r] - firstLeaf);
    const qc: f64 = moments[c];
    const yc: f64 = moments[c + 1];
    const wc: f64 = moments[c + 2];
    const wyc: f64 = moments[c + 3];
    const wwc: f64 = moments[c + 4];
    const qd: f64 = moments[d];
    const yd: f64 = moments[d + 1];
    const wd: f64 = moments[d + 2];
    const wyd: f64 = moments[d + 3];
    const wwd: f64 = moments[d + 4];
    const c0: f64 = state[at];
    const c1: f64 = state[at + 1];
    const c2: f64 = state[at + 2];
    const c3: f64 = state[at + 3];
    const c4: f64 = state[at + 4];
    const rhoC: f64 = c0 * qc + c1 * yc + (c2 * wc + c3 * wyc) + c4 * wwc;
    const rhoD: f64 = c0 * qd + c1 * yd + (c2 * wd + c3 * wyd) + c4 * wwd;
    const mean: f64 = (rhoC + rhoD) * 0.5;
    state[at + 5 + BETWEEN] += mean * mean;
    state[at + 5 + TOTAL] += rhoC * rhoC + rhoD * rhoD;
    state[at + 5 + BAGS] += 1;
    const q: f64 = state[at + SUMS];
    const y: f64 = state[at + SUMS + 1];
    const w: f64 = state[at + SUMS + 2];
    const wy: f64 = state[at + SUMS + 3];
    const ww: f64 = state[at + SUMS + 4];
    const outcome: f64 = state[at + OUTCOME];
    const treatment: f64 = state[at + TREATMENT];
    const nC: f64 = (wy - wyc) * (q - qc) - (w - wc) * (y - yc);
    const dC: f64 = (ww - wwc) * (q - qc) - (w - wc) * (w - wc);
    const nD: f64 = (wy - wyd) * (q - qd) - (w - wd) * (y - yd);
    const dD: f64 = (ww - wwd) * (q - qd) - (w - wd) * (w - wd);
    const changeC: f64 = outcome - ((y - yc) * dC + (treatment * (q - qc) - (w - wc)) * nC) / ((q - qc) * dC);
    const changeD: f64 = outcome - ((y - yd) * dD + (treatment * (q - qd) - (w - wd)) * nD) / ((q - qd) * dD);
    state[at + ERROR] = state[at + ERROR] + changeC * changeC + changeD * changeD;
  }
}
