/** Cuts a grown tree at a price and numbers what is left from the root down, left before right. */
import type { GrownNode } from './grow.js';

/**
 * @param prices from `collapsePrices`: splits with more than `price` stay
 * @param price −Infinity keeps every split
 */
export function pruneAtPrice(nodes: readonly GrownNode[], prices: Float64Array, price: number): GrownNode[] {
  const kept: GrownNode[] = [];
  const visit = (index: number, parent: number): number => {
    const node = nodes[index] as GrownNode;
    const here = kept.length;
    const isSplit = node.split !== null && prices[index] > price;
    const copy = { ...node, parent, left: -1, right: -1 };
    kept.push(isSplit ? copy : { ...copy, split: null, gain: null });
    if (isSplit) {
      copy.left = visit(node.left, here);
      copy.right = visit(node.right, here);
    }
    return here;
  };
  visit(0, -1);
  return kept;
}
