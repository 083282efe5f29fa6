/**
 * Loops over rows of which those count whose byte, the number of their leaf, is a certain one. The twin for AssemblyScript,
 * `scripts/kernels/leaf-masks.as`, compares sixteen bytes at a time and makes masks of what it finds: rows come in multiples of
 * sixteen. A sum is that of eight sums, of every eighth row, added as `joined` says.
 */

/** Rows are looked at so many at a time: row counts are multiples of it. */
export const LANES: i32 = 16;

const joined = (s: Float64Array): number => s[0] + s[2] + (s[4] + s[6]) + (s[1] + s[3] + (s[5] + s[7]));

const lanes = new Float64Array(8);
const otherLanes = new Float64Array(8);

/** Σ values[from + i], for i below `rows`. */
export function sumAll(values: F64, from: i32, rows: i32): f64 {
  lanes.fill(0);
  for (let i = 0; i < rows; i++) lanes[i & 7] += values[from + i];
  return joined(lanes);
}

/** Σ values[from + i] where bytes[place + i] is `mark`. */
export function sumWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, rows: i32): f64 {
  lanes.fill(0);
  for (let i = 0; i < rows; i++) lanes[i & 7] += bytes[place + i] === mark ? values[from + i] : 0;
  return joined(lanes);
}

/** Adds Σ values[from + i] of rows whose byte is 0 to out[0], and of the others to out[1]. */
export function addTwo(values: F64, from: i32, bytes: U8, place: i32, rows: i32, out: F64): void {
  lanes.fill(0);
  otherLanes.fill(0);
  for (let i = 0; i < rows; i++) (bytes[place + i] === 0 ? lanes : otherLanes)[i & 7] += values[from + i];
  out[0] += joined(lanes);
  out[1] += joined(otherLanes);
}

/** Adds Σ values[from + i] and Σ others[from + i] where bytes[i] is not 0 to out[0] and out[1]. */
export function addBothMarked(values: F64, others: F64, from: i32, bytes: U8, rows: i32, out: F64): void {
  lanes.fill(0);
  otherLanes.fill(0);
  for (let i = 0; i < rows; i++) {
    if (bytes[i] === 0) continue;
    lanes[i & 7] += values[from + i];
    otherLanes[i & 7] += others[from + i];
  }
  out[0] += joined(lanes);
  out[1] += joined(otherLanes);
}

/** values[from + i] += change where bytes[place + i] is `mark`. */
export function addWhere(values: F64, from: i32, bytes: U8, place: i32, mark: i32, change: f64, rows: i32): void {
  for (let i = 0; i < rows; i++) values[from + i] += bytes[place + i] === mark ? change : 0;
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
  for (let i = 0; i < rows; i++) if (bytes[place + i] === mark) values[from + i] -= weight[from + i] * change;
}

/** out[i] = 255 where bytes[place + i] is `mark` and side[classes[at + i]] is 1, else 0. @returns how many there are */
export function markWhere(bytes: U8, place: i32, mark: i32, classes: U8, at: i32, side: U8, out: U8, rows: i32): i32 {
  let count = 0;
  for (let i = 0; i < rows; i++) {
    const isIn = (bytes[place + i] === mark ? 1 : 0) & side[classes[at + i]];
    out[i] = -isIn;
    count += isIn;
  }
  return count;
}

/** bytes[place + i] = other where marked[i] is not 0. */
export function putWhere(bytes: U8, place: i32, other: i32, marked: U8, rows: i32): void {
  for (let i = 0; i < rows; i++) if (marked[i] !== 0) bytes[place + i] = other;
}
