/** What a fitted causal tree is: plain frozen data, node by node, in the user's own names. */
import type { Estimate } from '../../base/estimate.js';
import type { Warning } from '../../base/warnings.js';
import type { Covariate } from '../../data/trial.js';
import type { ResolvedCausalTreeOptions } from './options.js';

/** Side on which rows go; a threshold's left side is x ≤ threshold. */
export type Side = 'left' | 'right';

/** x ≤ threshold goes left: numbers in the column's units, booleans as 0/1, dates as days since 1970-01-01. */
export interface ThresholdSplit {
  readonly kind: 'threshold';
  /** Index into `CausalTree.covariates`. */
  readonly covariate: number;
  readonly threshold: number;
  /** Where a missing value goes; the side with more growing rows if the node had none missing. */
  readonly missing: Side;
  /** Whether growing rows of the node were missing, so that `missing` was chosen by the criterion. */
  readonly missingSeen: boolean;
}

/** Categories: the listed level indices go left or right; a level that the node had not seen goes with the missing. */
export interface LevelsSplit {
  readonly kind: 'levels';
  readonly covariate: number;
  readonly levelsLeft: readonly number[];
  readonly levelsRight: readonly number[];
  /** Where a missing value, or a level in neither list, goes; the larger side if the node had none missing. */
  readonly missing: Side;
  /** Whether growing rows of the node were missing. */
  readonly missingSeen: boolean;
}

/** Missing values go left, all others right. */
export interface MissingSplit {
  readonly kind: 'missing';
  readonly covariate: number;
  readonly missing: 'left';
  readonly missingSeen: true;
}

export type Split = ThresholdSplit | LevelsSplit | MissingSplit;

/**
 * Effect in one node: weighted mean outcome of the treated minus that of the untreated, in outcome units,
 * from the estimation rows in the node (all rows in the node without honesty).
 */
export interface NodeEffect extends Estimate {
  readonly nTreated: number;
  readonly nControl: number;
}

/** One node. Children come after their parent; node 0 is the root. */
export interface CausalTreeNode {
  readonly index: number;
  /** −1 at the root. */
  readonly parent: number;
  /** 0 at the root. */
  readonly depth: number;
  /** Null at a leaf. */
  readonly split: Split | null;
  /** Indices of the children; −1 at a leaf. */
  readonly left: number;
  readonly right: number;
  /** What the split rule gave for `split`: criterion left + right − node, or squared t. Null at a leaf. */
  readonly gain: number | null;
  /** Growing rows in the node, by arm. */
  readonly growing: { readonly nTreated: number; readonly nControl: number };
  readonly effect: NodeEffect;
}

/** One tree of the cost-complexity sequence and how it did on rows that it had not seen. */
export interface PruningStep {
  /** Smallest price of a leaf, in criterion units per row, at which this tree is the best. */
  readonly complexity: number;
  readonly leafCount: number;
  /** Cross-validated criterion per row, minus that of the tree without splits; larger is better. */
  readonly criterion: number;
  /** Standard error, over folds, of the best tree's criterion minus this one's; 0 for the best itself. */
  readonly standardErrorToBest: number;
  readonly chosen: boolean;
}

/** The name, kind and levels of a covariate, without its values. */
export interface CovariateDescription {
  readonly name: string;
  readonly kind: Covariate['kind'];
  /** Level names of a category; null otherwise. */
  readonly levels: readonly string[] | null;
}

/** A fitted honest causal tree: plain data. */
export interface CausalTree<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'causalTree';
  readonly outcomeName: OutcomeName;
  readonly treatmentName: string;
  readonly covariateNames: readonly CovariateName[];
  readonly covariates: readonly CovariateDescription[];
  readonly settings: ResolvedCausalTreeOptions<OutcomeName>;
  readonly nodes: readonly CausalTreeNode[];
  /** Node indices of the leaves, from left to right. */
  readonly leaves: readonly number[];
  /** Rows of the trial (from 0, ascending) that grew and pruned the tree. */
  readonly growingRows: readonly number[];
  /** Rows of the trial that gave the effects; the growing rows themselves without honesty. */
  readonly estimationRows: readonly number[];
  /** From the tree as grown to the root alone; null where nothing was pruned. */
  readonly pruning: readonly PruningStep[] | null;
  readonly warnings: readonly Warning[];
}
