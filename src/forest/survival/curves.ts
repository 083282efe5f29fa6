/** Survival curves of rows from their hazards: 1 before the first failure time, falling at each of them. */
import { type Warning, warning } from '../../base/warnings.js';
import { exp } from '../../math/exp.js';
import type { CodedRows, RankedColumns } from '../../tree/ranked-columns.js';
import { type HazardSource, type Hazards, hazardBlockRows, newHazards, outOfBagHazards } from './hazards.js';

/** How hazards become a curve: Π(1 − λ), or exp(−Σλ) with Nelson and Aalen's cumulative hazard (Fleming & Harrington 1984). */
export type SurvivalCurve = 'KaplanMeier' | 'NelsonAalen';

/** Survival curves of a set of rows. */
export interface SurvivalPredictions {
  /** The times t_k of the curves, ascending; before the first one a curve is 1. */
  readonly failureTimes: Float64Array;
  /** Ŝ(t_k | xᵢ) at i · times + k; NaN throughout for a row without an estimate. */
  readonly survival: Float64Array;
  /** Trees that had a non-empty leaf for the row. */
  readonly treeCount: Int32Array;
  readonly warnings: readonly Warning[];
}

type Curves = Omit<SurvivalPredictions, 'warnings'>;

const makeCurves = (failureTimes: Float64Array, rowCount: number): Curves => ({
  failureTimes,
  survival: new Float64Array(rowCount * failureTimes.length),
  treeCount: new Int32Array(rowCount),
});

/** Curves of training rows, each by the trees that did not draw it. */
export function outOfBagCurves(
  source: HazardSource,
  columns: RankedColumns,
  failureTimes: Float64Array,
  curve: SurvivalCurve,
  given: readonly Warning[],
): SurvivalPredictions {
  const { rowCount } = columns;
  const curves = makeCurves(failureTimes, rowCount);
  const step = hazardBlockRows(failureTimes.length);
  for (let from = 0; from < rowCount; from += step)
    curvesInto(curves, from, outOfBagHazards(source, columns, from, Math.min(rowCount, from + step)), curve);
  return finished(curves, given);
}

/** Curves of any rows, by all trees. */
export function newCurves(
  source: HazardSource,
  points: CodedRows,
  failureTimes: Float64Array,
  curve: SurvivalCurve,
  given: readonly Warning[],
): SurvivalPredictions {
  const curves = makeCurves(failureTimes, points.rowCount);
  curvesInto(curves, 0, newHazards(source, points), curve);
  return finished(curves, given);
}

/** Curves of rows from `first` on. */
function curvesInto(out: Curves, first: number, { hazard, treeCount }: Hazards, curve: SurvivalCurve): void {
  const timeCount = out.failureTimes.length;
  out.treeCount.set(treeCount, first);
  for (let r = 0; r < treeCount.length; r++) {
    let alive = 1;
    for (let k = 0; k < timeCount; k++) {
      const own = hazard[r * (timeCount + 1) + k + 1];
      alive *= curve === 'KaplanMeier' ? 1 - own : exp(-own);
      out.survival[(first + r) * timeCount + k] = alive;
    }
  }
}

function finished(curves: Curves, given: readonly Warning[]): SurvivalPredictions {
  const missing = curves.treeCount.reduce((count, trees) => count + (trees === 0 ? 1 : 0), 0);
  const message = `${missing} of ${curves.treeCount.length} rows have no curve: every tree drew them, or has no rows with weight where they fall; use more trees (numTrees) or a smaller sampleFraction`;
  const warnings = missing > 0 ? [...given, warning('ROWS_WITHOUT_ESTIMATE', message)] : [...given];
  return Object.freeze({ ...curves, warnings: Object.freeze(warnings) });
}
