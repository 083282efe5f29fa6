/**
 * Student's t distribution with any degrees of freedom ν > 0 (fractions and ∞ allowed), to about 1e-13 relative.
 *
 * With a = ν/2 and x = ν/(ν + t²): P(T > t) = ½ I_x(a, ½) for t ≥ 0, I the regularised incomplete beta function by its
 * continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22).
 * From ν = 10,000 on the fraction would need many terms. There, with z² = ν ln(1 + t²/ν) and s = w²/ν,
 *   P(T > t) = K ∫_z^∞ φ(w) √(s/(1 − e^(−s))) dw,   K = Γ(a + ½)/(Γ(a)√a),
 * exactly (substitute u² = ν(e^s − 1) in the density), and the root is expanded in s ≤ 0.15.
 */
import { InvalidOptionError } from '../base/errors.js';
import * as normal from './normal.js';

/** P(T ≤ t). @throws InvalidOptionError unless degreesOfFreedom > 0 */
export const cdf = (t: number, degreesOfFreedom: number): number => upperTail(-t, degreesOfFreedom);

/** P(T > t), precise in the upper tail. @throws InvalidOptionError unless degreesOfFreedom > 0 */
export function upperTail(t: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  if (degreesOfFreedom === Number.POSITIVE_INFINITY) return normal.upperTail(t);
  return t < 0 ? 1 - tailAndCentre(-t, degreesOfFreedom).tail : tailAndCentre(t, degreesOfFreedom).tail;
}

/** 2·P(T > |t|), the two-sided p-value. */
export const twoSidedTail = (t: number, degreesOfFreedom: number): number =>
  2 * upperTail(Math.abs(t), degreesOfFreedom);

/**
 * t with P(T ≤ t) = probability; −∞ at 0 and ∞ at 1.
 * @throws InvalidOptionError outside [0, 1], or unless degreesOfFreedom > 0
 */
export function quantile(probability: number, degreesOfFreedom: number): number {
  requireDegrees(degreesOfFreedom);
  const z = normal.quantile(probability);
  if (degreesOfFreedom === Number.POSITIVE_INFINITY || !Number.isFinite(z) || z === 0) return z;
  const tail = Math.min(probability, 1 - probability);
  return Math.sign(z) * positiveQuantile(Math.abs(z), tail, degreesOfFreedom);
}

/**
 * Newton's method on ln P against ln t, from the normal quantile, which lies below. In the tail ln P(T > t) and near
 * the centre ln P(0 < T < t) are concave in ln t, so that after one step the iterates approach from one side.
 */
function positiveQuantile(start: number, tail: number, degreesOfFreedom: number): number {
  const inTail = tail < 0.25;
  const target = Math.log(inTail ? tail : 0.5 - tail);
  let t = start;
  for (let iteration = 0; iteration < 200 && Number.isFinite(t); iteration++) {
    const parts = tailAndCentre(t, degreesOfFreedom);
    const probability = inTail ? parts.tail : parts.centre;
    const slope = ((inTail ? -1 : 1) * t * density(t, degreesOfFreedom)) / probability;
    const step = (target - Math.log(probability)) / slope;
    t *= Math.exp(step);
    if (Math.abs(step) < 1e-15) break;
  }
  return t;
}

/** K/√(2π)·(1 + t²/ν)^(−(ν+1)/2). */
function density(t: number, degreesOfFreedom: number): number {
  return (
    INVERSE_SQRT_TWO_PI *
    gammaRatio(degreesOfFreedom / 2) *
    Math.exp(((degreesOfFreedom + 1) / 2) * logShare(t, degreesOfFreedom))
  );
}

/** P(T > t) and P(0 < T < t) for t ≥ 0, each without subtraction from ½ where it is the small one. */
function tailAndCentre(t: number, degreesOfFreedom: number): { tail: number; centre: number } {
  if (t === 0) return { tail: 0.5, centre: 0 };
  if (degreesOfFreedom >= SERIES_FROM) return tailAndCentreBySeries(t, degreesOfFreedom);
  const a = degreesOfFreedom / 2;
  const logX = logShare(t, degreesOfFreedom);
  const x = Math.exp(logX);
  const y = -Math.expm1(logX);
  // x^a y^½ / B(a, ½), the factor that both continued fractions share.
  const factor = Math.exp(a * logX) * Math.sqrt(y) * gammaRatio(a) * Math.sqrt(a / Math.PI);
  if (x < (a + 1) / (a + 2.5)) {
    const tail = (0.5 * factor) / (a * betaFraction(x, a, 0.5));
    return { tail, centre: 0.5 - tail };
  }
  const centre = factor / betaFraction(y, 0.5, a);
  return { tail: 0.5 - centre, centre };
}

/** ln x = −ln(1 + t²/ν), also where t² overflows. */
const logShare = (t: number, degreesOfFreedom: number): number =>
  t > 1e150 ? Math.log(degreesOfFreedom) - 2 * Math.log(t) : -Math.log1p((t * t) / degreesOfFreedom);

/**
 * 1 + d₁/(1 + d₂/(1 + …)) of DLMF 8.17.22 by Lentz's method; I_x(a, b) = x^a (1−x)^b / (a B(a, b) · this).
 * Converges fast for x < (a + 1)/(a + b + 2).
 */
function betaFraction(x: number, a: number, b: number): number {
  let fraction = 1;
  let c = 1;
  let d = 0;
  for (let k = 1; k < 100_000; k++) {
    const m = Math.floor(k / 2);
    const term =
      k % 2 === 0
        ? (m * (b - m) * x) / ((a + k - 1) * (a + k))
        : (-(a + m) * (a + b + m) * x) / ((a + k - 1) * (a + k));
    d = 1 / away(1 + term * d);
    c = away(1 + term / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return fraction;
}

/** Lentz's guard: a denominator of 0 is moved off it by less than a rounding. */
const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);

/** The expansion for large ν: moments of φ over (z, ∞) and (0, z), by integration by parts. */
function tailAndCentreBySeries(t: number, degreesOfFreedom: number): { tail: number; centre: number } {
  const z = Math.sqrt(-degreesOfFreedom * logShare(t, degreesOfFreedom));
  const ratio = gammaRatio(degreesOfFreedom / 2);
  // ∫_z^∞ w^(2k) φ = z^(2k−1) φ(z) + (2k−1) ∫_z^∞ w^(2k−2) φ, here divided by ν^k.
  let border = (normal.density(z) * z) / degreesOfFreedom;
  let upper = normal.upperTail(z);
  let lower = 0.5 * normal.erf(z * Math.SQRT1_2);
  let tail = upper;
  let centre = lower;
  for (let k = 1; k < ROOT_SERIES.length; k++) {
    upper = border + ((2 * k - 1) / degreesOfFreedom) * upper;
    lower = ((2 * k - 1) / degreesOfFreedom) * lower - border;
    border *= (z * z) / degreesOfFreedom;
    tail += (ROOT_SERIES[k] as number) * upper;
    centre += (ROOT_SERIES[k] as number) * lower;
  }
  return { tail: ratio * tail, centre: ratio * centre };
}

/**
 * Γ(a + ½)/(Γ(a)√a) without the cancelling logarithms of two gamma functions: Stirling's series of the ratio (its
 * remainder is below 3e-16 from a = 16 on), and Γ(a + 1) = aΓ(a) to get there.
 */
function gammaRatio(a: number): number {
  let shifted = a;
  let factor = 1;
  while (shifted < 16) {
    factor *= shifted / (shifted + 0.5);
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series =
    inverse * (-1 / 8 + square * (1 / 192 + square * (-1 / 640 + square * (17 / 14336 - square * (31 / 18432)))));
  return factor * Math.exp(series) * Math.sqrt(shifted / a);
}

function requireDegrees(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0)) throw new InvalidOptionError('degreesOfFreedom', degreesOfFreedom, 'a number above 0');
}

const SERIES_FROM = 10_000;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
/** Taylor coefficients of √(s/(1 − e^(−s))) at 0; nine powers leave less than 1e-16 of the first for s ≤ 0.15. */
const ROOT_SERIES = [
  1,
  1 / 4,
  1 / 96,
  -1 / 384,
  -1 / 10240,
  19 / 368640,
  79 / 61931520,
  -55 / 49545216,
  -2339 / 118908518400,
  11813 / 475634073600,
];
