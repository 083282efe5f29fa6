/** A CausalForest-shaped object from plain numbers: the averages read nothing else, so no engine is needed. */
import type { CausalForest } from '../../src/causal/types.js';
import type { Covariate, Trial } from '../../src/data/trial.js';

export interface ForestNumbers {
  readonly outcome: ArrayLike<number>;
  readonly treatment: ArrayLike<number>;
  readonly effect: ArrayLike<number>;
  readonly outcomeHat: ArrayLike<number>;
  readonly treatmentHat: ArrayLike<number>;
  readonly kind?: 'binary' | 'continuous';
  readonly weights?: ArrayLike<number> | null;
  /** Any cluster numbers; they are renumbered by first appearance. */
  readonly clusters?: ArrayLike<number> | null;
  readonly equalizeClusterWeights?: boolean;
  readonly covariates?: readonly Covariate[];
  readonly outcomeName?: string;
}

export function forestOf(numbers: ForestNumbers): CausalForest {
  const { effect, outcomeName = 'y', covariates = [] } = numbers;
  const outcome = Float64Array.from(numbers.outcome);
  const nuisance = {
    outcomeHat: Float64Array.from(numbers.outcomeHat),
    treatmentHat: Float64Array.from(numbers.treatmentHat),
    outcomeSource: 'given',
    treatmentSource: 'given',
  } as const;
  const trial: Trial = {
    rowCount: outcome.length,
    covariates,
    covariateNames: covariates.map(({ name }) => name),
    treatment: { kind: numbers.kind ?? 'binary', name: 'w', values: Float64Array.from(numbers.treatment) },
    outcomes: { [outcomeName]: { kind: 'column', name: outcomeName, values: outcome, rows: null } },
    weights: numbers.weights ? Float64Array.from(numbers.weights) : null,
    clusters: numbers.clusters ? clustersOf(numbers.clusters) : null,
    propensity: null,
    warnings: [],
  };
  return {
    kind: 'causalForest',
    trial,
    outcomeName,
    outcome,
    settings: { equalizeClusterWeights: numbers.equalizeClusterWeights ?? false },
    nuisance,
    outOfBag: { effect: Float64Array.from(effect), variance: null, warnings: [] },
    warnings: [],
  } as unknown as CausalForest;
}

function clustersOf(given: ArrayLike<number>) {
  const seen = new Map<number, number>();
  const ids = Int32Array.from(given, (cluster) => {
    if (!seen.has(cluster)) seen.set(cluster, seen.size);
    return seen.get(cluster) as number;
  });
  return { name: 'cluster', ids, count: seen.size, labels: [...seen.keys()].map(String) };
}

/** A numeric covariate for groups. */
export const numeric = (name: string, values: ArrayLike<number>): Covariate => ({
  kind: 'number',
  name,
  values: Float64Array.from(values),
});

/** A category covariate for groups; levels in sorted order, −1 for null. */
export function category(name: string, words: readonly (string | null)[]): Covariate {
  const levels = [...new Set(words.filter((word) => word !== null))].sort();
  return {
    kind: 'category',
    name,
    levels,
    codes: Int32Array.from(words, (word) => (word === null ? -1 : levels.indexOf(word))),
  };
}
