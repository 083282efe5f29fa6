/** What trees are grown for. */
import type { RankedColumns } from './ranked-columns.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Forest types that the engine grows: means, effects, effects in trees placed by the treatment alone, effects as ratios of
 * two scores, and survival curves.
 */
export type TargetKind = 'mean' | 'slope' | 'treatment' | 'ratio' | 'hazard';

/**
 * What trees are grown on, one value per row of the data. Targets read what they need; a hazard takes the places of times
 * for the outcome and the events for the treatment (`kernels/target-hazard.ts`).
 */
export interface TargetData {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
}

export interface GrowProblem {
  readonly columns: RankedColumns;
  readonly kind: TargetKind;
  readonly data: TargetData;
  readonly options: TreeOptions;
}
