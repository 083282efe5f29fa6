/**
 * What kernels work on: records of arrays and numbers. A record is declared once, here or in `pass-frames.ts`, as a table of
 * its fields; TypeScript takes its type from the table, and the build makes the class that AssemblyScript sees
 * (`scripts/kernels/compile.ts`).
 */
import type { Frame } from './machine.js';
import { BLOCK, SENDER, SETS, WALKER } from './pass-frames.js';

export { BLOCK, SENDER, SETS, WALKER };

/** Rows that trees draw (`sample.ts`). */
export const DRAWS = {
  /** The state of the bag's stream. */
  stream: 'I32',
  allUnits: 'I32',
  swaps: 'I32',
  /** The bag's units, in the order drawn. */
  half: 'I32',
  /** 1 for each unit that the last tree drew. */
  drawnUnit: 'U8',
  /** The same as bits, where they are asked for (`packDrawn`). */
  drawnBits: 'I32',
  /** Rows that grow the last tree and that fill it, and a random half of the former by unit. */
  grow: 'I32',
  fill: 'I32',
  growHalf: 'U8',
  growCount: 'i32',
  fillCount: 'i32',
  /** Rows of cluster c: clusterRows[clusterStart[c] … clusterStart[c + 1]); not used where rows are the units. */
  clusterStart: 'I32',
  clusterRows: 'I32',
  /** The cluster of each row. */
  unitOf: 'I32',
  clustered: 'i32',
  /** Rows that each cluster gives; 0: all. */
  perCluster: 'i32',
  unitCount: 'i32',
  bagSize: 'i32',
  treeSize: 'i32',
  growSize: 'i32',
  honest: 'i32',
} as const;

/** Coded rows and what they are judged by. */
export const COLUMNS = {
  /** Code of row i in column f: code[i · rowStep + f · columnStep] (`tree/load-columns.ts`). */
  code: 'I32',
  rowStep: 'i32',
  columnStep: 'i32',
  /**
   * For the numeric columns only and in their order: each row's place among all rows by ascending code, ties by row,
   * missing last. Where `ranked` is 1, nodes are sorted by it instead of having sorted lists.
   */
  rank: 'I32',
  ranked: 'i32',
  /** Levels of a category, 0 for a number. */
  levelCount: 'I32',
  /** 1 where the column has missing values; where two rows have the same code, 2 where many have (`scan-numeric.ts`). */
  hasMissing: 'U8',
  hasTies: 'U8',
  /** The numeric columns, ascending. */
  numeric: 'I32',
  numericCount: 'i32',
  rowCount: 'i32',
  columnCount: 'i32',
} as const;

/** A column that is ranked (`rank.ts`). */
export const RANKER = {
  /** The numbers, two words each, the lower half first. */
  words: 'I32',
  /** Rows with a number, and half of each one's bits; room for two more of both. */
  order: 'I32',
  keys: 'I32',
  spareOrder: 'I32',
  spareKeys: 'I32',
  otherOrder: 'I32',
  otherKeys: 'I32',
  counts: 'I32',
  /** Per row of the data. */
  code: 'I32',
} as const;

/** Trees as flat arrays (`tree/packed-trees.ts`), with room for so many nodes, leaves and words of level sets. */
export const TREES = {
  feature: 'I32',
  threshold: 'I32',
  child: 'I32',
  missingRight: 'U8',
  levelSets: 'I32',
  moments: 'F64',
  momentCount: 'i32',
  /** First node of each tree. */
  root: 'I32',
  treeCount: 'i32',
  treeRoom: 'i32',
  nodeCount: 'i32',
  leafCount: 'i32',
  wordCount: 'i32',
  nodeRoom: 'i32',
  leafRoom: 'i32',
  wordRoom: 'i32',
} as const;

/**
 * What trees are grown for, and filled with: one value per row of the data. Kinds of several outcomes and treatments
 * (`target-slopes.ts`) have them one after another, each with `rowCount` values.
 */
export const PROBLEM = {
  outcome: 'F64',
  treatment: 'F64',
  instrument: 'F64',
  weight: 'F64',
  weighted: 'i32',
  /** A place of KIND in `grow.ts`. */
  kind: 'i32',
  minNodeSize: 'i32',
  alpha: 'f64',
  imbalancePenalty: 'f64',
  /** Replace a node with an empty child by its other child. */
  prune: 'i32',
  /** A leaf needs so many rows with treatment 1, and as many with 0; −1: any row at all will do. */
  leastPerArm: 'i32',
  rowCount: 'i32',
  outcomeCount: 'i32',
  treatmentCount: 'i32',
  /** Numbers that ρ has in a node, and what each is multiplied by so that their units do not matter. */
  coordinateCount: 'i32',
  coordinateScale: 'F64',
} as const;

/**
 * One tree being grown. Its rows have local numbers 0 … N−1; "window" [start, end) is a node's part of every sorted list.
 */
export const GROWER = {
  /** The state of the splits' stream. */
  stream: 'I32',
  /** Data row of each local row. */
  rowOf: 'I32',
  /** By rank in the column that is being listed: 1 + the local row, 0 where that row is not in the tree; else 0. */
  placed: 'I32',
  /**
   * Sorted local rows: two halves of `halfSize` (a node lies in one, its children in the other), each with one region of
   * `regionSize` for every numeric column, or one region of unsorted rows where no column is numeric. One place more at
   * the end, which belongs to no window. Where columns are ranked, both halves have region 0 alone, and behind
   * them lie two windows of `regionSize` places, each for one column sorted at one node (`sort-window.ts`).
   */
  list: 'I32',
  halfSize: 'i32',
  regionSize: 'i32',
  /** First place of each column's region in a half (ranked: in `rank`); region 0 of a half doubles as the node's rows. */
  region: 'I32',
  /** Places where the column tried now is sorted to, and where the best one is (windows of `list`). */
  spareAt: 'i32',
  bestAt: 'i32',
  /**
   * Ranks of the tree's rows, one region for each numeric column (`region`). A set of ranks, two places for each 32: their
   * bits, and where the first of them goes; a set of those words that have bits; and a list of these.
   */
  rank: 'I32',
  bits: 'I32',
  wordBits: 'I32',
  filled: 'I32',
  /** Per local row: 0 or 1, a random half of the units (`scan-category.ts`). */
  randomHalf: 'U8',
  /** Per local row: 0 left, 1 right. */
  side: 'U8',
  /** Per local row: outcome, treatment, sample weight, instrument; several outcomes or treatments of a row side by side. */
  y: 'F64',
  w: 'F64',
  q: 'F64',
  v: 'F64',
  /** Per local row: pseudo-outcome times weight, and treatment (or instrument) less the node's mean; several side by side. */
  rho: 'F64',
  z: 'F64',
  /** Twice `timeCount` numbers: the node's hazard by time (`target-hazard.ts`). */
  hazard: 'F64',
  timeCount: 'i32',
  /** 1/j, and 1/j + 1/(n − j) for the node's n rows. */
  inverse: 'F64',
  share: 'F64',
  /** Sums over a node's rows: the node, its left child, its right child. */
  sums: 'F64',
  sumCount: 'i32',
  /** Nodes still to be split (node, half, start, end), and their sums. */
  stack: 'I32',
  stackSums: 'F64',
  /** The columns in random order, as far as drawn; P(tried ≤ k). */
  shuffled: 'I32',
  tryTable: 'F64',
  /** A child must have so many rows, so many low ones and as many high ones, and so much variation of z (`targets.ts`). */
  minCount: 'i32',
  minLow: 'i32',
  minSize: 'f64',
  /** Of the root's Σ qW², what is only rounding. */
  leastVariation: 'f64',
  /** The same of the root's Σ |qZW| (`target-instrument.ts`). */
  leastProduct: 'f64',
  /** Rows without a value in the column that is scanned: those with z < 0, Σz, Σz², Σρ (`scan-numeric.ts`). */
  missingLow: 'i32',
  missingZ: 'f64',
  missingZZ: 'f64',
  missingRho: 'f64',
  /** Rows with one at either end that make a child admissible, and its Σρ. */
  leftRows: 'i32',
  rightRows: 'i32',
  leftRho: 'f64',
  rightRho: 'f64',
  /** The criterion of the cut found last (`lanes.ts`). */
  value: 'f64',
  /** The best split so far; `bestPresent` counts the left child's rows that have a value in the split's column. */
  criterion: 'f64',
  bestFeature: 'i32',
  bestMissingRight: 'i32',
  bestCount: 'i32',
  bestPresent: 'i32',
  /** Levels that go left in the best category split, 32 a word. */
  leftLevels: 'I32',
  /** A node's means, least sizes, moments and effects where there are several of each (`target-slopes.ts`). */
  node: 'F64',
  /** Running totals of both children (`scan-weighted.ts`, `scan-vector.ts`). */
  left: 'F64',
  right: 'F64',
  /** By level (`scan-category.ts`). */
  levelRows: 'I32',
  levelLow: 'I32',
  levelsSeen: 'I32',
  levelMean: 'F64',
  levelSums: 'F64',
} as const;

/** Columns of a regression, and what is summed over them (`column-products.ts`). */
export const PRODUCTS = {
  /** Column-major, `stride` rows each. */
  values: 'F64',
  stride: 'i32',
  /** One number a row, where `isWeighted` is 1. */
  weight: 'F64',
  isWeighted: 'i32',
  /** One number a row: what columns are multiplied by, or add up to. */
  rowNumbers: 'F64',
  /** The columns in question; a number for each, with three more. */
  chosen: 'I32',
  factor: 'F64',
  projected: 'F64',
  /** Sums of products, `width` numbers for each of the chosen columns. */
  sums: 'F64',
  width: 'i32',
  /** Four weighted columns of a stretch; a block of sums. */
  scratch: 'F64',
  eight: 'F64',
} as const;

export type Draws = Frame<typeof DRAWS>;
export type Columns = Frame<typeof COLUMNS>;
export type Ranker = Frame<typeof RANKER>;
export type Sender = Frame<typeof SENDER>;
export type Sets = Frame<typeof SETS>;
export type Walker = Frame<typeof WALKER>;
export type Block = Frame<typeof BLOCK>;
export type Trees = Frame<typeof TREES>;
export type Problem = Frame<typeof PROBLEM>;
export type Grower = Frame<typeof GROWER>;
export type Products = Frame<typeof PRODUCTS>;
