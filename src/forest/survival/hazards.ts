/**
 * Conditional hazards from a survival forest's kernel (`forest/kernel-weights.ts`): with α_j(x) the weight of training row j
 * at x and q_j its sample weight,
 *   λ_k(x) = Σ_j α_j q_j 1{event of j at k} / Σ_j α_j q_j 1{place of j ≥ k},   S_k(x) = Π_{l≤k} (1 − λ_l(x)),
 * the Kaplan–Meier curve of the weighted sample (Beran 1981; forest weights as in Athey, Tibshirani & Wager 2019, §2.1).
 * Where no one is at risk any more the hazard is 0: the curve stays where it was.
 * Cost: for every point the rows that share a leaf with it, and K; memory O(points · (trees + K) + trees · rows of a tree).
 */
import type { CodedRows, RankedColumns } from '../../tree/ranked-columns.js';
import { senderFor } from '../../tree/row-sender.js';
import { eachTreeDraw, type Forest } from '../forest.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../leaf-blocks.js';
import type { PlacedRows } from './times.js';

/** What curves are made of. */
export interface HazardSource {
  readonly forest: Forest;
  readonly leafRows: LeafRows;
  /** K: hazards are given at places 1 … K. */
  readonly timeCount: number;
}

/** The rows that fill each leaf m of a forest: places start[m] … end[m] − 1. */
export interface LeafRows {
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Twice the row's place, plus 1 where it has the event. */
  readonly code: Int32Array;
  /** Sample weights; null where every row counts once. */
  readonly weight: Float64Array | null;
}

export interface Hazards {
  /** λ_k of point r at r · (K + 1) + k; place 0 is 0. NaN throughout where no tree has a leaf for the point. */
  readonly hazard: Float64Array;
  /** Trees with a leaf for the point; 0 where its rows have no weight. */
  readonly treeCount: Int32Array;
}

/** Numbers that a block of points may hold (32 MB). */
const BLOCK_NUMBERS = 1 << 22;

/** Points that are best asked for at once. */
export const hazardBlockRows = (timeCount: number): number => Math.max(1, Math.floor(BLOCK_NUMBERS / (timeCount + 1)));

/** Sends the training rows down the trees whose leaves they fill. */
export function leafRowsOf(
  forest: Forest,
  training: CodedRows,
  { place, event }: PlacedRows,
  weight: Float64Array | null,
): LeafRows {
  const { trees, coding } = forest;
  const leafCount = trees.moments.length / trees.momentCount;
  const start = new Int32Array(leafCount);
  const end = new Int32Array(leafCount);
  const sender = senderFor(training, coding, trees, training.rowCount);
  let rows = new Int32Array(1 << 12);
  let count = 0;
  eachTreeDraw(forest, ({ tree, fill }) => {
    while (count + fill.length > rows.length) rows = doubled(rows);
    sender.buffer.set(fill);
    sender.descend(tree, fill.length, (leaf, buffer, from, stop) => {
      start[leaf] = count;
      rows.set(buffer.subarray(from, stop), count);
      count += stop - from;
      end[leaf] = count;
    });
  });
  rows = rows.subarray(0, count);
  return {
    start,
    end,
    code: rows.map((row) => 2 * place[row] + event[row]),
    weight: weight && Float64Array.from(rows, (row) => weight[row]),
  };
}

/** Hazards of training rows from … end with codes of theirs, by the trees that did not draw them. */
export function outOfBagHazards(source: HazardSource, columns: RankedColumns, from: number, end: number): Hazards {
  const out = makeHazards(source, end - from);
  const visit = (block: LeafBlock): void => addBlock(source, block, out);
  eachOutOfBagBlock(source.forest, columns, visit, from, end);
  return out;
}

/** Hazards of any rows, by all trees. */
export function newHazards(source: HazardSource, points: CodedRows): Hazards {
  const out = makeHazards(source, points.rowCount);
  eachNewBlock(source.forest, points, (block) => addBlock(source, block, out));
  return out;
}

const makeHazards = ({ timeCount }: HazardSource, rowCount: number): Hazards => ({
  hazard: new Float64Array(rowCount * (timeCount + 1)),
  treeCount: new Int32Array(rowCount),
});

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}

function addBlock({ forest, leafRows, timeCount }: HazardSource, block: LeafBlock, out: Hazards): void {
  const { first, rowCount, leaf } = block;
  const { treeCount } = forest.trees;
  /** Places beyond K are at risk at every time. */
  const events = new Float64Array(timeCount + 2);
  const leaving = new Float64Array(timeCount + 2);
  for (let r = 0; r < rowCount; r++) {
    events.fill(0);
    leaving.fill(0);
    for (let at = r; at < rowCount * treeCount; at += rowCount)
      if (leaf[at] > 0) addLeaf(leafRows, leaf[at], events, leaving, timeCount + 1);
    const at = (first + r) * (timeCount + 1);
    const isReached = writeHazards(events, leaving, out.hazard.subarray(at, at + timeCount + 1));
    out.treeCount[first + r] = isReached ? block.treeCount[r] : 0;
  }
}

function addLeaf(
  { start, end, code, weight }: LeafRows,
  leaf: number,
  events: Float64Array,
  leaving: Float64Array,
  last: number,
): void {
  const stop = end[leaf];
  const share = 1 / (stop - start[leaf]);
  for (let k = start[leaf]; k < stop; k++) {
    const place = Math.min(code[k] >> 1, last);
    const own = weight ? share * weight[k] : share;
    leaving[place] += own;
    events[place] += own * (code[k] & 1);
  }
}

/** False, and NaN throughout, where no row has weight. */
function writeHazards(events: Float64Array, leaving: Float64Array, out: Float64Array): boolean {
  if (!leaving.some((share) => share > 0)) {
    out.fill(Number.NaN);
    return false;
  }
  let atRisk = leaving[out.length];
  for (let k = out.length - 1; k > 0; k--) {
    atRisk += leaving[k];
    // At most 1 but for the rounding of two sums.
    if (events[k] > 0) out[k] = Math.min(1, events[k] / atRisk);
  }
  return true;
}
