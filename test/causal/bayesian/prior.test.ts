/**
 * The prior's formulas against their definitions, and its draws against exact laws. Each statistical test fails a right one
 * with probability at most 1e-6.
 */
import { describe, expect, test } from 'vitest';
import { CUT_ODDS, drawColumnShares, drawLeafVariance, leafEvidence } from '../../../src/causal/bayesian/prior.js';
import { streamFor } from '../../../src/math/random.js';
import { distanceLimit, distanceToLaw, NORMAL_LIMIT } from '../../support/frequencies.js';
import { drawn } from '../../support/generated-problem.js';

/** ln det and y′C⁻¹y by elimination. */
function densityParts(covariance: readonly (readonly number[])[], y: readonly number[]) {
  const rows = covariance.map((row, i) => [...row, y[i]]);
  let [logDeterminant, square] = [0, 0];
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows[k][k];
    logDeterminant += Math.log(pivot);
    square += rows[k][rows.length] ** 2 / pivot;
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / pivot;
      for (let j = k; j <= rows.length; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  return { logDeterminant, square };
}

const logDensity = (covariance: readonly (readonly number[])[], y: readonly number[]): number => {
  const { logDeterminant, square } = densityParts(covariance, y);
  return -0.5 * (logDeterminant + square + y.length * Math.log(2 * Math.PI));
};

test.each([1e-6, 0.3, 40])(
  'evidence of a leaf is its rows’ normal log density, less that of a leaf that is 0 (v = %f)',
  (v) => {
    const [treatment, precision, residual] = [
      [0.5, -0.4, 0.7, -0.5],
      [1, 0.3, 2, 0.9],
      [0.8, 0.1, 1.9, -1.2],
    ];
    const noise = 1.7;
    const covariance = (variance: number) =>
      treatment.map((a, i) => treatment.map((b, j) => variance * a * b + (i === j ? noise / precision[i] : 0)));
    const weight = treatment.reduce((sum, w, i) => sum + precision[i] * w * w, 0);
    const sum = treatment.reduce((total, w, i) => total + precision[i] * w * residual[i], 0);
    expect(leafEvidence(weight, sum, v / noise, noise)).toBeCloseTo(
      logDensity(covariance(v), residual) - logDensity(covariance(0), residual),
      10,
    );
  },
);

test('a leaf without weight, and one whose value is known to be 0, say nothing', () => {
  expect(leafEvidence(0, 0, 3, 2)).toBe(0);
  expect(Math.abs(leafEvidence(5, 1, 0, 2))).toBe(0);
});

test('odds of a cut: probability ½(1 + d)⁻² of a cut and none below, to none', () => {
  const probability = (depth: number) => 0.5 * (1 + depth) ** -2;
  expect(CUT_ODDS).toHaveLength(16);
  CUT_ODDS.forEach((odds, depth) => {
    const tree = probability(depth) * (1 - probability(depth + 1)) ** 2;
    expect(odds).toBeCloseTo(Math.log(tree / (1 - probability(depth))), 12);
  });
  expect(Math.exp(CUT_ODDS[0])).toBeCloseTo(0.875 ** 2, 12);
});

describe('the variance of leaves', () => {
  const COUNT = 20_000;
  const scale = 0.3;

  // Draw v from the prior, leaves given v, and v again given the leaves: it has the prior's law still.
  test.each([1, 3, 30])('%i leaves that are drawn by it leave its law as it was: half-Cauchy', (leaves) => {
    const stream = streamFor(1, 'leaf variance', leaves);
    const roots = drawn(COUNT, () => {
      const root = scale * Math.tan((Math.PI / 2) * stream.uniform());
      let squares = 0;
      for (let leaf = 0; leaf < leaves; leaf++) squares += (root * stream.normal()) ** 2;
      return Math.sqrt(drawLeafVariance(stream, root * root, scale * scale, leaves, squares));
    });
    expect(distanceToLaw(roots, (root) => (2 / Math.PI) * Math.atan(root / scale))).toBeLessThan(distanceLimit(COUNT));
  });

  // 1/a = Eθ with E exponential and 1/θ = 1/A² + 1/v before; then 1/v is gamma of shape (1 + m)/2 and rate 1/a + S/2.
  test.each([
    [2, 0.5],
    [9, 20],
  ])('%i leaves with squares %f: the mean of 1/v by integration', (leaves, squares) => {
    const stream = streamFor(2, 'leaf variance', leaves);
    const [previous, scaleSquare, shape] = [0.7, scale * scale, (1 + leaves) / 2];
    const theta = 1 / (1 / scaleSquare + 1 / previous);
    const moment = (power: number) => {
      let total = 0;
      for (let k = 0; k < 40_000; k++) {
        const e = (k + 0.5) / 1000;
        total += Math.exp(-e) * (e * theta + squares / 2) ** -power * 1e-3;
      }
      return total;
    };
    const mean = shape * moment(1);
    const variance = shape * (shape + 1) * moment(2) - mean ** 2;
    const found = drawn(COUNT, () => 1 / drawLeafVariance(stream, previous, scaleSquare, leaves, squares));
    const error = found.reduce((sum, value) => sum + value, 0) / COUNT - mean;
    expect(Math.abs(error)).toBeLessThan(NORMAL_LIMIT * Math.sqrt(variance / COUNT));
  });
});

describe('shares of columns', () => {
  const COUNT = 20_000;

  // Dirichlet with aₖ = a/p + cuts, a = ½: mean aₖ/A, mean square aₖ(aₖ + 1)/(A(A + 1)); of a fourth power alike.
  test.each([[[0, 0, 0]], [[4, 0, 1]], [[30, 2, 0]]])('after cuts %j: mean and mean square', (cuts) => {
    const stream = streamFor(3, 'shares', cuts.join());
    const shares = new Float64Array(3);
    const sums = cuts.map(() => [0, 0]);
    for (let k = 0; k < COUNT; k++) {
      drawColumnShares(stream, Int32Array.from(cuts), shares);
      if (Math.abs(shares.reduce((a, b) => a + b, 0) - 1) > 1e-12) throw new Error('shares do not add up to 1');
      sums.forEach((own, f) => {
        own[0] += shares[f] / COUNT;
        own[1] += shares[f] ** 2 / COUNT;
      });
    }
    const all = cuts.reduce((sum, own) => sum + own, 0.5);
    const moment = (own: number, power: number) =>
      Array.from({ length: power }, (_, k) => (own + k) / (all + k)).reduce((a, b) => a * b, 1);
    cuts.forEach((count, f) => {
      const own = 0.5 / 3 + count;
      for (const power of [1, 2]) {
        const variance = moment(own, 2 * power) - moment(own, power) ** 2;
        expect(Math.abs(sums[f][power - 1] - moment(own, power))).toBeLessThan(
          NORMAL_LIMIT * Math.sqrt(variance / COUNT),
        );
      }
    });
  });

  test('of a thousand columns without cuts are finite, and few are not 0', () => {
    const stream = streamFor(4, 'shares');
    const shares = new Float64Array(1000);
    drawColumnShares(stream, new Int32Array(1000), shares);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(shares.filter((share) => share > 1e-3).length).toBeLessThan(20);
  });
});
