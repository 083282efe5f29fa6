/**
 * A fitted regression again on some of its rows, at its own penalty: what half-samples need, a thousand times over. Columns
 * are centred, scaled and laid out once; a refit sums their cross products (rows·columns²/2 products, rows that are left out
 * with weight 0) and descends from the fit's own coefficients.
 * Columns keep the scales of the fit, so the penalty means the same.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { arrange, inOwnUnits } from './arrange.js';
import { descentRoom } from './coordinate-descent.js';
import type { PenalizedFit } from './fit-penalized.js';
import { gaussianFit, refreshGradient, solve } from './gaussian-path.js';
import { FINAL_SWEEPS, REFIT_TOLERANCE } from './path.js';
import type { PenalizedProblem } from './problem.js';

/** Coefficients in the units of the problem's columns and target. */
export interface Refit {
  readonly intercept: number;
  readonly coefficients: Float64Array;
  readonly converged: boolean;
}

/**
 * @param problem the fit's own (folds are not used)
 * @param fit of the gaussian family; its penalty, factors and scales are kept
 * @returns a function of one number ≥ 0 per row, which multiplies the row's weight: 0 leaves it out. Refits depend on
 *   nothing but that, so any order and any division of them gives the same bits
 * @throws InvalidOptionError for another family; the function itself InvalidDataError where no row has weight
 */
export function makeRefitter(
  problem: Omit<PenalizedProblem, 'folds' | 'family'>,
  fit: PenalizedFit,
): (multiplier: ArrayLike<number>) => Refit {
  if (fit.family !== 'gaussian') throw new InvalidOptionError('family', fit.family, "'gaussian' for refits");
  const { settings } = fit;
  const n = problem.design.rowCount;
  const folds = { count: 1, of: new Int32Array(n) };
  const arranged = arrange({ ...problem, family: 'gaussian', folds }, settings);
  const { columnCount: p, columns, weight, scale, targetSquare } = arranged;
  const size = p + 2;
  const penalty = { factor: settings.penaltyFactor, mix: settings.mix };
  const start = fit.coefficients.map((b, j) => b * scale[j]);
  const all = Int32Array.from({ length: size }, (_, j) => j);
  const room = descentRoom(p);
  const sums = new Float64Array(size * size);
  const product = new Float64Array(n);

  return (multiplier) => {
    let some = false;
    for (let i = 0; i < n; i++) {
      const w = multiplier[i] * (weight ? weight[i] : 1);
      product[i] = w > 0 ? w : 0;
      some ||= w > 0;
    }
    if (!some) throw new InvalidDataError('INVALID_WEIGHTS', 'a regression needs a row of positive weight');
    columns.crossProductsInto({ from: 0, end: n, weight: product }, all, 0, size, sums, size);
    const again = gaussianFit(sums, p, settings.intercept);
    again.beta.set(start);
    refreshGradient(again);
    solve(again, penalty, fit.penalty, 0, room, REFIT_TOLERANCE * targetSquare, FINAL_SWEEPS, true);
    return { ...inOwnUnits(arranged, again.beta, again.intercept), converged: again.converged };
  };
}
