/**
 * The report's pay formula: salary = basePay · performanceFactor + bonus − deductions + other, where
 * basePay = services · pieceRate + hours · hourlyRate.
 * The performance factor is 0.9 + 1.8 · rank, and the rank is that of the worker's own quality score q of the month in
 * the unit's FIXED distribution of quality, N(0, 1): rank = Φ(q). It so runs from 0.9 to 2.7, is usually above 1, and
 * no worker's pay depends on how anyone else was trained.
 * The score is q = 0.8 · skill + practice + effect + 0.6 · ε with ε ~ N(0, 1), and
 * E[Φ(m + s ε)] = Φ(m/√(1 + s²)), so expected factors are a closed formula.
 */
const LOWEST_FACTOR = 0.9;
const FACTOR_RANGE = 1.8;
const SKILL_WEIGHT = 0.8;
const SCORE_NOISE = 0.6;
/** Newcomers begin below the unit's distribution and grow into it, by month. */
const PRACTICE = [-0.7, -0.5, -0.35, -0.25, -0.15, -0.1];

/** Yuan per hour online, on average. */
export const BONUS_PER_HOUR = 1.1;
export const OTHER_PER_HOUR = 0.4;
/** Yuan for each failure found by quality control. */
export const FINE_PER_FAILURE = 4;

/** The month's expected quality score; `effect` is that of training, 0 without. */
export const meanScore = (skill: number, month: number, effect: number): number =>
  SKILL_WEIGHT * skill + (PRACTICE[month] as number) + effect;

/** The factor of a month with score noise ε. */
export const performanceFactor = (mean: number, noise: number): number =>
  LOWEST_FACTOR + FACTOR_RANGE * normalCdf(mean + SCORE_NOISE * noise);

/** The factor's expectation over the score's noise. */
export const expectedFactor = (mean: number): number =>
  LOWEST_FACTOR + FACTOR_RANGE * normalCdf(mean / Math.sqrt(1 + SCORE_NOISE * SCORE_NOISE));

/**
 * Φ(x) = ½ + φ(x)(x + x³/3 + x⁵/(3·5) + …) (Marsaglia 2004), to about 1e-15 in absolute terms for the |x| < 7 that
 * quality scores stay within; the tails' relative precision does not matter to a rank.
 */
export function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; sum !== sum + term && k < 400; k += 2) sum += term *= (x * x) / k;
  return 0.5 + sum * Math.exp(-0.5 * x * x) * 0.3989422804014327;
}
