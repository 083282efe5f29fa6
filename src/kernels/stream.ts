/**
 * The random streams of `math/random.ts` inside kernels: the same words from the same state, four numbers long.
 * `test/kernels/stream.test.ts` holds the two together.
 */
import { isBelow, multiply, upperProduct, wordsModulo } from './portable.js';

/** 32 random bits (sfc32). */
export function bits(state: I32): i32 {
  const b: i32 = state[1];
  const c: i32 = state[2];
  const word: i32 = (((state[0] + b) | 0) + state[3]) | 0;
  state[3] = (state[3] + 1) | 0;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = (((c << 21) | (c >>> 11)) + word) | 0;
  return word;
}

/** Uniform on [0, 1) with 53 bits. */
export function uniform(state: I32): f64 {
  const high: f64 = bits(state) >>> 5;
  const low: f64 = bits(state) >>> 6;
  return (high * 67108864 + low) / 9007199254740992;
}

/** Uniform on 0 … count − 1 without bias (Lemire 2019). */
export function below(state: I32, count: i32): i32 {
  let word: i32 = bits(state);
  if (isBelow(multiply(word, count), count)) {
    const threshold: i32 = wordsModulo(count);
    while (isBelow(multiply(word, count), threshold)) word = bits(state);
  }
  return upperProduct(word, count);
}
