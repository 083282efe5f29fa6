/**
 * The best split found so far at a node, shared by all scans. Numbers stand in one Float64Array, so that scans update
 * them without allocating; `leftWords` is the level set of the best category split.
 */
export interface BestSplit {
  /** [criterion, feature, kind, cut code, missing right (0/1), rows in the left child]. */
  readonly state: Float64Array;
  readonly leftWords: Uint32Array;
}

export const CRITERION = 0;
export const FEATURE = 1;
/** Code of the cut: numbers go left iff code ≤ cut. */
export const CUT = 2;
export const MISSING_RIGHT = 3;
export const LEFT_COUNT = 4;

export const makeBestSplit = (maxWords: number): BestSplit => ({
  state: new Float64Array(5),
  leftWords: new Uint32Array(maxWords),
});
