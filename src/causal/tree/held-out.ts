/**
 * What each node would be worth as a leaf, judged on a held-out fold that did not grow the tree. AI16's
 * cross-validation criteria, up to terms that are the same for every pruning of the tree; m is the sample weight of
 * the held-out rows in the node, index h means "among them", g "among the growing rows of the node":
 *
 * `causalHonest`, and `tStatistic` as AI16 propose
 *   with honesty      m·[α·d_h·d_g − (1 − α)·V_e]   V_e: variance of τ̂ in the estimation half
 *   without           m·[2·d_h·d_g − d_g²]          minus the squared error of predicting τ by τ̂_g
 * `transformedOutcome`   2·c·Σ mY* − m·c²           minus the squared error of predicting Y* by its mean c in g
 * `fit`                  Σ_arms 2·ȳ_g·Σ wy − w·ȳ_g²  likewise for the outcome by its arm's mean
 *
 * d = τ̂ − (τ̂_g of the root): effects are measured from the overall one, which moves all prunings alike in expectation
 * and keeps a large common effect from adding noise.
 *
 * Where AI16 write the honest criterion's squared effect as τ̂_h² less its own variance, the product d_h·d_g stands here:
 * both estimate the leaf's squared effect, but a fold leaves a handful of rows per leaf, and d_h alone twice is
 * mostly noise. bench/causal-tree/pruning.ts compares them over 300 trials each, 500 growing rows and the rule of one
 * standard error: without any effect the root stays alone in 79 % of trials by the product and 74 % by the square, and a
 * step of one standard deviation is missed in 12 % and 27 %.
 * The product needs no estimate of the fold's variance and stays unbiased under clustering, since folds share no cluster.
 *
 * A node whose held-out rows lack an arm takes d_h from its parent: no evidence for the split above it, none against.
 */
import { armDifference } from './arm-difference.js';
import { effectOf, effectVarianceOf } from './criterion.js';
import type { GrownNode } from './grow.js';
import { armCount, armMean, armPrediction, CONTROL, sumRows, TRANSFORMED, TREATED, totalMass } from './node-sums.js';
import { rowsByNode } from './route.js';
import type { SplitRules } from './split-search.js';

/** One value per node, summed over the held-out rows (not per row); larger is better. */
export function heldOutValues(
  rules: SplitRules,
  nodes: readonly GrownNode[],
  growing: Int32Array,
  heldOut: Int32Array,
): Float64Array {
  const { sample, transformed, criterion } = rules;
  const reached = rowsByNode(nodes, sample.covariates, heldOut);
  const grown = sample.clustered ? rowsByNode(nodes, sample.covariates, growing) : null;
  const centre = effectOf((nodes[0] as GrownNode).sums);
  const deviation = new Float64Array(nodes.length);

  return Float64Array.from(nodes, (node, index) => {
    const sums = sumRows(sample, transformed, reached[index] as Int32Array);
    const mass = totalMass(sums);
    if (criterion.rule === 'transformedOutcome') {
      const mean = node.sums[TRANSFORMED] / totalMass(node.sums);
      return 2 * mean * sums[TRANSFORMED] - mass * mean * mean;
    }
    if (criterion.rule === 'fit')
      return (
        armPrediction(sums, TREATED, armMean(node.sums, TREATED)) +
        armPrediction(sums, CONTROL, armMean(node.sums, CONTROL))
      );
    const bothArms = armCount(sums, TREATED) > 0 && armCount(sums, CONTROL) > 0;
    const inherited = node.parent < 0 ? 0 : deviation[node.parent];
    deviation[index] = bothArms ? effectOf(sums) - centre : inherited;
    const grownDeviation = effectOf(node.sums) - centre;
    if (!criterion.honest) return mass * grownDeviation * (2 * deviation[index] - grownDeviation);
    const alpha = criterion.honestWeight;
    const inLeaf = effectVarianceOf(node.sums) * clusterRatio(rules, node, grown?.[index] ?? null);
    const varianceAhead = (criterion.varianceFactor - 1) * inLeaf;
    return mass * (alpha * deviation[index] * grownDeviation - (1 - alpha) * varianceAhead);
  });
}

/** Clustered over row-wise variance of τ̂ among a node's growing rows; 1 without clusters or where it cannot be told. */
function clusterRatio(rules: SplitRules, node: GrownNode, rows: Int32Array | null): number {
  if (rows === null) return 1;
  const ratio = armDifference(rules.sample, rows).variance / effectVarianceOf(node.sums);
  return Number.isFinite(ratio) ? ratio : 1;
}
