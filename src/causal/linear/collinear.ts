/**
 * Whether several treatments vary apart from each other: of W̃_k, the share 1 − R²_k of its variation that the others do not
 * explain by a line (the tolerance; its inverse is the variance inflation factor of Marquardt 1970). It is 1/(C⁻¹)_kk for the
 * correlations C. Where it is small, the effect of one treatment with the others held fixed is hardly, or not, identified.
 */
import { type Warning, warning } from '../../base/warnings.js';
import { factorInPlace, solveInPlace } from '../../math/positive-definite.js';
import { mean } from '../../math/sums.js';

/** Variances are inflated by 20 or more. */
const NOT_APART = 0.05;

/** 1 − R² of each treatment on the others; 0 for all where some are a line of the others, or do not vary. */
export function tolerances(treatments: readonly Float64Array[], weights: Float64Array | null): Float64Array {
  const size = treatments.length;
  const centred = treatments.map((values) => {
    const centre = mean(values, weights) ?? 0;
    return values.map((value) => value - centre);
  });
  const products = (a: Float64Array, b: Float64Array) =>
    a.reduce((sum, value, i) => sum + (weights?.[i] ?? 1) * value * b[i], 0);
  const spread = centred.map((values) => Math.sqrt(products(values, values)));
  const none = new Float64Array(size);
  if (!spread.every((value) => value > 0)) return none;
  const lower = new Float64Array(size * size);
  for (let j = 0; j < size; j++)
    for (let k = 0; k <= j; k++) lower[j * size + k] = products(centred[j], centred[k]) / (spread[j] * spread[k]);
  if (!factorInPlace(lower, size)) return none;
  return none.map((_, k) => {
    const unit = new Float64Array(size);
    unit[k] = 1;
    solveInPlace(lower, size, unit);
    return 1 / unit[k];
  });
}

export function collinearityWarnings(apart: Float64Array, names: readonly string[]): Warning[] {
  const low = names.filter((_, k) => apart[k] < NOT_APART);
  if (low.length === 0) return [];
  const least = Math.min(...apart);
  return [
    warning(
      'COLLINEAR_TREATMENTS',
      `Given the covariates, ${low.map((name) => `'${name}'`).join(', ')} hardly vary apart from the other treatments (1 − R² down to ${least.toFixed(3)}): ` +
        'the effect of one with the others held fixed is not identified, or only with wide intervals. Leave one of them out, or combine them.',
    ),
  ];
}
