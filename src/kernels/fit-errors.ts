/**
 * What the fit's error adds up over trees (`causal/fit-error.ts`): Σ_b (r₍₋b₎ − r)², with r₍₋b₎ the row's residual from the
 * averages without tree b. With q, y, w, wy, ww the sums of the moments over the row's trees less those of tree b,
 * n = wy·q − w·y and d = ww·q − w²,  r₍₋b₎ = Y − (y·d + (W·q − w)·n)/(q·d): one division.
 * Each row's numbers lie side by side: the five sums, Y − r, W, and the result. Cost: one visit of each row and tree.
 */
import type { Block, Trees } from './frames.js';

export const ERROR_STATE: i32 = 8;
export const OUTCOME: i32 = 5;
export const TREATMENT: i32 = 6;
export const ERROR: i32 = 7;

/** Before the first tree: places OUTCOME and TREATMENT hold the row's Y − r and W. */
export function startErrors(b: Block): void {
  const { average, treeCount, state, rowCount } = b;
  for (let r: i32 = 0; r < rowCount; r++) {
    const at: i32 = r * ERROR_STATE;
    for (let m: i32 = 0; m < 5; m++) state[at + m] = treeCount[r] * average[5 * r + m];
    state[at + ERROR] = 0;
  }
}

/** Adds the chunk's trees from … end up. */
export function addErrors(b: Block, t: Trees, from: i32, end: i32): void {
  const { rows, start, leaf, groups, state } = b;
  const { moments } = t;
  const last: i32 = groups[end];
  for (let group: i32 = groups[from]; group < last; group++) {
    const leafAt: i32 = (leaf[group] - b.firstLeaf) * 5;
    const m0: f64 = moments[leafAt];
    const m1: f64 = moments[leafAt + 1];
    const m2: f64 = moments[leafAt + 2];
    const m3: f64 = moments[leafAt + 3];
    const m4: f64 = moments[leafAt + 4];
    const stop: i32 = start[group + 1];
    for (let k: i32 = start[group]; k < stop; k++) {
      const at: i32 = rows[k] * ERROR_STATE;
      const q: f64 = state[at] - m0;
      const y: f64 = state[at + 1] - m1;
      const w: f64 = state[at + 2] - m2;
      const wy: f64 = state[at + 3] - m3;
      const ww: f64 = state[at + 4] - m4;
      const n: f64 = wy * q - w * y;
      const d: f64 = ww * q - w * w;
      const change: f64 = state[at + OUTCOME] - (y * d + (state[at + TREATMENT] * q - w) * n) / (q * d);
      state[at + ERROR] += change * change;
    }
  }
}
