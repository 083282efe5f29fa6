/**
 * Grows one tree, depth first. Each numeric covariate's rows are sorted once; a split then partitions every order
 * stably in place, so that a node's rows always stand together, sorted: O(p · rows) per level of the tree.
 */
import type { Covariate } from '../../data/trial.js';
import { nodeValue } from './criterion.js';
import { sumRows, totalMass } from './node-sums.js';
import { leftTest } from './route.js';
import { scanLevels } from './scan-levels.js';
import { scanThresholds } from './scan-thresholds.js';
import { type SplitRules, startSearch } from './split-search.js';
import type { Split } from './types.js';

/** A node while trees are grown and pruned. Parents stand before their children. */
export interface GrownNode {
  readonly parent: number;
  readonly depth: number;
  /** Sums over the node's growing rows. */
  readonly sums: Float64Array;
  /** Their sample weight. */
  readonly mass: number;
  /** Criterion, summed over the rows; larger is better. */
  readonly value: number;
  split: Split | null;
  gain: number | null;
  left: number;
  right: number;
}

/** Rows in ascending order, then one order per covariate: sorted by value, missing last; null for a category. */
export interface SortedRows {
  readonly rows: Int32Array;
  readonly orders: readonly (Int32Array | null)[];
}

/** Sorts rows by each covariate; ties keep the order of rows. */
export function sortRows(covariates: readonly Covariate[], rows: Int32Array): SortedRows {
  const orders = covariates.map((covariate) => {
    if (covariate.kind === 'category') return null;
    const { values } = covariate;
    const present = rows.filter((row) => !Number.isNaN(values[row])).sort((a, b) => values[a] - values[b] || a - b);
    const order = new Int32Array(rows.length);
    order.set(present);
    order.set(
      rows.filter((row) => Number.isNaN(values[row])),
      present.length,
    );
    return order;
  });
  return { rows, orders };
}

/** The same orders for the rows that `keep` accepts: a fold needs no sort of its own. */
export const filterSorted = (sorted: SortedRows, keep: (row: number) => boolean): SortedRows => ({
  rows: sorted.rows.filter(keep),
  orders: sorted.orders.map((order) => order?.filter(keep) ?? null),
});

/** @param maxDepth most splits between root and leaf */
export function growTree(rules: SplitRules, sorted: SortedRows, maxDepth: number): GrownNode[] {
  const { sample, transformed, criterion } = rules;
  const rows = sorted.rows.slice();
  const orders = sorted.orders.map((order) => order?.slice() ?? null);
  const spare = new Int32Array(rows.length);
  const nodes: GrownNode[] = [];

  const open = (parent: number, depth: number, start: number, end: number): void => {
    const sums = sumRows(sample, transformed, rows.subarray(start, end));
    const value = nodeValue(criterion, sums);
    nodes.push({ parent, depth, sums, mass: totalMass(sums), value, split: null, gain: null, left: -1, right: -1 });
    pending.push({ index: nodes.length - 1, start, end });
  };
  const pending: { index: number; start: number; end: number }[] = [];
  open(-1, 0, 0, rows.length);

  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { index, start, end } = next;
    const node = nodes[index] as GrownNode;
    if (node.depth >= maxDepth) continue;
    const search = startSearch(rules, node.sums);
    sample.covariates.forEach((covariate, which) => {
      if (covariate.kind === 'category') scanLevels(search, covariate, which, rows, start, end);
      else scanThresholds(search, covariate, which, orders[which] as Int32Array, start, end);
    });
    if (search.split === null) continue;

    const goesLeft = leftTest(search.split, sample.covariates[search.split.covariate] as Covariate);
    const middle = partition(rows, start, end, goesLeft, spare);
    for (const order of orders) if (order !== null) partition(order, start, end, goesLeft, spare);
    node.split = search.split;
    node.gain = search.gain;
    node.left = nodes.length;
    open(index, node.depth + 1, start, middle);
    node.right = nodes.length;
    open(index, node.depth + 1, middle, end);
  }
  return nodes;
}

/** Moves accepted rows before the others, both in their old order; returns where the others begin. */
function partition(
  rows: Int32Array,
  start: number,
  end: number,
  accept: (row: number) => boolean,
  spare: Int32Array,
): number {
  let kept = start;
  let moved = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    if (accept(row)) rows[kept++] = row;
    else spare[moved++] = row;
  }
  rows.set(spare.subarray(0, moved), kept);
  return kept;
}
