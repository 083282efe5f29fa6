/**
 * Trains a forest, bag by bag. Draws and growth of bag g depend on streams (seed, purpose, g) alone, so bags may be
 * trained in any order and anywhere; batches are put together in bag order.
 */
import { streamFamily } from '../math/random.js';
import { borrowEngine, type Engine, returnEngine } from '../tree/engine.js';
import { type EnoughForLeaf, fillTree } from '../tree/fill.js';
import { type GrowProblem, makeGrower } from '../tree/grow.js';
import type { LeafMoments } from '../tree/leaf-moments.js';
import { type PackedTrees, TreeWriter } from '../tree/packed-trees.js';
import { makeSampler, type SubsamplePlan } from '../tree/subsample.js';
import type { Forest } from './forest.js';
import { runSteps, type WorkControl } from './work-control.js';

/** A forest to be trained: its type (what splits are judged by, what leaves keep), its data, and how its rows are drawn. */
export interface ForestProblem extends GrowProblem {
  readonly moments: LeafMoments;
  /** What a leaf needs beside any row at all. Default nothing. */
  readonly enough?: EnoughForLeaf;
  readonly plan: SubsamplePlan;
  readonly treeCount: number;
  readonly seed: number;
  /** Names the forest's streams and its progress: forests of one fit have different purposes. */
  readonly purpose: string;
}

/** Trains any bags, one by one, in any order: the unit of work that can be given to any thread. */
export function makeBagTrainer(
  problem: ForestProblem,
  engine: Engine,
): { trainBag(bag: number): void; finish(): PackedTrees } {
  const { columns, options, plan, seed, purpose, moments, enough = null } = problem;
  const grower = makeGrower(engine, problem);
  const fillRules = { moments, prune: options.honesty && options.honestyPruneLeaves, enough };
  const sampler = makeSampler(plan);
  const rowStreams = streamFamily(seed, purpose, 'rows');
  const splitStreams = streamFamily(seed, purpose, 'splits');
  const grown = new TreeWriter(moments.count);
  const out = new TreeWriter(moments.count);
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
    finish: () => out.finish(),
  };
}

/** Trains the whole forest on the calling thread, pausing now and then. */
export async function trainForest(problem: ForestProblem, control: WorkControl = {}): Promise<Forest> {
  const engine = borrowEngine(problem.columns);
  try {
    const trainer = makeBagTrainer(problem, engine);
    await runSteps(problem.purpose, problem.treeCount / problem.plan.treesPerBag, control, trainer.trainBag);
    return {
      trees: trainer.finish(),
      coding: problem.columns.coding,
      draws: { kind: 'seeded', plan: problem.plan, seed: problem.seed, purpose: problem.purpose },
    };
  } finally {
    returnEngine(engine);
  }
}
