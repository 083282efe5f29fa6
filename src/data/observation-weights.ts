/** What a row counts for, ωᵢ: its sample weight, 1 over its cluster's size where clusters are equalised, else 1. */
import type { Trial } from './trial.js';

export function observationWeights(
  trial: Pick<Trial, 'rowCount' | 'weights' | 'clusters'>,
  settings: { readonly equalizeClusterWeights: boolean },
): Float64Array {
  if (trial.clusters && settings.equalizeClusterWeights) {
    const { ids, count } = trial.clusters;
    const size = new Float64Array(count);
    for (const cluster of ids) size[cluster]++;
    return Float64Array.from(ids, (cluster) => 1 / size[cluster]);
  }
  return trial.weights ?? new Float64Array(trial.rowCount).fill(1);
}
