/**
 * What a causal survival forest is trained on, row by row and out of bag: Ỹ (`censored-value.ts`), m̂(x) = ê Ê[y(T) | x, 1] +
 * (1 − ê) Ê[y(T) | x, 0], and how likely rows are followed to the horizon.
 */
import type { RowPass } from '../../forest/divide-rows.js';
import type { Forest } from '../../forest/forest.js';
import { type HazardSource, hazardBlockRows, leafRowsOf, outOfBagHazards } from '../../forest/survival/hazards.js';
import type { PlacedRows } from '../../forest/survival/times.js';
import type { RankedColumns } from '../../tree/ranked-columns.js';
import { censoredValue, remainingInto } from './censored-value.js';
import type { RestrictedTimes, SurvivalTarget } from './restricted-times.js';

/** `forest` is the events' one, and the treatment the last of `columns`. Plain data, as it may go to other threads. */
export interface SurvivalScoreProblem extends RowPass {
  /** Null where no row is censored before the horizon. */
  readonly censoring: Forest | null;
  readonly times: RestrictedTimes;
  readonly target: SurvivalTarget;
  readonly weight: Float64Array | null;
  readonly treatment: Float64Array;
  readonly treatmentHat: Float64Array;
}

export interface SurvivalScores {
  /** Ỹ; NaN where it is not identified. */
  readonly outcome: Float64Array;
  /** m̂; NaN where no tree left the row out of bag. */
  readonly outcomeHat: Float64Array;
  /** Ĝ(h | xᵢ, Wᵢ): the probability of being followed to the horizon. */
  readonly followed: Float64Array;
  /** The last failure time before which Ĝ is at least LEAST_FOLLOWED; 0 where there is none. */
  readonly followedUntil: Float64Array;
}

/** Below this probability of being followed, a few rows speak for many: weights of ten and more. */
export const LEAST_FOLLOWED = 0.1;

/** Rows from … end. */
export function survivalScoresOf(problem: SurvivalScoreProblem, from: number, end: number): SurvivalScores {
  const { forest, censoring, columns, times, weight } = problem;
  const timeCount = times.failureTimes.length;
  const source = (forest: Forest, rows: PlacedRows): HazardSource => ({
    forest,
    leafRows: leafRowsOf(forest, columns, rows, weight),
    timeCount,
  });
  const events = source(forest, times.events);
  const censorings = censoring && source(censoring, times.censorings);
  const arms = [withTreatment(columns, 0), withTreatment(columns, 1)];
  const out = {
    outcome: new Float64Array(end - from),
    outcomeHat: new Float64Array(end - from),
    followed: new Float64Array(end - from),
    followedUntil: new Float64Array(end - from),
  };
  const step = hazardBlockRows(timeCount);
  for (let first = from; first < end; first += step) {
    const block = { from: first, end: Math.min(end, first + step) };
    const ofArms = arms.map((codes) => outOfBagHazards(events, codes, first, block.end).hazard);
    const ofCensoring = censorings
      ? outOfBagHazards(censorings, columns, first, block.end).hazard
      : new Float64Array((block.end - first) * (timeCount + 1));
    scoreBlock(problem, block, from, ofArms, ofCensoring, out);
  }
  return out;
}

function scoreBlock(
  { times, target, treatment, treatmentHat }: SurvivalScoreProblem,
  block: { readonly from: number; readonly end: number },
  origin: number,
  ofArms: readonly Float64Array[],
  ofCensoring: Float64Array,
  out: SurvivalScores,
): void {
  const { failureTimes, value, censorings } = times;
  const timeCount = failureTimes.length;
  const remaining = [new Float64Array(timeCount + 1), new Float64Array(timeCount + 1)];
  for (let row = block.from; row < block.end; row++) {
    const at = (row - block.from) * (timeCount + 1);
    remaining.forEach((own, arm) => {
      remainingInto(target, failureTimes, ofArms[arm], at, own);
    });
    const propensity = treatmentHat[row];
    const leaving = { place: censorings.place[row], isCensored: censorings.event[row] === 1 };
    out.outcomeHat[row - origin] = propensity * remaining[1][0] + (1 - propensity) * remaining[0][0];
    out.outcome[row - origin] = censoredValue(leaving, value[row], remaining[treatment[row]], ofCensoring, at);
    let followed = 1;
    let until = 0;
    for (let k = 1; k <= timeCount; k++) {
      followed *= 1 - ofCensoring[at + k];
      if (followed >= LEAST_FOLLOWED) until = failureTimes[k - 1];
    }
    out.followed[row - origin] = followed;
    out.followedUntil[row - origin] = until;
  }
}

/** The rows as if all had treatment `arm`: with treatments 0 and 1 in the data, that is its code in the last column. */
function withTreatment(columns: RankedColumns, arm: number): RankedColumns {
  const code = columns.code.slice();
  code.fill(arm, code.length - columns.rowCount);
  return { ...columns, code };
}
