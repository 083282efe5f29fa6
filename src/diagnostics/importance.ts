/**
 * Which covariates the trees split on: a description of the forest, not a test. Correlated covariates share their splits,
 * and a covariate may matter for the outcome and not for the effect.
 *   frequencies: splits on covariate j at depth d, over all trees
 *   importance:  Σ_d d^(−decay) · share of the splits at depth d on j / Σ_d d^(−decay), d = 1 … maxDepth
 * (the weighted count that grf documents, and Athey & Wager 2019 use to choose covariates). A depth without any
 * split gives no shares, so importances add up to less than 1 where trees are shallow.
 */
import { rejectUnknownKeys, requireInteger, requireNumber } from '../base/options.js';
import { type AnyForest, covariatesOf } from '../forest/any-forest.js';

/** Options of `variableImportance` and `splitFrequencies`; defaults stand at each. */
export interface ImportanceOptions {
  /** Depths counted, the root's being 1. Default 4. */
  readonly maxDepth?: number;
  /** How fast deeper splits lose weight: depth d weighs d^(−decay). Default 2. */
  readonly decay?: number;
}

/** A covariate's share in the splits of a forest. */
export interface CovariateImportance {
  readonly covariate: string;
  /** Between 0 and 1. */
  readonly importance: number;
}

/**
 * Splits by depth and covariate, over all trees of a forest.
 * @returns `maxDepth` rows of one count per covariate, in the order of the forest's covariates
 */
export function splitFrequencies(
  forest: AnyForest,
  options: Pick<ImportanceOptions, 'maxDepth'> = {},
): readonly (readonly number[])[] {
  rejectUnknownKeys('options', options, ['maxDepth']);
  const maxDepth = requireInteger('maxDepth', options.maxDepth ?? 4, { min: 1 });
  const { root, feature, child, treeCount } = forest.forest.trees;
  const counts = Array.from({ length: maxDepth }, () => covariatesOf(forest).map(() => 0));
  for (let tree = 0; tree < treeCount; tree++) {
    let level = [root[tree]];
    for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
      const splits = level.filter((node) => feature[node] >= 0);
      for (const node of splits) counts[depth][feature[node]]++;
      level = splits.flatMap((node) => [child[node], child[node] + 1]);
    }
  }
  return Object.freeze(counts.map((row) => Object.freeze(row)));
}

/**
 * Importance of each covariate, in the order of the forest's covariates.
 * @example variableImportance(forest).filter(({ importance }) => importance > 0.1)
 */
export function variableImportance(forest: AnyForest, options: ImportanceOptions = {}): readonly CovariateImportance[] {
  rejectUnknownKeys('options', options, ['maxDepth', 'decay']);
  const decay = requireNumber('decay', options.decay ?? 2);
  const counts = splitFrequencies(forest, options.maxDepth === undefined ? {} : { maxDepth: options.maxDepth });
  const weights = counts.map((_, depth) => (depth + 1) ** -decay);
  const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const weightTotal = weights.reduce((sum, weight) => sum + weight, 0);
  return Object.freeze(
    covariatesOf(forest).map(({ name }, f) => {
      const weighted = counts.reduce(
        (sum, row, depth) => sum + (totals[depth] > 0 ? (weights[depth] * row[f]) / totals[depth] : 0),
        0,
      );
      return Object.freeze({ covariate: name, importance: weighted / weightTotal });
    }),
  );
}
