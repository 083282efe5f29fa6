/** Averages of doubly robust scores for forests beyond the causal forest: the mean, or the reasons why there is none. */
import type { Estimate } from '../base/estimate.js';
import { type Warning, warning } from '../base/warnings.js';
import { fewClusters, singleUnit, withoutWeight } from './checks.js';
import { toEstimate } from './estimate.js';
import { meanOf } from './mean.js';
import type { WeightedRows } from './sample.js';

/**
 * ΣωΓ/Σω over a sample with its standard error by cluster (mean.ts); null with a warning where a chosen row has no score.
 * @param given warnings that come with the number
 */
export function scoreMean(
  scores: Float64Array,
  sample: WeightedRows,
  level: number,
  given: readonly Warning[],
): Estimate {
  const missing = sample.rows.reduce((count, row) => count + (Number.isFinite(scores[row]) ? 0 : 1), 0);
  const fatal = missing > 0 ? [noScore(missing, sample.rows.length)] : withoutWeight(sample);
  const warnings = fatal.length > 0 ? fatal : [...given, ...units(sample)];
  return toEstimate(fatal.length > 0 ? null : meanOf(scores, sample), sample, level, warnings);
}

function units({ clusters, unitCount }: WeightedRows): readonly Warning[] {
  if (unitCount < 2) return [singleUnit(clusters ? 'cluster' : 'row')];
  return clusters ? fewClusters(unitCount) : [];
}

/** What a list of scores must say of the rows that have none. */
export function scoreWarnings(scores: Float64Array): readonly Warning[] {
  const missing = scores.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  return Object.freeze(missing > 0 ? [noScore(missing, scores.length)] : []);
}

const noScore = (missing: number, of: number): Warning =>
  warning(
    'NO_SCORE',
    `${missing} of ${of} rows have no score: no tree left them out of bag, or the score divides by a probability or compliance of 0. Grow more trees, or leave these rows out by \`rows\`.`,
  );
