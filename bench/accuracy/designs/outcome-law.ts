/** Baseline b(x) and effect τ(x) of a random design, in the units of the noise or, for a binary outcome, in probabilities. */
import type { RandomStream } from 'causal-forest/simulate';
import { between, logUniform } from './choices.js';
import type { EffectKind } from './design.js';
import { drawSurface, momentsOf, type Surface } from './surfaces.js';

export interface OutcomeLaw {
  readonly baseline: Surface;
  readonly effect: Surface;
  /** Over the reference rows. */
  readonly averageEffect: number;
  readonly baselineDeviation: number;
  readonly effectDeviation: number;
}

/**
 * Numeric: b of standard deviation 0.5 to 2, τ of 0.15 to 1 (log-uniform) around a mean in [−0.5, 1].
 * Binary: b in [0.2, 0.6], τ in [−0.15, 0.35], so that b + Wτ is a probability.
 */
export function drawOutcomeLaw(
  outcome: 'numeric' | 'binary',
  effectKind: EffectKind,
  shape: Surface,
  inEffect: readonly number[],
  stream: RandomStream,
  reference: readonly Float64Array[],
): OutcomeLaw {
  const varies = effectKind !== 'none' && effectKind !== 'constant';
  const vary = varies ? drawSurface(effectKind, inEffect, stream, reference) : () => 0;
  const { baseline, effect } =
    outcome === 'binary'
      ? probabilities(shape, vary, varies, effectKind === 'none', stream)
      : numbers(shape, vary, varies, effectKind === 'none', stream);
  const { mean, deviation } = momentsOf(effect, reference);
  return {
    baseline,
    effect,
    averageEffect: mean,
    effectDeviation: deviation,
    baselineDeviation: momentsOf(baseline, reference).deviation,
  };
}

function numbers(shape: Surface, vary: Surface, varies: boolean, none: boolean, stream: RandomStream) {
  const mean = none ? 0 : between(stream, -0.5, 1);
  const spread = varies ? logUniform(stream, 0.15, 1) : 0;
  const size = logUniform(stream, 0.5, 2);
  return { baseline: (z: Float64Array) => size * shape(z), effect: (z: Float64Array) => mean + spread * vary(z) };
}

function probabilities(shape: Surface, vary: Surface, varies: boolean, none: boolean, stream: RandomStream) {
  const mean = none ? 0 : between(stream, 0, 0.2);
  const spread = varies ? between(stream, 0.05, 0.15) : 0;
  return {
    baseline: (z: Float64Array) => 0.2 + 0.4 / (1 + Math.exp(-1.5 * shape(z))),
    effect: (z: Float64Array) => mean + spread * Math.tanh(vary(z)),
  };
}
