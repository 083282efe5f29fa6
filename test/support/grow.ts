/** One tree grown on covariates, without a forest around it. */
import type { Covariate } from '../../src/data/trial.js';
import type { RandomStream } from '../../src/math/random.js';
import { makeGrower } from '../../src/tree/grow.js';
import { makeMeanTarget } from '../../src/tree/mean-target.js';
import { TreeWriter } from '../../src/tree/packed-trees.js';
import { type RankedColumns, rankColumns } from '../../src/tree/ranked-columns.js';
import { makeSlopeTarget } from '../../src/tree/slope-target.js';
import { makeTreatmentTarget } from '../../src/tree/treatment-target.js';
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
  readonly target: 'mean' | 'slope' | 'treatment';
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

export const makeTarget = ({ target, outcome, treatment, weight, options }: GrowthProblem) => {
  const capacity = outcome.length;
  if (target === 'mean') return makeMeanTarget({ outcome, weight }, options, capacity);
  if (target === 'slope') return makeSlopeTarget({ outcome, treatment, weight }, options, capacity);
  return makeTreatmentTarget({ treatment, weight }, options, capacity);
};

/** Grows one tree on `rows`, trying as many columns as the stream and `options.mtry` say. */
export function growTree(problem: GrowthProblem, rows: Int32Array, stream: RandomStream): GrownTree {
  const { covariates, outcome, options } = problem;
  const columns = rankColumns(covariates, outcome.length);
  const writer = new TreeWriter(1);
  const root = makeGrower(columns, makeTarget(problem), options, outcome.length).grow(rows, stream, writer);
  return { writer, root, columns };
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
