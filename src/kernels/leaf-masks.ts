/**
 * Loops over rows of which those count whose byte, the number of their leaf, is a certain one. The twin for AssemblyScript,
 * `scripts/kernels/leaf-masks.as`, compares sixteen bytes at a time and makes masks of what it finds: rows come in multiples of
 * sixteen. Here a table says what each byte counts for, 1 or 0: a branch would often be missed. A sum is that of eight sums, of
 * every eighth row, in both.
 */

/** Rows are looked at so many at a time: row counts are multiples of it. */
export const LANES: i32 = 16;

const ofByte = new Float64Array(256);
const ofMarked = new Float64Array(256).fill(1, 1);

/** Σ values[from + i] · times[bytes[place + i]]. */
function sumTimes(values: F64, from: i32, bytes: U8, place: i32, times: F64, rows: i32): f64 {
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = from, b = place; b < place + rows; i += 8, b += 8) {
    s0 += values[i] * times[bytes[b]];
    s1 += values[i + 1] * times[bytes[b + 1]];
    s2 += values[i + 2] * times[bytes[b + 2]];
    s3 += values[i + 3] * times[bytes[b + 3]];
    s4 += values[i + 4] * times[bytes[b + 4]];
    s5 += values[i + 5] * times[bytes[b + 5]];
    s6 += values[i + 6] * times[bytes[b + 6]];
    s7 += values[i + 7] * times[bytes[b + 7]];
  }
  return s0 + s2 + (s4 + s6) + (s1 + s3 + (s5 + s7));
}

/** Σ values[from + i] where bytes[place + i] is `mark`. */
export function sumWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, rows: i32): f64 {
  ofByte[mark] = 1;
  const sum = sumTimes(values, from, bytes, place, ofByte, rows);
  ofByte[mark] = 0;
  return sum;
}

/** Adds Σ values[from + i] and Σ others[from + i] where bytes[i] is not 0 to out[0] and out[1]. */
export function addBothMarked(values: F64, others: F64, from: i32, bytes: U8, rows: i32, out: F64): void {
  out[0] += sumTimes(values, from, bytes, 0, ofMarked, rows);
  out[1] += sumTimes(others, from, bytes, 0, ofMarked, rows);
}

/** values[from + i] += change where bytes[place + i] is `mark`. */
export function addWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, change: f64, rows: i32): void {
  ofByte[mark] = change;
  for (let i = 0; i < rows; i++) values[from + i] += ofByte[bytes[place + i]];
  ofByte[mark] = 0;
}

/** values[from + i] −= weight[from + i] · change where bytes[place + i] is `mark`. */
export function takeWhere(
  values: F64,
  weight: F64,
  from: i32,
  bytes: U8,
  place: i32,
  mark: i32,
  change: f64,
  rows: i32,
): void {
  ofByte[mark] = change;
  for (let i = 0; i < rows; i++) values[from + i] -= weight[from + i] * ofByte[bytes[place + i]];
  ofByte[mark] = 0;
}

/** out[i] = 255 where bytes[place + i] is `mark` and side[classes[at + i]] is 1, else 0. @returns how many there are */
export function markWhere(bytes: U8, place: i32, mark: i32, classes: U8, at: i32, side: U8, out: U8, rows: i32): i32 {
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const isIn = (bytes[place + i] === mark ? 1 : 0) & side[classes[at + i]];
    out[i] = 255 * isIn;
    count += isIn;
  }
  return count;
}

/** bytes[place + i] = other where marked[i] is not 0. */
export function putWhere(bytes: U8, place: i32, other: i32, marked: U8, rows: i32): void {
  for (let i = 0; i < rows; i++) if (marked[i] !== 0) bytes[place + i] = other;
}
