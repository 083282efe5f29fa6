/**
 * The arrays that one set of kernels works on, allocated once and reused for tree after tree and fit after fit.
 * Rows of the tree being grown have local numbers 0 … N−1; "window" [start, end) is a node's part of every sorted list.
 */
export interface Capacity {
  /** Rows of the data. */
  readonly rows: number;
  /** Columns, and how many of them are numeric. */
  readonly columns: number;
  readonly numericColumns: number;
  /** Rows that one tree grows on. */
  readonly growRows: number;
  /** Levels of the largest category. */
  readonly levels: number;
}

export interface Workspace {
  readonly capacity: Capacity;
  /** Codes, and rows by ascending code, column by column with `capacity.rows` places a column. */
  readonly code: Int32Array;
  readonly order: Int32Array;
  /** Data row of each local row, and back (−1: not in this tree). */
  readonly rowOf: Int32Array;
  readonly localOf: Int32Array;
  /**
   * Sorted local rows: two halves (a node lies in one, its children in the other), each with one region of `growRows`
   * places for every numeric column, or one region of unsorted rows where no column is numeric.
   */
  readonly list: Int32Array;
  /** Places of one half of `list`. */
  readonly halfSize: number;
  /** Per local row: 0 or 1, a random half of the units (`scan-category.ts`). */
  readonly randomHalf: Uint8Array;
  /** Per local row: 0 left, 1 right. */
  readonly side: Uint8Array;
  /** Per local row: outcome, treatment, sample weight; pseudo-outcome times weight; treatment less the node's mean. */
  readonly y: Float64Array;
  readonly w: Float64Array;
  readonly q: Float64Array;
  readonly rho: Float64Array;
  readonly z: Float64Array;
  /** 1/j. */
  readonly inverse: Float64Array;
  /** 1/j + 1/(n − j) for the node's n rows. */
  readonly share: Float64Array;
  /** What makes a child admissible: see RULE. */
  readonly rule: Float64Array;
  /** The best split so far: see BEST. */
  readonly best: Float64Array;
  /** Levels that go left in the best category split, 32 a word. */
  readonly leftLevels: Uint32Array;
  /** Sums over a node's rows: the node, its left child, its right child. */
  readonly sums: Float64Array;
}

/** Places in `rule`. */
export const RULE = { minCount: 0, minLow: 1, minSize: 2 } as const;

/** Places in `best`; `leftPresent` counts the left child's rows that have a value in the split's column. */
export const BEST = { criterion: 0, feature: 1, cut: 2, missingRight: 3, leftCount: 4, leftPresent: 5 } as const;

/** Most sums that a split target carries. */
export const MOST_SUMS = 8;

/** Words that a set of `levelCount` levels takes. */
export const setWords = (levelCount: number): number => (levelCount + 31) >>> 5;

export function makeWorkspace(capacity: Capacity): Workspace {
  const { rows, columns, numericColumns, growRows, levels } = capacity;
  const halfSize = Math.max(numericColumns, 1) * growRows;
  const perLocal = () => new Float64Array(growRows);
  return {
    capacity,
    code: new Int32Array(columns * rows),
    order: new Int32Array(columns * rows),
    rowOf: new Int32Array(growRows),
    localOf: new Int32Array(rows).fill(-1),
    // One place more, since branch-free loops write one past the end.
    list: new Int32Array(2 * halfSize + 1),
    halfSize,
    randomHalf: new Uint8Array(growRows),
    side: new Uint8Array(growRows),
    y: perLocal(),
    w: perLocal(),
    q: perLocal(),
    rho: perLocal(),
    z: perLocal(),
    inverse: Float64Array.from({ length: growRows + 1 }, (_, j) => 1 / j),
    share: new Float64Array(growRows + 1),
    rule: new Float64Array(3),
    best: new Float64Array(6),
    leftLevels: new Uint32Array(setWords(levels)),
    sums: new Float64Array(3 * MOST_SUMS),
  };
}
