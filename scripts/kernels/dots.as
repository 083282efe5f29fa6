/** `src/kernels/dots.ts` for AssemblyScript. */
import { F64 } from './arrays';

@inline
function at(array: F64, place: i32): usize {
  return changetype<usize>(array) + ((<usize>place) << 3);
}

@inline
function both(sums: v128): f64 {
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

@inline
function plusProduct(sums: v128, a: v128, b: v128): v128 {
  return f64x2.add(sums, f64x2.mul(a, b));
}

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
  let s0: v128 = f64x2.splat(0);
  let s1: v128 = s0;
  let s2: v128 = s0;
  let s3: v128 = s0;
  let t0: v128 = s0;
  let t1: v128 = s0;
  let t2: v128 = s0;
  let t3: v128 = s0;
  const px = at(x, u);
  const py = at(x, v);
  const p0 = at(w, w0);
  const p1 = at(w, w1);
  const p2 = at(w, w2);
  const p3 = at(w, w3);
  const end: usize = (<usize>(rows & ~1)) << 3;
  for (let i: usize = 0; i < end; i += 16) {
    const a = v128.load(px + i);
    const b = v128.load(py + i);
    const c0 = v128.load(p0 + i);
    const c1 = v128.load(p1 + i);
    const c2 = v128.load(p2 + i);
    const c3 = v128.load(p3 + i);
    s0 = plusProduct(s0, a, c0);
    s1 = plusProduct(s1, a, c1);
    s2 = plusProduct(s2, a, c2);
    s3 = plusProduct(s3, a, c3);
    t0 = plusProduct(t0, b, c0);
    t1 = plusProduct(t1, b, c1);
    t2 = plusProduct(t2, b, c2);
    t3 = plusProduct(t3, b, c3);
  }
  out[0] = both(s0);
  out[1] = both(s1);
  out[2] = both(s2);
  out[3] = both(s3);
  out[4] = both(t0);
  out[5] = both(t1);
  out[6] = both(t2);
  out[7] = both(t3);
  if ((rows & 1) === 0) return;
  const a = load<f64>(px + end);
  const b = load<f64>(py + end);
  out[0] += load<f64>(p0 + end) * a;
  out[1] += load<f64>(p1 + end) * a;
  out[2] += load<f64>(p2 + end) * a;
  out[3] += load<f64>(p3 + end) * a;
  out[4] += load<f64>(p0 + end) * b;
  out[5] += load<f64>(p1 + end) * b;
  out[6] += load<f64>(p2 + end) * b;
  out[7] += load<f64>(p3 + end) * b;
}

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
  let s0: v128 = f64x2.splat(0);
  let s1: v128 = s0;
  let s2: v128 = s0;
  let s3: v128 = s0;
  const p0 = at(x, a0);
  const p1 = at(x, a1);
  const p2 = at(x, a2);
  const p3 = at(x, a3);
  const pr = at(r, from);
  const end: usize = (<usize>(rows & ~1)) << 3;
  for (let i: usize = 0; i < end; i += 16) {
    const b = v128.load(pr + i);
    s0 = plusProduct(s0, v128.load(p0 + i), b);
    s1 = plusProduct(s1, v128.load(p1 + i), b);
    s2 = plusProduct(s2, v128.load(p2 + i), b);
    s3 = plusProduct(s3, v128.load(p3 + i), b);
  }
  out[place] = both(s0);
  out[place + 1] = both(s1);
  out[place + 2] = both(s2);
  out[place + 3] = both(s3);
  if ((rows & 1) === 0) return;
  const b = load<f64>(pr + end);
  out[place] += load<f64>(p0 + end) * b;
  out[place + 1] += load<f64>(p1 + end) * b;
  out[place + 2] += load<f64>(p2 + end) * b;
  out[place + 3] += load<f64>(p3 + end) * b;
}

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
  const g0 = f64x2.splat(f0);
  const g1 = f64x2.splat(f1);
  const g2 = f64x2.splat(f2);
  const g3 = f64x2.splat(f3);
  const p0 = at(x, a0);
  const p1 = at(x, a1);
  const p2 = at(x, a2);
  const p3 = at(x, a3);
  const to = at(out, from);
  const end: usize = (<usize>(rows & ~1)) << 3;
  for (let i: usize = 0; i < end; i += 16) {
    const left = f64x2.add(f64x2.mul(g0, v128.load(p0 + i)), f64x2.mul(g1, v128.load(p1 + i)));
    const right = f64x2.add(f64x2.mul(g2, v128.load(p2 + i)), f64x2.mul(g3, v128.load(p3 + i)));
    v128.store(to + i, f64x2.add(v128.load(to + i), f64x2.add(left, right)));
  }
  if ((rows & 1) === 0) return;
  const left = f0 * load<f64>(p0 + end) + f1 * load<f64>(p1 + end);
  const right = f2 * load<f64>(p2 + end) + f3 * load<f64>(p3 + end);
  store<f64>(to + end, load<f64>(to + end) + (left + right));
}

export function weighInto(x: F64, start: i32, weight: F64, from: i32, rows: i32, out: F64, place: i32): void {
  const px = at(x, start);
  const pw = at(weight, from);
  const to = at(out, place);
  const end: usize = (<usize>(rows & ~1)) << 3;
  for (let i: usize = 0; i < end; i += 16)
    v128.store(to + i, f64x2.mul(v128.load(pw + i), v128.load(px + i)));
  if (rows & 1) store<f64>(to + end, load<f64>(pw + end) * load<f64>(px + end));
}
