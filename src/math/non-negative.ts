/**
 * Least squares with coefficients of at least 0, for a handful of columns: minimise a'Ga/2 − r'a over a ≥ 0. The solution is
 * the best of the unconstrained solutions on subsets of the columns that are positive there (Karush, Kuhn & Tucker), so all
 * subsets are solved, smallest first: exact, free of tolerances, and the same bits always. Cost 2^k solutions; k ≤ 10.
 */
import { CausalForestError } from '../base/errors.js';
import { factorInPlace, solveInPlace } from './positive-definite.js';

/**
 * @param gram G, symmetric and row-major
 * @param right r
 * @returns a; 0 where a column adds nothing, or depends on others to rounding
 */
export function bestNonNegative(gram: Float64Array, right: Float64Array, size: number): Float64Array {
  if (size > 10) throw new CausalForestError('INTERNAL', `${size} columns are too many for a search of all subsets`);
  let best = new Float64Array(size);
  let highest = 0;
  for (const columns of subsets(size)) {
    const solution = solveOn(columns, gram, right, size);
    if (!solution || solution.some((a) => !(a > 0))) continue;
    // At a solution G a = r the criterion is −r'a/2.
    const gain = columns.reduce((total, j, p) => total + right[j] * solution[p], 0);
    if (!(gain > highest * (1 + 1e-12))) continue;
    highest = gain;
    best = new Float64Array(size);
    for (let p = 0; p < columns.length; p++) best[columns[p]] = solution[p];
  }
  return best;
}

/** Non-empty subsets of 0 … size − 1, smaller ones first. */
const subsets = (size: number): number[][] =>
  Array.from({ length: 2 ** size - 1 }, (_, code) =>
    Array.from({ length: size }, (_, j) => j).filter((j) => ((code + 1) >> j) & 1),
  ).sort((a, b) => a.length - b.length);

function solveOn(columns: readonly number[], gram: Float64Array, right: Float64Array, size: number) {
  const count = columns.length;
  const lower = new Float64Array(count * count);
  columns.forEach((j, p) => {
    columns.forEach((k, q) => {
      lower[p * count + q] = gram[j * size + k];
    });
  });
  if (!factorInPlace(lower, count)) return null;
  const solution = Float64Array.from(columns, (j) => right[j]);
  solveInPlace(lower, count, solution);
  return solution;
}
