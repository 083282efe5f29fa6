/**
 * Sums, means and variances of columns with compensation for rounding: A. Neumaier, "Rundungsfehleranalyse einiger
 * Verfahren zur Summation endlicher Summen", ZAMM 54 (1974). The error no longer grows with the number of rows.
 * Weights are sample weights ≥ 0; null means that every row weighs 1.
 */
type Values = Float64Array | readonly number[];

/** Σ wᵢxᵢ (Σ xᵢ without weights); 0 for no rows. */
export function sum(values: Values, weights: Values | null = null): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const term = weights === null ? (values[i] as number) : (weights[i] as number) * (values[i] as number);
    const next = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  // An infinite total makes the compensation NaN; the total itself is then the answer.
  return Number.isFinite(total) ? total + lost : total;
}

/** Σwx/Σw; null for no rows or no weight. */
export function mean(values: Values, weights: Values | null = null): number | null {
  const totalWeight = weights === null ? values.length : sum(weights);
  return totalWeight > 0 ? sum(values, weights) / totalWeight : null;
}

/** Σ w(x − centre)². */
export function squaresAbout(values: Values, centre: number, weights: Values | null = null): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = (values[i] as number) - centre;
    const term = (weights === null ? 1 : (weights[i] as number)) * deviation * deviation;
    const next = total + term;
    lost += total >= term ? total - next + term : term - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** Σ(x − x̄)²/(n − 1), the unbiased variance of unweighted values; null for fewer than two. */
export function variance(values: Values): number | null {
  if (values.length < 2) return null;
  return squaresAbout(values, mean(values) as number) / (values.length - 1);
}

/** Σw(x − x̄)²/Σw with the weighted mean x̄: the spread of a weighted population; null for no weight. */
export function weightedVariance(values: Values, weights: Values | null): number | null {
  const centre = mean(values, weights);
  if (centre === null) return null;
  return squaresAbout(values, centre, weights) / (weights === null ? values.length : sum(weights));
}
