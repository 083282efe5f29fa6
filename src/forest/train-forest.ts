/**
 * Trains a forest, bag by bag. Draws and growth of bag g depend on streams (seed, purpose, g) alone, so bags may be
 * trained in any order and anywhere; batches are put together in bag order.
 */
import { HAZARD, INSTRUMENT, MEAN, MEANS, RATIO, SLOPE, SLOPES, TREATMENT } from '../kernels/targets.js';
import { streamFamily } from '../math/random.js';
import { divide } from '../threads/divide.js';
import { collectTrees } from '../tree/collect-trees.js';
import { borrowEngine, type Engine, loadGrower, returnEngine } from '../tree/engine.js';
import { clearTrees, concatenateTrees, type PackedTrees } from '../tree/packed-trees.js';
import { type GrowProblem, type TargetKind, widthsOf } from '../tree/problem.js';
import { type Sorting, sortingFor } from '../tree/sorting.js';
import { loadPlan, type SubsamplePlan } from '../tree/subsample.js';
import { threadBytes, trainingCost } from './cost.js';
import type { Forest, TreeDraws } from './forest.js';
import { drawWords, keepDraws, keptWords } from './kept-draws.js';
import { progressOf, runSteps, type Work } from './work-control.js';

/** A forest to be trained: its type, its data, and how its rows are drawn. Plain data, as it may go to other threads. */
export interface ForestProblem extends GrowProblem {
  /** A leaf needs so many rows with treatment 1, and as many with 0. Default: any row at all will do. */
  readonly leastPerArm?: number;
  readonly plan: SubsamplePlan;
  readonly treeCount: number;
  readonly seed: number;
  /** How nodes get their rows sorted; the trees are the same. Default: the faster way (`tree/sorting.ts`). */
  readonly sorting?: Sorting;
  /** Names the forest's streams and its progress: forests of one fit have different purposes. */
  readonly purpose: string;
}

/** Forest types as kernels know them. */
export const KINDS = {
  mean: MEAN,
  slope: SLOPE,
  treatment: TREATMENT,
  instrument: INSTRUMENT,
  means: MEANS,
  slopes: SLOPES,
  ratio: RATIO,
  hazard: HAZARD,
} as const satisfies Record<TargetKind, number>;

/** Trains any bags, one by one, in any order: the unit of work that can be given to any thread. */
export interface BagTrainer {
  trainBag(bag: number): void;
  /** The units that the last bag's last tree drew, as bits (`kept-draws.ts`). Overwritten by the next. */
  lastDraw(): Int32Array;
  /** The trees since the last call. */
  finish(): PackedTrees;
  /** Gives the engine back. */
  close(): void;
}

/** @param expectedTrees how many trees one call of `finish` will give: room is made for so many */
export function makeBagTrainer(problem: ForestProblem, expectedTrees = problem.treeCount): BagTrainer {
  const { columns, plan, seed, purpose } = problem;
  const rowStreams = streamFamily(seed, purpose, 'rows');
  const splitStreams = streamFamily(seed, purpose, 'splits');
  const times = timesOf(problem);
  const widths = widthsOf(problem.kind, problem.data);
  const sorting = problem.sorting ?? sortingFor(columns.coding, columns.rowCount, problem.options.mtry);
  let engine = borrowEngine(columns, plan, undefined, times, widths, sorting);
  /** Between release and the next engine there is none to give back. */
  let isLent = true;
  const collector = collectTrees(expectedTrees, columns.coding.levelCount, widths.moments);
  loadProblem(engine, problem);

  function train(bag: number): boolean {
    const { kernels, records } = engine.machine;
    const { draws, columns, problem: given, grower, sender, near, grown, batch } = records;
    rowStreams(bag).copyTo(draws.stream);
    splitStreams(bag).copyTo(grower.stream);
    return kernels.trainBag(draws, columns, given, grower, sender, near, grown, batch, plan.treesPerBag);
  }

  function flush(): void {
    const { batch } = engine.machine.records;
    if (batch.treeCount > 0) collector.add(batch);
    clearTrees(batch);
  }

  return {
    trainBag(bag) {
      while (!train(bag)) {
        const isFirst = engine.machine.records.batch.treeCount === 0;
        flush();
        if (!isFirst) continue;
        // A tree did not fit: an engine with more room, which takes over the small one's memory.
        const { capacity, machine } = engine;
        machine.release();
        isLent = false;
        engine = borrowEngine(columns, plan, 2 * capacity.nodes, times, widths, sorting);
        isLent = true;
        loadProblem(engine, problem);
      }
    },
    lastDraw() {
      const { kernels, records } = engine.machine;
      kernels.packDrawn(records.draws);
      return records.draws.drawnBits.subarray(0, drawWords(records.draws.unitCount));
    },
    finish() {
      flush();
      return collector.finish();
    },
    close() {
      if (isLent) returnEngine(engine);
    },
  };
}

/** Times of a survival forest: one more than the last place among its rows. */
const timesOf = ({ kind, data }: ForestProblem): number =>
  kind === 'hazard' ? 1 + data.outcome.reduce((last, place) => Math.max(last, place), 0) : 0;

/** Tells an engine what to grow trees for. */
function loadProblem({ machine: { records } }: Engine, problem: ForestProblem): void {
  const { columns, kind, data, options, plan, leastPerArm } = problem;
  const { draws, problem: given, grower, sender, batch } = records;
  loadPlan(plan, draws);
  given.outcome.set(data.outcome);
  const widths = widthsOf(kind, data);
  if (widths.treatments > 0) given.treatment.set(data.treatment);
  if (widths.instruments > 0 && data.instrument) given.instrument.set(data.instrument);
  if (data.weight) given.weight.set(data.weight);
  given.weighted = data.weight ? 1 : 0;
  given.rowCount = columns.rowCount;
  given.outcomeCount = widths.outcomes;
  given.treatmentCount = widths.treatments;
  given.coordinateCount = widths.coordinates;
  given.coordinateScale.fill(1);
  if (data.coordinateScale) given.coordinateScale.set(data.coordinateScale);
  given.kind = KINDS[kind];
  given.minNodeSize = options.minNodeSize;
  given.alpha = options.alpha;
  given.imbalancePenalty = options.imbalancePenalty;
  given.prune = options.honesty && options.honestyPruneLeaves ? 1 : 0;
  given.leastPerArm = leastPerArm ?? -1;
  grower.timeCount = timesOf(problem);
  loadGrower(grower, records.columns, plan, options.mtry);
  sender.half = sender.buffer.length / 2;
  batch.momentCount = widths.moments;
  clearTrees(batch);
}

/** The work of a thread: batches of bags. */
export function trainingTask(problem: ForestProblem) {
  // How large its parts are is not known here; they are put together elsewhere.
  const trainer = makeBagTrainer(problem, 0);
  return {
    run(from: number, end: number): PackedTrees {
      for (let bag = from; bag < end; bag++) trainer.trainBag(bag);
      return trainer.finish();
    },
    finish: trainer.close,
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
  const draws: TreeDraws = { kind: 'seeded', plan, seed, purpose };
  return {
    trees: batches ? concatenateTrees(batches, columns.coding) : await trainHere(problem, bags, work, draws),
    coding: columns.coding,
    draws,
  };
}

async function trainHere(problem: ForestProblem, bags: number, work: Work, draws: TreeDraws): Promise<PackedTrees> {
  const trainer = makeBagTrainer(problem);
  const drawn = new Int32Array(keptWords(problem.plan, bags));
  try {
    await runSteps(problem.purpose, bags, work, (bag) => {
      trainer.trainBag(bag);
      if (drawn.length > 0) drawn.set(trainer.lastDraw(), (drawn.length / bags) * bag);
    });
    if (drawn.length > 0) keepDraws(draws, drawn);
    return trainer.finish();
  } finally {
    trainer.close();
  }
}
