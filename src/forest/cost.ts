/**
 * What work will take, roughly: enough to tell work that pays for threads from work that does not. Results never depend
 * on it.
 */
import { widthsOf } from '../tree/problem.js';
import type { RankedColumns } from '../tree/ranked-columns.js';
import { subsampleSizes } from '../tree/subsample.js';
import type { Forest } from './forest.js';
import type { ForestProblem } from './train-forest.js';

/** Nanoseconds a row, tried column and level of a growing tree. */
const GROW = 5;
/** Nanoseconds to send a row down one tree, average its leaf, and take its variance and error. */
const PREDICT = 13;

const MILLISECOND = 1e6;

/** Estimated milliseconds of one thread: trees × rows that grow one × columns tried at a node × levels × coordinates of ρ. */
export function trainingCost({ columns, kind, data, options, plan, treeCount }: ForestProblem): number {
  const units = plan.clusters?.count ?? plan.rowCount;
  const rows = (subsampleSizes(plan).grow * plan.rowCount) / units;
  const levels = 1 + Math.max(0, Math.log2(rows / (2 * options.minNodeSize)));
  const { coordinates } = widthsOf(kind, data);
  return (treeCount * rows * Math.min(options.mtry, columns.columnCount) * levels * coordinates * GROW) / MILLISECOND;
}

/** Estimated milliseconds of one thread to predict rows. */
export const predictionCost = ({ trees }: Forest, rowCount: number): number =>
  (rowCount * trees.treeCount * PREDICT) / MILLISECOND;

/** Bytes of a thread's workspace: codes, order and two sorted lists, 4 bytes a row and column each. */
export const threadBytes = ({ rowCount, columnCount }: RankedColumns): number => 16 * rowCount * columnCount;
