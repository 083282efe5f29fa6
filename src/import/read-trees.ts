/**
 * Trees of an exported forest, checked and packed as this library's own.
 *
 * A covariate's cuts are the distinct values of its training rows, as in forests trained here, and any split value beside
 * them, so that "x ≤ value" is a comparison of integers (`tree/ranked-columns.ts`). Rows that fill a leaf must reach it by
 * their covariates: a table that does not belong to the trees, or was rounded on its way, is refused.
 */
import type { Covariate, NumericCovariate } from '../data/trial.js';
import type { Forest } from '../forest/forest.js';
import type { LeafMoments } from '../tree/leaf-moments.js';
import { TreeWriter } from '../tree/packed-trees.js';
import { type ColumnCoding, codeRows, lowerBound, type RankedColumns, rankColumns } from '../tree/ranked-columns.js';
import { booleanOf, type Fields, integerOf, integersOf, invalidField, listOf, objectOf } from './fields.js';

/** One tree as it was written; the root and all below it have been checked. */
interface SourceTree {
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

export interface ReadTrees {
  readonly forest: Forest;
  /** The training rows, coded for it. */
  readonly columns: RankedColumns;
}

/** The list of trees, not looked into yet, and how many of them share a half-sample. */
export function readBags(value: unknown) {
  const fields = objectOf('forest', value);
  const treesPerBag = integerOf('forest.ciGroupSize', fields.ciGroupSize, 1);
  const list = listOf('forest.trees', fields.trees);
  if (list.length < treesPerBag)
    throw invalidField('forest.trees', fields.trees, `a list of at least ${treesPerBag} trees`);
  return { fields, list, treesPerBag };
}

/** @param moments what leaves keep of the rows that fill them */
export function readTrees(value: unknown, covariates: readonly NumericCovariate[], moments: LeafMoments): ReadTrees {
  const { fields, list, treesPerBag } = readBags(value);
  const rowCount = covariates[0].values.length;
  requireCount('forest.numTrees', fields.numTrees, list.length);
  requireCount('forest.numVariables', fields.numVariables, covariates.length);

  const trees = Array.from(list, (tree, t) => readTree(`forest.trees[${t}]`, tree, rowCount, covariates.length));
  const coding = codingOf(covariates, trees);
  const columns: RankedColumns = {
    ...codeRows(covariates, coding, rowCount),
    columnCount: covariates.length,
    coding,
    hasMissing: Uint8Array.from(covariates, ({ values }) => (values.some(Number.isNaN) ? 1 : 0)),
  };
  const writer = new TreeWriter(moments.count);
  for (const tree of trees) {
    requireReached(tree, covariates);
    writeTree(tree, coding, moments, writer);
  }
  const fill = trees.map(({ leaves }) => Int32Array.from(leaves.flatMap((rows) => (rows ? [...rows] : []))));
  const drawn = trees.map((tree) => tree.drawn);
  return {
    forest: { trees: writer.finish(), coding, draws: { kind: 'listed', rowCount, treesPerBag, drawn, fill } },
    columns,
  };
}

function requireCount(path: string, value: unknown, count: number): void {
  if (value !== undefined && value !== null && integerOf(path, value, 0) !== count)
    throw invalidField(path, value, `${count}, as many as there are`);
}

function readTree(path: string, value: unknown, rowCount: number, columnCount: number): SourceTree {
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

/** Cuts: the training rows' values, and the split values that are not among them. */
function codingOf(covariates: readonly NumericCovariate[], trees: readonly SourceTree[]): ColumnCoding {
  const values = covariates.map((): number[] => []);
  for (const { splitVariable, splitValue } of trees)
    splitValue.forEach((value, node) => {
      if (!Number.isNaN(value)) values[splitVariable[node]].push(value);
    });
  const rowCount = covariates[0].values.length;
  const most = values.reduce((length, list) => Math.max(length, list.length), 0);
  const extended = covariates.map((covariate, f): Covariate => {
    const both = new Float64Array(rowCount + most).fill(Number.NaN);
    both.set(covariate.values);
    both.set(values[f], rowCount);
    return { ...covariate, values: both };
  });
  return rankColumns(extended, rowCount + most).coding;
}

/** Refuses a row that fills another leaf than its covariates lead to. */
function requireReached(tree: SourceTree, covariates: readonly NumericCovariate[]): void {
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

/** Packs one tree, children side by side. */
function writeTree(tree: SourceTree, { cuts }: ColumnCoding, moments: LeafMoments, writer: TreeWriter): void {
  const open: [from: number, to: number][] = [[tree.root, writer.startTree()]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [from, to] = next;
    const rows = tree.leaves[from];
    if (rows) {
      writer.feature[to] = -1;
      writer.child[to] = 0;
      if (rows.length === 0) continue;
      const leaf = writer.addLeaf();
      moments.average(rows, 0, rows.length, writer.moments, leaf * moments.count);
      writer.child[to] = leaf;
      continue;
    }
    const children = writer.addNodes(2);
    const value = tree.splitValue[from];
    const onMissing = Number.isNaN(value);
    writer.feature[to] = tree.splitVariable[from];
    writer.threshold[to] = onMissing ? -1 : lowerBound(cuts[tree.splitVariable[from]] as Float64Array, value);
    writer.missingRight[to] = onMissing || tree.missingGoesLeft[from] === 1 ? 0 : 1;
    writer.child[to] = children;
    open.push([tree.right[from], children + 1], [tree.left[from], children]);
  }
}
