/** `src/kernels/pairs.ts` for AssemblyScript. */
import { F64 } from './arrays';

export type Pair = v128;

@inline
export function hasPairs(): bool {
  return true;
}

/** The constant comes last, so that it becomes part of the instruction. */
@inline
function address(array: F64, at: i32, k: i32): usize {
  return changetype<usize>(array) + ((<usize>at) << 3) + ((<usize>k) << 3);
}

@inline
export function numberAt(array: F64, at: i32, k: i32): f64 {
  return load<f64>(address(array, at, k));
}

@inline
export function twice(array: F64, at: i32, k: i32): Pair {
  return v128.load64_splat(address(array, at, k));
}

@inline
export function ofPlaces(array: F64, one: i32, two: i32, k: i32): Pair {
  return v128.load64_lane(address(array, two, k), v128.load64_zero(address(array, one, k)), 1);
}

@inline
export function neighbours(array: F64, at: i32, k: i32): Pair {
  return v128.load(address(array, at, k));
}

@inline
export function addNeighbours(array: F64, at: i32, k: i32, one: f64, two: f64): void {
  const pair: Pair = f64x2.replace_lane(f64x2.splat(one), 1, two);
  v128.store(address(array, at, k), f64x2.add(v128.load(address(array, at, k)), pair));
}

@inline
export function putNeighbours(array: F64, at: i32, k: i32, pair: Pair): void {
  v128.store(address(array, at, k), pair);
}

@inline
export function plus(a: Pair, b: Pair): Pair {
  return f64x2.add(a, b);
}

@inline
export function minus(a: Pair, b: Pair): Pair {
  return f64x2.sub(a, b);
}

@inline
export function times(a: Pair, b: Pair): Pair {
  return f64x2.mul(a, b);
}

@inline
export function over(a: Pair, b: Pair): Pair {
  return f64x2.div(a, b);
}

@inline
export function oneOf(pair: Pair): f64 {
  return f64x2.extract_lane(pair, 0);
}

@inline
export function twoOf(pair: Pair): f64 {
  return f64x2.extract_lane(pair, 1);
}

@inline
export function firsts(a: Pair, b: Pair): Pair {
  return i64x2.shuffle(a, b, 0, 2);
}

@inline
export function seconds(a: Pair, b: Pair): Pair {
  return i64x2.shuffle(a, b, 1, 3);
}
