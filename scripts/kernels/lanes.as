/** `src/kernels/lanes.ts` for AssemblyScript: four rows at a time. */
import { F64, I32, U8 } from './arrays';
import { Grower } from './frames';

/** For each of 16 sets of lanes two orders for `swizzle`: first those that are not in it, then those that are. */
const PACK: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0,
  8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0,
  12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  8, 9, 10, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0,
  8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
], 16);

/** Which of the four rows at `at` go right. */
@inline
function rightOfFour(side: usize, at: usize): u32 {
  const low = <u32>load<u8>(side + load<u32>(at)) + ((<u32>load<u8>(side + load<u32>(at, 4))) << 1);
  const high = <u32>load<u8>(side + load<u32>(at, 8)) + ((<u32>load<u8>(side + load<u32>(at, 12))) << 1);
  return low + (high << 2);
}

/** Copies what lies from `at` to `end` to `to`. */
@inline
function copyRows(at: usize, end: usize, to: usize): void {
  for (; at + 16 <= end; at += 16, to += 16) v128.store(to, v128.load(at));
  for (; at < end; at += 4, to += 4) store<u32>(to, load<u32>(at));
}

/** `placed` has room for a multiple of four, and nothing from `count` on. */
export function collect(placed: I32, count: i32, list: I32, to: i32): void {
  const nothing = i32x4.splat(0);
  const one = i32x4.splat(-1);
  let at = changetype<usize>(placed);
  const end = at + ((<usize>count) << 2);
  let next = changetype<usize>(list) + ((<usize>to) << 2);
  for (; at < end; at += 16) {
    const rows = v128.load(at);
    const without = <u32>i32x4.bitmask(i32x4.eq(rows, nothing));
    v128.store(at, nothing);
    v128.store(next, i8x16.swizzle(i32x4.add(rows, one), v128.load(without << 5, PACK)));
    next = next + 16 - (popcnt(without) << 2);
  }
}

/** Windows of fewer rows are split one by one: where four at a time come to an end cannot be predicted. */
const FEW: i32 = 32;

@inline
function splitFew(first: usize, last: usize, side: usize, to: usize, middle: usize): void {
  let at = first;
  let left = to;
  let both = to + middle;
  for (; at < last; at += 4) {
    const j = load<u32>(at);
    const goesRight = <u32>load<u8>(side + j);
    store<u32>(goesRight ? both - left : left, j);
    both += 4;
    left = left + 4 - (goesRight << 2);
  }
}

export function splitWindow(list: I32, sides: U8, from: i32, end: i32, to: i32, middle: i32): void {
  const base = changetype<usize>(list);
  const first = base + ((<usize>from) << 2);
  const last = base + ((<usize>end) << 2);
  const start = base + ((<usize>to) << 2);
  const leftEnd = base + ((<usize>middle) << 2);
  if (end - from < FEW) splitFew(first, last, changetype<usize>(sides), start, leftEnd);
  else splitMany(first, last, changetype<usize>(sides), start, leftEnd);
}

/** Four at a time while both children have room for as many: what is written too much is written over. */
function splitMany(first: usize, last: usize, side: usize, start: usize, leftEnd: usize): void {
  const rightEnd = start + last - first;
  let at = first;
  let left = start;
  let right = leftEnd;
  while (<i32>((leftEnd - left - 16) | (rightEnd - right - 16)) >= 0) {
    const goesRight = rightOfFour(side, at);
    const rows = v128.load(at);
    const order = goesRight << 5;
    v128.store(left, i8x16.swizzle(rows, v128.load(order, PACK)));
    v128.store(right, i8x16.swizzle(rows, v128.load(order, PACK + 16)));
    const bytes = popcnt(goesRight) << 2;
    right += bytes;
    left = left + 16 - bytes;
    at += 16;
  }
  while (left < leftEnd && right < rightEnd) {
    const j = load<u32>(at);
    const goesRight = <u32>load<u8>(side + j);
    store<u32>(goesRight ? right : left, j);
    right += goesRight << 2;
    left += (1 - goesRight) << 2;
    at += 4;
  }
  copyRows(at, last, left < leftEnd ? left : right);
}

export function keepLeft(list: I32, sides: U8, from: i32, end: i32, to: i32): void {
  const base = changetype<usize>(list);
  const side = changetype<usize>(sides);
  const last = base + ((<usize>end) << 2);
  let at = base + ((<usize>from) << 2);
  let left = base + ((<usize>to) << 2);
  for (; at + 16 <= last; at += 16) {
    const goesRight = rightOfFour(side, at);
    v128.store(left, i8x16.swizzle(v128.load(at), v128.load(goesRight << 5, PACK)));
    left = left + 16 - (popcnt(goesRight) << 2);
  }
  for (; at < last; at += 4) {
    const j = load<u32>(at);
    store<u32>(left, j);
    left = left + 4 - ((<u32>load<u8>(side + j)) << 2);
  }
}

export function keepRight(list: I32, sides: U8, from: i32, to: i32, end: i32): void {
  const base = changetype<usize>(list);
  const side = changetype<usize>(sides);
  const stop = base + ((<usize>end) << 2);
  let at = base + ((<usize>from) << 2);
  let right = base + ((<usize>to) << 2);
  for (; right + 16 <= stop; at += 16) {
    const goesRight = rightOfFour(side, at);
    v128.store(right, i8x16.swizzle(v128.load(at), v128.load(goesRight << 5, PACK + 16)));
    right += popcnt(goesRight) << 2;
  }
  for (; right < stop; at += 4) {
    const j = load<u32>(at);
    store<u32>(right, j);
    right += (<u32>load<u8>(side + j)) << 2;
  }
}

/** Left cuts in the first lane, right ones in the second. */
export function bestCut(g: Grower, first: i32, last: i32, offset: i32, leftSum: f64, rightSum: f64): i32 {
  const list = changetype<usize>(g.list);
  const rho = changetype<usize>(g.rho);
  const share = changetype<usize>(g.share);
  let i = list + ((<usize>first) << 2);
  let k = list + ((<usize>last) << 2);
  let ofLeft = share + ((<usize>(first + offset)) << 3);
  let ofRight = share + ((<usize>(last + offset)) << 3);
  let sums = f64x2(leftSum, rightSum);
  let best = f64x2.splat(g.criterion);
  let step = i64x2.splat(0);
  let at = i64x2.splat(-1);
  while (i < k) {
    const values = f64x2.mul(f64x2.mul(sums, sums), pair(ofLeft, ofRight));
    at = v128.bitselect(step, at, f64x2.gt(values, best));
    best = f64x2.pmax(best, values);
    step = i64x2.sub(step, i64x2.splat(-1));
    k -= 4;
    sums = f64x2.add(sums, pair(rho + (load<u32>(i) << 3), rho + (load<u32>(k) << 3)));
    i += 4;
    ofLeft += 8;
    ofRight -= 8;
  }
  let left = f64x2.extract_lane(best, 0);
  let atLeft = <i32>i64x2.extract_lane(at, 0);
  if (i === k) {
    const sum = f64x2.extract_lane(sums, 0);
    const value = sum * sum * load<f64>(ofLeft);
    if (value > left) {
      left = value;
      atLeft = <i32>i64x2.extract_lane(step, 0);
    }
  }
  const right = f64x2.extract_lane(best, 1);
  const atRight = <i32>i64x2.extract_lane(at, 1);
  if (atRight >= 0 && (right > left || (right === left && atRight < atLeft))) {
    g.value = right;
    return last - atRight;
  }
  g.value = left;
  return atLeft < 0 ? -1 : first + atLeft;
}

@inline
function pair(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}

/** Two at a time; of an odd one out the second lane is nothing's. */
export function fillShares(inverses: F64, shares: F64, count: i32): void {
  const inverse = changetype<usize>(inverses);
  const share = changetype<usize>(shares);
  for (let j: usize = 0, k: usize = (<usize>count) << 3; <i32>k >= 0; j += 16, k -= 16) {
    const last = v128.load(inverse + k - 8);
    v128.store(share + j, f64x2.add(v128.load(inverse + j), v128.shuffle<f64>(last, last, 1, 0)));
  }
}
