/** Sends rows down a tree. One rule for growing, estimating, cross-validating and predicting. */
import type { Covariate } from '../../data/trial.js';
import type { Split } from './types.js';

/** What routing needs of a node; parents stand before their children, node 0 is the root. */
export interface RoutedNode {
  readonly split: Split | null;
  readonly left: number;
  readonly right: number;
}

/** True for rows that go left. */
export function leftTest(split: Split, covariate: Covariate): (row: number) => boolean {
  const missingLeft = split.missing === 'left';
  if (covariate.kind === 'category') {
    const { codes } = covariate;
    if (split.kind !== 'levels') return (row) => codes[row] < 0;
    const side = new Map<number, boolean>();
    for (const level of split.levelsLeft) side.set(level, true);
    for (const level of split.levelsRight) side.set(level, false);
    return (row) => side.get(codes[row]) ?? missingLeft;
  }
  const { values } = covariate;
  if (split.kind !== 'threshold') return (row) => Number.isNaN(values[row]);
  const { threshold } = split;
  return (row) => values[row] <= threshold || (missingLeft && Number.isNaN(values[row]));
}

/** The rows that reach each node, inner nodes too, in the order given. */
export function rowsByNode(
  nodes: readonly RoutedNode[],
  covariates: readonly Covariate[],
  rows: Int32Array,
): readonly Int32Array[] {
  const reached: Int32Array[] = new Array(nodes.length);
  reached[0] = rows;
  nodes.forEach((node, index) => {
    if (node.split === null) return;
    const goesLeft = leftTest(node.split, covariates[node.split.covariate] as Covariate);
    const here = reached[index] as Int32Array;
    reached[node.left] = here.filter(goesLeft);
    reached[node.right] = here.filter((row) => !goesLeft(row));
  });
  return reached;
}
