/**
 * What a ranking is judged by: one doubly robust score per row with its weight and cluster, from a fitted forest or from
 * the caller. Rows of weight 0 are left out; what cannot be judged is said with its reason.
 */
import { InvalidOptionError } from '../base/errors.js';
import { type Warning, warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import { fewClusters, inspect, singleUnit } from '../effects/checks.js';
import { type ContinuousScoreOptions, resolveScoreOptions } from '../effects/options.js';
import { resolveRows } from '../effects/rows.js';
import { effectSample } from '../effects/sample.js';
import { doublyRobustScores } from '../effects/scores.js';

/** Scores of your own: one number per row whose mean is the average effect. */
export interface ScoredRows {
  /** Γᵢ, in outcome units per unit of treatment; finite in every row of positive weight. */
  readonly scores: Float64Array;
  /** ωᵢ ≥ 0; default 1 for every row. */
  readonly weights?: Float64Array | null;
  /** Cluster of each row, any whole numbers ≥ 0; default: rows are independent. */
  readonly clusters?: Int32Array | null;
}

/** Checked: the rows that count, and arrays over all rows. */
export interface Scored {
  readonly rowCount: number;
  /** Rows of positive weight, ascending. */
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  readonly weights: Float64Array;
  readonly clusters: Int32Array | null;
  /** Clusters, or rows where there are none, among `rows`. */
  readonly unitCount: number;
  /** False where no number may be given; `warnings` then name the reason. */
  readonly estimable: boolean;
  readonly warnings: readonly Warning[];
}

/** The scores of a fitted forest over `rows`. @throws InvalidOptionError */
export function scoredForest(forest: CausalForest, rows: unknown, options: ContinuousScoreOptions): Scored {
  const sample = effectSample(forest, resolveRows(forest.trial, rows));
  const { estimable, warnings } = inspect(sample, 'all');
  return {
    rowCount: sample.rowCount,
    rows: sample.rows,
    scores: doublyRobustScores(forest, resolveScoreOptions(forest, options, true)),
    weights: sample.weight,
    clusters: sample.clusters ? sample.clusters.ids : null,
    unitCount: sample.unitCount,
    estimable,
    warnings,
  };
}

/** The caller's own scores. @throws InvalidOptionError where arrays do not match or hold what they may not */
export function scoredRows({ scores, weights = null, clusters = null }: ScoredRows): Scored {
  if (!(scores instanceof Float64Array) || scores.length === 0)
    throw new InvalidOptionError('scores', scores, 'a Float64Array with one number per row');
  const rowCount = scores.length;
  if (weights && (!(weights instanceof Float64Array) || weights.length !== rowCount || !weights.every(isWeight)))
    throw new InvalidOptionError('weights', weights, `a Float64Array of ${rowCount} finite numbers of at least 0`);
  if (clusters && (!(clusters instanceof Int32Array) || clusters.length !== rowCount || clusters.some((id) => id < 0)))
    throw new InvalidOptionError('clusters', clusters, `an Int32Array of ${rowCount} whole numbers of at least 0`);
  const weight = weights ?? new Float64Array(rowCount).fill(1);
  const rows = Int32Array.from({ length: rowCount }, (_, row) => row).filter((row) => weight[row] > 0);
  const missing = rows.reduce((count, row) => count + (Number.isFinite(scores[row]) ? 0 : 1), 0);
  const unitCount = clusters ? new Set(rows.map((row) => clusters[row])).size : rows.length;
  const fatal = [
    ...(rows.length === 0 ? [warning('NO_WEIGHT', 'No row has positive weight.')] : []),
    ...(missing > 0
      ? [
          warning(
            'NO_SCORE',
            `${missing} of ${rows.length} rows have no score, so no average over them is identified: leave them out, or give them weight 0.`,
          ),
        ]
      : []),
  ];
  return {
    rowCount,
    rows,
    scores,
    weights: weight,
    clusters: clusters && renumbered(clusters),
    unitCount,
    estimable: fatal.length === 0,
    warnings: [
      ...fatal,
      ...(unitCount < 2 ? [singleUnit(clusters ? 'cluster' : 'row')] : clusters ? fewClusters(unitCount) : []),
    ],
  };
}

/** Only `rows`, which must be among those that count. */
export function scoredSubset(scored: Scored, rows: Int32Array): Scored {
  const { clusters, weights } = scored;
  const chosen = rows.filter((row) => weights[row] > 0);
  return {
    ...scored,
    rows: chosen,
    unitCount: clusters ? new Set(chosen.map((row) => clusters[row])).size : chosen.length,
  };
}

/** Clusters as 0, 1, 2, … in order of first appearance. */
function renumbered(clusters: Int32Array): Int32Array {
  const place = new Map<number, number>();
  return clusters.map((id) => {
    const known = place.get(id) ?? place.size;
    place.set(id, known);
    return known;
  });
}

const isWeight = (weight: number): boolean => Number.isFinite(weight) && weight >= 0;
