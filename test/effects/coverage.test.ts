/**
 * Coverage on simulated trials with known truth and the true nuisances, 400 trials of 200 rows (or 60 clusters of 4).
 * With coverage 0.95 the count of 400 falls outside [364, 393] with probability 0.0005. The seeds are fixed, so a test
 * that passes stays; each states the chance that a right implementation had of failing when it was written.
 */
import { describe, expect, test } from 'vitest';
import type { CausalForest } from '../../src/causal/types.js';
import { averageEffect } from '../../src/effects/average.js';
import { groupDifferences } from '../../src/effects/differences.js';
import { relativeEffect } from '../../src/effects/relative.js';
import { simulatedForests, TRUTH } from './trials.js';

const TRIALS = 400;
const count = (forests: (index: number) => CausalForest, covers: (forest: CausalForest) => boolean): number => {
  let hits = 0;
  for (let index = 0; index < TRIALS; index++) if (covers(forests(index))) hits++;
  return hits;
};
const holds = (interval: readonly [number, number] | null, truth: number) =>
  interval !== null && interval[0] <= truth && truth <= interval[1];

const expectNominal = (hits: number) => {
  expect(hits).toBeGreaterThanOrEqual(364);
  expect(hits).toBeLessThanOrEqual(393);
};

/** E[τ | W = 1] = ∫(0.3 + 0.4x)(1 + x)dx / 0.5 = (0.3·1.5 + 0.4·(1/2 + 1/3)) / 0.5, and its mirror. */
const TREATED = (0.45 + 0.4 * (5 / 6)) / 0.5;
const CONTROL = (0.7 * 1.5 - 0.4 * (5 / 6)) / 0.5;
/** e(1 − e) = 0.21 + 0.16x − 0.16x² is symmetric around ½, so the overlap-weighted effect is τ(½). */
const OVERLAP = 1.5;

/** The same trial with `shift` added to every outcome. */
const shifted = (forest: CausalForest, shift: number): CausalForest => ({
  ...forest,
  outcome: forest.outcome.map((y) => y + shift),
  nuisance: { ...forest.nuisance, outcomeHat: forest.nuisance.outcomeHat.map((y) => y + shift) },
});

describe('rows', () => {
  const forests = simulatedForests('rows', 200);

  test.each([
    ['all', TRUTH.effect],
    ['treated', TREATED],
    ['control', CONTROL],
    ['overlap', OVERLAP],
  ] as const)('average over %s', (target, truth) => {
    expectNominal(count(forests, (forest) => holds(averageEffect(forest, { target }).interval, truth)));
  });

  test('targeted average over all', () => {
    expectNominal(
      count(forests, (forest) => holds(averageEffect(forest, { estimator: 'tmle' }).interval, TRUTH.effect)),
    );
  });

  test.each(['delta', 'fieller', 'auto'] as const)('relative effect, method %s', (method) => {
    expectNominal(count(forests, (forest) => holds(relativeEffect(forest, { method }).interval, TRUTH.percent)));
  });

  test('relative effect where the control mean is only five standard errors from 0: Fieller', () => {
    // Outcomes moved down by 1.8: E[Y(0)] = 0.7, relative effect 1.5/0.7; g is about 0.14, so 'auto' takes Fieller.
    const moved = (index: number) => shifted(forests(index), -1.8);
    const methods = new Set<string | null>();
    const hits = count(moved, (forest) => {
      const { interval, method } = relativeEffect(forest);
      methods.add(method);
      return holds(interval, 150 / 0.7);
    });
    expectNominal(hits);
    expect(methods).toContain('fieller');
  });

  test('difference between groups: E[τ | x < ½] − E[τ | x ≥ ½] = −½', () => {
    expectNominal(
      count(forests, (forest) => holds(groupDifferences(forest, { by: 'half' }).differences[0].interval, -0.5)),
    );
  });
});

describe('clusters', () => {
  const forests = simulatedForests('clusters', 240, 4);

  // Cluster-robust normal intervals with 60 clusters cover about 94 %; outside [358, 393] has probability 0.0002 then.
  const expectNear = (hits: number) => {
    expect(hits).toBeGreaterThanOrEqual(358);
    expect(hits).toBeLessThanOrEqual(393);
  };

  test.each([
    ['all', TRUTH.effect],
    ['treated', TREATED],
  ] as const)('average over %s', (target, truth) => {
    expectNear(count(forests, (forest) => holds(averageEffect(forest, { target }).interval, truth)));
  });

  test('relative effect', () => {
    expectNear(count(forests, (forest) => holds(relativeEffect(forest).interval, TRUTH.percent)));
  });
});
