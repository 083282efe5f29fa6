/** What trees are grown for. */
import { vectorMoments } from '../kernels/leaf-moments.js';
import type { RankedColumns } from './ranked-columns.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Forest types that the engine grows: means, effects, effects in trees placed by the treatment alone, effects by an
 * instrument, several means, several effects, effects as ratios of two scores, and survival curves.
 */
export type TargetKind = 'mean' | 'slope' | 'treatment' | 'instrument' | 'means' | 'slopes' | 'ratio' | 'hazard';

/**
 * What trees are grown on, one value per row of the data. Targets read what they need; a hazard takes the places of times
 * for the outcome and the events for the treatment (`kernels/target-hazard.ts`).
 */
export interface TargetData {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
  /** For the kind 'instrument'. */
  readonly instrument?: Float64Array;
  /** How many outcomes and treatments stand one after another in theirs, for kinds of several. Default: one of each. */
  readonly outcomeCount?: number;
  readonly treatmentCount?: number;
  /**
   * What each coordinate of ρ is multiplied by, so that units do not matter: one number an outcome ('means'), or one an
   * outcome and treatment ('slopes'; the treatments of the first outcome first).
   */
  readonly coordinateScale?: Float64Array;
}

/** How many numbers of each sort a kind of trees has: for a row, a leaf, and ρ. */
export interface Widths {
  readonly outcomes: number;
  readonly treatments: number;
  readonly instruments: number;
  /** 1 where rows have weights, else 0. */
  readonly weights: number;
  readonly coordinates: number;
  readonly moments: number;
}

export function widthsOf(kind: TargetKind, data: TargetData): Widths {
  const outcomes = data.outcomeCount ?? 1;
  const weights = data.weight ? 1 : 0;
  const treatments = kind === 'means' ? 0 : (data.treatmentCount ?? 1);
  switch (kind) {
    case 'mean':
    case 'hazard':
      return { outcomes: 1, treatments: 1, instruments: 0, weights, coordinates: 1, moments: 2 };
    case 'instrument':
      return { outcomes: 1, treatments: 1, instruments: 1, weights, coordinates: 1, moments: 7 };
    case 'means':
    case 'slopes':
      return {
        outcomes,
        treatments,
        instruments: 0,
        weights,
        coordinates: outcomes * Math.max(treatments, 1),
        moments: vectorMoments(treatments, outcomes),
      };
    default:
      return { outcomes: 1, treatments: 1, instruments: 0, weights, coordinates: 1, moments: 5 };
  }
}

export interface GrowProblem {
  readonly columns: RankedColumns;
  readonly kind: TargetKind;
  readonly data: TargetData;
  readonly options: TreeOptions;
}
