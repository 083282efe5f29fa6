/**
 * Trees of an exported forest, checked and packed as this library's own.
 *
 * A covariate's cuts are the distinct values of its training rows, as in forests trained here, and any split value beside
 * them, so that "x ≤ value" is a comparison of integers (`tree/ranked-columns.ts`).
 */
import type { Covariate, NumericCovariate } from '../data/trial.js';
import type { Forest } from '../forest/forest.js';
import { averageInto, type RowMoments } from '../forest/row-moments.js';
import type { PackedTrees } from '../tree/packed-trees.js';
import { type ColumnCoding, codeRows, lowerBound, type RankedColumns, rankColumns } from '../tree/ranked-columns.js';
import { integerOf, invalidField, listOf, objectOf } from './fields.js';
import { readTree, requireReached, type SourceTree } from './source-tree.js';

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
export function readTrees(value: unknown, covariates: readonly NumericCovariate[], moments: RowMoments): ReadTrees {
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
  for (const tree of trees) requireReached(tree, covariates);
  const fill = trees.map(({ leaves }) => Int32Array.from(leaves.flatMap((rows) => (rows ? [...rows] : []))));
  const drawn = trees.map((tree) => tree.drawn);
  return {
    forest: {
      trees: packTrees(trees, coding, moments),
      coding,
      draws: { kind: 'listed', rowCount, treesPerBag, drawn, fill },
    },
    columns,
  };
}

function requireCount(path: string, value: unknown, count: number): void {
  if (value !== undefined && value !== null && integerOf(path, value, 0) !== count)
    throw invalidField(path, value, `${count}, as many as there are`);
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

/** All trees in arrays of their own (`tree/packed-trees.ts`): the nodes below the roots, children side by side. */
function packTrees(trees: readonly SourceTree[], { cuts }: ColumnCoding, moments: RowMoments): PackedTrees {
  const leaves = trees.map((tree) => tree.leaves.filter((rows) => rows !== null));
  // A tree of so many leaves has one split less.
  const nodeCount = leaves.reduce((sum, { length }) => sum + 2 * length - 1, 0);
  const filled = leaves.flat().filter(({ length }) => length > 0).length;
  const packed = {
    treeCount: trees.length,
    root: new Int32Array(trees.length + 1),
    feature: new Int32Array(nodeCount),
    threshold: new Int32Array(nodeCount),
    child: new Int32Array(nodeCount),
    missingRight: new Uint8Array(nodeCount),
    levelSets: new Uint32Array(0),
    momentCount: moments.count,
    moments: new Float64Array((filled + 1) * moments.count),
  };
  let node = 0;
  let leaf = 0;
  trees.forEach((tree, t) => {
    packed.root[t] = node;
    const open: [from: number, to: number][] = [[tree.root, node++]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [from, to] = next;
      const rows = tree.leaves[from];
      if (rows) {
        packed.feature[to] = -1;
        if (rows.length === 0) continue;
        packed.child[to] = ++leaf;
        averageInto(moments, rows, packed.moments, leaf * moments.count);
        continue;
      }
      const value = tree.splitValue[from];
      const onMissing = Number.isNaN(value);
      packed.feature[to] = tree.splitVariable[from];
      packed.threshold[to] = onMissing ? -1 : lowerBound(cuts[tree.splitVariable[from]] as Float64Array, value);
      packed.missingRight[to] = onMissing || tree.missingGoesLeft[from] === 1 ? 0 : 1;
      packed.child[to] = node;
      open.push([tree.right[from], node + 1], [tree.left[from], node]);
      node += 2;
    }
  });
  packed.root[trees.length] = node;
  return packed;
}
