/** Effects from a forest of several effects at once (`moments.ts`), for any of its outcomes. */
import { divideRows, type RowNumbers, type RowPass } from '../../forest/divide-rows.js';
import { type Forest, treesPerBag } from '../../forest/forest.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../../forest/leaf-blocks.js';
import { littleBagVariancesInto } from '../../forest/little-bags.js';
import { gatherArrays, spreadArrays } from '../../forest/several-arrays.js';
import type { Work } from '../../forest/work-control.js';
import type { CodedRows, RankedColumns } from '../../tree/ranked-columns.js';
import { makeSlopesSolver, type SlopesShape, slopesMomentCount } from './moments.js';

/** One array an effect: all treatments of the first outcome asked for, then of the next. NaN where there is none. */
export interface SlopeNumbers {
  readonly effect: readonly Float64Array[];
  /** Variances by the bootstrap of little bags; null where trees do not come in bags. */
  readonly variance: readonly Float64Array[] | null;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
}

interface SlopesPass extends RowPass {
  readonly shape: SlopesShape;
}

/** Effects of new rows on one outcome, by all trees. */
export function slopesOfRows(forest: Forest, rows: CodedRows, shape: SlopesShape, outcome: number): SlopeNumbers {
  const numbers = makeNumbers(forest, shape.treatments, rows.rowCount);
  eachNewBlock(forest, rows, (block) => predictBlock(forest, block, shape, [outcome], numbers));
  return numbers;
}

/** Effects of training rows on all outcomes, each from the trees that did not draw the row. */
export const outOfBagSlopes = (forest: Forest, columns: RankedColumns, shape: SlopesShape): SlopeNumbers =>
  gather(outOfBagSlopesOf({ forest, columns, shape }, 0, columns.rowCount));

/** The same, on other threads where that pays. */
export async function divideOutOfBagSlopes(
  forest: Forest,
  columns: RankedColumns,
  shape: SlopesShape,
  work: Work,
): Promise<SlopeNumbers> {
  const numbers: RowNumbers = await divideRows('outOfBagSlopes', { forest, columns, shape }, outOfBagSlopesOf, work);
  return gather(numbers);
}

/** Rows from … end of them. */
export function outOfBagSlopesOf({ forest, columns, shape }: SlopesPass, from: number, end: number): RowNumbers {
  const numbers = makeNumbers(forest, shape.treatments * shape.outcomes, end - from);
  const outcomes = Array.from({ length: shape.outcomes }, (_, m) => m);
  eachOutOfBagBlock(forest, columns, (block) => predictBlock(forest, block, shape, outcomes, numbers), from, end);
  const { effect, variance, treeCount } = numbers;
  return { ...spreadArrays('effect', effect), ...spreadArrays('variance', variance ?? []), treeCount };
}

const gather = (numbers: RowNumbers): SlopeNumbers => ({
  effect: gatherArrays('effect', numbers) as readonly Float64Array[],
  variance: gatherArrays('variance', numbers),
  treeCount: numbers.treeCount as Int32Array,
});

function makeNumbers(forest: Forest, effects: number, rowCount: number): SlopeNumbers {
  const arrays = () => Object.freeze(Array.from({ length: effects }, () => new Float64Array(rowCount)));
  return {
    effect: arrays(),
    variance: treesPerBag(forest) > 1 ? arrays() : null,
    treeCount: new Int32Array(rowCount),
  };
}

function predictBlock(
  forest: Forest,
  block: LeafBlock,
  shape: SlopesShape,
  outcomes: readonly number[],
  { effect, variance, treeCount }: SlopeNumbers,
): void {
  const { first, rowCount, average } = block;
  const { treatments } = shape;
  const size = slopesMomentCount(shape);
  const solver = makeSlopesSolver(shape);
  const effects = new Float64Array(treatments);
  const coefficients = effect.map(() => new Float64Array(variance ? size * rowCount : 0));
  for (let r = 0; r < rowCount; r++) {
    const solved = solver.take(average, size * r);
    outcomes.forEach((outcome, place) => {
      if (solved) solver.solve(average, size * r, outcome, effects);
      else effects.fill(Number.NaN);
      for (let k = 0; k < treatments; k++) {
        const at = place * treatments + k;
        effect[at][first + r] = effects[k];
        if (variance && solved)
          solver.influenceInto(average, size * r, outcome, effects, k, coefficients[at], size * r);
      }
    });
  }
  treeCount.set(block.treeCount.subarray(0, rowCount), first);
  variance?.forEach((out, at) => {
    littleBagVariancesInto(forest, block, coefficients[at], out);
    for (let r = first; r < first + rowCount; r++) if (Number.isNaN(effect[at][r])) out[r] = Number.NaN;
  });
}
