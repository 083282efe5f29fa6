/** Trees of the posterior, kept as plain data, and what they say of rows. */
import type { Covariate } from '../../data/trial.js';
import { LEAVES } from '../../kernels/additive-trees.js';
import { type BinnedColumns, type Classes, classifyRows } from '../../tree/binned-columns.js';
import { NODES, SIDE_WORDS, type SmallTrees } from './small-trees.js';

/** Draws of a sum of trees. Trees without a cut are part of the draw's constant. */
export interface TreeDraws {
  /** One a draw. */
  readonly constant: Float64Array;
  /** Roots of draw d: roots[start[d] … start[d + 1]). */
  readonly start: Int32Array;
  readonly roots: Int32Array;
  /** By node: column of a cut, −1 of a leaf; for a cut its left child, the right one follows; for a leaf its value. */
  readonly column: Int32Array;
  readonly child: Int32Array;
  readonly value: Float64Array;
  /** Classes on the right of a node's cut, one bit each, SIDE_WORDS words from SIDE_WORDS · side[node]. */
  readonly side: Int32Array;
  readonly words: Int32Array;
}

/** Posterior mean and variance of the sum. */
export interface DrawSummary {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export interface DrawKeeper {
  /** @param values of leaf l of tree t at t · stride + l */
  keep(constant: number, trees: SmallTrees, values: Float64Array, stride: number): void;
  finish(): TreeDraws;
}

export function makeDrawKeeper(): DrawKeeper {
  const constants: number[] = [];
  const start = [0];
  const roots: number[] = [];
  const column: number[] = [];
  const child: number[] = [];
  const value: number[] = [];
  const side: number[] = [];
  const words: number[] = [];

  function copyNode(
    trees: SmallTrees,
    tree: number,
    node: number,
    place: number,
    values: (leaf: number) => number,
  ): void {
    const at = tree * NODES + node;
    column[place] = trees.column[at];
    if (trees.column[at] < 0) {
      value[place] = values(trees.leaf[at]);
      child[place] = 0;
      side[place] = 0;
      return;
    }
    value[place] = 0;
    side[place] = words.length / SIDE_WORDS;
    for (let w = 0; w < SIDE_WORDS; w++) words.push(trees.side[at * SIDE_WORDS + w]);
    const left = column.length;
    child[place] = left;
    column.length += 2;
    for (let k = 0; k < 2; k++) copyNode(trees, tree, trees.child[at] + k, left + k, values);
  }

  return {
    keep(constant, trees, values, stride) {
      let total = constant;
      for (let tree = 0; tree < trees.treeCount; tree++) {
        if (trees.leafCount[tree] === 1) {
          total += values[tree * stride];
          continue;
        }
        roots.push(column.length);
        column.length += 1;
        copyNode(trees, tree, 0, column.length - 1, (leaf) => values[tree * stride + leaf]);
      }
      constants.push(total);
      start.push(roots.length);
    },
    finish: () =>
      Object.freeze({
        constant: Float64Array.from(constants),
        start: Int32Array.from(start),
        roots: Int32Array.from(roots),
        column: Int32Array.from(column),
        child: Int32Array.from(child),
        value: Float64Array.from(value),
        side: Int32Array.from(side),
        words: Int32Array.from(words),
      }),
  };
}

/** Rows that are taken together, tree by tree: their classes and sums stay in the processor's nearest memory. */
const TOGETHER = 1024;
/** From so many rows on it pays to write down what a cut says of each class. */
const MANY = 64;

/** What the draws of all chains say of rows in the training encoding. */
export function summarizeDraws(
  chains: readonly TreeDraws[],
  classes: readonly Classes[],
  covariates: readonly Covariate[],
  rowCount: number,
): DrawSummary {
  const columns = classifyRows(
    classes,
    covariates,
    Int32Array.from({ length: rowCount }, (_, i) => i),
  );
  const count = chains.reduce((sum, { constant }) => sum + constant.length, 0);
  // Near the draws, so that squares of what differs from it do not cancel.
  const centre = chains[0].constant[0];
  const mean = new Float64Array(rowCount);
  const variance = new Float64Array(rowCount);
  for (let from = 0; from < rowCount; from += TOGETHER) {
    const end = Math.min(rowCount, from + TOGETHER);
    for (const draws of chains)
      addDraws(draws, columns, centre, from, mean.subarray(from, end), variance.subarray(from, end));
  }
  for (let i = 0; i < rowCount; i++) {
    const sum = mean[i];
    mean[i] = centre + sum / count;
    variance[i] = Math.max(0, variance[i] - (sum * sum) / count) / (count - 1);
  }
  return { mean, variance };
}

/** Adds what each draw says of the rows from … on, less `centre`, and its square. */
function addDraws(
  draws: TreeDraws,
  columns: BinnedColumns,
  centre: number,
  from: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  const { constant, start, roots } = draws;
  const rows = sums.length;
  if (rows < MANY) {
    for (let i = 0; i < rows; i++) addDrawsOfRow(draws, columns, centre, from, i, sums, squares);
    return;
  }
  const own = new Float64Array(rows);
  const inside = Array.from({ length: LEAVES }, () => new Float64Array(rows));
  inside[0].fill(1);
  for (let d = 0; d < constant.length; d++) {
    own.fill(constant[d] - centre);
    for (let r = start[d]; r < start[d + 1]; r++) addNode(draws, columns, roots[r], from, inside, 0, own);
    for (let i = 0; i < rows; i++) {
      sums[i] += own[i];
      squares[i] += own[i] * own[i];
    }
  }
}

/** By class of a column. */
const ofClass = new Float64Array(256);

/**
 * Adds the leaves below a cut to the rows that come there, for which inside[depth] is 1, and 0 for others: nothing depends on
 * where a row goes, which no processor could guess.
 */
function addNode(
  draws: TreeDraws,
  columns: BinnedColumns,
  node: number,
  from: number,
  inside: readonly Float64Array[],
  depth: number,
  own: Float64Array,
): void {
  const { column, child, value, side, words } = draws;
  const { bins, counts, rowCount } = columns;
  const left = child[node];
  const place = column[node] * rowCount + from;
  const first = SIDE_WORDS * side[node];
  const part = (c: number): number => (words[first + (c >>> 5)] >>> (c & 31)) & 1;
  const last = counts[column[node]];
  const here = inside[depth];
  for (let c = 0; c <= last; c++) ofClass[c] = column[left + part(c)] < 0 ? value[left + part(c)] : 0;
  for (let i = 0; i < own.length; i++) own[i] += here[i] * ofClass[bins[place + i]];
  for (let k = 0; k < 2; k++) {
    if (column[left + k] < 0) continue;
    const below = inside[depth + 1];
    for (let c = 0; c <= last; c++) ofClass[c] = part(c) === k ? 1 : 0;
    for (let i = 0; i < own.length; i++) below[i] = here[i] * ofClass[bins[place + i]];
    addNode(draws, columns, left + k, from, inside, depth + 1, own);
  }
}

/** The same of row from + i alone. */
function addDrawsOfRow(
  draws: TreeDraws,
  { bins, rowCount }: BinnedColumns,
  centre: number,
  from: number,
  i: number,
  sums: Float64Array,
  squares: Float64Array,
): void {
  const { constant, start, roots } = draws;
  for (let d = 0; d < constant.length; d++) {
    let own = constant[d] - centre;
    for (let r = start[d]; r < start[d + 1]; r++) own += leafValue(draws, roots[r], bins, rowCount, from + i);
    sums[i] += own;
    squares[i] += own * own;
  }
}

function leafValue(
  { column, child, value, side, words }: TreeDraws,
  root: number,
  bins: Uint8Array,
  rowCount: number,
  row: number,
): number {
  let node = root;
  while (column[node] >= 0) {
    const own = bins[column[node] * rowCount + row];
    node = child[node] + ((words[SIDE_WORDS * side[node] + (own >>> 5)] >>> (own & 31)) & 1);
  }
  return value[node];
}
