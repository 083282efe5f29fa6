/**
 * One tree of an exported forest, checked: a root with two children at every split, each row in one leaf, and in the leaf
 * that its covariates lead to. A table that does not belong to the trees, or was rounded on its way, is refused here.
 */
import type { NumericCovariate } from '../data/trial.js';
import { booleanOf, type Fields, integerOf, integersOf, invalidField, listOf, objectOf } from './fields.js';

/** One tree as it was written; the root and all below it have been checked. */
export interface SourceTree {
  readonly path: string;
  readonly root: number;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly splitVariable: Int32Array;
  /** NaN: missing goes left, all else right; NaN for leaves too. */
  readonly splitValue: Float64Array;
  readonly missingGoesLeft: Uint8Array;
  readonly drawn: Int32Array;
  /** Rows of each leaf; null for nodes that are no leaf below the root. */
  readonly leaves: readonly (Int32Array | null)[];
}

export function readTree(path: string, value: unknown, rowCount: number, columnCount: number): SourceTree {
  const fields = objectOf(path, value);
  const nodeCount = listOf(`${path}.left`, fields.left).length;
  if (nodeCount === 0) throw invalidField(`${path}.left`, fields.left, 'a list of at least one node');
  const last = nodeCount - 1;
  const shape = {
    root: integerOf(`${path}.root`, fields.root, 0, last),
    left: integersOf(`${path}.left`, fields.left, nodeCount, last),
    right: integersOf(`${path}.right`, fields.right, nodeCount, last),
  };
  const isBelowRoot = visitNodes(path, shape);
  const isSplit = (node: number) => isBelowRoot[node] === 1 && shape.left[node] > 0;
  const splits = readSplits(path, fields, nodeCount, columnCount, isSplit);
  const drawn = integersOf(`${path}.drawnSamples`, fields.drawnSamples, undefined, rowCount - 1);
  const place = new Uint8Array(rowCount);
  for (const row of drawn) {
    if (place[row] > 0) throw invalidField(`${path}.drawnSamples`, row, 'a list of different rows');
    place[row] = 1;
  }
  const samples = listOf(`${path}.leafSamples`, fields.leafSamples, nodeCount);
  const leaves = Array.from(shape.left, (_, node) => {
    const own = `${path}.leafSamples[${node}]`;
    const rows = integersOf(own, samples[node], undefined, rowCount - 1);
    if (isSplit(node) || isBelowRoot[node] === 0) {
      if (rows.length > 0) throw invalidField(own, samples[node], 'empty for a node that is no leaf below the root');
      return null;
    }
    for (const row of rows) {
      if (place[row] !== 1)
        throw invalidField(
          own,
          row,
          place[row] === 0 ? 'rows that drawnSamples has too' : 'rows that no other leaf has',
        );
      place[row] = 2;
    }
    return rows;
  });
  return { path, ...shape, ...splits, drawn, leaves };
}

/** Splits of the nodes that have one; what others hold there is not read, since it means nothing. */
function readSplits(
  path: string,
  fields: Fields,
  nodeCount: number,
  columnCount: number,
  isSplit: (node: number) => boolean,
) {
  const [variables, values, sides] = (['splitVariable', 'splitValue', 'missingGoesLeft'] as const).map((name) =>
    listOf(`${path}.${name}`, fields[name], nodeCount),
  );
  const splitVariable = new Int32Array(nodeCount);
  const splitValue = new Float64Array(nodeCount).fill(Number.NaN);
  const missingGoesLeft = new Uint8Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    if (!isSplit(node)) continue;
    splitVariable[node] = integerOf(`${path}.splitVariable[${node}]`, variables[node], 0, columnCount - 1);
    const value = values[node];
    if (value !== null && (typeof value !== 'number' || Math.abs(value) === Number.POSITIVE_INFINITY))
      throw invalidField(
        `${path}.splitValue[${node}]`,
        value,
        'a finite number, or null for a split on missing values',
      );
    splitValue[node] = value ?? Number.NaN;
    missingGoesLeft[node] = booleanOf(`${path}.missingGoesLeft[${node}]`, sides[node]) ? 1 : 0;
  }
  return { splitVariable, splitValue, missingGoesLeft };
}

/** 1 for the root and every node below it; refuses half-leaves, and nodes with two parents. */
function visitNodes(path: string, { root, left, right }: Pick<SourceTree, 'root' | 'left' | 'right'>): Uint8Array {
  const seen = new Uint8Array(left.length);
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen[node] === 1) throw invalidField(`${path}.left`, node, 'a tree, in which no node has two parents');
    seen[node] = 1;
    const children = [left[node], right[node]].filter((child) => child > 0);
    if (children.length === 1)
      throw invalidField(
        `${path}.${left[node] > 0 ? 'right' : 'left'}[${node}]`,
        0,
        'a node, as the other child is one',
      );
    open.push(...children);
  }
  return seen;
}

/** Refuses a row that fills another leaf than its covariates lead to. */
export function requireReached(tree: SourceTree, covariates: readonly NumericCovariate[]): void {
  tree.leaves.forEach((rows, leaf) => {
    for (const row of rows ?? []) {
      let node = tree.root;
      while (tree.left[node] > 0) {
        const x = covariates[tree.splitVariable[node]].values[row];
        const value = tree.splitValue[node];
        const isMissing = Number.isNaN(x);
        const goesLeft = isMissing ? Number.isNaN(value) || tree.missingGoesLeft[node] === 1 : x <= value;
        node = goesLeft ? tree.left[node] : tree.right[node];
      }
      if (node !== leaf)
        throw invalidField(
          `${tree.path}.leafSamples[${leaf}]`,
          row,
          `rows that reach leaf ${leaf} by their covariates, and row ${row} reaches ${node}`,
          'X is of another forest, in another order, or was rounded: export all of its digits (digits = NA)',
        );
    }
  });
}
