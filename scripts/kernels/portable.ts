/** `src/kernels/portable.ts` for AssemblyScript. */

@inline
export function multiply(a: i32, b: i32): i32 {
  return a * b;
}

@inline
export function toInt(x: f64): i32 {
  return <i32>x;
}

@inline
export function unsigned(word: i32): f64 {
  return <f64>(<u32>word);
}

@inline
export function wordsModulo(count: i32): f64 {
  return <f64>((0 - <u32>count) % <u32>count);
}

@inline
export function ceiling(x: f64): i32 {
  return <i32>ceil(x);
}
