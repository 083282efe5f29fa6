/** Options of one tree, resolved: what the growing loops read. */
export interface TreeOptions {
  /** Expected number of covariates tried at a node; the draw is Poisson, at least 1, at most all. */
  readonly mtry: number;
  readonly minNodeSize: number;
  /** Each child keeps at least this share of the parent's size (see `SplitTarget`). */
  readonly alpha: number;
  /** Weight of the penalty 1/size(left) + 1/size(right) on a split's criterion. */
  readonly imbalancePenalty: number;
  readonly honesty: boolean;
  /** Replace a node that has an empty child by its other child. */
  readonly honestyPruneLeaves: boolean;
}
