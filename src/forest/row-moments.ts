/**
 * Leaves filled outside of the engine, from lists of rows: what each row gives, by forest type. Prediction needs nothing of
 * a leaf but the averages.
 */
export interface RowMoments {
  /** Numbers that a leaf keeps. */
  readonly count: number;
  /** Adds one row's numbers to sums[at … at + count). */
  addInto(row: number, sums: Float64Array, at: number): void;
}

/** Of a mean: q and qY; q is the sample weight. */
export function meanMomentsOf(outcome: Float64Array, weight: Float64Array | null): RowMoments {
  return {
    count: 2,
    addInto(row, sums, at) {
      const q = weight ? weight[row] : 1;
      sums[at] += q;
      sums[at + 1] += q * outcome[row];
    },
  };
}

/** Of a slope of Y on W: q, qY, qW, qWY and qW². */
export function slopeMomentsOf(
  outcome: Float64Array,
  treatment: Float64Array,
  weight: Float64Array | null,
): RowMoments {
  return {
    count: 5,
    addInto(row, sums, at) {
      const q = weight ? weight[row] : 1;
      const y = outcome[row];
      const w = treatment[row];
      sums[at] += q;
      sums[at + 1] += q * y;
      sums[at + 2] += q * w;
      sums[at + 3] += q * w * y;
      sums[at + 4] += q * w * w;
    },
  };
}

/** Averages over rows into out[at … at + count). */
export function averageInto(moments: RowMoments, rows: Int32Array, out: Float64Array, at: number): void {
  out.fill(0, at, at + moments.count);
  for (const row of rows) moments.addInto(row, out, at);
  for (let m = at; m < at + moments.count; m++) out[m] /= rows.length;
}
