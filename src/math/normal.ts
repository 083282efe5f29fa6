/**
 * The standard normal distribution to full double precision, also far in the tails.
 *
 * erf, erfc and erfcx(x) = exp(x²)·erfc(x): rational Chebyshev approximations of W. J. Cody, "Rational Chebyshev
 * approximations for the error function", Mathematics of Computation 23 (1969), 631–637.
 * Quantile: M. J. Wichura, algorithm AS 241 (PPND16), Applied Statistics 37 (1988), 477–484.
 * Coefficients are the published ones, each written as the double that it rounds to.
 * Tails are e^(−z²/2) times erfcx, never 1 − cdf: that difference is 0 from z ≈ 8.3 on.
 */

import { InvalidOptionError } from '../base/errors.js';
import { exp } from './exp.js';

/** φ(z) = e^(−z²/2)/√(2π). */
export const density = (z: number): number => INVERSE_SQRT_TWO_PI * expMinusHalfSquare(z);

/** Φ(z) = P(Z ≤ z), precise in the lower tail too. */
export const cdf = (z: number): number => upperTail(-z);

/** P(Z > z), precise to its last digits as far as doubles reach (z ≈ 38). */
export function upperTail(z: number): number {
  if (Math.abs(z) < SMALL_Z) return 0.5 - 0.5 * erf(z * Math.SQRT1_2);
  if (z < 0) return 1 - upperTail(-z);
  return 0.5 * scaledErfc(z * Math.SQRT1_2) * expMinusHalfSquare(z);
}

/** 2·P(Z > |z|), the two-sided p-value of a standard normal statistic. */
export const twoSidedTail = (z: number): number => 2 * upperTail(Math.abs(z));

/**
 * φ(r)/Φ(r), the inverse Mills ratio of the lower tail: the mean of −Z given Z ≤ r. For r < 0 it is
 * √(2/π)/erfcx(−r/√2), in which the exponentials that would underflow (0/0 from r ≈ −38 on) have cancelled.
 */
export function inverseMillsLower(r: number): number {
  if (r < 0) return SQRT_TWO_OVER_PI / scaledErfc(-r * Math.SQRT1_2);
  // φ(r) and 1 − Φ(r) share their exponential.
  const exponential = expMinusHalfSquare(r);
  const below = r < SMALL_Z ? cdf(r) : 1 - 0.5 * scaledErfc(r * Math.SQRT1_2) * exponential;
  return (INVERSE_SQRT_TWO_PI * exponential) / below;
}

/**
 * z with Φ(z) = probability; −∞ at 0 and ∞ at 1. For a small upper tail q use −quantile(q), not quantile(1 − q).
 * @throws InvalidOptionError outside [0, 1]
 */
export function quantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1))
    throw new InvalidOptionError('probability', probability, 'a number from 0 to 1');
  const centred = probability - 0.5;
  if (Math.abs(centred) <= 0.425) {
    const r = 0.180625 - centred * centred;
    return (centred * polynomial(CENTRE_ABOVE, r)) / polynomial(CENTRE_BELOW, r);
  }
  const tail = centred < 0 ? probability : 1 - probability;
  if (tail === 0) return centred < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const z =
    r <= 5
      ? polynomial(TAIL_ABOVE, r - 1.6) / polynomial(TAIL_BELOW, r - 1.6)
      : polynomial(FAR_ABOVE, r - 5) / polynomial(FAR_BELOW, r - 5);
  return centred < 0 ? -z : z;
}

/** erf(x) = 2/√π ∫₀ˣ e^(−t²) dt. */
export function erf(x: number): number {
  if (Math.abs(x) <= SMALL_X) return smallErf(x);
  return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
}

/** erfc(x) = 1 − erf(x), without the subtraction where it would cost digits. */
export function erfc(x: number): number {
  if (Math.abs(x) <= SMALL_X) return 1 - smallErf(x);
  return x < 0 ? 2 - erfc(-x) : scaledErfc(x) * expMinusSquare(x);
}

/** erfcx(x) = e^(x²) erfc(x) for x ≥ 0; it falls like 1/(x√π) where erfc underflows. */
function scaledErfc(x: number): number {
  if (x <= SMALL_X) return (1 - smallErf(x)) * exp(x * x);
  if (x <= 4) return polynomial(MIDDLE_ABOVE, x) / polynomial(MIDDLE_BELOW, x);
  const inverseSquare = 1 / (x * x);
  const correction = (inverseSquare * polynomial(LARGE_ABOVE, inverseSquare)) / polynomial(LARGE_BELOW, inverseSquare);
  return (INVERSE_SQRT_PI - correction) / x;
}

function smallErf(x: number): number {
  const square = x * x;
  return (x * polynomial(SMALL_ABOVE, square)) / polynomial(SMALL_BELOW, square);
}

/** e^(−x²) with x² split into a part that is exact and a small rest, so that rounding x² costs no digits. */
function expMinusSquare(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return exp(-head * head) * exp(-(x - head) * (x + head));
}

function expMinusHalfSquare(z: number): number {
  if (Math.abs(z) > UNDERFLOW_Z) return 0;
  const head = Math.trunc(z * 16) / 16;
  return exp(-0.5 * head * head) * exp(-0.5 * (z - head) * (z + head));
}

/** Σ cₖ xᵏ by Horner's rule; coefficients from the constant up. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) value = value * x + (coefficients[k] as number);
  return value;
}

/** Below it erf is computed as such, above it as 1 − erfc (Cody). */
const SMALL_X = 0.46875;
/** |z|/√2 < SMALL_X. */
const SMALL_Z = SMALL_X * Math.SQRT2;
/** e^(−z²/2) is 0 in doubles from z ≈ 38.6 on. */
const UNDERFLOW_Z = 40;
const INVERSE_SQRT_TWO_PI = 0.3989422804014327;
const INVERSE_SQRT_PI = 0.5641895835477563;
const SQRT_TWO_OVER_PI = 0.7978845608028654;

/** Cody 1969: erf on |x| ≤ 0.46875 in x². */
const SMALL_ABOVE = [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315];
const SMALL_BELOW = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];
/** Cody 1969: erfcx on 0.46875 … 4 in x. */
const MIDDLE_ABOVE = [
  1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001, 66.11919063714163,
  8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8,
];
const MIDDLE_BELOW = [
  1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903, 537.1811018620099,
  117.6939508913125, 15.744926110709835, 1,
];
/** Cody 1969: x·erfcx(x) = 1/√π − R(1/x²)/x² above 4. */
const LARGE_ABOVE = [
  0.0006587491615298378, 0.016083785148742275, 0.12578172611122926, 0.36034489994980445, 0.30532663496123236,
  0.016315387137302097,
];
const LARGE_BELOW = [
  0.0023352049762686918, 0.06051834131244132, 0.5279051029514285, 1.8729528499234673, 2.568520192289822, 1,
];
/** Wichura 1988: |p − ½| ≤ 0.425 in 0.180625 − (p − ½)². */
const CENTRE_ABOVE = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
];
const CENTRE_BELOW = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
];
/** Wichura 1988: r = √(−ln tail) ≤ 5 in r − 1.6. */
const TAIL_ABOVE = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
];
const TAIL_BELOW = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
/** Wichura 1988: r > 5 in r − 5. */
const FAR_ABOVE = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
];
const FAR_BELOW = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
];
