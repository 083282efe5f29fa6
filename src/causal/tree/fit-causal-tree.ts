/**
 * The honest causal tree (Athey & Imbens 2016, PNAS 113:7353): one part of the rows finds groups whose effects differ,
 * the other part estimates the effect in each group, so that the intervals are valid for the groups as found.
 */
import type { RowOutcome, Trial } from '../../data/trial.js';
import { requireEnoughRows, requireFolds } from './check-rows.js';
import type { Criterion } from './criterion.js';
import { crossValidatePruning, valuesPerRow } from './cross-validate.js';
import { type GrownNode, growTree, sortRows } from './grow.js';
import { nodeEffect } from './node-effect.js';
import { armCount, CONTROL, TREATED } from './node-sums.js';
import { type CausalTreeOptions, type ResolvedCausalTreeOptions, resolveCausalTreeOptions } from './options.js';
import { dealFolds, drawHalves, type HonestSplit, splitHonestly } from './partition.js';
import { pruneAtPrice } from './prune.js';
import { rowsByNode } from './route.js';
import { readTreeSample, type TreeSample } from './sample.js';
import type { SplitRules } from './split-search.js';
import { transformOutcome } from './transformed-outcome.js';
import { treeWarnings } from './tree-warnings.js';
import type { CausalTree, CausalTreeNode } from './types.js';
import { collapsePrices } from './weakest-link.js';

/**
 * Grows, prunes and estimates a causal tree.
 *
 * Effects are differences of arm means, so the treatment must be as good as random within a leaf: a randomised trial,
 * or a known propensity (`propensity` of the trial), which, where it differs between rows, enters by normalised inverse
 * weights. For an estimated propensity use a causal forest.
 *
 * Sample weights multiply every mean and variance, not the counts of `minPerArm`. With clusters, the honest split and
 * the folds keep clusters whole and standard errors are clustered; while growing, splits are judged by row-wise variances.
 * Rows of weight 0 and rows for which the outcome is not defined take no part. Rows in another order fall into other
 * halves and give another tree.
 *
 * @param trial binary treatment, any covariates (missing values allowed)
 * @param options `outcome` is required; see `CausalTreeOptions` for the defaults
 * @returns frozen plain data; `predictCausalTree` reads it, `formatCausalTree` prints it
 * @throws InvalidDataError NOT_BINARY, TOO_FEW_ROWS; InvalidOptionError
 *
 * @example
 * const tree = fitCausalTree(trial, { outcome: 'orders', minPerArm: 50 });
 * tree.leaves.map((leaf) => tree.nodes[leaf].effect.estimate);
 */
export function fitCausalTree<CovariateName extends string, OutcomeName extends string>(
  trial: Trial<CovariateName, OutcomeName>,
  options: CausalTreeOptions<OutcomeName>,
): CausalTree<CovariateName, OutcomeName> {
  const settings = resolveCausalTreeOptions(options);
  const sample = readTreeSample(trial, settings.outcome);
  const split = splitHonestly(sample, settings.estimationFraction, settings.seed);
  requireEnoughRows(sample, split, settings);

  const rules = splitRulesFor(trial, sample, split, settings);
  const sorted = sortRows(sample.covariates, split.growing);
  const grown = growTree(rules, sorted, settings.maxDepth);
  const prices = collapsePrices(grown, valuesPerRow(grown));
  const pruning =
    settings.pruning === 'none'
      ? null
      : crossValidatePruning({
          rules,
          maxDepth: settings.maxDepth,
          nodes: grown,
          prices,
          sorted,
          folds: dealFolds(sample, split.growing, requireFolds(sample, split, settings.folds), settings.seed),
          estimationCount: settings.honesty ? split.estimation.length : 0,
          standardErrors: settings.pruningStandardErrors,
        });
  const price = pruning?.find((step) => step.chosen)?.complexity ?? Number.NEGATIVE_INFINITY;
  const nodes = describeNodes(pruneAtPrice(grown, prices, price), sample, split, settings.level);
  return Object.freeze({
    kind: 'causalTree',
    outcomeName: settings.outcome,
    treatmentName: trial.treatment.name,
    covariateNames: trial.covariateNames,
    covariates: Object.freeze(
      trial.covariates.map((covariate) =>
        Object.freeze({
          name: covariate.name,
          kind: covariate.kind,
          levels: covariate.kind === 'category' ? covariate.levels : null,
        }),
      ),
    ),
    settings,
    nodes,
    leaves: Object.freeze(nodes.filter((node) => node.split === null).map((node) => node.index)),
    growingRows: Object.freeze([...split.growing]),
    estimationRows: Object.freeze([...split.estimation]),
    pruning: pruning === null ? null : Object.freeze(pruning),
    warnings: Object.freeze(treeWarnings(nodes, pruning, settings)),
  });
}

function splitRulesFor(
  trial: Trial,
  sample: TreeSample,
  split: HonestSplit,
  settings: ResolvedCausalTreeOptions,
): SplitRules {
  const criterion: Criterion = {
    rule: settings.splitRule,
    honest: settings.honesty,
    honestWeight: settings.honestWeight ?? 1,
    varianceFactor: settings.honesty ? 1 + split.growing.length / split.estimation.length : 1,
  };
  const outcome = trial.outcomes[settings.outcome] as RowOutcome;
  return {
    sample,
    transformed:
      settings.splitRule === 'transformedOutcome'
        ? transformOutcome(sample, outcome.values, trial.propensity, split.growing)
        : null,
    criterion,
    minPerArm: settings.minPerArm,
    bucketSize: settings.bucketSize,
    half: drawHalves(sample, settings.seed),
  };
}

function describeNodes(
  nodes: readonly GrownNode[],
  sample: TreeSample,
  split: HonestSplit,
  level: number,
): readonly CausalTreeNode[] {
  const estimationRows = rowsByNode(nodes, sample.covariates, split.estimation);
  return Object.freeze(
    nodes.map(({ parent, depth, split: rule, left, right, gain, sums }, index) =>
      Object.freeze({
        index,
        parent,
        depth,
        split: rule,
        left,
        right,
        gain,
        growing: Object.freeze({ nTreated: armCount(sums, TREATED), nControl: armCount(sums, CONTROL) }),
        effect: nodeEffect(sample, estimationRows[index] as Int32Array, level),
      }),
    ),
  );
}
