/**
 * Draws from gamma laws of unit scale: Marsaglia & Tsang, "A simple method for generating gamma variables", ACM Transactions
 * on Mathematical Software 26 (2000), 363–372. For k < 1, G(k) = G(k + 1)·U^(1/k) (their §6), whose logarithm stays finite
 * where the draw itself would be 0.
 */
import { exp } from './exp.js';
import { log } from './log.js';
import type { RandomStream } from './random.js';

/** A draw from the gamma law of shape k > 0 and scale 1: mean k, variance k. */
export const drawGamma = (stream: RandomStream, shape: number): number =>
  shape < 1 ? exp(drawLogGamma(stream, shape)) : drawLarge(stream, shape);

/** Its logarithm, for shapes however small. */
export const drawLogGamma = (stream: RandomStream, shape: number): number =>
  shape < 1 ? log(drawLarge(stream, shape + 1)) + log(1 - stream.uniform()) / shape : log(drawLarge(stream, shape));

function drawLarge(stream: RandomStream, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const cube = root * root * root;
    if (log(1 - stream.uniform()) < 0.5 * x * x + d - d * cube + d * log(cube)) return d * cube;
  }
}
