/**
 * What every average reads: the chosen rows of a fitted forest with their weights ωᵢ, and how many independent units
 * (clusters, or rows where none are given) they hold.
 * ωᵢ = sample weight, or 1 / (size of the row's cluster in the whole trial) where clusters are equalised, else 1.
 * Invariant: `rows` is ascending and every row in it has positive weight.
 */
import type { CausalForest } from '../causal/types.js';
import type { Clusters } from '../data/trial.js';

export interface EffectSample {
  /** Rows of the trial; the arrays below all have this length. */
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
export function effectSample(forest: CausalForest, chosen: Int32Array): EffectSample {
  const { trial, outcome, nuisance, outOfBag } = forest;
  const weight = observationWeights(forest);
  const rows = chosen.filter((row) => weight[row] > 0);
  const treatment = trial.treatment.values;
  const binary = trial.treatment.kind === 'binary';
  const treatedCount = binary ? rows.reduce((count, row) => count + (treatment[row] === 1 ? 1 : 0), 0) : 0;
  return {
    rowCount: trial.rowCount,
    rows,
    weight,
    totalWeight: rows.reduce((total, row) => total + weight[row], 0),
    clusters: trial.clusters,
    unitCount: trial.clusters ? new Set(rows.map((row) => trial.clusters!.ids[row])).size : rows.length,
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

/** √(C/(C − 1)) for C clusters or rows; 1 where there is a single one (no standard error is given then). */
export const unitFactor = ({ unitCount }: Pick<EffectSample, 'unitCount'>): number =>
  unitCount > 1 ? Math.sqrt(unitCount / (unitCount - 1)) : 1;

function observationWeights({ trial, settings }: CausalForest): Float64Array {
  if (trial.clusters && settings.equalizeClusterWeights) {
    const { ids, count } = trial.clusters;
    const size = new Float64Array(count);
    for (const cluster of ids) size[cluster]++;
    return Float64Array.from(ids, (cluster) => 1 / size[cluster]);
  }
  return trial.weights ?? new Float64Array(trial.rowCount).fill(1);
}
