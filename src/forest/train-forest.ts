/**
 * Trains a forest, bag by bag. Draws and growth of bag g depend on streams (seed, purpose, g) alone, so bags may be
 * trained in any order and anywhere; batches are put together in bag order.
 */
import { streamFamily } from '../math/random.js';
import { divide } from '../threads/divide.js';
import { borrowEngine, type Engine, returnEngine } from '../tree/engine.js';
import { fillTree } from '../tree/fill.js';
import { type GrowProblem, makeGrower } from '../tree/grow.js';
import { type LeafMoments, meanMoments, slopeMoments } from '../tree/leaf-moments.js';
import { concatenateTrees, type PackedTrees, TreeWriter } from '../tree/packed-trees.js';
import { makeSampler, type SubsamplePlan } from '../tree/subsample.js';
import { threadBytes, trainingCost } from './cost.js';
import type { Forest } from './forest.js';
import { progressOf, runSteps, type Work } from './work-control.js';

/** A forest to be trained: its type, its data, and how its rows are drawn. Plain data, as it may go to other threads. */
export interface ForestProblem extends GrowProblem {
  /** A leaf needs so many rows with treatment 1, and as many with 0. Default: any row at all will do. */
  readonly leastPerArm?: number;
  readonly plan: SubsamplePlan;
  readonly treeCount: number;
  readonly seed: number;
  /** Names the forest's streams and its progress: forests of one fit have different purposes. */
  readonly purpose: string;
}

/** What the leaves of a forest type keep. */
const momentsOf = ({ kind, data: { outcome, treatment, weight } }: GrowProblem): LeafMoments =>
  kind === 'mean' ? meanMoments(outcome, weight) : slopeMoments(outcome, treatment, weight);

/** Whether rows of both arms are enough for a leaf. */
const armsRule = (treatment: Float64Array, least: number) => (rows: Int32Array, from: number, end: number) => {
  let treated = 0;
  for (let k = from; k < end; k++) treated += treatment[rows[k]];
  return treated >= least && end - from - treated >= least;
};

/** Trains any bags, one by one, in any order: the unit of work that can be given to any thread. */
export function makeBagTrainer(
  problem: ForestProblem,
  engine: Engine,
): { trainBag(bag: number): void /** The trees since the last call. */; finish(): PackedTrees } {
  const { columns, data, options, plan, seed, purpose, leastPerArm } = problem;
  const moments = momentsOf(problem);
  const enough = leastPerArm === undefined ? null : armsRule(data.treatment, leastPerArm);
  const grower = makeGrower(engine, problem);
  const fillRules = { moments, prune: options.honesty && options.honestyPruneLeaves, enough };
  const sampler = makeSampler(plan);
  const rowStreams = streamFamily(seed, purpose, 'rows');
  const splitStreams = streamFamily(seed, purpose, 'splits');
  const grown = new TreeWriter(moments.count);
  let out = new TreeWriter(moments.count);
  return {
    trainBag(bag) {
      const splits = splitStreams(bag);
      const draws = rowStreams(bag);
      sampler.startBag(draws);
      for (let tree = 0; tree < plan.treesPerBag; tree++) {
        const rows = sampler.drawTree(draws);
        grown.reset();
        const root = grower.grow(rows, splits, grown);
        fillTree(grown, root, rows.fill, columns.coding, engine.sender, fillRules, out);
      }
    },
    finish: () => {
      const trees = out.finish();
      out = new TreeWriter(moments.count);
      return trees;
    },
  };
}

/** The work of a thread: batches of bags. */
export function trainingTask(problem: ForestProblem) {
  const engine = borrowEngine(problem.columns);
  const trainer = makeBagTrainer(problem, engine);
  return {
    run(from: number, end: number): PackedTrees {
      for (let bag = from; bag < end; bag++) trainer.trainBag(bag);
      return trainer.finish();
    },
    finish: () => returnEngine(engine),
  };
}

/** Trains the whole forest, on other threads where that pays, else on the calling one, pausing now and then. */
export async function trainForest(problem: ForestProblem, work: Work = {}): Promise<Forest> {
  const { columns, plan, seed, purpose } = problem;
  const bags = problem.treeCount / plan.treesPerBag;
  const batches = await divide<PackedTrees>(
    {
      task: 'train',
      shared: problem,
      total: bags,
      // Large parts first; small ones last, so that all threads end at about the same time.
      partSize: (left, threads) => Math.ceil(Math.min(left / 3, bags / 8) / threads),
      cost: trainingCost(problem),
      threadBytes: threadBytes(columns),
      onDone: progressOf(purpose, bags, work),
    },
    work,
  );
  return {
    trees: batches ? concatenateTrees(batches, columns.coding) : await trainHere(problem, bags, work),
    coding: columns.coding,
    draws: { kind: 'seeded', plan, seed, purpose },
  };
}

async function trainHere(problem: ForestProblem, bags: number, work: Work): Promise<PackedTrees> {
  const engine = borrowEngine(problem.columns);
  try {
    const trainer = makeBagTrainer(problem, engine);
    await runSteps(problem.purpose, bags, work, trainer.trainBag);
    return trainer.finish();
  } finally {
    returnEngine(engine);
  }
}
