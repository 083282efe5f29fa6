/**
 * The published designs of `bench/accuracy/cases`, to draw from again and again: W ~ Bernoulli(e(x)),
 * Y = m + (W − e)·τ + N(0, 1), where m = b + e·τ is brought to standard deviation 1 and then τ to 0.5 (a constant one is
 * left as it is). Sources: simple: Wager & Athey's software; aw1, aw2, aw3: Wager & Athey 2018, Athey, Tibshirani &
 * Wager 2019; ai1, ai2: Athey & Imbens 2016; kunzel: Künzel et al. 2019; nw1 to nw4: Nie & Wager 2021, set-ups A to D.
 *
 * The stored files scale by the standard deviations of their own rows; here it is the population's (200,000 reference
 * rows), so that all repetitions share one average effect, for intervals to hold or miss.
 */
import { type RandomStream, streamFamily, streamFor } from 'causal-forest/simulate';
import { type Covariates, correlated } from './covariates.js';
import { asDrawnTrial, type Design, type EffectKind, emptyRows } from './design.js';
import { momentsOf, type Surface } from './surfaces.js';

export interface PublishedLaw {
  readonly covariates: 'uniform' | 'normal' | 'correlated';
  readonly effectKind: EffectKind;
  readonly propensity: Surface;
  readonly effect: Surface;
  /** E[Y | W = 0, X = x] before scaling; `coefficients` are drawn anew in each repetition (kunzel's). */
  readonly baseline: (x: Float64Array, coefficients: Float64Array) => number;
  /** Standard deviation of noise that belongs to the baseline and is scaled with it. */
  readonly baselineNoise?: number;
}

/** Density of Beta(2, 4). */
const beta24 = (x: number): number => 20 * x * (1 - x) ** 3;
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const rise = (x: number): number => 1 + logistic(20 * (x - 1 / 3));
const softplus = (z: number): number => Math.log1p(Math.exp(z));
const positive = (z: number): number => Math.max(z, 0);
const middle = ([x1]: Float64Array): number => (1 + beta24(x1)) / 4;

/** The functions as published, before scaling. */
export const PUBLISHED_LAWS = {
  simple: {
    covariates: 'normal',
    effectKind: 'smooth',
    propensity: ([x1]) => 0.4 + (x1 > 0 ? 0.2 : 0),
    effect: ([x1]) => positive(x1),
    baseline: ([, x2, x3]) => x2 + Math.min(x3, 0),
  },
  aw1: {
    covariates: 'uniform',
    effectKind: 'none',
    propensity: middle,
    effect: () => 0,
    baseline: ([x1]) => 2 * x1 - 1,
  },
  aw2: {
    covariates: 'uniform',
    effectKind: 'interactions',
    propensity: () => 0.5,
    effect: ([x1, x2]) => rise(x1) * rise(x2),
    baseline: () => 0,
  },
  aw3: {
    covariates: 'uniform',
    effectKind: 'interactions',
    propensity: middle,
    effect: ([x1, x2]) => rise(x1) * rise(x2),
    baseline: ([x1]) => 2 * x1 - 1,
  },
  aw3reverse: {
    covariates: 'uniform',
    effectKind: 'interactions',
    propensity: middle,
    effect: ([x1, x2]) => (1 + logistic(-20 * (x1 - 1 / 3))) * (1 + logistic(-20 * (x2 - 1 / 3))),
    baseline: ([x1]) => 2 * x1 - 1,
  },
  ai1: {
    covariates: 'normal',
    effectKind: 'linear',
    propensity: () => 0.5,
    effect: ([x1]) => 0.25 * x1,
    baseline: ([x1, x2]) => 0.5 * x1 + x2,
  },
  ai2: {
    covariates: 'normal',
    effectKind: 'smooth',
    propensity: () => 0.5,
    effect: ([x1, x2]) => 0.5 * (positive(x1) + positive(x2)),
    baseline: ([x1, x2, x3, x4, x5, x6]) => 0.5 * (x1 + x2) + x3 + x4 + x5 + x6,
  },
  kunzel: {
    covariates: 'correlated',
    effectKind: 'steps',
    propensity: () => 0.01,
    effect: ([, x2]) => (x2 > 0.1 ? 8 : 0),
    baseline: (x, coefficients) => coefficients.reduce((sum, c, f) => sum + c * x[f], x[0] > 0.5 ? 5 : 0),
    baselineNoise: 1,
  },
  nw1: {
    covariates: 'uniform',
    effectKind: 'linear',
    propensity: ([x1, x2]) => Math.min(0.9, Math.max(0.1, Math.sin(Math.PI * x1 * x2))),
    effect: ([x1, x2]) => (x1 + x2) / 2,
    baseline: ([x1, x2, x3, x4, x5]) => Math.sin(Math.PI * x1 * x2) + 2 * (x3 - 0.5) ** 2 + x4 + 0.5 * x5,
  },
  nw2: {
    covariates: 'normal',
    effectKind: 'smooth',
    propensity: () => 0.5,
    effect: ([x1, x2]) => x1 + softplus(x2),
    baseline: ([x1, x2, x3, x4, x5]) => Math.max(0, x1 + x2, x3) + positive(x4 + x5),
  },
  nw3: {
    covariates: 'normal',
    effectKind: 'constant',
    propensity: ([, x2, x3]) => logistic(-x2 - x3),
    effect: () => 1,
    baseline: ([x1, x2, x3]) => 2 * softplus(x1 + x2 + x3),
  },
  nw4: {
    covariates: 'normal',
    effectKind: 'interactions',
    propensity: ([x1, x2]) => 1 / (1 + Math.exp(-x1) + Math.exp(-x2)),
    effect: ([x1, x2, x3, x4, x5]) => positive(x1 + x2 + x3) - positive(x4 + x5),
    baseline: ([x1, x2, x3, x4, x5]) => (positive(x1 + x2 + x3) + positive(x4 + x5)) / 2,
  },
} as const satisfies Record<string, PublishedLaw>;

export type PublishedName = keyof typeof PUBLISHED_LAWS;
export const PUBLISHED_NAMES = Object.keys(PUBLISHED_LAWS) as readonly PublishedName[];

/** Coefficients of kunzel's baseline are uniform on ±5. */
const drawCoefficients = (count: number, stream: RandomStream) =>
  Float64Array.from({ length: count }, () => 10 * stream.uniform() - 5);

/** A published design of 2,000 rows and 10 covariates, or others; its trials are not told the propensity. */
export function publishedDesign(name: PublishedName, rowCount = 2000, covariateCount = 10): Design {
  const law: PublishedLaw = PUBLISHED_LAWS[name];
  const draws = covariatesOf(law, covariateCount);
  const effectMoments = momentsOf(law.effect, referenceRows(draws, covariateCount, name, 200_000));
  const spread = effectMoments.deviation > 1e-9 ? 0.5 / effectMoments.deviation : 1;
  const scaleRows = referenceRows(draws, covariateCount, name, 20_000);
  const baselineNoise = law.baselineNoise ?? 0;
  const scaleOf = (coefficients: Float64Array): number => {
    const m: Surface = (x) => law.baseline(x, coefficients) + law.propensity(x) * law.effect(x);
    const { deviation } = momentsOf(m, scaleRows);
    return deviation > 1e-9 ? 1 / Math.hypot(deviation, baselineNoise) : 1;
  };
  const repetitions = streamFamily(1, 'published design', name, 'rows');
  return Object.freeze({
    name,
    words: `${name}, ${rowCount} × ${covariateCount} ${law.covariates} covariates; published`,
    effectKind: law.effectKind,
    rowCount,
    covariateCount,
    averageEffect: spread * effectMoments.mean,
    draw(repetition: number, n = rowCount) {
      const stream = repetitions(repetition);
      const coefficients = drawCoefficients(covariateCount, stream);
      const scale = scaleOf(coefficients);
      const rows = emptyRows(n, covariateCount);
      const x = new Float64Array(covariateCount);
      const scores = new Float64Array(covariateCount);
      for (let i = 0; i < n; i++) {
        draws.drawInto(stream, x, scores);
        for (let f = 0; f < covariateCount; f++) rows.covariates[f][i] = x[f];
        const propensity = law.propensity(x);
        const effect = spread * law.effect(x);
        const mean = scale * (law.baseline(x, coefficients) + propensity * law.effect(x));
        const treatment = Number(stream.uniform() < propensity);
        const noise = stream.normal() + scale * baselineNoise * stream.normal();
        rows.treatment[i] = treatment;
        rows.outcome[i] = mean + (treatment - propensity) * effect + noise;
        rows.effect[i] = effect;
        rows.treatmentMean[i] = propensity;
        rows.treatmentVariance[i] = propensity * (1 - propensity);
        rows.outcomeMean[i] = mean;
      }
      return asDrawnTrial(rows, 'binary', draws.levels, false);
    },
  });
}

function covariatesOf(law: PublishedLaw, count: number): Covariates {
  if (law.covariates === 'correlated') return correlated(count, 0.5);
  const draw = law.covariates === 'uniform' ? (s: RandomStream) => s.uniform() : (s: RandomStream) => s.normal();
  return {
    words: law.covariates,
    levels: new Array<null>(count).fill(null),
    drawInto(stream, values, scores) {
      for (let f = 0; f < count; f++) scores[f] = values[f] = draw(stream);
    },
  };
}

function referenceRows(covariates: Covariates, count: number, name: string, rowCount: number): Float64Array[] {
  const stream = streamFor(1, 'published design', name, 'reference');
  const scores = new Float64Array(count);
  return Array.from({ length: rowCount }, () => {
    const values = new Float64Array(count);
    covariates.drawInto(stream, values, scores);
    return values;
  });
}
