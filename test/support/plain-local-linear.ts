/** Local linear estimates written out: a ridge regression as least squares with one more row per penalised unknown. */
import { leastSquares } from '../../src/math/least-squares.js';

export interface PlainProblem {
  /** Kernel weights times sample weights. */
  readonly weight: Float64Array;
  /** Covariates of the correction, column by column, and the point. */
  readonly columns: readonly Float64Array[];
  readonly point: readonly number[];
  readonly outcome: Float64Array;
  /** null for a mean. */
  readonly treatment: Float64Array | null;
  readonly penalty: number;
  readonly penaltyScale: 'covariance' | 'equal';
  /** Penalties of the unknowns, where they are not to be derived from the weights. */
  readonly held?: readonly number[];
}

/** Columns of the regression and their penalties. */
function unknowns({ weight, columns, point, treatment, penalty, penaltyScale }: PlainProblem) {
  const centred = columns.map((column, k) => column.map((x) => x - point[k]));
  const times = (column: Float64Array) => column.map((x, j) => x * (treatment ? treatment[j] : 1));
  const spread = (column: Float64Array) => column.reduce((sum, x, j) => sum + weight[j] * x * x, 0);
  const penaltiesOf = (block: readonly Float64Array[]) => {
    const spreads = block.map(spread);
    const average = spreads.reduce((a, b) => a + b, 0) / spreads.length;
    return spreads.map((own) => penalty * (penaltyScale === 'covariance' ? own : average));
  };
  const ones = new Float64Array(weight.length).fill(1);
  const slopes = treatment ? centred.map(times) : [];
  return {
    design: treatment ? [treatment, ones, ...centred, ...slopes] : [ones, ...centred],
    penalties: [...(treatment ? [0, 0] : [0]), ...penaltiesOf(centred), ...(treatment ? penaltiesOf(slopes) : [])],
  };
}

/** The estimate, and the penalties that were applied. */
export function plainLocalLinear(problem: PlainProblem): { readonly estimate: number; readonly held: number[] } {
  const { design, penalties } = unknowns(problem);
  const held = [...(problem.held ?? penalties)];
  const { weight, outcome } = problem;
  const padded = (values: Float64Array, of: (k: number) => number) =>
    Float64Array.from([...values, ...held.map((_, k) => of(k))]);
  const { coefficients } = leastSquares({
    design: design.map((column, i) => padded(column, (k) => (k === i ? Math.sqrt(held[k]) : 0))),
    outcome: padded(outcome, () => 0),
    weights: padded(weight, () => 1),
  });
  return { estimate: coefficients[0], held };
}

/**
 * Variance by little bags from ρ of each tree (null where it says nothing), bag by bag: the posterior mean of S ≥ 0 under a
 * flat prior, S ~ N(between − noise, se²), by numerical integration.
 */
export function plainBagVariance(rho: readonly (number | null)[], treesPerBag: number): number {
  const bags: number[][] = [];
  for (let t = 0; t < rho.length; t += treesPerBag) {
    const bag = rho.slice(t, t + treesPerBag).filter((value) => value !== null);
    if (bag.length === treesPerBag) bags.push(bag);
  }
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const between = mean(bags.map((bag) => mean(bag) ** 2));
  const total = mean(bags.flat().map((value) => value ** 2));
  const noise = (total - between) / (treesPerBag - 1);
  const centre = between - noise;
  const se = Math.max(between, noise) * Math.sqrt(2 / bags.length);
  let [mass, moment] = [0, 0];
  const steps = 40_000;
  const last = Math.max(centre, 0) + 10 * se;
  for (let k = 0; k < steps; k++) {
    const s = ((k + 0.5) * last) / steps;
    const density = Math.exp(-0.5 * ((s - centre) / se) ** 2);
    mass += density;
    moment += density * s;
  }
  return moment / mass;
}
