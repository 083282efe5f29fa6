/** Estimates as text: one line each, or an aligned table of groups. Rounding happens here and only here. */
import type { Estimate } from '../base/estimate.js';
import { rejectUnknownKeys, requireInteger } from '../base/options.js';

/** Anything that `averageEffect`, `relativeEffect`, `ratioEffect` or `groupEffects` returned. */
type PrintableEstimate = Estimate & { readonly measure?: 'difference' | 'percent' };

export interface EstimateTextOptions {
  /** Digits after the point. Default 3, for percentages 1. */
  readonly digits?: number;
}

/**
 * "0.412 [0.318, 0.506] (95 %, n = 2009)"; percentages carry their sign: "+14.2 % [+11.0, +17.5] (95 %, n = 2009)".
 * What is not estimable says why instead.
 */
export function formatEstimate(estimate: PrintableEstimate, options: EstimateTextOptions = {}): string {
  rejectUnknownKeys('options', options, ['digits']);
  const percent = estimate.measure === 'percent';
  const digits = requireInteger('digits', options.digits ?? (percent ? 1 : 3), { min: 0, max: 15 });
  const number = (value: number) => `${percent && value >= 0 ? '+' : ''}${value.toFixed(digits)}`;
  if (estimate.estimate === null) return `not estimable: ${estimate.warnings.map(({ message }) => message).join('; ')}`;
  const value = `${number(estimate.estimate)}${percent ? ' %' : ''}`;
  const interval = estimate.interval ? ` [${number(estimate.interval[0])}, ${number(estimate.interval[1])}]` : '';
  return `${value}${interval} (${formatLevel(estimate.level)}, n = ${estimate.n})`;
}

/** One line a group, labels aligned. */
export function formatGroupEffects(
  groups: { readonly groups: readonly (PrintableEstimate & { readonly group: string })[] },
  options: EstimateTextOptions = {},
): string {
  const width = Math.max(...groups.groups.map(({ group }) => group.length));
  return groups.groups.map((effect) => `${effect.group.padEnd(width)}  ${formatEstimate(effect, options)}`).join('\n');
}

/** 0.95 as "95 %", 0.999 as "99.9 %". */
const formatLevel = (level: number): string => `${Number((100 * level).toFixed(6))} %`;
