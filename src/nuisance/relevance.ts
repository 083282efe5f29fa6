/**
 * How much of a target each covariate explains by itself: of a number the larger of the squared correlations with the number
 * and with its square about the mean, of a category the share of the target's variance between its levels. It says whose
 * products are worth a column where covariates are many; the columns of single covariates do not depend on it.
 */
import type { CategoryCovariate, Covariate, NumericCovariate } from '../data/trial.js';

/** Shares from 0 to 1, one per covariate; missing cells are left out. */
export const mainRelevance = (
  covariates: readonly Covariate[],
  target: Float64Array,
  weights: Float64Array | null,
): readonly number[] =>
  covariates.map((covariate) =>
    covariate.kind === 'category'
      ? betweenLevels(covariate, target, weights)
      : bySlopeOrSquare(covariate, target, weights),
  );

function bySlopeOrSquare({ values }: NumericCovariate, target: Float64Array, weights: Float64Array | null): number {
  let [sum, size] = [0, 0];
  values.forEach((x, i) => {
    if (Number.isNaN(x)) return;
    sum += (weights ? weights[i] : 1) * x;
    size += weights ? weights[i] : 1;
  });
  const mean = size > 0 ? sum / size : 0;
  return Math.max(
    squaredCorrelation(values, target, weights),
    squaredCorrelation(
      values.map((x) => (x - mean) ** 2),
      target,
      weights,
    ),
  );
}

function squaredCorrelation(x: Float64Array, y: Float64Array, weights: Float64Array | null): number {
  let [w, sx, sy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    const q = weights ? weights[i] : 1;
    w += q;
    sx += q * x[i];
    sy += q * y[i];
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i])) continue;
    const q = weights ? weights[i] : 1;
    const [a, b] = [x[i] - sx / w, y[i] - sy / w];
    xx += q * a * a;
    xy += q * a * b;
    yy += q * b * b;
  }
  return xx > 0 && yy > 0 ? (xy * xy) / (xx * yy) : 0;
}

function betweenLevels({ codes, levels }: CategoryCovariate, y: Float64Array, weights: Float64Array | null): number {
  const [size, sum] = [new Float64Array(levels.length), new Float64Array(levels.length)];
  let [w, total, square] = [0, 0, 0];
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] < 0) continue;
    const q = weights ? weights[i] : 1;
    size[codes[i]] += q;
    sum[codes[i]] += q * y[i];
    w += q;
    total += q * y[i];
    square += q * y[i] * y[i];
  }
  const mean = w > 0 ? total / w : 0;
  let between = 0;
  for (let k = 0; k < levels.length; k++) if (size[k] > 0) between += size[k] * (sum[k] / size[k] - mean) ** 2;
  const all = square - w * mean * mean;
  return all > 0 ? Math.min(1, between / all) : 0;
}
