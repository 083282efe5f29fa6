/** `src/kernels/leaf-masks.ts` for AssemblyScript: sixteen rows at a time. */
import { F64, U8 } from './arrays';

export const LANES: i32 = 16;

@inline
function numbers(array: F64, place: i32): usize {
  return changetype<usize>(array) + ((<usize>place) << 3);
}

@inline
function bytesAt(array: U8, place: i32): usize {
  return changetype<usize>(array) + <usize>place;
}

/** Each byte twice, of the lower and of the upper eight: a mask of bytes becomes one of twice as wide lanes. */
@inline
function low8(mask: v128): v128 {
  return i8x16.shuffle(mask, mask, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
}

@inline
function high8(mask: v128): v128 {
  return i8x16.shuffle(mask, mask, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15);
}

@inline
function low16(mask: v128): v128 {
  return i16x8.shuffle(mask, mask, 0, 0, 1, 1, 2, 2, 3, 3);
}

@inline
function high16(mask: v128): v128 {
  return i16x8.shuffle(mask, mask, 4, 4, 5, 5, 6, 6, 7, 7);
}

@inline
function low32(mask: v128): v128 {
  return i32x4.shuffle(mask, mask, 0, 0, 1, 1);
}

@inline
function high32(mask: v128): v128 {
  return i32x4.shuffle(mask, mask, 2, 2, 3, 3);
}

@inline
function joined(a: v128, b: v128, c: v128, d: v128): f64 {
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** sum + those of the pair at `at` that the mask lets through. */
@inline
function plus(sum: v128, at: usize, mask: v128): v128 {
  return f64x2.add(sum, v128.and(v128.load(at), mask));
}

export function sumWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, rows: i32): f64 {
  const wanted = i8x16.splat(<i8>mark);
  let a: v128 = f64x2.splat(0);
  let b: v128 = a;
  let c: v128 = a;
  let d: v128 = a;
  let at = numbers(values, from);
  let byte = bytesAt(bytes, place);
  const end = byte + <usize>rows;
  for (; byte < end; byte += 16, at += 128) {
    const mask = i8x16.eq(v128.load(byte), wanted);
    const low = low8(mask);
    const high = high8(mask);
    const m0 = low16(low);
    const m1 = high16(low);
    a = plus(a, at, low32(m0));
    b = plus(b, at + 16, high32(m0));
    c = plus(c, at + 32, low32(m1));
    d = plus(d, at + 48, high32(m1));
    const m2 = low16(high);
    const m3 = high16(high);
    a = plus(a, at + 64, low32(m2));
    b = plus(b, at + 80, high32(m2));
    c = plus(c, at + 96, low32(m3));
    d = plus(d, at + 112, high32(m3));
  }
  return joined(a, b, c, d);
}

export function addBothMarked(values: F64, others: F64, from: i32, bytes: U8, rows: i32, out: F64): void {
  const nothing = i8x16.splat(0);
  let a: v128 = f64x2.splat(0);
  let b: v128 = a;
  let c: v128 = a;
  let d: v128 = a;
  let e: v128 = a;
  let f: v128 = a;
  let g: v128 = a;
  let h: v128 = a;
  let at = numbers(values, from);
  let other = numbers(others, from);
  let byte = bytesAt(bytes, 0);
  const end = byte + <usize>rows;
  for (; byte < end; byte += 16, at += 128, other += 128) {
    const mask = i8x16.ne(v128.load(byte), nothing);
    const low = low8(mask);
    const high = high8(mask);
    const m0 = low16(low);
    const m1 = high16(low);
    const w0 = low32(m0);
    const w1 = high32(m0);
    const w2 = low32(m1);
    const w3 = high32(m1);
    a = plus(a, at, w0);
    b = plus(b, at + 16, w1);
    c = plus(c, at + 32, w2);
    d = plus(d, at + 48, w3);
    e = plus(e, other, w0);
    f = plus(f, other + 16, w1);
    g = plus(g, other + 32, w2);
    h = plus(h, other + 48, w3);
    const m2 = low16(high);
    const m3 = high16(high);
    const w4 = low32(m2);
    const w5 = high32(m2);
    const w6 = low32(m3);
    const w7 = high32(m3);
    a = plus(a, at + 64, w4);
    b = plus(b, at + 80, w5);
    c = plus(c, at + 96, w6);
    d = plus(d, at + 112, w7);
    e = plus(e, other + 64, w4);
    f = plus(f, other + 80, w5);
    g = plus(g, other + 96, w6);
    h = plus(h, other + 112, w7);
  }
  out[0] += joined(a, b, c, d);
  out[1] += joined(e, f, g, h);
}

@inline
function addPair(at: usize, change: v128, mask: v128): void {
  v128.store(at, f64x2.add(v128.load(at), v128.and(change, mask)));
}

export function addWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, change: f64, rows: i32): void {
  const wanted = i8x16.splat(<i8>mark);
  const both = f64x2.splat(change);
  let at = numbers(values, from);
  let byte = bytesAt(bytes, place);
  const end = byte + <usize>rows;
  for (; byte < end; byte += 16, at += 128) {
    const found = i8x16.eq(v128.load(byte), wanted);
    const low = low8(found);
    const high = high8(found);
    const m0 = low16(low);
    const m1 = high16(low);
    addPair(at, both, low32(m0));
    addPair(at + 16, both, high32(m0));
    addPair(at + 32, both, low32(m1));
    addPair(at + 48, both, high32(m1));
    const m2 = low16(high);
    const m3 = high16(high);
    addPair(at + 64, both, low32(m2));
    addPair(at + 80, both, high32(m2));
    addPair(at + 96, both, low32(m3));
    addPair(at + 112, both, high32(m3));
  }
}

@inline
function takePair(at: usize, weight: usize, change: v128, mask: v128): void {
  v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(v128.load(weight), v128.and(change, mask))));
}

export function takeWhere(
  values: F64,
  weights: F64,
  from: i32,
  bytes: U8,
  place: i32,
  mark: i32,
  change: f64,
  rows: i32,
): void {
  const wanted = i8x16.splat(<i8>mark);
  const both = f64x2.splat(change);
  let at = numbers(values, from);
  let weight = numbers(weights, from);
  let byte = bytesAt(bytes, place);
  const end = byte + <usize>rows;
  for (; byte < end; byte += 16, at += 128, weight += 128) {
    const found = i8x16.eq(v128.load(byte), wanted);
    const low = low8(found);
    const high = high8(found);
    const m0 = low16(low);
    const m1 = high16(low);
    takePair(at, weight, both, low32(m0));
    takePair(at + 16, weight + 16, both, high32(m0));
    takePair(at + 32, weight + 32, both, low32(m1));
    takePair(at + 48, weight + 48, both, high32(m1));
    const m2 = low16(high);
    const m3 = high16(high);
    takePair(at + 64, weight + 64, both, low32(m2));
    takePair(at + 80, weight + 80, both, high32(m2));
    takePair(at + 96, weight + 96, both, low32(m3));
    takePair(at + 112, weight + 112, both, high32(m3));
  }
}

/** Bits of the sixteen bytes at `at` that are not 0. */
@inline
function bitsAt(at: usize): i16 {
  return <i16>i8x16.bitmask(i8x16.ne(v128.load(at), i8x16.splat(0)));
}

/** The bits of 128 bytes. */
@inline
function bitsOfHalf(at: usize): v128 {
  let bits: v128 = i16x8.splat(0);
  bits = i16x8.replace_lane(bits, 0, bitsAt(at));
  bits = i16x8.replace_lane(bits, 1, bitsAt(at + 16));
  bits = i16x8.replace_lane(bits, 2, bitsAt(at + 32));
  bits = i16x8.replace_lane(bits, 3, bitsAt(at + 48));
  bits = i16x8.replace_lane(bits, 4, bitsAt(at + 64));
  bits = i16x8.replace_lane(bits, 5, bitsAt(at + 80));
  bits = i16x8.replace_lane(bits, 6, bitsAt(at + 96));
  return i16x8.replace_lane(bits, 7, bitsAt(at + 112));
}

/** In memory, since constants would be made anew in every round of a loop. */
const CONSTANTS: usize = memory.data<u8>([
  1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0,
  7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31,
  16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
], 16);

/** The sides of 256 classes fit in two registers as bits. Those of an ordered column's cut are a stretch of ones. */
export function markWhere(
  bytes: U8,
  place: i32,
  mark: i32,
  classes: U8,
  at: i32,
  side: U8,
  out: U8,
  rows: i32,
): i32 {
  const lower = bitsOfHalf(changetype<usize>(side));
  const upper = bitsOfHalf(changetype<usize>(side) + 128);
  const first = firstOf(lower, upper);
  const last = lastOf(lower, upper);
  const byte = bytesAt(bytes, place);
  const own = bytesAt(classes, at);
  const to = bytesAt(out, 0);
  return last - first + 1 === onesOf(lower) + onesOf(upper)
    ? markStretch(byte, <i8>mark, own, <i8>first, <i8>(last - first), to, byte + <usize>rows)
    : markAny(byte, <i8>mark, own, lower, upper, to, byte + <usize>rows);
}

@inline
function onesOf(bits: v128): i32 {
  return <i32>(popcnt(i64x2.extract_lane(bits, 0)) + popcnt(i64x2.extract_lane(bits, 1)));
}

/** The first bit; 256 where there is none. */
function firstOf(lower: v128, upper: v128): i32 {
  const a = i64x2.extract_lane(lower, 0);
  if (a !== 0) return <i32>ctz(a);
  const b = i64x2.extract_lane(lower, 1);
  if (b !== 0) return 64 + <i32>ctz(b);
  const c = i64x2.extract_lane(upper, 0);
  if (c !== 0) return 128 + <i32>ctz(c);
  return 192 + <i32>ctz(i64x2.extract_lane(upper, 1));
}

/** The last bit; −1 where there is none. */
function lastOf(lower: v128, upper: v128): i32 {
  const d = i64x2.extract_lane(upper, 1);
  if (d !== 0) return 255 - <i32>clz(d);
  const c = i64x2.extract_lane(upper, 0);
  if (c !== 0) return 191 - <i32>clz(c);
  const b = i64x2.extract_lane(lower, 1);
  if (b !== 0) return 127 - <i32>clz(b);
  return 63 - <i32>clz(i64x2.extract_lane(lower, 0));
}

/** Right are the classes from `first` on, as many more as `more`: less the first they are, unsigned, at most so large. */
function markStretch(byte: usize, mark: i8, own: usize, first: i8, more: i8, to: usize, end: usize): i32 {
  const wanted = i8x16.splat(mark);
  const from = i8x16.splat(first);
  const most = i8x16.splat(more);
  let count: i32 = 0;
  for (; byte < end; byte += 16, own += 16, to += 16) {
    const isRight = i8x16.le_u(i8x16.sub(v128.load(own), from), most);
    const found = v128.and(isRight, i8x16.eq(v128.load(byte), wanted));
    v128.store(to, found);
    count += popcnt(i8x16.bitmask(found));
  }
  return count;
}

/** A class finds the byte of its bit by its upper five bits, and the bit by the others. */
function markAny(byte: usize, mark: i8, own: usize, lower: v128, upper: v128, to: usize, end: usize): i32 {
  const wanted = i8x16.splat(mark);
  const bitOf = v128.load(CONSTANTS);
  const three = v128.load(CONSTANTS, 16);
  const five = v128.load(CONSTANTS, 32);
  const sixteen = v128.load(CONSTANTS, 48);
  let count: i32 = 0;
  for (; byte < end; byte += 16, own += 16, to += 16) {
    const which = v128.load(own);
    const group = v128.and(i16x8.shr_u(which, 3), five);
    const bits = v128.or(i8x16.swizzle(lower, group), i8x16.swizzle(upper, i8x16.sub(group, sixteen)));
    const bit = i8x16.swizzle(bitOf, v128.and(which, three));
    const isRight = i8x16.eq(v128.and(bits, bit), bit);
    const found = v128.and(isRight, i8x16.eq(v128.load(byte), wanted));
    v128.store(to, found);
    count += popcnt(i8x16.bitmask(found));
  }
  return count;
}

export function putWhere(bytes: U8, place: i32, other: i32, marked: U8, rows: i32): void {
  const nothing = i8x16.splat(0);
  const put = i8x16.splat(<i8>other);
  let byte = bytesAt(bytes, place);
  let from = bytesAt(marked, 0);
  const end = byte + <usize>rows;
  for (; byte < end; byte += 16, from += 16)
    v128.store(byte, v128.bitselect(v128.load(byte), put, i8x16.eq(v128.load(from), nothing)));
}
