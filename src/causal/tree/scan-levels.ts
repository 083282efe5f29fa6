/**
 * Finds the best split of one categorical covariate at one node: levels are ordered, then cut like numbers.
 *
 * A data-driven order finds more than there is: with L levels and no effect its best cut gains about (2/π)(L − 1) times
 * what a cut fixed beforehand would (the best two groups of L normal means), while a number's best threshold gains some
 * six to nine times. Up to ten levels are therefore taken at face value. A covariate with more (counties, shops) must
 * stand a test: each half of the node's rows orders and cuts the levels, the other half gives the gain of that
 * cut, and the split competes with the sum of the two gains where this is less than its own.
 */
import type { CategoryCovariate } from '../../data/trial.js';
import { nodeValue, splitGain } from './criterion.js';
import { cutLevels, levelCells, levelsPresent } from './cut-levels.js';
import { addInto, addRow, armCount, CONTROL, SUM_COUNT, subtractInto, TREATED } from './node-sums.js';
import { competes, improves, type SplitRules, type SplitSearch, startSearch } from './split-search.js';
import type { LevelsSplit } from './types.js';

const LEVELS_AT_FACE_VALUE = 10;

/**
 * @param rows any order; the node's stand at `start` … `end` − 1
 * @param covariateIndex what to write into the split
 */
export function scanLevels(
  search: SplitSearch,
  covariate: CategoryCovariate,
  covariateIndex: number,
  rows: Int32Array,
  start: number,
  end: number,
): void {
  const nodeRows = rows.subarray(start, end);
  const cells = levelCells(search.rules, covariate, nodeRows);
  const missing = cells.subarray(0, SUM_COUNT);
  if (armCount(missing, CONTROL) + armCount(missing, TREATED) > 0 && improves(search, missing))
    search.split = Object.freeze({ kind: 'missing', covariate: covariateIndex, missing: 'left', missingSeen: true });

  const found = startSearch(search.rules, search.node);
  cutLevels(found, covariateIndex, cells);
  if (found.split?.kind !== 'levels' || !competes(search, found.gain)) return;
  const gain =
    levelsPresent(cells).length <= LEVELS_AT_FACE_VALUE
      ? found.gain
      : Math.min(found.gain, crossValidatedGain(search.rules, covariate, found.split, nodeRows));
  if (!competes(search, gain)) return;
  search.score = gain;
  search.gain = found.gain;
  search.split = found.split;
}

/** Gain, summed over the two halves of the rows, of the cut that the other half finds. */
function crossValidatedGain(
  rules: SplitRules,
  covariate: CategoryCovariate,
  split: LevelsSplit,
  rows: Int32Array,
): number {
  const halves = [rows.filter((row) => rules.half[row] === 0), rows.filter((row) => rules.half[row] === 1)];
  const halfRules = { ...rules, minPerArm: Math.ceil(rules.minPerArm / 2) };
  const sums = halves.map((half) => {
    const node = new Float64Array(SUM_COUNT);
    for (const row of half) addRow(node, 0, rules.sample, rules.transformed, row);
    return { node, cells: levelCells(rules, covariate, half) };
  });
  let gain = 0;
  sums.forEach(({ node, cells }, which) => {
    if (armCount(node, CONTROL) === 0 || armCount(node, TREATED) === 0) return;
    const other = sums[1 - which] as (typeof sums)[number];
    const search = startSearch(halfRules, node);
    cutLevels(search, split.covariate, cells, split.missing);
    if (search.split?.kind === 'levels') gain += gainOf(rules, other.node, other.cells, search.split);
  });
  return gain;
}

/** Gain of a split on other rows; 0 where a side has fewer than two rows of an arm there. */
function gainOf(rules: SplitRules, node: Float64Array, cells: Float64Array, split: LevelsSplit): number {
  const left = new Float64Array(SUM_COUNT);
  const right = new Float64Array(SUM_COUNT);
  if (split.missing === 'left') addInto(left, cells);
  for (const level of split.levelsLeft) addInto(left, cells, (level + 1) * SUM_COUNT);
  subtractInto(right, node, left);
  for (const side of [left, right]) if (armCount(side, CONTROL) < 2 || armCount(side, TREATED) < 2) return 0;
  return splitGain(rules.criterion, nodeValue(rules.criterion, node), left, right);
}
