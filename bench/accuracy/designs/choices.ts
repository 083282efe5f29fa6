/** Random choices of which designs are made. */
import type { RandomStream } from 'causal-forest/simulate';

export const one = <Item>(items: readonly Item[], stream: RandomStream): Item => items[stream.below(items.length)];

export const between = (stream: RandomStream, lowest: number, highest: number): number =>
  lowest + (highest - lowest) * stream.uniform();

/** Each halving as likely as the next, so that small sizes are met as often as large ones. */
export const logUniform = (stream: RandomStream, lowest: number, highest: number): number =>
  Math.exp(between(stream, Math.log(lowest), Math.log(highest)));

/** `count` of the items without replacement, in random order (Fisher & Yates). */
export function pick<Item>(items: readonly Item[], count: number, stream: RandomStream): Item[] {
  const order = [...items];
  for (let k = 0; k < count; k++) {
    const other = k + stream.below(order.length - k);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order.slice(0, count);
}
