/**
 * Small symmetric systems, k × k with k a handful: factor, solve, invert, spectral functions. Matrices are flat,
 * row-major Float64Arrays. The only file that imports ml-matrix; never called in a loop over rows.
 *
 * Matrices are scaled to a unit diagonal first (S = D^(−½) A D^(−½)), so that neither rank nor accuracy depends on the
 * units of the columns. Rank is decided column by column in the given order: column j is dependent when its Schur
 * complement given the independent columns before it, 1 − R²ⱼ, is at most `RANK_TOLERANCE`.
 */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Which columns carry information of their own. */
export interface RankReport {
  readonly size: number;
  readonly rank: number;
  /** Columns kept, ascending. */
  readonly independent: readonly number[];
  /** Columns that are linear combinations of independent columns before them, ascending. */
  readonly dependent: readonly number[];
}

/** A factored positive semi-definite matrix; `solve` and `inverse` are null where columns are dependent. */
export interface SymmetricFactor {
  readonly report: RankReport;
  /** A⁻¹b. */
  solve(rightSide: Float64Array): Float64Array | null;
  /** A⁻¹, row-major. */
  inverse(): Float64Array | null;
}

/** A share of unexplained variance below this is rounding: products of doubles carry about 1e-16 per term. */
export const RANK_TOLERANCE = 1e-12;

/** Factors a symmetric positive semi-definite matrix. */
export function factorSymmetric(matrix: Float64Array, size: number): SymmetricFactor {
  const { scaled, scales } = unitDiagonal(matrix, size);
  const report = rankOf(scaled, size);
  if (report.rank < size) return { report, solve: () => null, inverse: () => null };
  const cholesky = new CholeskyDecomposition(toMatrix(scaled, size));
  const solve = (rightSide: Float64Array): Float64Array => {
    const solution = cholesky.solve(Matrix.columnVector(rightSide.map((value, j) => value * (scales[j] as number))));
    return Float64Array.from({ length: size }, (_, j) => solution.get(j, 0) * (scales[j] as number));
  };
  return { report, solve, inverse: () => inverseBy(solve, size) };
}

/** The rows and columns in `kept`, in their order. */
export function submatrix(matrix: Float64Array, size: number, kept: readonly number[]): Float64Array {
  return Float64Array.from({ length: kept.length * kept.length }, (_, cell) => {
    const row = kept[Math.floor(cell / kept.length)] as number;
    return matrix[row * size + (kept[cell % kept.length] as number)] as number;
  });
}

/** f(A) = V f(Λ) V' of a symmetric matrix, or null where f returns null for an eigenvalue. */
export function spectralFunction(
  matrix: Float64Array,
  size: number,
  transform: (eigenvalue: number) => number | null,
): Float64Array | null {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(toMatrix(matrix, size), {
    assumeSymmetric: true,
  });
  const result = new Float64Array(size * size);
  for (let e = 0; e < size; e++) {
    const value = transform(realEigenvalues[e] as number);
    if (value === null) return null;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        result[i * size + j] =
          (result[i * size + j] as number) + value * eigenvectorMatrix.get(i, e) * eigenvectorMatrix.get(j, e);
  }
  return result;
}

/** L·A·R of three k × k matrices. */
export const tripleProduct = (left: Float64Array, middle: Float64Array, right: Float64Array, size: number) =>
  product(product(left, middle, size), right, size);

/** A·B of two k × k matrices. */
export function product(left: Float64Array, right: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = left[i * size + k] as number;
      for (let j = 0; j < size; j++)
        result[i * size + j] = (result[i * size + j] as number) + factor * (right[k * size + j] as number);
    }
  return result;
}

/** A·v. */
export function timesVector(matrix: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      result[i] = (result[i] as number) + (matrix[i * size + j] as number) * (vector[j] as number);
  return result;
}

const toMatrix = (flat: Float64Array, size: number): Matrix => Matrix.from1DArray(size, size, Array.from(flat));

/** Columns of A⁻¹ made symmetric: both triangles are the same number. */
function inverseBy(solve: (rightSide: Float64Array) => Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    inverse.set(solve(unit), j * size);
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) {
      const average = 0.5 * ((inverse[i * size + j] as number) + (inverse[j * size + i] as number));
      inverse[i * size + j] = average;
      inverse[j * size + i] = average;
    }
  return inverse;
}

/** S = D^(−½) A D^(−½) and D^(−½); a column without variation (Aⱼⱼ = 0) scales to 0 and is found dependent. */
function unitDiagonal(matrix: Float64Array, size: number): { scaled: Float64Array; scales: Float64Array } {
  const scales = Float64Array.from({ length: size }, (_, j) => {
    const diagonal = matrix[j * size + j] as number;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  });
  const scaled = matrix.map(
    (value, cell) => value * ((scales[Math.floor(cell / size)] as number) * (scales[cell % size] as number)),
  );
  return { scaled, scales };
}

/** Cholesky's recurrence in the given order, skipping columns that the earlier ones explain. */
function rankOf(scaled: Float64Array, size: number): RankReport {
  const lower = new Float64Array(size * size);
  const independent: number[] = [];
  const dependent: number[] = [];
  for (let j = 0; j < size; j++) {
    let remainder = scaled[j * size + j] as number;
    for (const k of independent) {
      let value = scaled[j * size + k] as number;
      for (const earlier of independent) {
        if (earlier >= k) break;
        value -= (lower[j * size + earlier] as number) * (lower[k * size + earlier] as number);
      }
      value /= lower[k * size + k] as number;
      lower[j * size + k] = value;
      remainder -= value * value;
    }
    if (remainder > RANK_TOLERANCE) {
      lower[j * size + j] = Math.sqrt(remainder);
      independent.push(j);
    } else dependent.push(j);
  }
  return Object.freeze({
    size,
    rank: independent.length,
    independent: Object.freeze(independent),
    dependent: Object.freeze(dependent),
  });
}
