/**
 * One set of kernels over one workspace, and the data it holds at the moment. Engines are kept and lent again, since the
 * first trees that fresh kernels grow pay for their compilation; a large one is let go, its memory matters more.
 */
import { instantiate } from './instantiate.js';
import { makeMeanTarget } from './mean-target.js';
import { makePartition, type Partition } from './partition.js';
import type { RankedColumns } from './ranked-columns.js';
import { makeRootLists, type RootLists } from './root-lists.js';
import { makeRowSender, type RowSender } from './row-sender.js';
import { type CategoryScan, makeCategoryScan } from './scan-category.js';
import { makeNumericScan, type NumericScan } from './scan-numeric.js';
import { makeWeightedScan, type ScanSettings } from './scan-weighted.js';
import { makeSlopeTarget } from './slope-target.js';
import type { SplitTarget, TargetFactory } from './split-target.js';
import { makeTreatmentTarget } from './treatment-target.js';
import { BEST, type Capacity, makeWorkspace, RULE, type Workspace } from './workspace.js';

/** The forest types that the engine grows. */
const TARGETS = {
  mean: makeMeanTarget,
  slope: makeSlopeTarget,
  treatment: makeTreatmentTarget,
} as const satisfies Record<string, TargetFactory>;

export type TargetKind = keyof typeof TARGETS;

export interface Engine {
  readonly workspace: Workspace;
  readonly scanNumeric: NumericScan;
  readonly scanWeighted: NumericScan;
  readonly scanCategory: CategoryScan;
  /** Read by the general scans at every split. */
  readonly scanSettings: ScanSettings;
  readonly partition: Partition;
  readonly rootLists: RootLists;
  /** Sends training rows down trees. */
  readonly sender: RowSender;
  target(kind: TargetKind): SplitTarget;
  /** Takes over columns, unless it holds them already. */
  load(columns: RankedColumns): void;
}

function makeEngine(capacity: Capacity): Engine {
  const workspace = makeWorkspace(capacity);
  const scanSettings: ScanSettings = { weighted: false, penalty: 0, penaltyBy: 'count' };
  const targets: Partial<Record<TargetKind, SplitTarget>> = {};
  let loaded: RankedColumns | null = null;
  return {
    workspace,
    scanNumeric: instantiate(makeNumericScan)(workspace, RULE, BEST),
    scanWeighted: instantiate(makeWeightedScan)(workspace, RULE, BEST, scanSettings),
    scanCategory: instantiate(makeCategoryScan)(workspace, RULE, BEST, scanSettings),
    scanSettings,
    partition: instantiate(makePartition)(workspace),
    rootLists: instantiate(makeRootLists)(workspace),
    sender: instantiate(makeRowSender)(workspace.code, capacity.rows, capacity.rows),
    target: (kind) => {
      targets[kind] ??= instantiate<Parameters<TargetFactory>, SplitTarget>(TARGETS[kind])(workspace, RULE);
      return targets[kind];
    },
    load(columns) {
      if (columns !== loaded) copyColumns(columns, workspace);
      loaded = columns;
    },
  };
}

/** Codes as they are, and each numeric column's order by counting: O(rows + codes) a column. */
function copyColumns({ rowCount, columnCount, code, coding }: RankedColumns, workspace: Workspace): void {
  const stride = workspace.capacity.rows;
  for (let f = 0; f < columnCount; f++) {
    const column = code.subarray(f * rowCount, (f + 1) * rowCount);
    workspace.code.set(column, f * stride);
    const cuts = coding.cuts[f];
    if (cuts) countingSort(column, cuts.length, workspace.order.subarray(f * stride, f * stride + rowCount));
  }
}

/** Rows by ascending code, ties by row, code −1 last. */
function countingSort(code: Int32Array, codeCount: number, out: Int32Array): void {
  const next = new Int32Array(codeCount + 1);
  for (let i = 0; i < code.length; i++) next[code[i] < 0 ? codeCount : code[i]]++;
  let start = 0;
  for (let c = 0; c <= codeCount; c++) {
    const size = next[c];
    next[c] = start;
    start += size;
  }
  for (let i = 0; i < code.length; i++) out[next[code[i] < 0 ? codeCount : code[i]]++] = i;
}

/** Engines that are not lent, and how much of them is kept. */
const idle: Engine[] = [];
const MOST_IDLE = 2;
const LARGEST_KEPT = 16 << 20;

const placesOf = ({ rows, columns }: Capacity): number => 2 * rows * columns;

/** Lends an engine with the columns loaded. Whoever borrows it gives it back, also when work fails. */
export function borrowEngine(columns: RankedColumns): Engine {
  const needed = capacityFor(columns);
  const at = idle.findIndex(({ workspace: { capacity } }) => fits(needed, capacity));
  const engine = at >= 0 ? (idle.splice(at, 1)[0] as Engine) : makeEngine(needed);
  engine.load(columns);
  return engine;
}

export function returnEngine(engine: Engine): void {
  if (placesOf(engine.workspace.capacity) > LARGEST_KEPT) return;
  idle.push(engine);
  if (idle.length > MOST_IDLE) idle.shift();
}

/** Large enough, and not so large that its strides waste the cache. */
const fits = (needed: Capacity, offered: Capacity): boolean =>
  (Object.keys(needed) as (keyof Capacity)[]).every((key) => needed[key] <= offered[key]) &&
  placesOf(offered) <= 4 * placesOf(needed);

const capacityFor = ({ rowCount, columnCount, coding: { levelCount } }: RankedColumns): Capacity => ({
  rows: rowCount,
  columns: columnCount,
  numericColumns: levelCount.reduce((count, levels) => count + (levels === 0 ? 1 : 0), 0),
  growRows: rowCount,
  levels: levelCount.reduce((most, levels) => Math.max(most, levels), 0),
});
