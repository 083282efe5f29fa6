/** `src/kernels/portable.ts` for AssemblyScript. */

@inline
export function toInt(x: f64): i32 {
  return <i32>x;
}

@inline
export function ceiling(x: f64): i32 {
  return <i32>ceil(x);
}

@inline
export function squareRoot(x: f64): f64 {
  return sqrt(x);
}

@inline
export function multiply(a: i32, b: i32): i32 {
  return a * b;
}

@inline
export function upperProduct(word: i32, count: i32): i32 {
  return <i32>(((<u64>(<u32>word)) * (<u64>count)) >> 32);
}

@inline
export function trailingZeros(word: i32): i32 {
  return ctz(word);
}

@inline
export function ones(word: i32): i32 {
  return popcnt(word);
}

@inline
export function isBelow(word: i32, other: i32): bool {
  return (<u32>word) < (<u32>other);
}

@inline
export function wordsModulo(count: i32): i32 {
  const divisor: u32 = count;
  const rest: u32 = (0 - divisor) % divisor;
  return rest;
}

@inline
export function quotient(a: i32, b: i32): i32 {
  return a / b;
}
