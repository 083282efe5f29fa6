/**
 * The targeting operator characteristic and the averages made of it (Yadlowsky, Fleming, Brunskill & Wager 2025).
 * Rows are sorted by priority, highest first; tied rows share the weighted mean Γ̄ of their scores. Row by row,
 *
 *   TOC_i = Σ_{j≤i} w_j Γ̄_j / Σ_{j≤i} w_j − ATE,   ATE = ΣwΓ/Σw,
 *   AUTOC = Σ w_i TOC_i / Σw,   QINI = Σ (cumulated w_i / Σw) · w_i TOC_i / Σw,
 *
 * and TOC(q) is the mean score of the first rows of total weight q·Σw, the border row by its fraction, less the ATE.
 * Invariants: both averages are 0 where all priorities are equal, and do not move when a constant is added to all scores.
 */

export type RankWeighting = 'autoc' | 'qini';

/** Rows in the order of a ranking. */
export interface Ranking {
  /** Rows, highest priority first; tied rows by their number. */
  readonly order: Int32Array;
  /** For each place in `order`, the place after the last row tied with it. */
  readonly tieEnd: Int32Array;
  /** False where all priorities are equal. */
  readonly varies: boolean;
}

/** Sorts `rows` by their priorities (no NaN among them). O(n log n). */
export function rankRows(priorities: Float64Array, rows: Int32Array): Ranking {
  const order = rows.slice().sort((a, b) => priorities[b] - priorities[a] || a - b);
  const tieEnd = new Int32Array(order.length);
  for (let place = order.length - 1; place >= 0; place--) {
    const tied = place + 1 < order.length && priorities[order[place]] === priorities[order[place + 1]];
    tieEnd[place] = tied ? tieEnd[place + 1] : place + 1;
  }
  return { order, tieEnd, varies: order.length > 0 && tieEnd[0] < order.length };
}

/** Where TOC(q) goes: out[0] is the average, out[1 + k] is TOC(shares[k]). */
export const curveLength = (shares: readonly number[]): number => 1 + shares.length;

/**
 * The average and the curve of a ranking, into `out`.
 * @param shares q, ascending, each above 0 and at most 1
 * @param kept 1 for rows that take part, or null for all
 */
export function targetingCurveInto(
  { order, tieEnd }: Ranking,
  scores: Float64Array,
  weights: Float64Array,
  weighting: RankWeighting,
  shares: readonly number[],
  kept: Uint8Array | null,
  out: Float64Array,
): void {
  let total = 0;
  let sum = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place];
    if (kept !== null && kept[row] === 0) continue;
    total += weights[row];
    sum += weights[row] * scores[row];
  }
  const average = sum / total;
  let cumulated = 0;
  let gained = 0;
  let area = 0;
  let share = 0;
  for (let start = 0; start < order.length; start = tieEnd[start]) {
    const end = tieEnd[start];
    let tiedWeight = 0;
    let tiedSum = 0;
    for (let place = start; place < end; place++) {
      const row = order[place];
      if (kept !== null && kept[row] === 0) continue;
      tiedWeight += weights[row];
      tiedSum += weights[row] * scores[row];
    }
    if (tiedWeight === 0) continue;
    const gain = tiedSum / tiedWeight - average;
    // Inside a tie the curve is linear in weight, so a border inside it needs no row of its own.
    for (; share < shares.length && shares[share] * total <= cumulated + tiedWeight; share++) {
      const reach = shares[share] * total;
      out[1 + share] = (gained + gain * (reach - cumulated)) / reach;
    }
    for (let place = start; place < end; place++) {
      const row = order[place];
      if (kept !== null && kept[row] === 0) continue;
      const weight = weights[row];
      cumulated += weight;
      gained += weight * gain;
      const part = (weight * gained) / cumulated;
      area += weighting === 'qini' ? part * (cumulated / total) : part;
    }
  }
  // The last share is the whole: what is left there is rounding, and the curve ends at 0.
  for (; share < shares.length; share++) out[1 + share] = 0;
  out[0] = area / total;
}
