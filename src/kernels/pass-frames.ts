/**
 * Records of rows on their way down trees that are trained (`frames.ts` says what records are, and is where they come from).
 */

/** Rows on their way down trees (`send-rows.ts`). */
export const SENDER = {
  /** Two halves of `half` rows: a node's rows lie in one, its children's in the other. */
  buffer: 'I32',
  half: 'i32',
  /** Nodes yet to be visited. */
  stack: 'I32',
} as const;

/** A block's rows as bits (`row-sets.ts`, `send-sets.ts`). A set has `words` words, a multiple of four. */
export const SETS = {
  words: 'i32',
  /** 1 where `row` and `below` are those of the block. */
  isMade: 'i32',
  /** Rows on their way down a tree: `room` sets, of which set 0 is to be sent. */
  rows: 'I32',
  room: 'i32',
  /**
   * Rows by code, for column f buckets and sets first[f] … first[f + 1), none for a category; the last has no rows and no
   * set. A bucket has 1 << shift[f] codes; its rows are row[bucket[k] … bucket[k + 1]), and set k's words below[k · words …].
   */
  first: 'I32',
  shift: 'I32',
  bucket: 'I32',
  row: 'I32',
  below: 'I32',
  /** Per tree of the chunk: the leaf before its first one, and binary digits of how many it has (0: too many for sets). */
  before: 'I32',
  leafCount: 'I32',
  digitCount: 'I32',
  /** Rows whose leaf's number has a digit: one set for each. */
  digits: 'I32',
  /** Rows that go on as lists: late[begin … end) from a node on, three words of `lateNode` each. */
  late: 'I32',
  lateNode: 'I32',
  lateCount: 'i32',
  lateEnd: 'i32',
} as const;

/**
 * A block of rows and their leaves in all trees (`forest/leaf-blocks.ts`). Trees come in chunks: `trees` of a pass hold the
 * chunk that begins with tree `firstTree` and leaf `firstLeaf` of the forest, whose leaves number from 1 there as well.
 */
export const BLOCK = {
  /** The block's first row, and how many it has. */
  first: 'i32',
  rowCount: 'i32',
  firstTree: 'i32',
  firstLeaf: 'i32',
  treesPerBag: 'i32',
  /** Units that trees drew, a bit each, `drawWords` words a draw; so many trees in a row share a draw. */
  drawn: 'I32',
  drawWords: 'i32',
  treesPerDraw: 'i32',
  /** Leaf of the block's row r (from 0) in tree b at b · rowCount + r; 0 where the row was not sent or no leaf is filled. */
  leaf: 'I32',
  /**
   * Where all trees of a bag share a draw (`shares` 1), rows that draw d left out, ascending: sent[start[d] … start[d + 1]).
   * Else `sent` has room for one draw's rows, and who goes over a bag goes over every row of the block.
   */
  shares: 'i32',
  sent: 'I32',
  start: 'I32',
  /** 0 … rowCount − 1. */
  everyRow: 'I32',
  /** Sums of the moments over the trees with a leaf, then their averages; and the number of these trees. */
  average: 'F64',
  treeCount: 'I32',
  /** What later passes keep for each row, side by side (`little-bags.ts`, `fit-errors.ts`). */
  state: 'F64',
} as const;

/** One row on its way down all trees, whose splits are packed (`walk-row.ts`). */
export const WALKER = {
  split: 'I32',
  /** 1 where splits have two words. */
  narrow: 'i32',
  /** Per tree: its first split, and the leaf before its own first one. The former are a multiple of four. */
  firstSplit: 'I32',
  firstLeaf: 'I32',
  treeCount: 'i32',
  /** Two codes of each column, and 1 where it is a category. */
  code: 'I32',
  isCategory: 'U8',
  levelSets: 'I32',
  /** ~leaf of each tree. */
  at: 'I32',
} as const;
