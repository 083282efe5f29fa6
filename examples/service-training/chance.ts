/**
 * Chance for the simulation: d3-random's variates on the library's named streams, so that worker 17's sixth month is
 * the same number whoever else is simulated, and in whatever order.
 */

import { streamFamily } from 'causal-forest/simulate';
import {
  randomBernoulli,
  randomBinomial,
  randomGamma,
  randomLogistic,
  randomLogNormal,
  randomNormal,
  randomPoisson,
} from 'd3-random';

/** Draws from one stream. Each method takes parameters and returns one variate. */
export interface Chance {
  uniform(): number;
  normal(mean?: number, deviation?: number): number;
  /** Median exp(location). */
  logNormal(location: number, deviation: number): number;
  /** Mean shape × scale. */
  gamma(shape: number, scale: number): number;
  logistic(): number;
  poisson(mean: number): number;
  binomial(count: number, probability: number): number;
  /** 1 with the given probability, else 0. */
  bernoulli(probability: number): number;
  /** An index of `weights` (any positive scale), drawn in proportion to them. */
  pick(weights: readonly number[]): number;
}

/** A family of independent streams named by seed and purpose: `const months = chanceFamily(1, 'months'); months(17)`. */
export function chanceFamily(seed: number, purpose: string): (index: number) => Chance {
  const family = streamFamily(seed, 'service-training', purpose);
  return (index) => chanceFrom(family(index));
}

function chanceFrom(stream: { uniform(): number }): Chance {
  const source = () => stream.uniform();
  const normal = randomNormal.source(source);
  const logNormal = randomLogNormal.source(source);
  const gamma = randomGamma.source(source);
  const logistic = randomLogistic.source(source)(0, 1);
  const poisson = randomPoisson.source(source);
  const binomial = randomBinomial.source(source);
  const bernoulli = randomBernoulli.source(source);
  return {
    uniform: source,
    normal: (mean = 0, deviation = 1) => normal(mean, deviation)(),
    logNormal: (location, deviation) => logNormal(location, deviation)(),
    gamma: (shape, scale) => gamma(shape, scale)(),
    logistic: () => logistic(),
    poisson: (mean) => (mean > 0 ? poisson(mean)() : 0),
    binomial: (count, probability) => (count > 0 ? binomial(count, probability)() : 0),
    bernoulli: (probability) => bernoulli(probability)(),
    pick(weights) {
      let left = source() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let k = 0; k < weights.length - 1; k++) {
        left -= weights[k] as number;
        if (left < 0) return k;
      }
      return weights.length - 1;
    },
  };
}
