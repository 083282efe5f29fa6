/**
 * Conditional hazards from a survival forest's kernel (`forest/kernel-weights.ts`): with α_j(x) the weight of training row j
 * at x and q_j its sample weight,
 *   λ_k(x) = Σ_j α_j q_j 1{event of j at k} / Σ_j α_j q_j 1{place of j ≥ k},   S_k(x) = Π_{l≤k} (1 − λ_l(x)),
 * the Kaplan–Meier curve of the weighted sample (Beran 1981; forest weights as in Athey, Tibshirani & Wager 2019, §2.1).
 * Where no one is at risk any more the hazard is 0: the curve stays where it was.
 * Cost: rows that share a leaf, for every tree; memory O(points · places).
 */
import type { CodedRows } from '../../tree/ranked-columns.js';
import { senderFor } from '../../tree/row-sender.js';
import { eachTreeDraw, type Forest } from '../forest.js';
import type { PlacedRows } from './times.js';

/** What curves are made of. */
export interface HazardSource {
  readonly forest: Forest;
  /** Codes of the training rows. */
  readonly training: CodedRows;
  readonly rows: PlacedRows;
  readonly weight: Float64Array | null;
  /** K: hazards are given at places 1 … K. */
  readonly timeCount: number;
}

/** Points whose hazards are asked for: rows from … end of `codes`. */
export interface HazardPoints {
  readonly codes: CodedRows;
  readonly from: number;
  readonly end: number;
  /** The points are training rows, and only trees that did not draw a row speak for it. */
  readonly outOfBag: boolean;
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
export const hazardBlockRows = (timeCount: number): number => Math.max(1, Math.floor(BLOCK_NUMBERS / (timeCount + 2)));

export function hazardsOf(source: HazardSource, points: HazardPoints): Hazards {
  const { forest, training, rows, weight, timeCount } = source;
  const { codes, from, end, outOfBag } = points;
  const { trees, coding } = forest;
  /** Places beyond K are at risk at every time. */
  const width = timeCount + 2;
  const events = new Float64Array((end - from) * width);
  const leaving = new Float64Array((end - from) * width);
  const treeCount = new Int32Array(end - from);
  const sendPoints = senderFor(codes, coding, trees, end - from);
  const sendFill = senderFor(training, coding, trees, training.rowCount);
  const pointsAt = new Map<number, Int32Array>();
  eachTreeDraw(forest, ({ tree, isDrawn, fill }) => {
    pointsAt.clear();
    let count = 0;
    for (let row = from; row < end; row++) if (!(outOfBag && isDrawn[row] === 1)) sendPoints.buffer[count++] = row;
    sendPoints.descend(tree, count, (leaf, buffer, start, stop) => {
      if (leaf > 0) pointsAt.set(leaf, buffer.slice(start, stop));
    });
    sendFill.buffer.set(fill);
    sendFill.descend(tree, fill.length, (leaf, buffer, start, stop) => {
      const inLeaf = pointsAt.get(leaf);
      if (!inLeaf) return;
      for (const point of inLeaf) treeCount[point - from]++;
      for (let k = start; k < stop; k++) {
        const row = buffer[k];
        const share = (weight ? weight[row] : 1) / (stop - start);
        const place = Math.min(rows.place[row], timeCount + 1);
        const event = share * rows.event[row];
        for (const point of inLeaf) {
          const at = (point - from) * width + place;
          leaving[at] += share;
          events[at] += event;
        }
      }
    });
  });
  const hazard = new Float64Array((end - from) * (timeCount + 1));
  for (let r = 0; r < end - from; r++) {
    const out = r * (timeCount + 1);
    if (!leaving.subarray(r * width, (r + 1) * width).some((share) => share > 0)) {
      treeCount[r] = 0;
      hazard.fill(Number.NaN, out, out + timeCount + 1);
      continue;
    }
    let atRisk = leaving[r * width + timeCount + 1];
    for (let k = timeCount; k > 0; k--) {
      atRisk += leaving[r * width + k];
      // At most 1 but for the rounding of two sums.
      if (events[r * width + k] > 0) hazard[out + k] = Math.min(1, events[r * width + k] / atRisk);
    }
  }
  return { hazard, treeCount };
}
