/**
 * Sums Σᵢ wᵢ xᵢⱼ xᵢₖ of columns: the Gram matrix of a regression, which is nearly all of its cost (n·p²/2 products).
 * Four columns by two at a time, so that a number once read serves several products, and in stretches of rows that stay
 * in the processor's nearest memory.
 */

/** Rows of a stretch: four weighted columns of it take 16 kB. */
const STRETCH = 512;

/** Room that the sums work in, made once per thread of control. */
export const crossProductScratch = (): Float64Array => new Float64Array(4 * STRETCH);

/**
 * Fills the symmetric `out` (size × size, row-major) with Σᵢ wᵢ xᵢₐ xᵢᵦ over rows from … end.
 *
 * @param columns the columns of `values` (column-major, `stride` rows each) that a and b run over; `size` of them
 * @param weight one number per row, or null for 1
 */
export function crossProductsInto(
  values: Float64Array,
  stride: number,
  from: number,
  end: number,
  weight: Float64Array | null,
  columns: Int32Array,
  size: number,
  scratch: Float64Array,
  out: Float64Array,
): void {
  crossProductRowsInto(values, stride, from, end, weight, columns, 0, size, scratch, out, size);
}

/**
 * The same for rows `first` … size − 1 of `out` (`width` numbers each) and the columns that mirror them; the sums of the
 * columns before `first` with each other stay as they are.
 */
export function crossProductRowsInto(
  values: Float64Array,
  stride: number,
  from: number,
  end: number,
  weight: Float64Array | null,
  columns: Int32Array,
  first: number,
  size: number,
  scratch: Float64Array,
  out: Float64Array,
  width: number,
): void {
  for (let a = first; a < size; a++) out.fill(0, a * width, a * width + a + 1);
  for (let start = from; start < end; start += STRETCH)
    addStretch(
      values,
      stride,
      start,
      Math.min(end, start + STRETCH),
      weight,
      columns,
      first,
      size,
      scratch,
      out,
      width,
    );
  for (let a = first; a < size; a++) for (let b = 0; b < a; b++) out[b * width + a] = out[a * width + b];
}

/** The lower triangle of one stretch. Past the last column the last one is taken again: its sums are the same numbers. */
function addStretch(
  values: Float64Array,
  stride: number,
  start: number,
  end: number,
  weight: Float64Array | null,
  columns: Int32Array,
  first: number,
  size: number,
  scratch: Float64Array,
  out: Float64Array,
  width: number,
): void {
  const rows = end - start;
  const last = size - 1;
  for (let a = first; a < size; a += 4) {
    const a1 = Math.min(a + 1, last);
    const a2 = Math.min(a + 2, last);
    const a3 = Math.min(a + 3, last);
    copyWeighted(values, columns[a] * stride + start, rows, weight, start, scratch, 0);
    copyWeighted(values, columns[a1] * stride + start, rows, weight, start, scratch, STRETCH);
    copyWeighted(values, columns[a2] * stride + start, rows, weight, start, scratch, 2 * STRETCH);
    copyWeighted(values, columns[a3] * stride + start, rows, weight, start, scratch, 3 * STRETCH);
    for (let b = 0; b <= a3; b += 2) {
      const b1 = Math.min(b + 1, last);
      const u = columns[b] * stride + start;
      const v = columns[b1] * stride + start;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let t0 = 0;
      let t1 = 0;
      let t2 = 0;
      let t3 = 0;
      for (let i = 0; i < rows; i++) {
        const x = values[u + i];
        const y = values[v + i];
        const w0 = scratch[i];
        const w1 = scratch[STRETCH + i];
        const w2 = scratch[2 * STRETCH + i];
        const w3 = scratch[3 * STRETCH + i];
        s0 += w0 * x;
        s1 += w1 * x;
        s2 += w2 * x;
        s3 += w3 * x;
        t0 += w0 * y;
        t1 += w1 * y;
        t2 += w2 * y;
        t3 += w3 * y;
      }
      addBlock(out, width, a, a1, a2, a3, b, s0, s1, s2, s3);
      if (b1 > b) addBlock(out, width, a, a1, a2, a3, b1, t0, t1, t2, t3);
    }
  }
}

function copyWeighted(
  values: Float64Array,
  at: number,
  rows: number,
  weight: Float64Array | null,
  start: number,
  scratch: Float64Array,
  place: number,
): void {
  if (weight === null) for (let i = 0; i < rows; i++) scratch[place + i] = values[at + i];
  else for (let i = 0; i < rows; i++) scratch[place + i] = weight[start + i] * values[at + i];
}

/** Adds to cells (a, b) … (a3, b), each once: repeated rows at the edge, and the upper triangle, are left out. */
function addBlock(
  out: Float64Array,
  width: number,
  a: number,
  a1: number,
  a2: number,
  a3: number,
  b: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
): void {
  if (a >= b) out[a * width + b] += s0;
  if (a1 > a && a1 >= b) out[a1 * width + b] += s1;
  if (a2 > a1 && a2 >= b) out[a2 * width + b] += s2;
  if (a3 > a2 && a3 >= b) out[a3 * width + b] += s3;
}
