/**
 * What is believed of a sum of trees before any data, and what data make of it (Chipman, George & McCulloch 2010): trees are
 * small, their leaves near 0, and few columns matter.
 *   cut of a node of depth d: with probability α(1 + d)^−β; its column by probabilities s ~ Dirichlet(a/p, …, a/p), which
 *     learn from the cuts there are (Linero 2018): with a < 1 most of them come to be 0; its side: uniform over the cuts of
 *     the column, missing cells left or right; of a category any division of its levels;
 *   leaf values N(0, v), √(Tv) half-Cauchy (Gelman 2006) around a share of the outcome's standard deviation for a usual difference of
 *     treatment, so that neither's unit matters.
 * Given its shape a tree's leaves integrate out: with U = Σ ω̃W̃r and A = Σ ω̃W̃² of a leaf's rows, r their residuals from the
 * other trees, its rows have log-likelihood −½ log(1 + vA/σ²) + ½ (U/σ²)² v/(1 + vA/σ²) + terms free of the tree.
 */

import { exp } from '../../math/exp.js';
import { drawGamma, drawLogGamma } from '../../math/gamma.js';
import { log } from '../../math/log.js';
import type { RandomStream } from '../../math/random.js';

/** Trees of the sum. Twice as many gain nothing, half as many lose. */
export const TREES = 20;
/** α and β: half of the roots are cut, an eighth of the nodes below. */
const SPLIT = 0.5;
/** a. */
const CONCENTRATION = 0.5;
/** Median of √(Tv) times such a difference, in standard deviations of the outcome's residual. */
export const SCALE = 0.25;
/** Rows on each side of a cut. */
export const LEAST_ROWS = 10;

const splitProbability = (depth: number): number => SPLIT / (1 + depth) ** 2;

/** Log prior odds of a node of each depth being cut, with leaves below, to its being a leaf. */
export const CUT_ODDS = Float64Array.from({ length: 16 }, (_, depth) => {
  const here = splitProbability(depth);
  const below = 1 - splitProbability(depth + 1);
  return log((here * below * below) / (1 - here));
});

/** Logarithm of what a leaf's rows say, in units of σ. @param ratio v/σ² */
export function leafEvidence(weight: number, sum: number, ratio: number, noise: number): number {
  const growth = 1 + ratio * weight;
  return 0.5 * ((sum * sum * ratio) / (growth * noise) - log(growth));
}

/** v given the leaves, with the half-Cauchy law as a mixture of inverse gammas (Makalic & Schmidt 2016). */
export function drawLeafVariance(
  stream: RandomStream,
  previous: number,
  scaleSquare: number,
  leaves: number,
  squares: number,
): number {
  const mixing = (1 / scaleSquare + 1 / previous) / drawGamma(stream, 1);
  return (1 / mixing + squares / 2) / drawGamma(stream, (1 + leaves) / 2);
}

/** s given how many cuts each column has. */
export function drawColumnShares(stream: RandomStream, cuts: Int32Array, out: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let f = 0; f < out.length; f++) {
    out[f] = drawLogGamma(stream, CONCENTRATION / out.length + cuts[f]);
    most = Math.max(most, out[f]);
  }
  let total = 0;
  for (let f = 0; f < out.length; f++) {
    out[f] = exp(out[f] - most);
    total += out[f];
  }
  for (let f = 0; f < out.length; f++) out[f] /= total;
}
