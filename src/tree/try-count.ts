/**
 * How many covariates a node tries: Poisson(mtry) clamped to 1 … p (Athey, Tibshirani & Wager 2019, §6; it keeps every
 * covariate in play at every node). Kernels draw by inverting this table with one uniform number (`kernels/grow.ts`).
 */

/** table[k] = P(count ≤ k), k = 0 … p; built from ratios of neighbours only, so every engine gets the same bits. */
export function tryCountTable(mtry: number, p: number): Float64Array {
  const mode = Math.floor(mtry);
  /** Beyond this the Poisson tail is below 1e-18 of the mode. */
  const last = Math.ceil(mtry + 12 * Math.sqrt(mtry) + 40);
  const weight = new Float64Array(last + 1);
  weight[mode] = 1;
  for (let k = mode; k > 0; k--) weight[k - 1] = (weight[k] * k) / mtry;
  for (let k = mode + 1; k <= last; k++) weight[k] = (weight[k - 1] * mtry) / k;
  const total = weight.reduce((a, b) => a + b, 0);
  const table = new Float64Array(p + 1);
  let sum = 0;
  for (let k = 0; k < p; k++) {
    sum += k <= last ? weight[k] : 0;
    table[k] = k === 0 ? 0 : sum / total;
  }
  table[p] = 1;
  return table;
}
