/** Small problems of every kind that the engine must handle, drawn from one stream each. */
import type { CategoryCovariate, Covariate, NumericCovariate } from '../../src/data/trial.js';
import type { RandomStream } from '../../src/math/random.js';

export const numberColumn = (name: string, values: ArrayLike<number>): NumericCovariate => ({
  kind: 'number',
  name,
  values: Float64Array.from(values),
});

/** Codes as given, −1 for missing; levels are named by their code. */
export const categoryColumn = (name: string, codes: ArrayLike<number>, levelCount: number): CategoryCovariate => ({
  kind: 'category',
  name,
  codes: Int32Array.from(codes),
  levels: Array.from({ length: levelCount }, (_, level) => `level ${level}`),
});

/** n numbers by a rule, as a Float64Array. */
export const drawn = (n: number, draw: (i: number) => number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => draw(i));

/** `binary` 0/1; `centred` binary less a propensity of its own; `dose` 0…3; `continuous` normal. */
export type TreatmentKind = 'binary' | 'centred' | 'dose' | 'continuous';
export type ColumnKind =
  | 'continuous'
  | 'rounded'
  | 'ties'
  | 'missing'
  | 'constant'
  | 'allMissing'
  | 'category'
  | 'manyLevels';
export type WeightKind = 'none' | 'positive' | 'withZeros' | 'mostlyZeros';

export function drawColumn(kind: ColumnKind, name: string, n: number, stream: RandomStream): Covariate {
  const missingOr = (share: number, value: number) => (stream.uniform() < share ? Number.NaN : value);
  switch (kind) {
    case 'continuous':
      return numberColumn(
        name,
        drawn(n, () => stream.normal()),
      );
    case 'rounded':
      return numberColumn(
        name,
        drawn(n, () => missingOr(0.05, Math.round(stream.normal() * 50) / 50)),
      );
    case 'ties':
      return numberColumn(
        name,
        drawn(n, () => stream.below(5) - 2),
      );
    case 'missing':
      return numberColumn(
        name,
        drawn(n, () => missingOr(0.3, Math.round(stream.normal() * 4) / 4)),
      );
    case 'constant':
      return numberColumn(name, new Float64Array(n).fill(7));
    case 'allMissing':
      return numberColumn(name, new Float64Array(n).fill(Number.NaN));
    case 'category':
      return categoryColumn(
        name,
        drawn(n, () => (stream.uniform() < 0.15 ? -1 : stream.below(5))),
        6,
      );
    case 'manyLevels':
      return categoryColumn(
        name,
        drawn(n, () => stream.below(41) - 1),
        40,
      );
  }
}

export function drawTreatment(kind: TreatmentKind, n: number, stream: RandomStream): Float64Array {
  switch (kind) {
    case 'binary':
      return drawn(n, () => stream.below(2));
    case 'centred':
      return drawn(n, () => stream.below(2) - (0.3 + 0.4 * stream.uniform()));
    case 'dose':
      return drawn(n, () => stream.below(4));
    case 'continuous':
      return drawn(n, () => stream.normal());
  }
}

export function drawWeights(kind: WeightKind, n: number, stream: RandomStream): Float64Array | null {
  if (kind === 'none') return null;
  const zeros = { positive: 0, withZeros: 0.25, mostlyZeros: 0.7 }[kind];
  return drawn(n, () => (stream.uniform() < zeros ? 0 : 0.2 + 2 * stream.uniform()));
}

/** A number in the unit range that a column gives a row, to build outcomes from; missing counts as 0.8. */
export function signalOf(column: Covariate, row: number): number {
  if (column.kind === 'category') return column.codes[row] < 0 ? 0.8 : (column.codes[row] % 3) / 2;
  return Number.isNaN(column.values[row]) ? 0.8 : 1 / (1 + Math.exp(-column.values[row]));
}

/** Y = a baseline and an effect that depend on the columns, plus normal noise. */
export function drawOutcome(
  covariates: readonly Covariate[],
  treatment: Float64Array,
  stream: RandomStream,
  signal = 1,
): Float64Array {
  return treatment.map((w, i) => {
    const x = covariates.map((column) => signalOf(column, i));
    const effect = x.reduce((sum, value, f) => sum + (f % 2 === 0 ? value : -value), 0);
    return signal * (x.reduce((sum, value) => sum + value, 0) + w * effect) + stream.normal();
  });
}

/** Row numbers 0 … n − 1 in random order; the first `count` of them where given. */
export function drawRows(n: number, stream: RandomStream, count = n): Int32Array {
  const rows = Int32Array.from({ length: n }, (_, i) => i);
  for (let k = 0; k < count; k++) {
    const other = k + stream.below(n - k);
    [rows[k], rows[other]] = [rows[other], rows[k]];
  }
  return rows.slice(0, count);
}
