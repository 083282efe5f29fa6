/** `src/kernels/logistic.ts` for AssemblyScript. */
import { F64 } from './arrays';

@inline
function chain(s: v128, first: f64, rest: v128): v128 {
  return f64x2.add(f64x2.splat(first), f64x2.mul(s, rest));
}

@inline
function logistic(eta: v128): v128 {
  const one = f64x2.splat(1);
  const x = f64x2.max(f64x2.splat(-708), f64x2.min(f64x2.splat(708), f64x2.neg(eta)));
  const k = f64x2.floor(f64x2.add(f64x2.div(x, f64x2.splat(0.6931471805599453)), f64x2.splat(0.5)));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
  const s = f64x2.mul(r, r);
  const even = chain(s, 1.0 / 2.0, chain(s, 1.0 / 24.0, chain(s, 1.0 / 720.0, chain(s, 1.0 / 40320.0, chain(s, 1.0 / 3628800.0, f64x2.splat(1.0 / 479001600.0))))));
  const odd = chain(s, 1.0 / 6.0, chain(s, 1.0 / 120.0, chain(s, 1.0 / 5040.0, chain(s, 1.0 / 362880.0, chain(s, 1.0 / 39916800.0, f64x2.splat(1.0 / 6227020800.0))))));
  const result = f64x2.add(one, f64x2.add(r, f64x2.mul(s, f64x2.add(even, f64x2.mul(r, odd)))));
  // 1.5·2⁵² + k has k in its last bits; k + 1023 is the exponent of 2^k.
  const bits = i64x2.add(f64x2.add(k, f64x2.splat(6755399441055744)), i64x2.splat(1023));
  return f64x2.div(one, f64x2.add(one, f64x2.mul(result, i64x2.shl(bits, 52))));
}

export function logisticInPlace(numbers: F64, count: i32): void {
  let at = changetype<usize>(numbers);
  const end = at + ((<usize>(count & ~1)) << 3);
  for (; at < end; at += 16) v128.store(at, logistic(v128.load(at)));
  if (count & 1) store<f64>(at, f64x2.extract_lane(logistic(v128.load64_splat(at)), 0));
}
