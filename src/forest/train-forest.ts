/**
 * Trains a forest, bag by bag. Draws and growth of bag g depend on streams (seed, purpose, g) alone, so bags may be
 * trained in any order and anywhere; batches are put together in bag order.
 */
import { streamFamily } from '../math/random.js';
import { type EnoughForLeaf, makeTreeFiller } from '../tree/fill.js';
import { makeGrower } from '../tree/grow.js';
import type { LeafMoments } from '../tree/leaf-moments.js';
import { type PackedTrees, TreeWriter } from '../tree/packed-trees.js';
import type { RankedColumns } from '../tree/ranked-columns.js';
import type { SplitTarget } from '../tree/split-target.js';
import { makeSampler, type SubsamplePlan } from '../tree/subsample.js';
import type { TreeOptions } from '../tree/tree-options.js';
import type { Forest } from './forest.js';
import { runSteps, type WorkControl } from './work-control.js';

export interface ForestProblem {
  readonly columns: RankedColumns;
  /** The forest type: what splits are judged by, and what leaves keep. */
  readonly makeTarget: (options: TreeOptions, capacity: number) => SplitTarget;
  readonly moments: LeafMoments;
  /** What a leaf needs beside any row at all. Default nothing. */
  readonly enough?: EnoughForLeaf;
  readonly options: TreeOptions;
  readonly plan: SubsamplePlan;
  readonly treeCount: number;
  readonly seed: number;
  /** Names the forest's streams and its progress: forests of one fit have different purposes. */
  readonly purpose: string;
}

/** Trains bags [first, last). The unit of work that can be given to any thread. */
export function makeBagTrainer(problem: ForestProblem): { trainBag(bag: number): void; finish(): PackedTrees } {
  const { columns, options, plan, seed, purpose, moments } = problem;
  const capacity = columns.rowCount;
  const grower = makeGrower(columns, problem.makeTarget(options, capacity), options, capacity);
  const fillRules = { prune: options.honesty && options.honestyPruneLeaves, enough: problem.enough ?? null };
  const fillTree = makeTreeFiller(columns, moments, fillRules, capacity);
  const sampler = makeSampler(plan);
  const rowStreams = streamFamily(seed, purpose, 'rows');
  const splitStreams = streamFamily(seed, purpose, 'splits');
  const grown = new TreeWriter(moments.count);
  const out = new TreeWriter(moments.count);
  return {
    trainBag(bag) {
      const splits = splitStreams(bag);
      sampler.drawBag(rowStreams(bag), (_, rows) => {
        grown.reset();
        const root = grower.grow(rows.grow, splits, grown);
        fillTree(grown, root, rows.fill, out);
      });
    },
    finish: () => out.finish(),
  };
}

/** Trains the whole forest on the calling thread, pausing now and then. */
export async function trainForest(problem: ForestProblem, control: WorkControl = {}): Promise<Forest> {
  const trainer = makeBagTrainer(problem);
  await runSteps(problem.purpose, problem.treeCount / problem.plan.treesPerBag, control, trainer.trainBag);
  return {
    trees: trainer.finish(),
    coding: problem.columns.coding,
    draws: { kind: 'seeded', plan: problem.plan, seed: problem.seed, purpose: problem.purpose },
  };
}
