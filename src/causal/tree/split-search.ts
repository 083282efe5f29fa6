/**
 * The best split of a node found so far, and the test that every candidate passes through.
 * A candidate must leave `minPerArm` rows of each arm on both sides and beat the best by more than rounding, so that
 * equal splits are settled by the order of covariates and thresholds and not by the last bit.
 */
import { type Criterion, effectVarianceOf, nodeValue, splitGain } from './criterion.js';
import { armCount, CONTROL, SUM_COUNT, subtractInto, TREATED, totalMass } from './node-sums.js';
import type { TreeSample } from './sample.js';
import type { Side, Split } from './types.js';

/** What stays the same for all nodes of one tree. */
export interface SplitRules {
  readonly sample: TreeSample;
  /** Y*, centred, where rule or ordering need it; one cell per row of the trial. */
  readonly transformed: Float64Array | null;
  readonly criterion: Criterion;
  readonly minPerArm: number;
  readonly bucketSize: number | null;
  /** 0 or 1 for every row, by unit and by chance: halves on which categories of many levels prove themselves. */
  readonly half: Uint8Array;
}

/** Scratch and result of the search at one node. */
export interface SplitSearch {
  readonly rules: SplitRules;
  /** Sums of the node, and its value. */
  readonly node: Float64Array;
  readonly value: number;
  /** Gains within this of each other are equal. */
  readonly tolerance: number;
  readonly right: Float64Array;
  /** Gain of the best split, and what it competes with: the same but for categories of many levels. */
  gain: number;
  score: number;
  split: Split | null;
}

export function startSearch(rules: SplitRules, node: Float64Array): SplitSearch {
  const value = nodeValue(rules.criterion, node);
  return {
    rules,
    node,
    value,
    // A gain that matters is of the order of n·V̂ (one unit of squared t); a billionth of that is rounding.
    tolerance:
      rules.criterion.rule === 'tStatistic'
        ? 1e-9
        : 1e-9 * totalMass(node) * effectVarianceOf(node) + 1e-12 * Math.abs(value),
    right: new Float64Array(SUM_COUNT),
    gain: 0,
    score: 0,
    split: null,
  };
}

/** True if `left` against the rest of the node is admissible and better than what was found; then notes its gain. */
export function improves(search: SplitSearch, left: Float64Array): boolean {
  const { rules, node, right } = search;
  const least = rules.minPerArm;
  if (armCount(left, CONTROL) < least || armCount(left, TREATED) < least) return false;
  if (armCount(node, CONTROL) - armCount(left, CONTROL) < least) return false;
  if (armCount(node, TREATED) - armCount(left, TREATED) < least) return false;
  subtractInto(right, node, left);
  const gain = splitGain(rules.criterion, search.value, left, right);
  if (!competes(search, gain)) return false;
  search.gain = gain;
  search.score = gain;
  return true;
}

/** Better than the best so far by more than rounding. */
export const competes = (search: SplitSearch, score: number): boolean => score > search.score + search.tolerance;

/** Where rows go of which the node saw none: to the side with more growing rows. */
export function largerSide(node: Float64Array, left: Float64Array): Side {
  const leftRows = armCount(left, CONTROL) + armCount(left, TREATED);
  const rows = armCount(node, CONTROL) + armCount(node, TREATED);
  return 2 * leftRows >= rows ? 'left' : 'right';
}
