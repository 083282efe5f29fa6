/**
 * What penalised regressions are made of: sums over rows of products of columns (the Gram matrix, n·p²/2 products), of
 * columns times one number a row (gradients), and of columns times a coefficient each (predictors).
 * Four columns by two at a time, so that a number once read serves several products, and in stretches of rows that stay in
 * the processor's nearest memory.
 */
import { addFour, dotEight, dotFour, weighInto } from './dots.js';
import type { Products } from './frames.js';

/** Rows of a stretch: four weighted columns of it take 16 kB. */
export const STRETCH: i32 = 512;

function smaller(a: i32, b: i32): i32 {
  return a < b ? a : b;
}

/** Adds Σ w x_a x_b over rows from … end of the chosen columns to sums[a · width + b], first ≤ a < size, b ≤ a. */
export function addCrossProducts(p: Products, from: i32, end: i32, first: i32, size: i32): void {
  for (let start: i32 = from; start < end; start += STRETCH)
    addStretch(p, start, smaller(STRETCH, end - start), first, size);
}

/** Past the last column the last one is taken again, and its sums are not added. */
function addStretch(p: Products, start: i32, rows: i32, first: i32, size: i32): void {
  const { values, stride, weight, isWeighted, scratch, chosen, eight } = p;
  const last: i32 = size - 1;
  for (let a: i32 = first; a < size; a += 4) {
    const w0: i32 = chosen[a] * stride + start;
    const w1: i32 = chosen[smaller(a + 1, last)] * stride + start;
    const w2: i32 = chosen[smaller(a + 2, last)] * stride + start;
    const w3: i32 = chosen[smaller(a + 3, last)] * stride + start;
    if (isWeighted === 1) {
      weighInto(values, w0, weight, start, rows, scratch, 0);
      weighInto(values, w1, weight, start, rows, scratch, STRETCH);
      weighInto(values, w2, weight, start, rows, scratch, 2 * STRETCH);
      weighInto(values, w3, weight, start, rows, scratch, 3 * STRETCH);
    }
    for (let b: i32 = 0; b <= smaller(a + 3, last); b += 2) {
      const u: i32 = chosen[b] * stride + start;
      const v: i32 = chosen[smaller(b + 1, last)] * stride + start;
      if (isWeighted === 1) dotEight(values, u, v, scratch, 0, STRETCH, 2 * STRETCH, 3 * STRETCH, rows, eight);
      else dotEight(values, u, v, values, w0, w1, w2, w3, rows, eight);
      addBlock(p, a, smaller(a + 4, size), b);
    }
  }
}

/** Rows a … end of the lower triangle, columns b and b + 1. */
function addBlock(p: Products, a: i32, end: i32, b: i32): void {
  const { sums, width, eight } = p;
  for (let row: i32 = a; row < end; row++) {
    if (b <= row) sums[row * width + b] += eight[row - a];
    if (b < row) sums[row * width + b + 1] += eight[row - a + 4];
  }
}

/** projected[c] = Σ row[i] x of the first `count` chosen columns; room for three more is written over. */
export function projectColumns(p: Products, count: i32): void {
  const { values, stride, rowNumbers, chosen, projected } = p;
  const last: i32 = count - 1;
  for (let c: i32 = 0; c < count; c += 4)
    dotFour(
      values,
      chosen[c] * stride,
      chosen[smaller(c + 1, last)] * stride,
      chosen[smaller(c + 2, last)] * stride,
      chosen[smaller(c + 3, last)] * stride,
      rowNumbers,
      0,
      stride,
      projected,
      c,
    );
}

/** rowNumbers[i] += Σ factor[c] x of the first `count` chosen columns, for rows from … end; factors beyond `count` are 0. */
export function addChosen(p: Products, from: i32, end: i32, count: i32): void {
  const { values, stride, rowNumbers, chosen, factor } = p;
  const last: i32 = count - 1;
  for (let c: i32 = 0; c < count; c += 4)
    addFour(
      values,
      chosen[c] * stride + from,
      chosen[smaller(c + 1, last)] * stride + from,
      chosen[smaller(c + 2, last)] * stride + from,
      chosen[smaller(c + 3, last)] * stride + from,
      factor[c],
      factor[c + 1],
      factor[c + 2],
      factor[c + 3],
      rowNumbers,
      from,
      end - from,
    );
}
