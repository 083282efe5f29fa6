/**
 * Which tree of the cost-complexity sequence to keep (Breiman et al. 1984, §3.4, with the criteria of AI16).
 * For each fold a tree is grown and priced on the other folds, pruned at the geometric middle of each step of the
 * full tree's prices, and judged on the fold. Kept is the smallest tree whose criterion, summed over folds, is within
 * `standardErrors` standard errors of the best; the standard error is that of the difference to the best, paired by fold:
 * se² = K/(K − 1)·Σ_v (d_v − d̄)² for the sum of d_v over K folds.
 */
import { InvalidDataError } from '../../base/errors.js';
import { filterSorted, type GrownNode, growTree, type SortedRows } from './grow.js';
import { heldOutValues } from './held-out.js';
import type { SplitRules } from './split-search.js';
import type { PruningStep } from './types.js';
import { collapsePrices, leavesAtPrice, priceSteps } from './weakest-link.js';

export interface CrossValidation {
  readonly rules: SplitRules;
  readonly maxDepth: number;
  /** The full tree and the prices at which its nodes collapse. */
  readonly nodes: readonly GrownNode[];
  readonly prices: Float64Array;
  readonly sorted: SortedRows;
  /** Rows of each fold. */
  readonly folds: readonly Int32Array[];
  /** Rows that will estimate the effects; 0 without honesty. */
  readonly estimationCount: number;
  readonly standardErrors: number;
}

/** The whole sequence from the full tree to the root; the chosen step's `complexity` is the price to prune at. */
export function crossValidatePruning(task: CrossValidation): PruningStep[] {
  const { nodes, prices } = task;
  const steps = priceSteps(prices);
  const middles = steps.map((price, step) =>
    step + 1 < steps.length ? Math.sqrt(price * (steps[step + 1] as number)) : Number.POSITIVE_INFINITY,
  );
  const byFold = task.folds.map((fold, which) => judgeFold(task, fold, which, middles));
  const total = steps.map((_, step) => sumOf(byFold.map((values) => values[step] as number)));
  const best = total.reduce((leader, value, step) => (value >= (total[leader] as number) ? step : leader), 0);
  const errors = steps.map((_, step) =>
    errorOfSum(byFold.map((values) => (values[best] as number) - (values[step] as number))),
  );
  let chosen = best;
  for (let step = steps.length - 1; step > best; step--)
    if ((total[best] as number) - (total[step] as number) <= task.standardErrors * (errors[step] as number)) {
      chosen = step;
      break;
    }
  const mass = totalSampleMass(task);
  const root = total[steps.length - 1] as number;
  return steps.map((complexity, step) =>
    Object.freeze({
      complexity,
      leafCount: leavesAtPrice(nodes, prices, complexity).length,
      criterion: ((total[step] as number) - root) / mass,
      standardErrorToBest: (errors[step] as number) / mass,
      chosen: step === chosen,
    }),
  );
}

/** Criterion of each pruned tree on one fold. */
function judgeFold(task: CrossValidation, fold: Int32Array, which: number, prices: readonly number[]): number[] {
  const { sample, criterion } = task.rules;
  const inFold = new Uint8Array(sample.treated.length);
  for (const row of fold) inFold[row] = 1;
  const sorted = filterSorted(task.sorted, (row) => inFold[row] === 0);
  requireBothArms(sample.treated, sorted.rows, which);
  const rules: SplitRules = {
    ...task.rules,
    criterion: criterion.honest
      ? { ...criterion, varianceFactor: 1 + sorted.rows.length / task.estimationCount }
      : criterion,
  };
  const nodes = growTree(rules, sorted, task.maxDepth);
  const foldPrices = collapsePrices(nodes, valuesPerRow(nodes));
  const heldOut = heldOutValues(rules, nodes, sorted.rows, fold);
  return prices.map((price) => sumOf(leavesAtPrice(nodes, foldPrices, price).map((leaf) => heldOut[leaf])));
}

/** Node values per unit of the tree's sample weight, the unit in which prices agree between trees. */
export function valuesPerRow(nodes: readonly GrownNode[]): number[] {
  const mass = (nodes[0] as GrownNode).mass;
  return nodes.map((node) => node.value / mass);
}

function requireBothArms(treated: Uint8Array, rows: Int32Array, fold: number): void {
  const count = rows.reduce((sum, row) => sum + treated[row], 0);
  if (count === 0 || count === rows.length)
    throw new InvalidDataError(
      'TOO_FEW_ROWS',
      `cross-validation: without fold ${fold} all growing rows are ${count === 0 ? 'untreated' : 'treated'}, ` +
        "because one arm lies in very few clusters; use fewer folds, another seed, or pruning: 'none'",
    );
}

const totalSampleMass = (task: CrossValidation): number => (task.nodes[0] as GrownNode).mass;

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function errorOfSum(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  const squares = sumOf(values.map((value) => (value - mean) ** 2));
  return Math.sqrt((squares * values.length) / (values.length - 1));
}
