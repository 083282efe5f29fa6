/** What a leaf keeps of the rows that fill it: averages of products, by forest type. Prediction needs nothing else. */
export interface LeafMoments {
  readonly count: number;
  /** Averages over rows[start … end) into out[at …]. */
  average(rows: Int32Array, start: number, end: number, out: Float64Array, at: number): void;
}

/** Moments of a mean: averages of q and qY. */
export function meanMoments(outcome: Float64Array, weight: Float64Array | null): LeafMoments {
  return {
    count: 2,
    average(rows, start, end, out, at) {
      let q = 0;
      let qy = 0;
      for (let k = start; k < end; k++) {
        const i = rows[k];
        const weightOfRow = weight ? weight[i] : 1;
        q += weightOfRow;
        qy += weightOfRow * outcome[i];
      }
      const scale = 1 / (end - start);
      out[at] = q * scale;
      out[at + 1] = qy * scale;
    },
  };
}

/** Moments of a slope of Y on W: averages of q, qY, qW, qWY and qW². */
export function slopeMoments(outcome: Float64Array, treatment: Float64Array, weight: Float64Array | null): LeafMoments {
  return {
    count: 5,
    average(rows, start, end, out, at) {
      let q = 0;
      let qy = 0;
      let qw = 0;
      let qwy = 0;
      let qww = 0;
      for (let k = start; k < end; k++) {
        const i = rows[k];
        const weightOfRow = weight ? weight[i] : 1;
        const w = treatment[i];
        const y = outcome[i];
        q += weightOfRow;
        qy += weightOfRow * y;
        qw += weightOfRow * w;
        qwy += weightOfRow * w * y;
        qww += weightOfRow * w * w;
      }
      const scale = 1 / (end - start);
      out[at] = q * scale;
      out[at + 1] = qy * scale;
      out[at + 2] = qw * scale;
      out[at + 3] = qwy * scale;
      out[at + 4] = qww * scale;
    },
  };
}
