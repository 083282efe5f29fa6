/** One tree grown on covariates, without a forest around it. */
import type { Covariate } from '../../src/data/trial.js';
import type { RandomStream } from '../../src/math/random.js';
import { borrowEngine, returnEngine, type TargetKind } from '../../src/tree/engine.js';
import { makeGrower } from '../../src/tree/grow.js';
import { TreeWriter } from '../../src/tree/packed-trees.js';
import { type RankedColumns, rankColumns } from '../../src/tree/ranked-columns.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';

/** Options of one tree: nothing that forbids a split, but for what is given. */
export const treeOptions = (given: Partial<TreeOptions> = {}): TreeOptions => ({
  mtry: 1,
  minNodeSize: 1,
  alpha: 0,
  imbalancePenalty: 0,
  honesty: true,
  honestyPruneLeaves: true,
  ...given,
});

export interface GrowthProblem {
  readonly target: TargetKind;
  readonly covariates: readonly Covariate[];
  readonly outcome: Float64Array;
  readonly treatment: Float64Array;
  readonly weight: Float64Array | null;
  readonly options: TreeOptions;
}

export interface GrownTree {
  readonly writer: TreeWriter;
  readonly root: number;
  readonly columns: RankedColumns;
}

/** Rows at odd places of a draw: the half that judges categories of many levels. */
export const halvesOf = (rows: ArrayLike<number>): Uint8Array => Uint8Array.from(rows, (_, place) => place & 1);

/** Grows one tree on `rows`, trying as many columns as the stream and `options.mtry` say. */
export function growTree(problem: GrowthProblem, rows: Int32Array, stream: RandomStream): GrownTree {
  const { target: kind, covariates, outcome, treatment, weight, options } = problem;
  const columns = rankColumns(covariates, outcome.length);
  const writer = new TreeWriter(1);
  const engine = borrowEngine(columns);
  try {
    const grower = makeGrower(engine, { columns, kind, data: { outcome, treatment, weight }, options });
    const root = grower.grow({ grow: rows, growHalf: halvesOf(rows) }, stream, writer);
    return { writer, root, columns };
  } finally {
    returnEngine(engine);
  }
}

/** The nodes that a writer holds, as plain arrays to compare. */
export const nodesOf = (writer: TreeWriter) => ({
  feature: [...writer.feature.subarray(0, writer.nodeCount)],
  // A leaf's threshold and side mean nothing.
  threshold: [...writer.threshold.subarray(0, writer.nodeCount)].map((t, k) => (writer.feature[k] < 0 ? 0 : t)),
  missingRight: [...writer.missingRight.subarray(0, writer.nodeCount)].map((m, k) => (writer.feature[k] < 0 ? 0 : m)),
  child: [...writer.child.subarray(0, writer.nodeCount)],
  levelSets: [...writer.levelSets],
});
