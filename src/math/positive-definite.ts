/**
 * Small positive definite systems inside loops over rows: A = LL' (Cholesky) in the caller's buffers, without allocation.
 * Matrices are flat and row-major; only the lower triangle is read and written.
 */

/** A pivot that is a smaller share of its diagonal than this is rounding: products of doubles carry about 1e-16 a term. */
const PIVOT_TOLERANCE = 1e-12;

/** Replaces the lower triangle of A by L. False where A is singular to rounding, or not positive: `matrix` is then spoilt. */
export function factorInPlace(matrix: Float64Array, size: number): boolean {
  for (let j = 0; j < size; j++) {
    const diagonal = matrix[j * size + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= matrix[j * size + k] ** 2;
    if (!(pivot > PIVOT_TOLERANCE * diagonal)) return false;
    const root = Math.sqrt(pivot);
    matrix[j * size + j] = root;
    reduceColumn(matrix, size, j, root);
  }
  return true;
}

/** L below its diagonal in column j: (Aᵢⱼ − Σₖ LᵢₖLⱼₖ)/Lⱼⱼ. Four rows at a time, so that no sum waits for the one before it. */
function reduceColumn(matrix: Float64Array, size: number, j: number, root: number): void {
  const own = j * size;
  let i = j + 1;
  for (; i + 3 < size; i += 4) {
    const a = i * size;
    const b = a + size;
    const c = b + size;
    const d = c + size;
    let ofA = matrix[a + j];
    let ofB = matrix[b + j];
    let ofC = matrix[c + j];
    let ofD = matrix[d + j];
    for (let k = 0; k < j; k++) {
      const value = matrix[own + k];
      ofA -= matrix[a + k] * value;
      ofB -= matrix[b + k] * value;
      ofC -= matrix[c + k] * value;
      ofD -= matrix[d + k] * value;
    }
    matrix[a + j] = ofA / root;
    matrix[b + j] = ofB / root;
    matrix[c + j] = ofC / root;
    matrix[d + j] = ofD / root;
  }
  for (; i < size; i++) {
    let value = matrix[i * size + j];
    for (let k = 0; k < j; k++) value -= matrix[i * size + k] * matrix[own + k];
    matrix[i * size + j] = value / root;
  }
}

/**
 * Replaces the lower triangle of a positive semi-definite A by L, leaving out unknowns whose column depends on earlier ones
 * to rounding (or is 0): their pivot becomes ∞, so that `solveInPlace` gives 0 for them, and the solution of the rest for
 * the rest.
 */
export function factorIndependentInPlace(matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    const row = j * size;
    const diagonal = matrix[row + j];
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= matrix[row + k] ** 2;
    const root = pivot > PIVOT_TOLERANCE * diagonal ? Math.sqrt(pivot) : Number.POSITIVE_INFINITY;
    matrix[row + j] = root;
    for (let i = j + 1; i < size; i++) {
      let value = matrix[i * size + j];
      for (let k = 0; k < j; k++) value -= matrix[i * size + k] * matrix[row + k];
      matrix[i * size + j] = value / root;
    }
  }
}

/** Replaces b by A⁻¹b, with the factor L of A. */
export function solveInPlace(lower: Float64Array, size: number, rightSide: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let value = rightSide[i];
    for (let k = 0; k < i; k++) value -= lower[i * size + k] * rightSide[k];
    rightSide[i] = value / lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = rightSide[i];
    for (let k = i + 1; k < size; k++) value -= lower[k * size + i] * rightSide[k];
    rightSide[i] = value / lower[i * size + i];
  }
}
