/** `src/kernels/words.ts` for AssemblyScript: 128 bits at once. */
import { I32, U8 } from './arrays';

@inline
function at(array: I32, place: i32): usize {
  return changetype<usize>(array) + ((<usize>place) << 2);
}

@inline
function sides(left: v128, right: v128): i32 {
  return <i32>v128.any_true(left) | (<i32>v128.any_true(right) << 1);
}

export function splitSet(sets: I32, from: i32, left: i32, right: i32, below: I32, cut: i32, words: i32): i32 {
  let anyLeft: v128 = i32x4.splat(0);
  let anyRight: v128 = i32x4.splat(0);
  let source: usize = at(sets, from);
  let toLeft: usize = at(sets, left);
  let toRight: usize = at(sets, right);
  let mask: usize = at(below, cut);
  const end: usize = source + ((<usize>words) << 2);
  while (source < end) {
    const rows: v128 = v128.load(source);
    const which: v128 = v128.load(mask);
    const goes: v128 = v128.and(rows, which);
    const stays: v128 = v128.andnot(rows, which);
    v128.store(toLeft, goes);
    v128.store(toRight, stays);
    anyLeft = v128.or(anyLeft, goes);
    anyRight = v128.or(anyRight, stays);
    source += 16;
    mask += 16;
    toLeft += 16;
    toRight += 16;
  }
  return sides(anyLeft, anyRight);
}

export function splitPresent(
  sets: I32,
  from: i32,
  left: i32,
  right: i32,
  below: I32,
  cut: i32,
  missing: i32,
  words: i32,
): i32 {
  let anyLeft: v128 = i32x4.splat(0);
  let anyRight: v128 = i32x4.splat(0);
  for (let k: i32 = 0; k < words; k += 4) {
    const rows: v128 = v128.load(at(sets, from + k));
    const which: v128 = v128.andnot(v128.load(at(below, cut + k)), v128.load(at(below, missing + k)));
    const goes: v128 = v128.and(rows, which);
    const stays: v128 = v128.andnot(rows, which);
    v128.store(at(sets, left + k), goes);
    v128.store(at(sets, right + k), stays);
    anyLeft = v128.or(anyLeft, goes);
    anyRight = v128.or(anyRight, stays);
  }
  return sides(anyLeft, anyRight);
}

export function unite(sets: I32, to: i32, other: I32, from: i32, words: i32): void {
  let target: usize = at(sets, to);
  let source: usize = at(other, from);
  const end: usize = target + ((<usize>words) << 2);
  while (target < end) {
    v128.store(target, v128.or(v128.load(target), v128.load(source)));
    target += 16;
    source += 16;
  }
}

export function empty(sets: I32, place: i32, words: i32): void {
  memory.fill(at(sets, place), 0, (<usize>words) << 2);
}

/** Bytes of 16 rows' numbers: each set doubles them and adds 1 where a row's bit is set. */
@inline
function numbers(sets: usize, step: usize, count: i32): v128 {
  const bit: v128 = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  let sum: v128 = i8x16.splat(0);
  let place: usize = sets + (<usize>count) * step;
  while (place > sets) {
    place -= step;
    const word: v128 = v128.load16_splat(place);
    const spread: v128 = i8x16.shuffle(word, word, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    sum = i8x16.sub(i8x16.add(sum, sum), i8x16.eq(v128.and(spread, bit), bit));
  }
  return sum;
}

@inline
function writeFour(to: usize, number: v128, base: v128): void {
  const filled: v128 = i32x4.ne(number, i32x4.splat(0));
  v128.store(to, v128.and(i32x4.add(number, base), filled));
}

export function writeNumbers(sets: I32, count: i32, words: i32, rowCount: i32, base: i32, out: I32, place: i32): void {
  const offset: v128 = i32x4.splat(base);
  const step: usize = (<usize>words) << 2;
  const lower: i32 = count < 8 ? count : 8;
  let to: usize = at(out, place);
  const end: usize = to + ((<usize>rowCount) << 2);
  let from: usize = at(sets, 0);
  while (to < end) {
    const low: v128 = numbers(from, step, lower);
    const high: v128 = count > 8 ? numbers(from + 8 * step, step, count - 8) : i8x16.splat(0);
    const first: v128 = i8x16.shuffle(low, high, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const second: v128 = i8x16.shuffle(low, high, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    writeFour(to, i32x4.extend_low_i16x8_u(first), offset);
    writeFour(to + 16, i32x4.extend_high_i16x8_u(first), offset);
    writeFour(to + 32, i32x4.extend_low_i16x8_u(second), offset);
    writeFour(to + 48, i32x4.extend_high_i16x8_u(second), offset);
    to += 64;
    from += 2;
  }
}

@inline
function sendRow(row: i32, codes: usize, cut: i32, left: usize, gap: i32): usize {
  const right: i32 = (cut - load<i32>(codes + ((<usize>row) << 2))) >> 31;
  store<i32>(left + (gap & right), row);
  return left + 4 + (right << 2);
}

export function splitList(buffer: I32, from: i32, end: i32, to: i32, code: I32, column: i32, cut: i32): i32 {
  const codes: usize = at(code, column);
  const start: usize = at(buffer, to);
  let next: usize = at(buffer, from);
  let left: usize = start;
  let gap: i32 = (end - from) << 2;
  while (gap >= 16) {
    left = sendRow(load<i32>(next), codes, cut, left, gap - 4);
    left = sendRow(load<i32>(next, 4), codes, cut, left, gap - 8);
    left = sendRow(load<i32>(next, 8), codes, cut, left, gap - 12);
    left = sendRow(load<i32>(next, 12), codes, cut, left, gap - 16);
    next += 16;
    gap -= 16;
  }
  while (gap > 0) {
    gap -= 4;
    left = sendRow(load<i32>(next), codes, cut, left, gap);
    next += 4;
  }
  return <i32>((left - start) >> 2);
}

export function packBytes(bytes: U8, out: I32, words: i32): void {
  for (let k: i32 = 0; k < words; k++) {
    const from: usize = changetype<usize>(bytes) + ((<usize>k) << 5);
    const low: i32 = i8x16.bitmask(i8x16.neg(v128.load(from)));
    const high: i32 = i8x16.bitmask(i8x16.neg(v128.load(from, 16)));
    out[k] = low | (high << 16);
  }
}
