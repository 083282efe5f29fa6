/** What kernels on sums of small trees work on: records as in `frames.ts`. */
import type { Frame } from './machine.js';

/** A sum of small trees, of which one at a time is looked at (`additive-trees.ts`). */
export const ADDITIVE = {
  rowCount: 'i32',
  /** Rows with those behind the last, which have no weight, no leaf and nothing to say. */
  stride: 'i32',
  /** Class of row i in column f: bins[f · stride + i]. */
  bins: 'U8',
  /** What a row counts for, that times what it says, and what of it the trees leave over: product − weight·fitted. */
  weight: 'F64',
  product: 'F64',
  rest: 'F64',
  /** What the trees add up to, when it was last asked for. */
  fitted: 'F64',
  /** Leaf of row i in tree t: leaf[t · stride + i]. */
  leaf: 'U8',
  /** Leaves of each tree, and the value of leaf l of tree t: value[t · LEAVES + l]. */
  leafCount: 'I32',
  value: 'F64',
  /** By leaf of the last tree looked at: by how much more than the first leaf's rows its own have still to grow. */
  step: 'F64',
  /** By leaf of this tree but the first: Σ rest. */
  sums: 'F64',
  /** 1 for the classes of a column on the right of a cut; sums of a leaf's rows there: as above, weights, how many. */
  side: 'U8',
  beyond: 'F64',
  /** 1 for the rows of a stretch that are there. */
  marked: 'U8',
  /** What becomes of leaves. */
  renamed: 'U8',
} as const;

/** What is summed up over draws of such trees (`draw-moments.ts`). */
export const MOMENTS = {
  rowCount: 'i32',
  /** 1 where rows are left out together: the unit of each. */
  hasUnits: 'i32',
  unitCount: 'i32',
  unit: 'I32',
  outcome: 'F64',
  treatment: 'F64',
  precision: 'F64',
  /** What this draw's trees add up to. */
  fitted: 'F64',
  /** Where differences start. */
  constant: 'f64',
  /** A row's loss is precision · (perNoise·r² − perStart·r₀² + level), r₀ what the start leaves over; by unit: in this draw. */
  perNoise: 'f64',
  perStart: 'f64',
  level: 'f64',
  now: 'F64',
  /** Sums over draws; of the loss by unit. */
  sum: 'F64',
  squares: 'F64',
  loss: 'F64',
  product: 'F64',
} as const;

export type Additive = Frame<typeof ADDITIVE>;
export type Moments = Frame<typeof MOMENTS>;
