/** Trees walked one row and one node at a time, by raw values: what every faster way through a tree must agree with. */
import type { Covariate } from '../../src/data/trial.js';
import type { ColumnCoding } from '../../src/tree/ranked-columns.js';
import type { Nodes } from './grow.js';

/** Whether a row goes left at a node; a level outside the coding counts as missing. */
export function goesLeft(
  nodes: Nodes,
  node: number,
  covariates: readonly Covariate[],
  coding: ColumnCoding,
  row: number,
): boolean {
  const f = nodes.feature[node];
  const column = covariates[f];
  const missingLeft = nodes.missingRight[node] === 0;
  if (column.kind === 'category') {
    const level = column.codes[row];
    if (level < 0 || level >= coding.levelCount[f]) return missingLeft;
    return Math.floor(nodes.levelSets[nodes.threshold[node] + Math.floor(level / 32)] / 2 ** (level % 32)) % 2 === 1;
  }
  const value = column.values[row];
  if (Number.isNaN(value)) return missingLeft;
  return nodes.threshold[node] >= 0 && value <= (coding.cuts[f] as Float64Array)[nodes.threshold[node]];
}

/** The node where a row ends. */
export function leafNodeOf(
  nodes: Nodes,
  root: number,
  covariates: readonly Covariate[],
  coding: ColumnCoding,
  row: number,
): number {
  let node = root;
  while (nodes.feature[node] >= 0) node = nodes.child[node] + (goesLeft(nodes, node, covariates, coding, row) ? 0 : 1);
  return node;
}

/** Calls `visit` with every node and the rows that reach it, parents first. */
export function visitNodes(
  nodes: Nodes,
  root: number,
  covariates: readonly Covariate[],
  coding: ColumnCoding,
  rows: readonly number[],
  visit: (node: number, rows: readonly number[]) => void,
): void {
  visit(root, rows);
  if (nodes.feature[root] < 0) return;
  const isLeft = (row: number) => goesLeft(nodes, root, covariates, coding, row);
  const child = nodes.child[root];
  visitNodes(nodes, child, covariates, coding, rows.filter(isLeft), visit);
  visitNodes(
    nodes,
    child + 1,
    covariates,
    coding,
    rows.filter((row) => !isLeft(row)),
    visit,
  );
}

/** The groups of rows that end together, each sorted, in a fixed order: a tree's shape without its node numbers. */
export function leafGroups(
  nodes: Nodes,
  root: number,
  covariates: readonly Covariate[],
  coding: ColumnCoding,
  rows: readonly number[],
): number[][] {
  const groups: number[][] = [];
  visitNodes(nodes, root, covariates, coding, rows, (node, there) => {
    if (nodes.feature[node] < 0) groups.push([...there].sort((a, b) => a - b));
  });
  return groups.sort((a, b) => (a[0] ?? -1) - (b[0] ?? -1));
}
