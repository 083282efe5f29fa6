/**
 * Orders the levels of a category at a node and tries every cut of the order.
 *
 * `transformedOutcome` orders by the mean of Y*, one cut of which is the best of all subsets for a mean (Fisher 1958;
 * Breiman et al. 1984, §4.2.2). The others order by the level's own effect τ̂, an arm that the level lacks counting with
 * the node's mean; `fit`, which also splits on outcomes, tries the order by the level's outcome too (the sum of its
 * arm means, so that the level's treated share does not matter). For these the best subset need not be a cut.
 */
import type { CategoryCovariate } from '../../data/trial.js';
import {
  addInto,
  addRow,
  armCount,
  armMean,
  CONTROL,
  SUM_COUNT,
  TRANSFORMED,
  TREATED,
  totalMass,
} from './node-sums.js';
import { improves, largerSide, type SplitRules, type SplitSearch } from './split-search.js';
import type { LevelsSplit, Side } from './types.js';

/** Sums by level: cell 0 holds the missing rows, cell 1 + code a level. */
export function levelCells(rules: SplitRules, covariate: CategoryCovariate, rows: Int32Array): Float64Array {
  const cells = new Float64Array((covariate.levels.length + 1) * SUM_COUNT);
  for (const row of rows) addRow(cells, (covariate.codes[row] + 1) * SUM_COUNT, rules.sample, rules.transformed, row);
  return cells;
}

/** Codes of the levels that have rows. */
export function levelsPresent(cells: Float64Array): number[] {
  const levels: number[] = [];
  for (let level = 0; (level + 2) * SUM_COUNT <= cells.length; level++)
    if (rowsIn(cellOf(cells, level)) > 0) levels.push(level);
  return levels;
}

/** @param missingSide where missing rows must go; both sides are tried if it is left out */
export function cutLevels(search: SplitSearch, covariate: number, cells: Float64Array, missingSide?: Side): void {
  const { rule } = search.rules.criterion;
  if (rule === 'transformedOutcome') {
    cutOrder(search, covariate, cells, missingSide, (cell) => cell[TRANSFORMED] / totalMass(cell));
    return;
  }
  const mean = (cell: Float64Array, arm: number) => armMean(armCount(cell, arm) > 0 ? cell : search.node, arm);
  cutOrder(search, covariate, cells, missingSide, (cell) => mean(cell, TREATED) - mean(cell, CONTROL));
  if (rule === 'fit')
    cutOrder(search, covariate, cells, missingSide, (cell) => mean(cell, TREATED) + mean(cell, CONTROL));
}

function cutOrder(
  search: SplitSearch,
  covariate: number,
  cells: Float64Array,
  missingSide: Side | undefined,
  key: (cell: Float64Array) => number,
): void {
  const keyed = levelsPresent(cells).map((level) => ({ level, key: key(cellOf(cells, level)) }));
  const order = keyed.sort((a, b) => a.key - b.key || a.level - b.level).map(({ level }) => level);
  const missing = cells.subarray(0, SUM_COUNT);
  const missingSeen = rowsIn(missing) > 0;
  const left = new Float64Array(SUM_COUNT);
  const leftAndMissing = new Float64Array(SUM_COUNT);
  let bestCut = 0;
  let bestSide: Side = 'right';
  for (let cut = 1; cut < order.length; cut++) {
    addInto(left, cells, ((order[cut - 1] as number) + 1) * SUM_COUNT);
    if (missingSide !== 'left' && improves(search, left)) {
      bestCut = cut;
      bestSide = missingSide ?? (missingSeen ? 'right' : largerSide(search.node, left));
    }
    if (missingSide === 'right' || (missingSide === undefined && !missingSeen)) continue;
    leftAndMissing.set(left);
    addInto(leftAndMissing, missing);
    if (improves(search, leftAndMissing)) {
      bestCut = cut;
      bestSide = 'left';
    }
  }
  if (bestCut > 0) search.split = levelsSplit(covariate, order, bestCut, bestSide, missingSeen);
}

function levelsSplit(
  covariate: number,
  order: readonly number[],
  cut: number,
  missing: Side,
  missingSeen: boolean,
): LevelsSplit {
  const ascending = (levels: number[]) => Object.freeze(levels.sort((a, b) => a - b));
  return Object.freeze({
    kind: 'levels',
    covariate,
    levelsLeft: ascending(order.slice(0, cut)),
    levelsRight: ascending(order.slice(cut)),
    missing,
    missingSeen,
  });
}

const cellOf = (cells: Float64Array, level: number): Float64Array =>
  cells.subarray((level + 1) * SUM_COUNT, (level + 2) * SUM_COUNT);

const rowsIn = (cell: Float64Array): number => armCount(cell, CONTROL) + armCount(cell, TREATED);
