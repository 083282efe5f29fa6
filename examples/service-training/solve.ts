/** Newton's method with a numeric Jacobian for square systems of a few dozen equations. */

/**
 * Solves f(x) = 0.
 * @param f as many values as unknowns
 * @throws RangeError where it does not get below `tolerance` in 60 steps
 */
export function solve(
  f: (x: readonly number[]) => readonly number[],
  start: readonly number[],
  { tolerance = 1e-10, onStep = (_step: number, _worst: number): void => {} } = {},
): number[] {
  const x = [...start];
  let value = f(x);
  for (let step = 1; step <= 60; step++) {
    const worst = largest(value);
    onStep(step, worst);
    if (worst < tolerance) return x;
    const here = value;
    const columns = x.map((_, k) => {
      const moved = [...x];
      moved[k] = (moved[k] as number) + 1e-5;
      return f(moved).map((there, row) => (there - (here[row] as number)) / 1e-5);
    });
    const direction = gauss(
      here.map((_, row) => columns.map((column) => column[row] as number)),
      here.map((entry) => -entry),
    );
    // Half steps until the worst equation improves: the exponentials overshoot far from the solution.
    let length = 1;
    let next = x;
    do {
      next = x.map((entry, k) => entry + length * (direction[k] as number));
      value = f(next);
      length /= 2;
    } while (!(largest(value) < worst) && length > 1e-4);
    next.forEach((entry, k) => {
      x[k] = entry;
    });
  }
  throw new RangeError(`no solution after 60 steps: the worst equation is off by ${largest(value)}`);
}

const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

/** Gaussian elimination with partial pivoting. */
function gauss(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  const rows = matrix.map((row, k) => [...row, right[k] as number]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(at(rows, r, k)) > Math.abs(at(rows, pivot, k))) pivot = r;
    [rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]];
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = at(rows, r, k) / at(rows, k, k);
      if (factor !== 0)
        for (let c = k; c <= n; c++) (rows[r] as number[])[c] = at(rows, r, c) - factor * at(rows, k, c);
    }
  }
  return rows.map((row, k) => (row[n] as number) / (row[k] as number));
}

const at = (rows: readonly (readonly number[])[], row: number, column: number): number =>
  (rows[row] as readonly number[])[column] as number;
