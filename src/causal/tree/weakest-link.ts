/**
 * Cost-complexity pruning (Breiman, Friedman, Olshen & Stone 1984, §3.3). With a price α per leaf, an inner node t is
 * worth keeping while g(t) = (value of its leaves − its own value) / (its leaves − 1) exceeds α. Raising α, the node of
 * least g collapses first, which changes its ancestors' g; the trees so met are the best for every α, and nested.
 * Values are per row, so that prices agree between trees grown on different numbers of rows.
 */
import type { RoutedNode } from './route.js';

/**
 * For each node the price at which it stops being an inner node, by its own collapse or an ancestor's; 0 for a node
 * that does not pay even without a price, −1 at leaves. The tree for price α keeps the splits with more than α.
 * @param values criterion of each node, per row of the whole tree; larger is better
 */
export function collapsePrices(nodes: readonly RoutedNode[], values: readonly number[]): Float64Array {
  const prices = new Float64Array(nodes.length).fill(-1);
  const inner = nodes.map((node) => node.split !== null);
  const leafCount = new Int32Array(nodes.length);
  const leafValue = new Float64Array(nodes.length);
  const gainPerLeaf = new Float64Array(nodes.length);
  let price = 0;

  while (inner[0]) {
    let least = Number.POSITIVE_INFINITY;
    for (let index = nodes.length - 1; index >= 0; index--) {
      const { left, right } = nodes[index] as RoutedNode;
      if (!inner[index]) {
        leafCount[index] = 1;
        leafValue[index] = values[index] as number;
        continue;
      }
      leafCount[index] = leafCount[left] + leafCount[right];
      leafValue[index] = leafValue[left] + leafValue[right];
      gainPerLeaf[index] = (leafValue[index] - (values[index] as number)) / (leafCount[index] - 1);
      least = Math.min(least, gainPerLeaf[index]);
    }
    price = Math.max(price, least);
    // Only the weakest, also below 0: another node may be weak for the sake of this one.
    for (let index = 0; index < nodes.length; index++)
      if (inner[index] && gainPerLeaf[index] <= least) collapse(nodes, inner, prices, index, price);
  }
  return prices;
}

function collapse(
  nodes: readonly RoutedNode[],
  inner: boolean[],
  prices: Float64Array,
  index: number,
  price: number,
): void {
  if (!inner[index]) return;
  inner[index] = false;
  prices[index] = price;
  const { left, right } = nodes[index] as RoutedNode;
  collapse(nodes, inner, prices, left, price);
  collapse(nodes, inner, prices, right, price);
}

/** The prices at which the tree changes, ascending, beginning with 0 (nothing pruned that pays at all). */
export const priceSteps = (prices: Float64Array): number[] =>
  [...new Set([0, ...prices.filter((price) => price > 0)])].sort((a, b) => a - b);

/** Leaves of the tree for a price: the nodes reached from the root by splits that cost more than it. */
export function leavesAtPrice(nodes: readonly RoutedNode[], prices: Float64Array, price: number): number[] {
  const leaves: number[] = [];
  const pending = [0];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (prices[index] <= price) {
      leaves.push(index);
      continue;
    }
    const { left, right } = nodes[index] as RoutedNode;
    pending.push(right, left);
  }
  return leaves;
}
