/**
 * Trials with a known truth, for examples, tests and benchmarks: Y = b(X) + W τ(X) + noise, W ~ Bernoulli(e(X)),
 * standard normal covariates. Each design isolates one difficulty.
 */
import { InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys, requireInteger, requireNumber, requireOneOf } from '../base/options.js';
import { requireSeed, streamFor } from '../math/random.js';

/** A design's three functions of a row's covariates. */
interface Surfaces {
  /** Fewest covariates it uses. */
  readonly needs: number;
  readonly baseline: (x: Float64Array) => number;
  readonly effect: (x: Float64Array) => number;
  readonly propensity: (x: Float64Array) => number;
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

const SURFACES = {
  /** Randomised; the effect is positive where x1 is, and 0 elsewhere. */
  oneSided: {
    needs: 3,
    baseline: (x) => x[1] + Math.min(x[2], 0),
    effect: (x) => Math.max(x[0], 0),
    propensity: () => 0.5,
  },
  /** Randomised; the same effect of 0.5 for everyone. */
  constant: { needs: 2, baseline: (x) => x[0] + 0.5 * x[1], effect: () => 0.5, propensity: () => 0.5 },
  /** Randomised; no effect at all. */
  none: { needs: 2, baseline: (x) => x[0] + 0.5 * x[1], effect: () => 0, propensity: () => 0.5 },
  /** Who is treated depends on x1 and x2, which drive the outcome too; the effect varies with x3. */
  confounded: {
    needs: 3,
    baseline: (x) => 2 * logistic(x[0] + x[1]),
    effect: (x) => 1 + 0.5 * x[2],
    propensity: (x) => 0.1 + 0.8 * logistic(x[0] + x[1]),
  },
} as const satisfies Record<string, Surfaces>;

export type Design = keyof typeof SURFACES;

/** The designs' names. */
export const DESIGNS = Object.freeze(Object.keys(SURFACES)) as readonly Design[];

export interface SimulatedTrial {
  /** Columns x1 … xp, treatment (0/1) and outcome, as `createTrial` takes them. */
  readonly columns: Readonly<Record<string, Float64Array>>;
  readonly covariateNames: readonly string[];
  /** The truth of each row: τ(xᵢ), e(xᵢ) and b(xᵢ) = E[Y(0) | X = xᵢ]. */
  readonly effect: Float64Array;
  readonly propensity: Float64Array;
  readonly baseline: Float64Array;
}

/**
 * Draws a trial. Defaults: design 'oneSided', 1,000 rows, 5 covariates, noise of standard deviation 1, seed 42.
 * @throws InvalidOptionError for an unknown design, or fewer covariates than it uses
 */
export function simulateTrial(
  options: {
    readonly design?: Design;
    readonly rowCount?: number;
    readonly covariateCount?: number;
    readonly noise?: number;
    readonly seed?: number;
  } = {},
): SimulatedTrial {
  rejectUnknownKeys('options', options, ['design', 'rowCount', 'covariateCount', 'noise', 'seed']);
  const design = requireOneOf('design', options.design ?? 'oneSided', DESIGNS);
  const surfaces: Surfaces = SURFACES[design];
  const rowCount = requireInteger('rowCount', options.rowCount ?? 1000, { min: 1 });
  const covariateCount = requireInteger('covariateCount', options.covariateCount ?? 5, { min: 1 });
  const noise = requireNumber('noise', options.noise ?? 1, { min: 0 });
  const stream = streamFor(requireSeed('seed', options.seed ?? 42), 'simulated trial', design);
  if (covariateCount < surfaces.needs)
    throw new InvalidOptionError(
      'covariateCount',
      covariateCount,
      `at least ${surfaces.needs} for the design '${design}'`,
    );
  const covariateNames = Array.from({ length: covariateCount }, (_, f) => `x${f + 1}`);
  const covariates = covariateNames.map(() => new Float64Array(rowCount));
  const [treatment, outcome, effect, propensity, baseline] = Array.from(
    { length: 5 },
    () => new Float64Array(rowCount),
  );
  const x = new Float64Array(covariateCount);
  for (let i = 0; i < rowCount; i++) {
    for (let f = 0; f < covariateCount; f++) x[f] = covariates[f][i] = stream.normal();
    effect[i] = surfaces.effect(x);
    propensity[i] = surfaces.propensity(x);
    baseline[i] = surfaces.baseline(x);
    treatment[i] = stream.uniform() < propensity[i] ? 1 : 0;
    outcome[i] = baseline[i] + treatment[i] * effect[i] + noise * stream.normal();
  }
  const columns = Object.fromEntries(covariateNames.map((name, f) => [name, covariates[f]]));
  return Object.freeze({ columns: { ...columns, treatment, outcome }, covariateNames, effect, propensity, baseline });
}
