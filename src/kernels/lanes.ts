/**
 * What WebAssembly does for several rows at a time, in vectors, and JavaScript one by one: the same results, bit for bit.
 * The twin for AssemblyScript is `scripts/kernels/lanes.as`; a runtime without vectors has the kernels as JavaScript.
 */
import type { Grower } from './frames.js';

/** The rows of placed[0 … count), each less 1, where there are any, to list[to …); at most three more places are written. */
export function collect(placed: I32, count: i32, list: I32, to: i32): void {
  let next: i32 = to;
  for (let k: i32 = 0; k < count; k++) {
    const row: i32 = placed[k];
    list[next] = row - 1;
    placed[k] = 0;
    next = (next + (row > 0 ? 1 : 0)) | 0;
  }
}

/** Splits list[from … end) by side: left rows to list[to …), right rows to list[middle …), each in their order. */
export function splitWindow(list: I32, side: U8, from: i32, end: i32, to: i32, middle: i32): void {
  let left: i32 = to;
  /** The next right row's place plus the next left one's: of two cursors, only one need be kept. */
  let both: i32 = to + middle;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    const goesRight: i32 = side[j];
    list[goesRight !== 0 ? both - left : left] = j;
    both = (both + 1) | 0;
    left = (left + (1 - goesRight)) | 0;
  }
}

/** Copies the left rows of list[from … end) to list[to …); what follows them there, as far as the window goes, is lost. */
export function keepLeft(list: I32, side: U8, from: i32, end: i32, to: i32): void {
  let next: i32 = to;
  for (let k: i32 = from; k < end; k++) {
    const j: i32 = list[k];
    list[next] = j;
    next = (next + (1 - side[j])) | 0;
  }
}

/** Copies the right rows from list[from] on to list[to … end), as many as there is room for; nothing else is written. */
export function keepRight(list: I32, side: U8, from: i32, to: i32, end: i32): void {
  let next: i32 = to;
  for (let k: i32 = from; next < end; k++) {
    const j: i32 = list[k];
    list[next] = j;
    next = (next + side[j]) | 0;
  }
}

/**
 * The cut of list[first … last] with the largest criterion above the best so far, the first of equal ones as both ends
 * are visited in turn, or −1; its criterion is in `value`. Left of the cut before list[k] lie k + offset rows.
 */
export function bestCut(g: Grower, first: i32, last: i32, offset: i32, leftSum: f64, rightSum: f64): i32 {
  const { list, rho, share } = g;
  let i: i32 = first;
  let k: i32 = last;
  let s: f64 = leftSum;
  let r: f64 = rightSum;
  let best: f64 = g.criterion;
  let at: i32 = -1;
  while (i <= k) {
    const left: f64 = s * s * share[i + offset];
    if (left > best) {
      best = left;
      at = i;
    }
    if (i === k) break;
    const right: f64 = r * r * share[k + offset];
    if (right > best) {
      best = right;
      at = k;
    }
    k = (k - 1) | 0;
    s += rho[list[i]];
    r += rho[list[k]];
    i = (i + 1) | 0;
  }
  g.value = best;
  return at;
}

/** share[j] = inverse[j] + inverse[count − j] for j from 0 to count; one more place may be written. */
export function fillShares(inverse: F64, share: F64, count: i32): void {
  for (let j: i32 = 0; j <= count; j++) share[j] = inverse[j] + inverse[count - j];
}
