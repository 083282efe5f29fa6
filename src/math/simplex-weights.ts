/**
 * Weights that sum to one and are not negative: minimise ½ α'Qα − c'α over the simplex, Q positive semi-definite and
 * k × k with k a handful; the weights of a stack (Breiman 1996; van der Laan, Polley & Hubbard 2007).
 * By active sets (Nocedal & Wright 2006, §16.5): from the best single weight on, the unknown whose gradient is lowest
 * comes in, the others are solved for, and who would fall below 0 leaves. Each support is left for good with a lower
 * objective, so the end is reached, and there gradients are equal on the support and no lower outside.
 */
import { factorInPlace, solveInPlace } from './positive-definite.js';

/** A gradient that is lower by a smaller share of the largest entry than this is rounding. */
const SLACK = 1e-12;

/**
 * @param quadratic Q, row-major and symmetric
 * @param linear c; null for 0, e.g. where Q holds the cross products of errors
 * @returns k weights; where several are best (equal members) the one with the fewest
 */
export function simplexWeights(quadratic: Float64Array, linear: Float64Array | null, size: number): Float64Array {
  const alpha = new Float64Array(size);
  const c = linear ?? new Float64Array(size);
  const score = (j: number): number => 0.5 * quadratic[j * size + j] - c[j];
  let first = 0;
  for (let j = 1; j < size; j++) if (score(j) < score(first)) first = j;
  alpha[first] = 1;
  const slack = SLACK * Math.max(...quadratic.map(Math.abs), ...c.map(Math.abs));
  const blocked = new Set<number>();
  for (;;) {
    const next = lowest(quadratic, c, alpha, slack, blocked);
    if (next < 0) return alpha;
    if (!takeIn(quadratic, c, alpha, next)) blocked.add(next);
  }
}

/** The unknown outside whose gradient is below the support's by more than rounding; −1 for none. */
function lowest(
  quadratic: Float64Array,
  c: Float64Array,
  alpha: Float64Array,
  slack: number,
  blocked: ReadonlySet<number>,
): number {
  const size = alpha.length;
  const gradient = c.map((value, j) => {
    let sum = -value;
    for (let k = 0; k < size; k++) sum += quadratic[j * size + k] * alpha[k];
    return sum;
  });
  const level = gradient.reduce((sum, value, j) => sum + alpha[j] * value, 0);
  let found = -1;
  for (let j = 0; j < size; j++)
    if (
      alpha[j] === 0 &&
      !blocked.has(j) &&
      gradient[j] < level - slack &&
      (found < 0 || gradient[j] < gradient[found])
    )
      found = j;
  return found;
}

/** Solves with one unknown more; those that would become negative leave one after the other. False: nothing moved. */
function takeIn(quadratic: Float64Array, c: Float64Array, alpha: Float64Array, next: number): boolean {
  const support = [...alpha.keys()].filter((j) => alpha[j] > 0 || j === next);
  let moved = false;
  for (;;) {
    const solution = onSupport(quadratic, c, alpha.length, support);
    if (solution === null) return moved;
    let share = 1;
    let leaving = -1;
    support.forEach((j, place) => {
      const limit = alpha[j] / (alpha[j] - solution[place]);
      if (solution[place] <= 0 && (leaving < 0 || limit < share)) {
        share = limit;
        leaving = place;
      }
    });
    support.forEach((j, place) => {
      alpha[j] += share * (solution[place] - alpha[j]);
    });
    if (leaving < 0) return true;
    if (share > 0) moved = true;
    else if (support[leaving] === next) return moved;
    alpha[support[leaving]] = 0;
    support.splice(leaving, 1);
  }
}

/**
 * The minimum over weights of the support that sum to one, of any sign. The first weight is what the others leave of one,
 * which makes it a free minimum over those; null where that is singular, as with equal members.
 */
function onSupport(
  quadratic: Float64Array,
  c: Float64Array,
  size: number,
  support: readonly number[],
): Float64Array | null {
  const [base, ...others] = support;
  const q = (j: number, k: number): number => quadratic[j * size + k];
  const s = others.length;
  const matrix = Float64Array.from({ length: s * s }, (_, cell) => {
    const [j, k] = [others[Math.floor(cell / s)], others[cell % s]];
    return q(j, k) - q(j, base) - q(base, k) + q(base, base);
  });
  if (!factorInPlace(matrix, s)) return null;
  const right = Float64Array.from(others, (j) => c[j] - c[base] - q(j, base) + q(base, base));
  solveInPlace(matrix, s, right);
  return Float64Array.of(1 - right.reduce((sum, value) => sum + value, 0), ...right);
}
