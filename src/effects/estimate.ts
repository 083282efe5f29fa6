/** From an influence estimate to published numbers: standard error √Σψ² by cluster, normal interval θ̂ ± z·se. */
import type { Estimate } from '../base/estimate.js';
import type { Warning } from '../base/warnings.js';
import { quantile } from '../math/normal.js';
import { type InfluenceEstimate, variance } from './influence.js';
import type { WeightedRows } from './sample.js';

/** z with P(|N(0,1)| ≤ z) = level. */
export const criticalValue = (level: number): number => -quantile((1 - level) / 2);

/** The number, its standard error and interval; all null where `influence` is null, the last two with a single unit. */
export function toEstimate(
  influence: InfluenceEstimate | null,
  sample: WeightedRows,
  level: number,
  warnings: readonly Warning[],
): Estimate {
  const { rows, unitCount, clusters } = sample;
  const estimate = influence ? influence.estimate : null;
  const standardError = influence && unitCount > 1 ? Math.sqrt(variance(influence, clusters)) : null;
  return {
    estimate,
    standardError,
    interval: estimate === null || standardError === null ? null : intervalAround(estimate, standardError, level),
    level,
    n: rows.length,
    warnings: Object.freeze([...warnings]),
  };
}

/** [θ̂ − z·se, θ̂ + z·se], frozen. */
export function intervalAround(estimate: number, standardError: number, level: number): readonly [number, number] {
  const margin = criticalValue(level) * standardError;
  return Object.freeze([estimate - margin, estimate + margin] as const);
}
