/**
 * Designs drawn at random: form and size of effect, confounding, baseline, noise and dimension, so that a choice made on
 * them is not fitted to any one. Y = b(X) + W·τ(X) + ε, so m = b + e·τ; noise has standard deviation 1, and all sizes are
 * in its units. A binary outcome is 1 with probability b + W·τ.
 *
 *   randomDesign(1, 17).draw(0)                       the first trial of design 17 of seed 1
 *   randomDesign(1, 17, { effect: 'constant' })       a design of its own, of constant effect
 */
import { type RandomStream, streamFamily, streamFor } from 'causal-forest/simulate';
import { logUniform, one, pick } from './choices.js';
import { COVARIATE_LAWS, type CovariateLaw, type Covariates, drawCovariates } from './covariates.js';
import {
  asDrawnTrial,
  type Design,
  EFFECT_KINDS,
  type EffectKind,
  emptyRows,
  SURFACE_KINDS,
  type SurfaceKind,
} from './design.js';
import { drawNoise, NOISE_KINDS, type NoiseKind } from './noise.js';
import { drawOutcomeLaw } from './outcome-law.js';
import { drawSurface } from './surfaces.js';
import { drawTreatmentLaw, PROPENSITY_KINDS, type PropensityKind } from './treatment-law.js';

/** The forms of a design; those not given are drawn. */
export interface DesignKinds {
  readonly covariates: CovariateLaw;
  readonly baseline: SurfaceKind;
  readonly effect: EffectKind;
  readonly propensity: PropensityKind;
  readonly noise: NoiseKind;
  /** One in seven is binary. */
  readonly outcome: 'numeric' | 'binary';
  /** One in eight is continuous, unless the outcome is binary: its probabilities would leave [0, 1]. */
  readonly treatment: 'binary' | 'continuous';
}

export interface RandomDesign extends Design {
  readonly kinds: DesignKinds;
}

/** Rows by which functions are centred and scaled, and effects averaged: the average errs by 1 % of the effects' sd. */
const REFERENCE_ROWS = 10_000;

/**
 * Design `index` of a seed. Forms of the effect take turns (index mod 7), so that any seven in a row hold all; all else is
 * drawn: 500 to 4,000 rows (log-uniform), 5 to 30 covariates, effects in a few of them or in most.
 */
export function randomDesign(seed: number, index: number, given: Partial<DesignKinds> = {}): RandomDesign {
  const stream = streamFor(seed, 'random design', index, 'form');
  const kinds = drawKinds(stream, index, given);
  const rowCount = Math.round(logUniform(stream, 500, 4000) / 10) * 10;
  const count = 5 + stream.below(26);
  const covariates = drawCovariates(kinds.covariates, count, stream);
  const reference = referenceScores(covariates, streamFor(seed, 'random design', index, 'reference'));

  const all = Array.from({ length: count }, (_, f) => f);
  const order = pick(all, count, stream);
  const inBaseline = order.slice(0, 1 + stream.below(Math.min(6, Math.floor(count / 2))));
  // The last two covariates of the order are kept for a propensity of its own.
  const apart = order.slice(-2);
  const free = kinds.propensity === 'apart' ? order.slice(0, -2) : order;
  const inEffect = pick(free, effectSize(free.length, stream), stream);
  const shape = drawSurface(kinds.baseline, inBaseline, stream, reference);
  const covering = { baseline: shape, inBaseline, inEffect, apart };
  const law = drawTreatmentLaw(kinds.propensity, kinds.treatment, covering, stream, reference);
  const outcome = drawOutcomeLaw(kinds.outcome, kinds.effect, shape, inEffect, stream, reference);
  const noise = drawNoise(kinds.noise, inBaseline, stream, reference);
  const known = law.constant && kinds.treatment === 'binary' && stream.uniform() < 0.5;
  const shared = inEffect.filter((f) => inBaseline.includes(f)).length;
  const repetitions = streamFamily(seed, 'random design', index, 'rows');

  return Object.freeze({
    name: `${seed}/${index}`,
    words: [
      `${rowCount} × ${count} ${covariates.words}`,
      `baseline ${kinds.baseline} in ${inBaseline.length}, sd ${outcome.baselineDeviation.toFixed(2)}`,
      effectWords(kinds.effect, outcome, `in ${inEffect.length} (${shared} of the baseline's)`),
      `${law.words}${known ? ', known' : ''}`,
      kinds.outcome === 'binary' ? 'binary outcome' : noise.words,
    ].join('; '),
    kinds,
    effectKind: kinds.effect,
    rowCount,
    covariateCount: count,
    averageEffect: outcome.averageEffect,
    draw(repetition: number, n = rowCount) {
      const rows = emptyRows(n, count);
      const draws = repetitions(repetition);
      const values = new Float64Array(count);
      const z = new Float64Array(count);
      const binary = kinds.treatment === 'binary';
      for (let i = 0; i < n; i++) {
        covariates.drawInto(draws, values, z);
        for (let f = 0; f < count; f++) rows.covariates[f][i] = values[f];
        const [baseline, effect, mean] = [outcome.baseline(z), outcome.effect(z), law.mean(z)];
        const treatment = binary ? Number(draws.uniform() < mean) : mean + draws.normal();
        const expected = baseline + treatment * effect;
        rows.treatment[i] = treatment;
        rows.outcome[i] =
          kinds.outcome === 'binary' ? Number(draws.uniform() < expected) : expected + noise.draw(draws, z);
        rows.effect[i] = effect;
        rows.treatmentMean[i] = mean;
        rows.treatmentVariance[i] = binary ? mean * (1 - mean) : 1;
        rows.outcomeMean[i] = baseline + mean * effect;
      }
      return asDrawnTrial(rows, kinds.treatment, covariates.levels, known);
    },
  });
}

function drawKinds(stream: RandomStream, index: number, given: Partial<DesignKinds>): DesignKinds {
  const drawn = {
    covariates: one(COVARIATE_LAWS, stream),
    baseline: one(SURFACE_KINDS, stream),
    effect: EFFECT_KINDS[index % EFFECT_KINDS.length],
    propensity: one(PROPENSITY_KINDS, stream),
    noise: one(NOISE_KINDS, stream),
    outcome: stream.below(7) === 0 ? ('binary' as const) : ('numeric' as const),
    treatment: stream.below(8) === 0 ? ('continuous' as const) : ('binary' as const),
  };
  const kinds = { ...drawn, ...given };
  if (kinds.outcome === 'numeric' || kinds.treatment === 'binary') return kinds;
  if (given.outcome === 'binary' && given.treatment === 'continuous')
    throw new RangeError('a design has a binary outcome or a continuous treatment, not both');
  return given.outcome === 'binary' ? { ...kinds, treatment: 'binary' } : { ...kinds, outcome: 'numeric' };
}

/** Covariates in an effect: one or two in half of the designs, else three to five, or up to six in ten of all. */
function effectSize(available: number, stream: RandomStream): number {
  const kind = stream.below(4);
  const [least, most] = kind < 2 ? [1, 2] : kind === 2 ? [3, 5] : [5, Math.ceil(0.6 * available)];
  return Math.min(available, least + stream.below(Math.max(1, most - least + 1)));
}

function referenceScores(covariates: Covariates, stream: RandomStream): Float64Array[] {
  const values = new Float64Array(covariates.levels.length);
  return Array.from({ length: REFERENCE_ROWS }, () => {
    const scores = new Float64Array(values.length);
    covariates.drawInto(stream, values, scores);
    return scores;
  });
}

function effectWords(
  kind: EffectKind,
  { averageEffect, effectDeviation }: { averageEffect: number; effectDeviation: number },
  where: string,
): string {
  if (kind === 'none') return 'no effect';
  if (kind === 'constant') return `effect ${averageEffect.toFixed(2)} for all`;
  return `effect ${kind} ${where}, mean ${averageEffect.toFixed(2)}, sd ${effectDeviation.toFixed(2)}`;
}
