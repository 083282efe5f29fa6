/**
 * Effects row by row as estimates: τ̂(xᵢ) ± z·√V̂(xᵢ). The intervals are pointwise, and hold where the forest's bias is
 * small beside its spread; near the edges of the data and with many covariates they cover less than they say.
 */
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import type { EffectPredictions } from '../causal/types.js';
import { intervalAround } from './estimate.js';
import { resolveLevel } from './options.js';

/** The effect of one row, in outcome units per unit of treatment. */
export interface RowEffect extends Estimate {
  /** Row of the predictions, from 0. */
  readonly row: number;
  /** Trees that had a leaf for the row. */
  readonly treeCount: number;
}

/**
 * @param predictions `forest.outOfBag` for the training rows, or what `predictEffects` returned
 * @param options `level`: nominal coverage of each interval, default 0.95
 * @returns one estimate per row, in order; null with a warning where there is none
 */
export function rowEffects(predictions: EffectPredictions, options: { readonly level?: number } = {}): RowEffect[] {
  rejectUnknownKeys('options', options, ['level']);
  const level = resolveLevel(options.level);
  const { effect, variance, treeCount, trainingRows } = predictions;
  return Array.from(effect, (value, row) => {
    const estimate = Number.isNaN(value) ? null : value;
    const spread = variance ? variance[row] : Number.NaN;
    const standardError = estimate === null || Number.isNaN(spread) ? null : Math.sqrt(spread);
    return Object.freeze({
      row,
      estimate,
      standardError,
      interval: estimate === null || standardError === null ? null : intervalAround(estimate, standardError, level),
      level,
      n: trainingRows,
      treeCount: treeCount[row],
      warnings: rowWarnings(estimate, standardError, variance !== null),
    });
  });
}

const NO_WARNINGS: readonly Warning[] = Object.freeze([]);
const NO_ESTIMATE = Object.freeze([
  warning('ROWS_WITHOUT_ESTIMATE', 'no tree has a leaf for this row; use more trees (numTrees)'),
]);
const NO_VARIANCE = Object.freeze([
  warning('VARIANCE_NOT_ESTIMABLE', 'too few trees for a variance of this row; use more trees (numTrees)'),
]);
const NO_BAGS = Object.freeze([
  warning('VARIANCE_NOT_ESTIMABLE', 'the trees do not come in bags (ciGroupSize 1), so there is no variance'),
]);

function rowWarnings(estimate: number | null, standardError: number | null, hasVariance: boolean): readonly Warning[] {
  if (estimate === null) return NO_ESTIMATE;
  if (standardError !== null) return NO_WARNINGS;
  return hasVariance ? NO_VARIANCE : NO_BAGS;
}
