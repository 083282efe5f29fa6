/**
 * Draws the rows of each tree; what is drawn and why: `tree/subsample.ts`. The permutation of units is put back after
 * each bag, so a bag's draws depend on its own stream only.
 */
import type { Draws } from './frames.js';
import { isBelow, multiply, upperProduct, wordsModulo } from './portable.js';
import { packBytes } from './words.js';

/**
 * Of more rows than that, those that fill a tree are listed in the order of the data: their codes do not fit a core's caches,
 * and are then read forwards, a page of memory at a time.
 */
const MANY_ROWS: i32 = 1 << 16;

/** Draws a bag's units. */
export function startBag(d: Draws): void {
  const { allUnits, swaps, half, bagSize } = d;
  shufflePrefix(allUnits, 0, d.unitCount, bagSize, d.stream, swaps);
  for (let k: i32 = 0; k < bagSize; k++) half[k] = allUnits[k];
  for (let k: i32 = bagSize - 1; k >= 0; k--) {
    const unit: i32 = allUnits[k];
    allUnits[k] = allUnits[swaps[k]];
    allUnits[swaps[k]] = unit;
  }
}

/** Draws the bag's next tree. */
export function drawTree(d: Draws): void {
  const { stream, half, drawnUnit, bagSize, treeSize, growSize } = d;
  // Where a tree takes all of its bag's units, only those that grow it need to be drawn.
  const takesAll: bool = d.honest !== 0 && treeSize === bagSize;
  shufflePrefix(half, 0, bagSize, takesAll ? growSize : treeSize, stream, d.swaps);
  for (let u: i32 = 0; u < d.unitCount; u++) drawnUnit[u] = 0;
  for (let k: i32 = 0; k < treeSize; k++) drawnUnit[half[k]] = 1;
  d.growCount = rowsOf(d, 0, growSize, d.grow);
  if (d.clustered !== 0) spreadHalves(d);
  d.fillCount = d.honest !== 0 ? rowsOf(d, growSize, treeSize, d.fill) : 0;
  if (d.clustered === 0 && d.unitCount > MANY_ROWS) listAscending(d);
}

/** The rows that fill the tree, in the order of the data. */
function listAscending(d: Draws): void {
  const { drawnUnit, fill, grow, growCount, unitCount } = d;
  for (let k: i32 = 0; k < growCount; k++) drawnUnit[grow[k]] = 0;
  let next: i32 = 0;
  for (let u: i32 = 0; u < unitCount; u++) {
    fill[next] = u;
    next = (next + drawnUnit[u]) | 0;
  }
  for (let k: i32 = 0; k < growCount; k++) drawnUnit[grow[k]] = 1;
}

/** Which units the last tree drew, as bits. */
export function packDrawn(d: Draws): void {
  packBytes(d.drawnUnit, d.drawnBits, (d.unitCount + 31) >> 5);
}

/** Rows of units half[from … to), written to `out`; returns how many. */
function rowsOf(d: Draws, from: i32, to: i32, out: I32): i32 {
  const { half, clusterStart, clusterRows } = d;
  if (d.clustered === 0) {
    for (let k: i32 = from; k < to; k++) out[k - from] = half[k];
    return to - from;
  }
  let count: i32 = 0;
  for (let k: i32 = from; k < to; k++) {
    const start: i32 = clusterStart[half[k]];
    const size: i32 = clusterStart[half[k] + 1] - start;
    const take: i32 = d.perCluster === 0 ? size : d.perCluster;
    for (let j: i32 = 0; j < size; j++) out[count + j] = clusterRows[start + j];
    if (take < size) shufflePrefix(out, count, size, take, d.stream, d.swaps);
    count += take;
  }
  return count;
}

/** Every other cluster's rows are in the second half. */
function spreadHalves(d: Draws): void {
  const { half, clusterStart, growHalf } = d;
  let at: i32 = 0;
  for (let k: i32 = 0; k < d.growSize; k++) {
    const size: i32 = clusterStart[half[k] + 1] - clusterStart[half[k]];
    const take: i32 = d.perCluster === 0 ? size : d.perCluster;
    for (let j: i32 = 0; j < take; j++) growHalf[at + j] = k & 1;
    at += take;
  }
}

/**
 * Fisher–Yates on list[start … start + size): its first `take` entries become a uniform ordered draw; entry k was swapped
 * with swaps[k]. The stream is `below` of `stream.ts`, its state in local variables.
 */
function shufflePrefix(list: I32, start: i32, size: i32, take: i32, stream: I32, swaps: I32): void {
  let a: i32 = stream[0];
  let b: i32 = stream[1];
  let c: i32 = stream[2];
  let d: i32 = stream[3];
  for (let k: i32 = 0; k < take; k++) {
    const count: i32 = size - k;
    let word: i32 = 0;
    let isDrawn: bool = false;
    while (!isDrawn) {
      word = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + word) | 0;
      const rest: i32 = multiply(word, count);
      isDrawn = !isBelow(rest, count) || !isBelow(rest, wordsModulo(count));
    }
    const at: i32 = start + k;
    const other: i32 = at + upperProduct(word, count);
    const entry: i32 = list[other];
    list[other] = list[at];
    list[at] = entry;
    swaps[k] = other;
  }
  stream[0] = a;
  stream[1] = b;
  stream[2] = c;
  stream[3] = d;
}
