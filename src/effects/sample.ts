/**
 * What every average reads: the chosen rows of a fitted forest with their weights ωᵢ, and how many independent units
 * (clusters, or rows where none are given) they hold.
 * ωᵢ = sample weight, or 1 / (size of the row's cluster in the whole trial) where clusters are equalised, else 1.
 * Invariant: `rows` is ascending and every row in it has positive weight.
 */
import type { FittedEffects } from '../causal/types.js';
import { observationWeights } from '../data/observation-weights.js';
import type { Clusters, Trial } from '../data/trial.js';

/** Chosen rows and what they count for: enough for the mean of one number per row, whatever the forest's type. */
export interface WeightedRows {
  /** Rows of the trial; arrays by row have this length. */
  readonly rowCount: number;
  /** Chosen rows with positive weight. */
  readonly rows: Int32Array;
  /** ωᵢ of every row of the trial. */
  readonly weight: Float64Array;
  /** Σω over `rows`. */
  readonly totalWeight: number;
  readonly clusters: Clusters | null;
  /** Clusters with a row in `rows`, or rows where the trial has no clusters. */
  readonly unitCount: number;
}

export interface EffectSample extends WeightedRows {
  readonly binary: boolean;
  /** Rows with W = 1 and W = 0; 0 and 0 where the treatment is continuous. */
  readonly treatedCount: number;
  readonly controlCount: number;
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  /** m̂, ê and τ̂ of the forest, each without the row itself. */
  readonly outcomeHat: Float64Array;
  readonly treatmentHat: Float64Array;
  readonly effect: Float64Array;
}

/** The `chosen` rows of `forest` (ascending), without rows of weight 0. */
export function effectSample(forest: FittedEffects, chosen: Int32Array): EffectSample {
  const { trial, outcome, nuisance, outOfBag } = forest;
  const weighted = weightedRows(trial, forest.settings, chosen);
  const { rows } = weighted;
  const treatment = trial.treatment.values;
  const binary = trial.treatment.kind === 'binary';
  const treatedCount = binary ? rows.reduce((count, row) => count + (treatment[row] === 1 ? 1 : 0), 0) : 0;
  return {
    ...weighted,
    binary,
    treatedCount,
    controlCount: binary ? rows.length - treatedCount : 0,
    outcome,
    treatment,
    outcomeHat: nuisance.outcomeHat,
    treatmentHat: nuisance.treatmentHat,
    effect: outOfBag.effect,
  };
}

/** The `chosen` rows of a trial (ascending), without rows of weight 0. */
export function weightedRows(
  trial: Pick<Trial, 'rowCount' | 'weights' | 'clusters'>,
  settings: { readonly equalizeClusterWeights: boolean },
  chosen: Int32Array,
): WeightedRows {
  const { rowCount, clusters } = trial;
  const weight = observationWeights(trial, settings);
  const rows = chosen.filter((row) => weight[row] > 0);
  return {
    rowCount,
    rows,
    weight,
    totalWeight: rows.reduce((total, row) => total + weight[row], 0),
    clusters,
    unitCount: clusters ? new Set(rows.map((row) => clusters.ids[row])).size : rows.length,
  };
}

/** √(C/(C − 1)) for C clusters or rows; 1 where there is a single one (no standard error is given then). */
export const unitFactor = ({ unitCount }: Pick<EffectSample, 'unitCount'>): number =>
  unitCount > 1 ? Math.sqrt(unitCount / (unitCount - 1)) : 1;
