/**
 * Random functions of the covariates' scores z, each brought to mean 0 and standard deviation 1 on reference rows:
 * linear sums, sums of smooth curves, of steps, of products of two covariates, and mixtures of two such forms.
 */
import type { RandomStream } from 'causal-forest/simulate';
import { SURFACE_KINDS, type SurfaceKind } from './design.js';

export type Surface = (scores: Float64Array) => number;

/** Quadratics and products are taken of scores held to ±3, so that a single far row is not the whole function. */
const held = (z: number): number => Math.max(-3, Math.min(3, z));

/**
 * A function of the form over the given covariates, all of which take part.
 *
 * @param reference rows of scores by which it is centred and scaled
 */
export function drawSurface(
  kind: SurfaceKind,
  covariates: readonly number[],
  stream: RandomStream,
  reference: readonly Float64Array[],
): Surface {
  // A step beyond a binary covariate's values is no function at all, so another is drawn in its place.
  for (let attempt = 0; attempt < 100; attempt++) {
    const raw = drawRaw(kind, covariates, stream, reference);
    const { mean, deviation } = momentsOf(raw, reference);
    if (deviation > 1e-3) return (z) => (raw(z) - mean) / deviation;
  }
  throw new Error(`no function of the form '${kind}' varies with covariates ${covariates.join(', ')}`);
}

function drawRaw(
  kind: SurfaceKind,
  covariates: readonly number[],
  stream: RandomStream,
  reference: readonly Float64Array[],
): Surface {
  if (kind === 'mixture') {
    const first = stream.below(4);
    const second = (first + 1 + stream.below(3)) % 4;
    const [one, other] = [first, second].map((form) =>
      drawSurface(SURFACE_KINDS[form], covariates, stream, reference),
    ) as [Surface, Surface];
    const share = 0.3 + 0.4 * stream.uniform();
    return (z) => share * one(z) + (1 - share) * other(z);
  }
  const terms = covariates.map((f, place): Surface => {
    // Between 0.5 and 1.5 in size, so that no covariate that takes part is nearly absent.
    const size = (0.5 + stream.uniform()) * (stream.uniform() < 0.5 ? -1 : 1);
    if (kind === 'linear') return (z) => size * z[f];
    if (kind === 'smooth') return smoothTerm(f, size, stream);
    if (kind === 'steps') return stepTerm(f, size, stream, reference);
    const partner = covariates[(place + 1) % covariates.length];
    return productTerm(f, partner, size, stream);
  });
  return (z) => terms.reduce((sum, term) => sum + term(z), 0);
}

function smoothTerm(f: number, size: number, stream: RandomStream): Surface {
  const shift = stream.normal() / 2;
  const forms: readonly Surface[] = [
    (z) => size * Math.sin(1.5 * (z[f] - shift)),
    (z) => size * Math.tanh(1.5 * (z[f] - shift)),
    (z) => size * Math.log1p(Math.exp(2 * held(z[f] - shift))),
    (z) => (size / 2) * held(z[f] - shift) ** 2,
    (z) => 2 * size * Math.exp(-2 * (z[f] - shift) ** 2),
  ];
  return forms[stream.below(forms.length)];
}

/** A step between the values of a reference row's quantiles 0.2 and 0.8, so that both sides hold rows. */
function stepTerm(f: number, size: number, stream: RandomStream, reference: readonly Float64Array[]): Surface {
  const values = Float64Array.from(reference.slice(0, 1000), (z) => z[f]).sort();
  const threshold = values[Math.floor((0.2 + 0.6 * stream.uniform()) * values.length)];
  return (z) => (z[f] >= threshold ? size : 0);
}

/** A product of two lines, of two positive parts, or "both are above". With itself a covariate makes the square. */
function productTerm(f: number, g: number, size: number, stream: RandomStream): Surface {
  const [a, b] = [stream.normal() / 2, stream.normal() / 2];
  const forms: readonly Surface[] = [
    (z) => size * held(z[f]) * held(z[g]),
    (z) => size * Math.max(held(z[f]) - a, 0) * Math.max(held(z[g]) - b, 0),
    (z) => (z[f] > a && z[g] > b ? 2 * size : 0),
  ];
  return forms[stream.below(forms.length)];
}

/** Mean and standard deviation of a function over rows. */
export function momentsOf(of: Surface, rows: readonly Float64Array[]): { mean: number; deviation: number } {
  const values = Float64Array.from(rows, of);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(square / values.length) };
}
