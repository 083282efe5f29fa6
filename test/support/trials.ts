/** Simulated trials as `Trial`s, with the columns that the engine treats in their own way. */
import { createTrial } from '../../src/data/create-trial.js';
import type { Covariate, Trial } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';
import { type Design, simulateTrial } from '../../src/simulate/designs.js';
import { drawColumn, drawn } from './generated-problem.js';

export interface TrialParts {
  readonly rowCount?: number;
  readonly seed?: number;
  /** Default: one number, a number with missing values, a category and ties. */
  readonly covariates?: readonly Covariate[];
  readonly weights?: boolean;
  /** Rows per cluster; sizes vary by one. */
  readonly clusterSize?: number;
  /** Default 0.5, known; null: to be estimated. */
  readonly propensity?: number | null;
}

/** Rows of one design as `createTrial` reads them; truth stands in `simulated`. */
export function designTrial(design: Design, rowCount: number, seed: number, covariateCount = 4) {
  const simulated = simulateTrial({ design, rowCount, seed, covariateCount });
  const trial = createTrial(simulated.columns, {
    covariates: simulated.covariateNames,
    treatment: 'treatment',
    outcomes: { outcome: 'outcome' },
    ...(design === 'confounded' ? {} : { propensity: 0.5 }),
  });
  return { simulated, trial };
}

/** A randomised trial whose outcome and effect depend on its first covariate. */
export function smallTrial(parts: TrialParts = {}): Trial<string, 'outcome'> {
  const { rowCount = 150, seed = 1, weights = false, clusterSize = 0, propensity = 0.5 } = parts;
  const stream = streamFor(seed, 'small trial');
  const covariates =
    parts.covariates ??
    (['continuous', 'missing', 'category', 'ties'] as const).map((kind, f) =>
      drawColumn(kind, `x${f}`, rowCount, stream),
    );
  const treatment = drawn(rowCount, () => stream.below(2));
  const first = covariates[0];
  const x = drawn(rowCount, (i) => (first.kind === 'category' ? first.codes[i] : first.values[i] || 0));
  const ids = Int32Array.from(drawn(rowCount, (i) => Math.floor(i / (clusterSize + 0.5))));
  const shift = drawn(rowCount, () => 0.5 * stream.normal());
  const outcome = drawn(
    rowCount,
    (i) => x[i] + treatment[i] * (1 + Math.max(x[i], 0)) + stream.normal() + (clusterSize > 0 ? shift[ids[i]] : 0),
  );
  const count = ids[rowCount - 1] + 1;
  return Object.freeze({
    rowCount,
    covariates,
    covariateNames: covariates.map(({ name }) => name),
    treatment: { kind: 'binary', name: 'treatment', values: treatment },
    outcomes: { outcome: { kind: 'column', name: 'outcome', values: outcome, rows: null } },
    weights: weights ? drawn(rowCount, () => 0.25 + 2 * stream.uniform()) : null,
    clusters:
      clusterSize > 0
        ? {
            name: 'cluster',
            ids,
            count,
            labels: drawn(count, (c) => c)
              .join()
              .split(','),
          }
        : null,
    propensity: propensity === null ? null : new Float64Array(rowCount).fill(propensity),
    warnings: [],
  } satisfies Trial<string, 'outcome'>);
}

/** The trial with other outcomes. */
export const withOutcome = (trial: Trial<string, 'outcome'>, of: (y: number, i: number) => number) =>
  Object.freeze({
    ...trial,
    outcomes: { outcome: { ...trial.outcomes.outcome, kind: 'column', values: valuesOf(trial).map(of), rows: null } },
  } satisfies Trial<string, 'outcome'>);

/** The trial's outcome, row by row. */
export function valuesOf(trial: Trial<string, 'outcome'>): Float64Array {
  const { outcome } = trial.outcomes;
  if (outcome.kind === 'ratioOfTotals') throw new Error('no values per row');
  return outcome.values;
}

/** The covariates as a table, for functions that take new rows. */
export const tableOf = (covariates: readonly Covariate[]) =>
  Object.fromEntries(
    covariates.map((column) => [
      column.name,
      column.kind === 'category'
        ? Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]))
        : column.values,
    ]),
  );
