/** Noise of mean 0 and variance 1 over the rows: normal, of uneven variance, or with the tails of Student's t₄. */
import type { RandomStream } from 'causal-forest/simulate';
import { studentT } from './covariates.js';
import { drawSurface } from './surfaces.js';

export const NOISE_KINDS = ['normal', 'uneven', 'heavy-tailed'] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

export interface Noise {
  readonly words: string;
  draw(stream: RandomStream, scores: Float64Array): number;
}

/** `uneven`: the standard deviation is exp(s/2) over its root mean square, s a smooth function of the given covariates. */
export function drawNoise(
  kind: NoiseKind,
  covariates: readonly number[],
  stream: RandomStream,
  reference: readonly Float64Array[],
): Noise {
  if (kind === 'normal') return { words: 'normal noise', draw: (rows) => rows.normal() };
  // t₄ has variance 2.
  if (kind === 'heavy-tailed')
    return { words: 'noise of t with 4 degrees', draw: (rows) => studentT(rows, 4) / Math.SQRT2 };
  const surface = drawSurface('smooth', covariates, stream, reference);
  const rootMeanSquare = Math.sqrt(reference.reduce((sum, z) => sum + Math.exp(surface(z)), 0) / reference.length);
  return {
    words: 'noise of uneven variance',
    draw: (rows, z) => (Math.exp(surface(z) / 2) / rootMeanSquare) * rows.normal(),
  };
}
