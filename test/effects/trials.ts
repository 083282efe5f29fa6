/** Small simulated trials with known truth, and forests that hold the true nuisances. */
import type { CausalForest } from '../../src/causal/types.js';
import { type RandomStream, streamFamily } from '../../src/math/random.js';
import { category, type ForestNumbers, forestOf, numeric } from './forest-of.js';

/**
 * x uniform on (0, 1), e(x) = 0.3 + 0.4x, E[Y(0)|x] = 2 + x, τ(x) = 1 + x, noise N(0, 1).
 * E[Y(0)] = 2.5, E[Y(1)] = 4, average effect 1.5, relative effect 60 %.
 */
export const TRUTH = { effect: 1.5, percent: 60 } as const;

export interface SimulatedTrial extends ForestNumbers {
  readonly x: Float64Array;
}

/** Clusters of `clusterSize` rows share a normal shift of their effect, of standard deviation 1. */
export function simulateTrial(random: RandomStream, n: number, clusterSize = 1): SimulatedTrial {
  const x = Float64Array.from({ length: n }, () => random.uniform());
  const shift = Float64Array.from({ length: Math.ceil(n / clusterSize) }, () => random.normal());
  const clusters = Int32Array.from(x, (_, row) => Math.floor(row / clusterSize));
  const treatmentHat = x.map((value) => 0.3 + 0.4 * value);
  const treatment = treatmentHat.map((propensity) => (random.uniform() < propensity ? 1 : 0));
  const effect = x.map((value) => 1 + value);
  const outcomeHat = x.map((value, row) => 2 + value + treatmentHat[row] * effect[row]);
  const outcome = x.map(
    (value, row) =>
      2 +
      value +
      treatment[row] * effect[row] +
      random.normal() +
      (clusterSize > 1 ? treatment[row] * shift[clusters[row]] : 0),
  );
  return {
    x,
    outcome,
    treatment,
    effect,
    outcomeHat,
    treatmentHat,
    clusters: clusterSize > 1 ? clusters : null,
    covariates: [
      numeric('x', x),
      category(
        'half',
        Array.from(x, (value) => (value < 0.5 ? 'low' : 'high')),
      ),
    ],
  };
}

/** One trial per index, each from its own stream. */
export function simulatedForests(purpose: string, n: number, clusterSize = 1): (index: number) => CausalForest {
  const streams = streamFamily(20_240_901, 'effects', purpose);
  return (index) => forestOf(simulateTrial(streams(index), n, clusterSize));
}

/** The rows named, in that order; clusters keep their numbers. */
export function rowsOf(numbers: ForestNumbers, rows: readonly number[]): ForestNumbers {
  const pick = (values: ArrayLike<number>) => rows.map((row) => values[row]);
  return {
    ...numbers,
    outcome: pick(numbers.outcome),
    treatment: pick(numbers.treatment),
    effect: pick(numbers.effect),
    outcomeHat: pick(numbers.outcomeHat),
    treatmentHat: pick(numbers.treatmentHat),
    weights: numbers.weights ? pick(numbers.weights) : null,
    clusters: numbers.clusters ? pick(numbers.clusters) : null,
    covariates: [],
  };
}

/**
 * A randomised trial of two arms without covariates: the propensity is the treated share, the predictions are the arms'
 * means, so that every doubly robust mean is the plain mean of its arm.
 */
export function twoArms(treated: readonly number[], control: readonly number[], outcomeName = 'y'): CausalForest {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const outcome = [...treated, ...control];
  const share = treated.length / outcome.length;
  const constant = (value: number) => outcome.map(() => value);
  return forestOf({
    outcome,
    treatment: outcome.map((_, row) => (row < treated.length ? 1 : 0)),
    effect: constant(mean(treated) - mean(control)),
    outcomeHat: constant(share * mean(treated) + (1 - share) * mean(control)),
    treatmentHat: constant(share),
    outcomeName,
  });
}
