/** Σwᵢ·valueᵢ/Σwᵢ over rows 0 … rowCount − 1; weights null: 1. */
export function weightedMean(value: (row: number) => number, rowCount: number, weight: Float64Array | null): number {
  let [total, size] = [0, 0];
  for (let i = 0; i < rowCount; i++) {
    const w = weight ? weight[i] : 1;
    total += w * value(i);
    size += w;
  }
  return total / size;
}
