/**
 * What a forest type adds to the engine: the pseudo-outcomes ρ of a node, and what makes a child admissible.
 *
 * Every node carries sums over its rows from its parent, so that relabelling takes one pass; `at` below is a node's block
 * in `workspace.sums`. A child is admissible when
 *   count ≥ rule.minCount,  low ≥ rule.minLow,  count − low ≥ rule.minLow,  size ≥ rule.minSize,
 * where low counts rows with z < 0 and size = Σ q z² − (Σ q z)²/Σ q, the variation of z (q = sample weight).
 * Each of these grows with every row added to a child, so along a sorted column the admissible cuts are one interval.
 *
 * Targets are kernels (`instantiate.ts`): their factories use nothing but their arguments.
 */
import type { RULE, Workspace } from './workspace.js';

/** What trees are grown on, one value per row of the data. Targets read what they need. */
export interface TargetData {
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
}

/** The numbers among a forest's options that targets read. */
export interface TargetOptions {
  readonly minNodeSize: number;
  readonly alpha: number;
}

export interface SplitTarget {
  readonly sumCount: number;
  /** What the imbalance penalty counts as a child's size: its rows, or its variation of z. */
  readonly penaltySize: 'count' | 'variation';
  /** Takes the rows that grow the next tree: local row j is rows[j]. */
  load(rows: Int32Array, data: TargetData, options: TargetOptions): void;
  /** Sums over list[from … to) into sums[at …]. */
  sumRows(from: number, to: number, at: number): void;
  /** Fills rho (times weight), z and rule for a node's rows list[from … to); false where it cannot be split. */
  relabel(from: number, to: number, at: number): boolean;
  /** False if no split of the node can be admissible, known from its rows before any covariate is tried. */
  splittable(from: number, to: number, at: number): boolean;
}

export type TargetFactory = (workspace: Workspace, ruleAt: typeof RULE) => SplitTarget;
