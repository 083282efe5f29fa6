/** Censored trials with a known truth: exponential event times whose rate, and whose censoring, depend on covariates. */
import { createTrial } from '../../src/data/create-trial.js';
import { streamFor } from '../../src/math/random.js';

export interface SurvivalTrialParts {
  readonly rowCount?: number;
  readonly seed?: number;
  /** Rate of censoring at x1 = 0; it grows with x1 as the event's does, and among the treated. Default 0.25; 0: none. */
  readonly censoring?: number;
  readonly weights?: boolean;
  readonly clusterSize?: number;
  /** Share of x3 that is missing. Default 0. */
  readonly missing?: number;
}

/** Treatment is taken up more often where x1 is large, where events come early. */
export const propensityOf = (x1: number): number => 0.3 + 0.4 * x1;
export const rateOf = (x1: number, x2: number, treatment: number): number =>
  0.4 * Math.exp(1.2 * x1 - treatment * (0.2 + 0.8 * x2));

/** E[min(T, h)] and P(T > h) of an exponential time. */
export const meanUpTo = (rate: number, horizon: number): number => (1 - Math.exp(-rate * horizon)) / rate;
export const survivalAt = (rate: number, horizon: number): number => Math.exp(-rate * horizon);

/** Mean over the rows' covariates of what treatment changes. */
export const effectOf = (
  { x1, x2 }: { readonly x1: Float64Array; readonly x2: Float64Array },
  measure: (rate: number, horizon: number) => number,
  horizon: number,
): Float64Array => x1.map((x, i) => measure(rateOf(x, x2[i], 1), horizon) - measure(rateOf(x, x2[i], 0), horizon));

export function survivalTrial(parts: SurvivalTrialParts = {}) {
  const { rowCount = 500, seed = 1, censoring = 0.25, weights = false, clusterSize = 0, missing = 0 } = parts;
  const stream = streamFor(seed, 'survival trial');
  const column = () => new Float64Array(rowCount);
  const [x1, x2, x3, drug, time, died, uncensored] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ];
  const weight: number[] = [];
  const group: number[] = [];
  for (let i = 0; i < rowCount; i++) {
    x1[i] = stream.uniform();
    x2[i] = stream.uniform();
    x3[i] = stream.uniform() < missing ? Number.NaN : stream.normal();
    drug[i] = stream.uniform() < propensityOf(x1[i]) ? 1 : 0;
    uncensored[i] = -Math.log(1 - stream.uniform()) / rateOf(x1[i], x2[i], drug[i]);
    const end = -Math.log(1 - stream.uniform()) / (censoring * Math.exp(1.2 * x1[i] + 0.5 * drug[i] - 0.6));
    died[i] = censoring > 0 && end < uncensored[i] ? 0 : 1;
    time[i] = died[i] === 1 ? uncensored[i] : end;
    weight.push(0.5 + stream.uniform());
    group.push(Math.floor(i / Math.max(clusterSize, 1)));
  }
  const trial = createTrial(
    { x1, x2, x3, drug, time, died },
    {
      covariates: ['x1', 'x2', 'x3'],
      treatment: 'drug',
      outcomes: { time: 'time', died: 'died' },
      ...(weights ? { weights: weight } : {}),
      ...(clusterSize > 0 ? { clusters: group } : {}),
    },
  );
  return { trial, x1, x2, drug, time, died, uncensored };
}
