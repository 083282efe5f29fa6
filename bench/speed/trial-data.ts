/**
 * The data of all speed cases: X standard normal, W ~ Bernoulli(0.25), Y = max(x1, 0) W + x2 + min(x3, 0) + N(0, 1).
 * Nuisances are given as a fit would have them: the true mean, and propensities that differ from row to row by a little,
 * as estimated ones do (a treatment centred by one number for all is cheaper to split on).
 */
import type { Covariate, Trial } from '../../src/data/trial.js';
import { streamFor } from '../../src/math/random.js';

const PROPENSITY = 0.25;
/** Standard deviation of the given propensities around it, as out-of-bag estimates have on such data. */
const PROPENSITY_ERROR = 0.03;

export interface TrialData {
  readonly trial: Trial<string, 'outcome'>;
  readonly outcome: Float64Array;
  readonly outcomeHat: Float64Array;
  readonly treatmentHat: Float64Array;
  readonly effect: Float64Array;
}

export function makeTrialData(rowCount: number, covariateCount: number, seed = 1): TrialData {
  const stream = streamFor(seed, 'speed');
  const covariates: Covariate[] = Array.from({ length: covariateCount }, (_, f) => ({
    kind: 'number',
    name: `x${f + 1}`,
    values: Float64Array.from({ length: rowCount }, () => stream.normal()),
  }));
  const x = (f: number, i: number) => (covariates[f] as { readonly values: Float64Array }).values[i];
  const columnOf = (value: (i: number) => number) => Float64Array.from({ length: rowCount }, (_, i) => value(i));
  const effect = columnOf((i) => Math.max(x(0, i), 0));
  const baseline = columnOf((i) => x(1, i) + Math.min(x(2, i), 0));
  const treatment = columnOf(() => (stream.uniform() < PROPENSITY ? 1 : 0));
  const outcome = columnOf((i) => effect[i] * treatment[i] + baseline[i] + stream.normal());
  return {
    trial: {
      rowCount,
      covariates,
      covariateNames: covariates.map(({ name }) => name),
      treatment: { kind: 'binary', name: 'treatment', values: treatment },
      outcomes: { outcome: { kind: 'column', name: 'outcome', values: outcome, rows: null } },
      weights: null,
      clusters: null,
      propensity: null,
      warnings: [],
    },
    outcome,
    outcomeHat: columnOf((i) => PROPENSITY * effect[i] + baseline[i]),
    treatmentHat: columnOf(() => PROPENSITY + PROPENSITY_ERROR * stream.normal()),
    effect,
  };
}
