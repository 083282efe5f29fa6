/**
 * Rows in groups of equal weight by an effect that was predicted for them, and mean scores of the groups with their
 * influence functions. Rows with the same prediction are put in order by chance, so a forest that predicts one effect
 * for all gives groups by chance, which is what the tests built on this need.
 */
import type { CausalForest } from '../causal/types.js';
import { type InfluenceEstimate, variance } from '../effects/influence.js';
import { meanOf } from '../effects/mean.js';
import type { RandomStream } from '../math/random.js';
import { shuffle } from './divide-units.js';
import type { Scored } from './scored-rows.js';

/**
 * @param borders shares of the weight, lowest predictions first, at which a new group starts, e.g. [0.5]
 * @returns the rows of each group, lowest predictions first
 */
export function groupsByEffect(
  { rows, weights }: Scored,
  priorities: Float64Array,
  borders: readonly number[],
  stream: RandomStream,
): Int32Array[] {
  const order = rows.slice();
  shuffle(order, stream);
  const place = new Map(Array.from(order, (row, k) => [row, k]));
  order.sort((a, b) => priorities[a] - priorities[b] || (place.get(a) as number) - (place.get(b) as number));
  const total = order.reduce((sum, row) => sum + weights[row], 0);
  const groups: number[][] = Array.from({ length: borders.length + 1 }, () => []);
  let cumulated = 0;
  let group = 0;
  for (const row of order) {
    // A row belongs where its middle lies.
    const middle = (cumulated + weights[row] / 2) / total;
    while (group < borders.length && middle >= borders[group]) group++;
    groups[group].push(row);
    cumulated += weights[row];
  }
  return groups.map((members) => Int32Array.from(members).sort());
}

/** Why a group has no effect of its own; null where nothing is wrong. */
export function groupProblem({ trial }: CausalForest, group: Int32Array): 'empty' | 'oneArm' | null {
  if (group.length === 0) return 'empty';
  if (trial.treatment.kind !== 'binary') return null;
  const treated = group.reduce((count, row) => count + trial.treatment.values[row], 0);
  return treated === 0 || treated === group.length ? 'oneArm' : null;
}

/** Mean of `values` over some rows (of positive weight), NaN among them left out; null with fewer than two units. */
export function groupMean(scored: Scored, values: Float64Array, rows: Int32Array): InfluenceEstimate | null {
  const present = rows.filter((row) => !Number.isNaN(values[row]));
  const { weights, rowCount, clusters } = scored;
  const unitCount = clusters ? new Set(present.map((row) => clusters[row])).size : present.length;
  if (unitCount < 2) return null;
  return meanOf(values, {
    rows: present,
    rowCount,
    weight: weights,
    totalWeight: present.reduce((sum, row) => sum + weights[row], 0),
    unitCount,
  });
}

/** The number with its standard error by cluster. */
export const withError = (influence: InfluenceEstimate, { trial }: CausalForest) => ({
  estimate: influence.estimate,
  standardError: Math.sqrt(variance(influence, trial.clusters)),
});
