/**
 * Weighted least squares of y on k columns: β̂ = (X'WX)⁻¹X'Wy, n × k with k a handful.
 *
 * X'WX is summed in a plain loop over rows. Where a column is constant (an intercept), the others are centred at
 * their weighted means first and the solution is carried back by T (β = Tγ), so that a covariate such as a year does
 * not lose its digits to its mean; one step of refinement, δ = (X'WX)⁻¹X'W(y − Xβ̂), removes most of what is left of
 * squaring the condition number (Å. Björck, Numerical Methods for Least Squares Problems, 1996, §6.6).
 * Rows of weight 0 count nowhere.
 */
import { factorSymmetric, type RankReport, submatrix, timesVector, tripleProduct } from './linear-system.js';

export interface LeastSquaresProblem {
  /** k columns of n values; an intercept is a column of ones. */
  readonly design: readonly Float64Array[];
  readonly outcome: Float64Array;
  /** Weights ≥ 0; null means 1 for every row. */
  readonly weights: Float64Array | null;
}

export interface LeastSquaresFit {
  /** k coefficients; NaN for the dependent columns that `rank` names (they are left out of the model). */
  readonly coefficients: Float64Array;
  /** (X'WX)⁻¹ of the independent columns, k × k row-major, NaN in the rows and columns of dependent ones. */
  readonly bread: Float64Array;
  /** y − Xβ̂ in every row, also those of weight 0. */
  readonly residuals: Float64Array;
  readonly rank: RankReport;
  /** Rows of positive weight. */
  readonly rowCount: number;
  /** rowCount − rank. */
  readonly degreesOfFreedom: number;
  /** The model in its centred coordinates, for `robustCovariance`. */
  readonly centred: CentredModel;
}

/** z = x − centre over the independent columns, and what carries γ (and its covariance) back: β = Tγ. */
export interface CentredModel {
  readonly columns: readonly Float64Array[];
  readonly centres: Float64Array;
  /** Z'WZ and its inverse, both row-major. */
  readonly gram: Float64Array;
  readonly bread: Float64Array;
  readonly back: Float64Array;
}

export function leastSquares(problem: LeastSquaresProblem): LeastSquaresFit {
  const { design, outcome, weights } = problem;
  const allCentres = centresOf(design, weights);
  const allGram = gramOf(design, allCentres, weights);
  const { report: rank } = factorSymmetric(allGram, design.length);
  const columns = rank.independent.map((j) => design[j] as Float64Array);
  const centres = Float64Array.from(rank.independent, (j) => allCentres[j] as number);
  const gram = submatrix(allGram, design.length, rank.independent);
  const bread = factorSymmetric(gram, rank.rank).inverse() ?? new Float64Array(0);

  const gamma = new Float64Array(rank.rank);
  const residuals = outcome.slice();
  for (let step = 0; step < 2; step++) {
    const change = timesVector(bread, scoreOf(columns, centres, weights, residuals));
    for (let j = 0; j < gamma.length; j++) gamma[j] = (gamma[j] as number) + (change[j] as number);
    subtractFit(columns, centres, gamma, outcome, residuals);
  }

  const back = backTransform(columns, centres);
  const rowCount =
    weights === null ? outcome.length : weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
  return {
    coefficients: spread(timesVector(back, gamma), rank, 1),
    bread: spread(tripleProduct(back, bread, transposed(back, rank.rank), rank.rank), rank, 2),
    residuals,
    rank,
    rowCount,
    degreesOfFreedom: rowCount - rank.rank,
    centred: { columns, centres, gram, bread, back },
  };
}

/** A vector or matrix over the independent columns in the place of all k, NaN elsewhere. */
export function spread(values: Float64Array, { size, independent }: RankReport, dimensions: 1 | 2): Float64Array {
  const result = new Float64Array(size ** dimensions).fill(Number.NaN);
  values.forEach((value, cell) => {
    const row = independent[dimensions === 1 ? cell : Math.floor(cell / independent.length)] as number;
    const column = independent[cell % independent.length] as number;
    result[dimensions === 1 ? row : row * size + column] = value;
  });
  return result;
}

export function transposed(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, cell) => matrix[(cell % size) * size + Math.floor(cell / size)] as number);
}

/** Weighted means of the columns that vary where some column is constant, 0 otherwise. */
function centresOf(design: readonly Float64Array[], weights: Float64Array | null): Float64Array {
  const centres = new Float64Array(design.length);
  if (!design.some(isConstant)) return centres;
  design.forEach((column, j) => {
    if (isConstant(column)) return;
    let total = 0;
    let totalWeight = 0;
    for (let i = 0; i < column.length; i++) {
      const weight = weights === null ? 1 : (weights[i] as number);
      total += weight * (column[i] as number);
      totalWeight += weight;
    }
    centres[j] = totalWeight > 0 ? total / totalWeight : 0;
  });
  return centres;
}

const isConstant = (column: Float64Array): boolean =>
  column.length > 0 && column[0] !== 0 && column.every((value) => value === column[0]);

/** Z'WZ, row-major. */
function gramOf(design: readonly Float64Array[], centres: Float64Array, weights: Float64Array | null): Float64Array {
  const size = design.length;
  const gram = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      const left = design[a] as Float64Array;
      const right = design[b] as Float64Array;
      const leftCentre = centres[a] as number;
      const rightCentre = centres[b] as number;
      let total = 0;
      for (let i = 0; i < left.length; i++)
        total +=
          (weights === null ? 1 : (weights[i] as number)) *
          ((left[i] as number) - leftCentre) *
          ((right[i] as number) - rightCentre);
      gram[a * size + b] = total;
      gram[b * size + a] = total;
    }
  return gram;
}

/** Z'Wr. */
function scoreOf(
  columns: readonly Float64Array[],
  centres: Float64Array,
  weights: Float64Array | null,
  residuals: Float64Array,
): Float64Array {
  return Float64Array.from(columns, (column, j) => {
    const centre = centres[j] as number;
    let total = 0;
    for (let i = 0; i < column.length; i++)
      total +=
        (weights === null ? 1 : (weights[i] as number)) * ((column[i] as number) - centre) * (residuals[i] as number);
    return total;
  });
}

/** residuals ← y − Zγ. */
function subtractFit(
  columns: readonly Float64Array[],
  centres: Float64Array,
  gamma: Float64Array,
  outcome: Float64Array,
  residuals: Float64Array,
): void {
  residuals.set(outcome);
  columns.forEach((column, j) => {
    const slope = gamma[j] as number;
    const centre = centres[j] as number;
    for (let i = 0; i < column.length; i++)
      residuals[i] = (residuals[i] as number) - slope * ((column[i] as number) - centre);
  });
}

/** T: the identity, with −centreⱼ/c in the row of the first constant column, whose value is c. */
function backTransform(columns: readonly Float64Array[], centres: Float64Array): Float64Array {
  const size = columns.length;
  const back = new Float64Array(size * size);
  const constant = columns.findIndex(isConstant);
  for (let j = 0; j < size; j++) {
    if (constant >= 0 && j !== constant)
      back[constant * size + j] = -(centres[j] as number) / ((columns[constant] as Float64Array)[0] as number);
    back[j * size + j] = 1;
  }
  return back;
}
