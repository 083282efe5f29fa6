/** Folds for cross-validation: units (rows, or whole clusters) dealt by chance into parts of nearly equal number. */
import { InvalidDataError } from '../base/errors.js';
import type { Trial } from '../data/trial.js';
import { streamFor } from '../math/random.js';

/** `of[i]` is the fold of row i, from 0. Rows of one cluster are in one fold. */
export interface Folds {
  readonly count: number;
  readonly of: Int32Array;
}

/**
 * @param frame rows, clusters and weights of a trial
 * @param count folds, at least 2; fewer where there are fewer units
 * @param seed with `path` names the stream that deals
 * @param stratum a class of each row, by which rows are dealt in turn, so that a rare class is in every fold; ignored with
 *   clusters
 * @throws InvalidDataError TOO_FEW_ROWS where there are fewer than two units
 */
export function assignFolds(
  { rowCount, clusters }: Pick<Trial, 'rowCount' | 'clusters'>,
  count: number,
  seed: number,
  path: readonly (string | number)[],
  stratum: Float64Array | null = null,
): Folds {
  const unitCount = clusters ? clusters.count : rowCount;
  if (unitCount < 2)
    throw new InvalidDataError('TOO_FEW_ROWS', `cross-validation needs two rows or clusters; there is ${unitCount}`);
  const folds = Math.min(count, unitCount);
  const stream = streamFor(seed, ...path);
  const units = Int32Array.from({ length: unitCount }, (_, unit) => unit);
  for (let last = unitCount - 1; last > 0; last--) {
    const other = stream.below(last + 1);
    const unit = units[last];
    units[last] = units[other];
    units[other] = unit;
  }
  // A stable sort: within a class the order stays the shuffled one.
  if (stratum && !clusters) units.sort((a, b) => stratum[a] - stratum[b]);
  const foldOf = new Int32Array(unitCount);
  units.forEach((unit, place) => {
    foldOf[unit] = place % folds;
  });
  const of = clusters ? clusters.ids.map((id) => foldOf[id]) : foldOf;
  return Object.freeze({ count: folds, of });
}
