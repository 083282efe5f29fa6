/**
 * Who is treated, or how much. Binary: W ~ Bernoulli(e(x)); continuous: W = e(x) + N(0, 1).
 *
 * | kind     | e(x), binary                            | e(x), continuous | driven by                                   |
 * |----------|-----------------------------------------|------------------|---------------------------------------------|
 * | half     | 0.5                                     | 0                | nothing                                     |
 * | fifth    | 0.2                                     | 0                | nothing                                     |
 * | apart    | 0.15 + 0.7 Λ(1.5 s)                     | s/2              | covariates of neither baseline nor effect   |
 * | shared   | 0.15 + 0.7 Λ(1.5 s)                     | s/2              | covariates of baseline and effect           |
 * | strong   | 0.05 + 0.9 Λ(2.5 s)                     | s                | the same, or the baseline's own function    |
 *
 * Λ logistic, s a function of mean 0 and standard deviation 1.
 */
import type { RandomStream } from 'causal-forest/simulate';
import { one, pick } from './choices.js';
import { SURFACE_KINDS } from './design.js';
import { drawSurface, type Surface } from './surfaces.js';

export const PROPENSITY_KINDS = ['half', 'fifth', 'apart', 'shared', 'strong'] as const;
export type PropensityKind = (typeof PROPENSITY_KINDS)[number];

export interface TreatmentLaw {
  readonly words: string;
  /** Nothing drives it. */
  readonly constant: boolean;
  /** e(x). */
  readonly mean: Surface;
}

export interface Covering {
  readonly baseline: Surface;
  readonly inBaseline: readonly number[];
  readonly inEffect: readonly number[];
  readonly apart: readonly number[];
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

export function drawTreatmentLaw(
  kind: PropensityKind,
  treatment: 'binary' | 'continuous',
  { baseline, inBaseline, inEffect, apart }: Covering,
  stream: RandomStream,
  reference: readonly Float64Array[],
): TreatmentLaw {
  if (kind === 'half' || kind === 'fifth') {
    const share = kind === 'half' ? 0.5 : 0.2;
    return treatment === 'binary'
      ? { words: `propensity ${share}`, constant: true, mean: () => share }
      : { words: 'a dose that nothing drives', constant: true, mean: () => 0 };
  }
  const drivers = kind === 'apart' ? apart : [...new Set([...inBaseline.slice(0, 2), ...inEffect.slice(0, 2)])];
  const targeted = kind === 'strong' && stream.uniform() < 0.5;
  const sign = stream.uniform() < 0.5 ? 1 : -1;
  const form = one(SURFACE_KINDS, stream);
  const chosen = pick(drivers, Math.min(3, drivers.length), stream);
  const surface = targeted ? (z: Float64Array) => sign * baseline(z) : drawSurface(form, chosen, stream, reference);
  const by = targeted
    ? `driven by the baseline`
    : `${form} in ${chosen.length} covariates${kind === 'apart' ? ' of their own' : ''}`;
  if (treatment === 'continuous') {
    const size = kind === 'strong' ? 1 : 0.5;
    return { words: `a dose of mean ${by}, sd ${size}`, constant: false, mean: (z) => size * surface(z) };
  }
  const mean: Surface =
    kind === 'strong' ? (z) => 0.05 + 0.9 * logistic(2.5 * surface(z)) : (z) => 0.15 + 0.7 * logistic(1.5 * surface(z));
  return { words: `${kind === 'strong' ? 'strong ' : ''}confounding ${by}`, constant: false, mean };
}
