/** The generator of random designs: bits, forms, and that its truth is the truth of what it draws. */
import { streamFor } from 'causal-forest/simulate';
import { describe, expect, test } from 'vitest';
import { COVARIATE_LAWS, drawCovariates } from '../../bench/accuracy/designs/covariates.js';
import { type DrawnTrial, EFFECT_KINDS } from '../../bench/accuracy/designs/design.js';
import { drawNoise, NOISE_KINDS } from '../../bench/accuracy/designs/noise.js';
import { type DesignKinds, randomDesign } from '../../bench/accuracy/designs/random-design.js';
import { drawSurface, momentsOf } from '../../bench/accuracy/designs/surfaces.js';
import { PROPENSITY_KINDS } from '../../bench/accuracy/designs/treatment-law.js';
import { mean } from '../../bench/accuracy/scores.js';

const treatmentOf = ({ trial }: DrawnTrial) => trial.treatment.values;
const outcomeOf = ({ trial }: DrawnTrial) => {
  const { outcome } = trial.outcomes;
  if (outcome.kind !== 'column') throw new Error('a column');
  return outcome.values;
};

/** Mean in standard errors from 0. */
function standardised(values: Float64Array): number {
  const centre = mean(values);
  const variance = mean(values.map((value) => (value - centre) ** 2));
  return variance === 0 ? 0 : centre / Math.sqrt(variance / values.length);
}

describe('random designs', () => {
  test('seed, index and repetition fix every bit, whatever was drawn before', () => {
    const design = randomDesign(3, 5);
    const later = design.draw(4, 60);
    const again = randomDesign(3, 5);
    expect(again.words).toBe(design.words);
    expect(again.draw(4, 60)).toEqual(later);
    expect(design.draw(4, 60)).toEqual(later);
    expect(outcomeOf(design.draw(3, 60))).not.toEqual(outcomeOf(later));
    expect(randomDesign(4, 5).words).not.toBe(design.words);
    expect(randomDesign(3, 6).words).not.toBe(design.words);
  });

  test('seven designs in a row hold every form of effect; sizes are as promised; words are one line', () => {
    const designs = Array.from({ length: 35 }, (_, index) => randomDesign(1, index));
    for (const kind of EFFECT_KINDS) expect(designs.filter(({ effectKind }) => effectKind === kind)).toHaveLength(5);
    for (const { rowCount, covariateCount, words } of designs) {
      expect(rowCount).toBeGreaterThanOrEqual(500);
      expect(rowCount).toBeLessThanOrEqual(4000);
      expect(covariateCount).toBeGreaterThanOrEqual(5);
      expect(covariateCount).toBeLessThanOrEqual(30);
      expect(words).toMatch(/^[^\n]+$/);
    }
    expect(new Set(designs.map(({ words }) => words)).size).toBe(35);
    // Every other form is drawn too: 35 draws miss one of five with a probability below 5 · 0.8³⁵ = 0.002; seed fixed.
    for (const key of ['covariates', 'baseline', 'propensity'] as const)
      expect(new Set(designs.map(({ kinds }) => kinds[key])).size).toBe(5);
    for (const key of ['outcome', 'treatment'] as const)
      expect(new Set(designs.map(({ kinds }) => kinds[key])).size).toBe(2);
  });

  test('forms asked for are given; a binary outcome and a continuous treatment exclude each other', () => {
    const given = { effect: 'steps', propensity: 'strong', covariates: 'mixed', noise: 'uneven' } as const;
    expect(randomDesign(1, 0, given).kinds).toMatchObject(given);
    for (let index = 0; index < 10; index++) {
      expect(randomDesign(1, index, { outcome: 'binary' }).kinds.treatment).toBe('binary');
      expect(randomDesign(1, index, { treatment: 'continuous' }).kinds.outcome).toBe('numeric');
    }
    expect(() => randomDesign(1, 0, { outcome: 'binary', treatment: 'continuous' })).toThrow(RangeError);
  });
});

/**
 * E[Y − m] = E[W − e] = 0, E[(W − e)(Y − m) − Var(W|X)·τ] = 0 (the effect is what treatment changes), and the same within
 * the half of the rows with larger τ. Five standard errors each: a false alarm in 6 of 10 million; seeds fixed.
 */
test.each([
  ...EFFECT_KINDS.map((effect): [string, Partial<DesignKinds>] => [effect, { effect }]),
  ...PROPENSITY_KINDS.map((propensity): [string, Partial<DesignKinds>] => [propensity, { propensity }]),
  ...COVARIATE_LAWS.map((covariates): [string, Partial<DesignKinds>] => [covariates, { covariates }]),
  ...NOISE_KINDS.map((noise): [string, Partial<DesignKinds>] => [noise, { noise }]),
  ['binary outcome', { outcome: 'binary', effect: 'smooth' }] as [string, Partial<DesignKinds>],
  ['continuous treatment', { treatment: 'continuous', propensity: 'shared' }] as [string, Partial<DesignKinds>],
])('truth and trial agree: %s', (_, given) => {
  const design = randomDesign(11, 3, given);
  const drawn = design.draw(0, 20_000);
  const { effect, treatmentMean, outcomeMean, treatmentVariance } = drawn;
  const outcome = outcomeOf(drawn).map((y, i) => y - outcomeMean[i]);
  const treatment = treatmentOf(drawn).map((w, i) => w - treatmentMean[i]);
  const moment = treatment.map((w, i) => w * outcome[i] - treatmentVariance[i] * effect[i]);
  const middle = effect.slice().sort()[10_000];
  for (const values of [outcome, treatment, moment, moment.filter((_, i) => effect[i] > middle)])
    if (values.length > 0) expect(Math.abs(standardised(values))).toBeLessThan(5);
  // The population's average effect is that of other rows: 10,000 for the reference, so √3 times the error.
  const off = effect.map((value) => value - design.averageEffect);
  if (new Set(effect).size > 1) expect(Math.abs(standardised(off))).toBeLessThan(5 * Math.sqrt(3));
  else expect(Math.abs(mean(off))).toBeLessThan(1e-12);
});

test('effects are 0, constant or varying as their form says; propensities stay where they should', () => {
  const draw = (kinds: Partial<DesignKinds>) => randomDesign(2, 0, { outcome: 'numeric', ...kinds }).draw(0, 500);
  expect(new Set(draw({ effect: 'none' }).effect)).toEqual(new Set([0]));
  const constant = new Set(draw({ effect: 'constant' }).effect);
  expect(constant.size).toBe(1);
  expect(constant.has(0)).toBe(false);
  for (const effect of EFFECT_KINDS.slice(2)) expect(new Set(draw({ effect }).effect).size).toBeGreaterThan(1);
  const range = (propensity: DesignKinds['propensity']) => {
    const { treatmentMean } = draw({ propensity, treatment: 'binary' });
    return [Math.min(...treatmentMean), Math.max(...treatmentMean)];
  };
  expect(range('half')).toEqual([0.5, 0.5]);
  expect(range('fifth')).toEqual([0.2, 0.2]);
  for (const [kind, low] of [
    ['apart', 0.15],
    ['shared', 0.15],
    ['strong', 0.05],
  ] as const) {
    const [least, most] = range(kind);
    expect(least).toBeGreaterThanOrEqual(low);
    expect(most).toBeLessThanOrEqual(1 - low);
    expect(most - least).toBeGreaterThan(0.2);
  }
});

test('binary outcomes are 0 and 1; categories reach the trial as categories; a known propensity does too', () => {
  const binary = randomDesign(2, 4, { outcome: 'binary' }).draw(0, 300);
  expect(new Set(outcomeOf(binary))).toEqual(new Set([0, 1]));
  const designs = Array.from({ length: 8 }, (_, k) =>
    randomDesign(5, k, { covariates: 'mixed', propensity: 'half', treatment: 'binary' }).draw(0, 300),
  );
  expect(designs.some(({ trial }) => trial.covariates.some(({ kind }) => kind === 'category'))).toBe(true);
  const known = designs.map(({ trial }) => trial.propensity !== null);
  expect(new Set(known)).toEqual(new Set([true, false]));
});

test.each(['linear', 'smooth', 'steps', 'interactions', 'mixture'] as const)(
  'functions of the form %s have mean 0 and standard deviation 1 on the reference rows, and use their covariates only',
  (kind) => {
    const stream = streamFor(1, 'test of surfaces', kind);
    const reference = Array.from({ length: 2000 }, () => Float64Array.from({ length: 6 }, () => stream.normal()));
    const surface = drawSurface(kind, [1, 4], stream, reference);
    const { mean: centre, deviation } = momentsOf(surface, reference);
    expect(Math.abs(centre)).toBeLessThan(1e-10);
    expect(Math.abs(deviation - 1)).toBeLessThan(1e-10);
    const changed = reference.map((z) => Float64Array.from(z, (value, f) => (f === 1 || f === 4 ? value : 9)));
    expect(changed.map(surface)).toEqual(reference.map(surface));
    for (const f of [1, 4]) {
      const without = reference.map((z) => Float64Array.from(z, (value, g) => (g === f ? 0 : value)));
      expect(without.map(surface)).not.toEqual(reference.map(surface));
    }
  },
);

test('noise has mean 0 and variance 1, t its tails', () => {
  const count = 50_000;
  for (const kind of NOISE_KINDS) {
    const stream = streamFor(1, 'test of noise', kind);
    const reference = Array.from({ length: 20_000 }, () => Float64Array.of(stream.normal()));
    const noise = drawNoise(kind, [0], stream, reference);
    const values = Float64Array.from({ length: count }, () => noise.draw(stream, Float64Array.of(stream.normal())));
    expect(Math.abs(standardised(values))).toBeLessThan(5);
    if (kind === 'heavy-tailed') {
      // P(|t₄| > 2.776) = 0.05 (any table); five standard errors of a share.
      const share = values.filter((value) => Math.abs(value) > 2.776 / Math.SQRT2).length / count;
      expect(Math.abs(share - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / count));
    } else {
      // Standard errors from the squares themselves; the reference rows' own error makes it √(1 + 50/20) times that.
      const squares = values.map((value) => value * value - 1);
      expect(Math.abs(standardised(squares))).toBeLessThan(5 * Math.sqrt(3.5));
    }
  }
});

test('scores are standardised, and neighbours of the correlated law correlate', () => {
  const count = 20_000;
  for (const law of COVARIATE_LAWS) {
    const stream = streamFor(1, 'test of covariates', law);
    const covariates = drawCovariates(law, 6, stream);
    const values = new Float64Array(6);
    const scores = Array.from({ length: count }, () => {
      const z = new Float64Array(6);
      covariates.drawInto(stream, values, z);
      return z;
    });
    for (let f = 0; f < 6; f++) {
      if (covariates.levels[f]) continue;
      const { mean: centre, deviation } = momentsOf((z) => z[f], scores);
      expect(Math.abs(centre)).toBeLessThan(5 / Math.sqrt(count));
      // t₃ has no fourth moment: its sample variance strays far more than others'.
      expect(Math.abs(deviation - 1)).toBeLessThan(law === 'heavy-tailed' ? 0.25 : 5 / Math.sqrt(count));
    }
    const neighbours = mean(scores.map((z) => z[2] * z[3]));
    if (law === 'correlated') expect(neighbours).toBeGreaterThan(0.25);
    else expect(Math.abs(neighbours)).toBeLessThan(0.15);
  }
});
