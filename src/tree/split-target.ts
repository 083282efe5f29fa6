/**
 * What a forest type adds to the engine: the pseudo-outcomes ρ of a node, and what makes a child admissible.
 *
 * Rows of one tree have local numbers 0 … N−1. Every node carries sums over its rows from its parent, so that relabelling
 * takes one pass; `sums[at …]` below is a node's block of `sumCount` such sums. A child is admissible when
 *   count ≥ rule[MIN_COUNT],  low ≥ rule[MIN_LOW],  count − low ≥ rule[MIN_LOW],  size ≥ rule[MIN_SIZE],
 * where low counts rows with z < 0 and size = Σ q z² − (Σ q z)²/Σ q, the variation of z (q = sample weight).
 * Each of these grows with every row added to a child, so along a sorted column the admissible cuts are one interval.
 */
export const MIN_COUNT = 0;
export const MIN_LOW = 1;
export const MIN_SIZE = 2;

export interface SplitTarget {
  readonly sumCount: number;
  /** ρ times weight, per local row; sums to 0 over the node. */
  readonly rho: Float64Array;
  /** Deviation of the treatment from the node's mean, per local row (all 0 where `rule[MIN_LOW]` and `rule[MIN_SIZE]` are). */
  readonly z: Float64Array;
  /** Sample weight per local row, or null for ones. */
  readonly weight: Float64Array | null;
  /** The node's rule, set by `relabel`. */
  readonly rule: Float64Array;
  /** What the imbalance penalty counts as a child's size: its rows, or its variation of z. */
  readonly penaltySize: 'count' | 'variation';
  /** Takes the rows that grow the next tree; local row j is rows[j]. */
  load(rows: Int32Array): void;
  /** Sums over list[start … end) into sums[at …]. */
  sumRows(list: Int32Array, start: number, end: number, sums: Float64Array, at: number): void;
  /** Fills rho, z and rule for the node's rows; false where it cannot be split. */
  relabel(list: Int32Array, start: number, end: number, sums: Float64Array, at: number): boolean;
  /** False if no split of this node can be admissible, known from its rows before any covariate is tried. */
  splittable(list: Int32Array, start: number, end: number, sums: Float64Array, at: number): boolean;
}
