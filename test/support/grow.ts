/**
 * One tree on rows of one's choice, without a forest around it: trained as the library trains a bag, by the same kernel in
 * the same engine, but that the units to be drawn are laid out so that the draw gives these rows in this order.
 */
import type { Covariate } from '../../src/data/trial.js';
import { KINDS } from '../../src/forest/train-forest.js';
import { DRAWS, type Draws } from '../../src/kernels/frames.js';
import { plainFrame } from '../../src/kernels/machine.js';
import { drawTree, startBag } from '../../src/kernels/sample.js';
import type { RandomStream } from '../../src/math/random.js';
import { borrowEngine, loadGrower, returnEngine } from '../../src/tree/engine.js';
import { clearTrees, type PackedTrees, packTrees } from '../../src/tree/packed-trees.js';
import { type TargetKind, widthsOf } from '../../src/tree/problem.js';
import { type RankedColumns, rankColumns } from '../../src/tree/ranked-columns.js';
import { loadPlan, type SubsamplePlan } from '../../src/tree/subsample.js';
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
  readonly leastPerArm?: number;
}

/** Rows that grow a tree and, where given, others that fill it; without them the former do. */
export interface ChosenRows {
  readonly grow: Int32Array;
  readonly fill?: Int32Array;
}

export type Nodes = Pick<PackedTrees, 'feature' | 'threshold' | 'child' | 'missingRight' | 'levelSets'>;

export interface GrownTree {
  /** The tree as it grew; what a leaf has beside `feature` means nothing. */
  readonly nodes: Nodes;
  readonly root: number;
  /** The tree filled. */
  readonly filled: PackedTrees;
  readonly columns: RankedColumns;
}

/** All columns at every node, or as many as the stream and `options.mtry` say. */
export type Tried = 'all' | 'drawn';

export type Grow = (rows: ChosenRows, stream: RandomStream, tried?: Tried) => GrownTree;

/** Rows at odd places of a draw: the half that judges categories of many levels. */
export const halvesOf = (rows: ArrayLike<number>): Uint8Array => Uint8Array.from(rows, (_, place) => place & 1);

/** Lends what grows trees one after another in one engine. */
export function withGrower<T>(problem: GrowthProblem, use: (grow: Grow) => T): T {
  const { target, covariates, outcome, treatment, weight, options, leastPerArm } = problem;
  const rowCount = outcome.length;
  const columns = rankColumns(covariates, rowCount);
  const widths = widthsOf(target, { outcome, treatment, weight });
  const engine = borrowEngine(columns, planFor(rowCount, rowCount, 0, false), undefined, 0, widths);
  const { records, kernels } = engine.machine;
  const { draws, problem: given, grower, sender, grown, batch } = records;
  given.outcome.set(outcome);
  given.treatment.set(treatment);
  if (weight) given.weight.set(weight);
  given.weighted = weight ? 1 : 0;
  given.kind = KINDS[target];
  given.minNodeSize = options.minNodeSize;
  given.alpha = options.alpha;
  given.imbalancePenalty = options.imbalancePenalty;
  given.prune = options.honestyPruneLeaves ? 1 : 0;
  given.leastPerArm = leastPerArm ?? -1;
  sender.half = rowCount;
  batch.momentCount = widths.moments;
  try {
    return use(({ grow, fill }, stream, tried = 'all') => {
      const plan = planFor(rowCount, grow.length, fill?.length ?? 0, fill !== undefined);
      loadPlan(plan, draws);
      arrange(draws, [...grow, ...(fill ?? [])]);
      loadGrower(grower, records.columns, plan, options.mtry);
      // No uniform number is below 0, and all are below 1.
      if (tried === 'all') grower.tryTable.fill(0).fill(1, columns.columnCount);
      stream.copyTo(grower.stream);
      clearTrees(batch);
      if (!kernels.trainBag(draws, records.columns, given, grower, sender, records.near, grown, batch, 1))
        throw new Error('the engine has too little room for the tree');
      return { nodes: packTrees(grown), root: 0, filled: packTrees(batch), columns };
    });
  } finally {
    returnEngine(engine);
  }
}

/** Grows one tree on `rows`; it is filled with the same. */
export const growTree = (problem: GrowthProblem, rows: Int32Array, stream: RandomStream, tried?: Tried): GrownTree =>
  withGrower(problem, (grow) => grow({ grow: rows }, stream, tried));

/** Grows one tree on some rows and fills it with others. */
export const growAndFill = (
  problem: GrowthProblem,
  rows: Required<ChosenRows>,
  stream: RandomStream,
  tried?: Tried,
): GrownTree => withGrower(problem, (grow) => grow(rows, stream, tried));

/** Nodes as plain arrays to compare. */
export const nodesOf = ({ feature, threshold, missingRight, child, levelSets }: Nodes) => ({
  feature: [...feature],
  // A leaf's threshold and side mean nothing.
  threshold: [...threshold].map((t, k) => (feature[k] < 0 ? 0 : t)),
  missingRight: [...missingRight].map((m, k) => (feature[k] < 0 ? 0 : m)),
  child: [...child],
  levelSets: [...levelSets],
});

/** A bag of one tree that draws `grow + fill` of the rows. Half a row more in each product: it is rounded down, or up. */
const planFor = (rowCount: number, grow: number, fill: number, honesty: boolean): SubsamplePlan => ({
  rowCount,
  treesPerBag: 1,
  sampleFraction: Math.min(1, (grow + fill + 0.5) / rowCount),
  honesty,
  honestyFraction: (grow - 0.5) / (grow + fill),
  clusters: null,
  equalizeClusterWeights: false,
});

/** Puts units where the draw, whose order its stream alone decides, will find them. */
function arrange(draws: Draws, rows: readonly number[]): void {
  const count = rows.length;
  const room = { stream: 4, allUnits: count, swaps: count, half: count, drawnUnit: count, grow: count, fill: count };
  const rehearsal = plainFrame(DRAWS, room);
  for (const each of [rehearsal, draws]) {
    each.unitCount = each.bagSize = each.treeSize = count;
    each.growSize = draws.growSize;
    each.honest = draws.honest;
    each.stream.set([1, 2, 3, 4]);
  }
  for (let unit = 0; unit < count; unit++) rehearsal.allUnits[unit] = unit;
  startBag(rehearsal);
  drawTree(rehearsal);
  for (let k = 0; k < count; k++) draws.allUnits[rehearsal.half[k]] = rows[k];
}
