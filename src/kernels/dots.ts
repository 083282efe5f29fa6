/**
 * Sums of products down columns, two rows at a time: a sum is that of its even rows plus that of its odd ones, and last
 * what remains of an odd number of rows. The twin for AssemblyScript, `scripts/kernels/dots.as`, has both in one register.
 */

/** out[c] = Σ x[u + i] w[wc + i], out[4 + c] = Σ x[v + i] w[wc + i], for c = 0 … 3 and i below `rows`. */
export function dotEight(
  x: F64,
  u: i32,
  v: i32,
  w: F64,
  w0: i32,
  w1: i32,
  w2: i32,
  w3: i32,
  rows: i32,
  out: F64,
): void {
  dotFour(w, w0, w1, w2, w3, x, u, rows, out, 0);
  dotFour(w, w0, w1, w2, w3, x, v, rows, out, 4);
}

/** out[place + c] = Σ x[ac + i] r[from + i], for c = 0 … 3 and i below `rows`. */
export function dotFour(
  x: F64,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  r: F64,
  from: i32,
  rows: i32,
  out: F64,
  place: i32,
): void {
  let [even0, even1, even2, even3] = [0, 0, 0, 0];
  let [odd0, odd1, odd2, odd3] = [0, 0, 0, 0];
  const pairs = rows & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const even = r[from + i];
    const odd = r[from + i + 1];
    even0 += x[a0 + i] * even;
    odd0 += x[a0 + i + 1] * odd;
    even1 += x[a1 + i] * even;
    odd1 += x[a1 + i + 1] * odd;
    even2 += x[a2 + i] * even;
    odd2 += x[a2 + i + 1] * odd;
    even3 += x[a3 + i] * even;
    odd3 += x[a3 + i + 1] * odd;
  }
  out[place] = even0 + odd0;
  out[place + 1] = even1 + odd1;
  out[place + 2] = even2 + odd2;
  out[place + 3] = even3 + odd3;
  if (pairs === rows) return;
  out[place] += x[a0 + pairs] * r[from + pairs];
  out[place + 1] += x[a1 + pairs] * r[from + pairs];
  out[place + 2] += x[a2 + pairs] * r[from + pairs];
  out[place + 3] += x[a3 + pairs] * r[from + pairs];
}

/** out[from + i] += (f0 x[a0 + i] + f1 x[a1 + i]) + (f2 x[a2 + i] + f3 x[a3 + i]), for i below `rows`. */
export function addFour(
  x: F64,
  a0: i32,
  a1: i32,
  a2: i32,
  a3: i32,
  f0: f64,
  f1: f64,
  f2: f64,
  f3: f64,
  out: F64,
  from: i32,
  rows: i32,
): void {
  for (let i = 0; i < rows; i++) out[from + i] += f0 * x[a0 + i] + f1 * x[a1 + i] + (f2 * x[a2 + i] + f3 * x[a3 + i]);
}

/** out[place + i] = weight[from + i] x[at + i], for i below `rows`. */
export function weighInto(x: F64, at: i32, weight: F64, from: i32, rows: i32, out: F64, place: i32): void {
  for (let i = 0; i < rows; i++) out[place + i] = weight[from + i] * x[at + i];
}
