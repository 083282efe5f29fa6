/**
 * Half-samples: ⌊C/2⌋ of the C units (clusters, or rows) drawn without replacement. The spread of a smooth statistic over
 * half-samples is that of the statistic itself, to first order: half the units have twice the variance, and of that a
 * half is shared with the whole (Politis, Romano & Wolf 1999, ch. 2; Yadlowsky, Fleming, Brunskill & Wager 2025).
 */
import { streamFamily } from '../math/random.js';

/**
 * Calls `visit` with `draws` half-samples, one flag per row; the flags are valid inside the call only.
 * @param rows rows that may be drawn
 * @param clusters cluster of each row, or null
 */
export function eachHalfSample(
  request: {
    readonly rowCount: number;
    readonly rows: Int32Array;
    readonly clusters: Int32Array | null;
    readonly draws: number;
    readonly seed: number;
  },
  visit: (kept: Uint8Array, draw: number) => void,
): void {
  const { rowCount, rows, clusters, draws, seed } = request;
  const place = new Map<number, number>();
  const unitOf = Int32Array.from(rows, (row, k) => {
    if (clusters === null) return k;
    const id = clusters[row];
    if (!place.has(id)) place.set(id, place.size);
    return place.get(id) as number;
  });
  const count = clusters === null ? rows.length : place.size;
  const half = Math.floor(count / 2);
  const units = Int32Array.from({ length: count }, (_, unit) => unit);
  const drawn = new Uint8Array(count);
  const kept = new Uint8Array(rowCount);
  const streams = streamFamily(seed, 'half-samples');
  for (let draw = 0; draw < draws; draw++) {
    const stream = streams(draw);
    for (let unit = 0; unit < count; unit++) units[unit] = unit;
    drawn.fill(0);
    for (let k = 0; k < half; k++) {
      const other = k + stream.below(count - k);
      const unit = units[other];
      units[other] = units[k];
      units[k] = unit;
      drawn[unit] = 1;
    }
    for (let k = 0; k < rows.length; k++) kept[rows[k]] = drawn[unitOf[k]];
    visit(kept, draw);
  }
}
