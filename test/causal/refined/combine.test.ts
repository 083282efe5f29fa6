/** Weights by the R-loss, on effects whose right weights are known. */
import { describe, expect, test } from 'vitest';
import type { RLossRows } from '../../../src/causal/r-loss-rows.js';
import { combine } from '../../../src/causal/refined/combine.js';
import { unseenVariance, withUncertainty } from '../../../src/causal/refined/uncertainty.js';
import { streamFor } from '../../../src/math/random.js';
import { designOf } from '../../../src/penalized/design.js';

const n = 4000;

/** Ỹ = W̃τ + noise with τ = 0.5 + x, W̃ = ±½. */
function drawRows(noise: number, seed = 1) {
  const stream = streamFor(seed, 'combine');
  const x = Float64Array.from({ length: n }, () => stream.normal());
  const other = Float64Array.from({ length: n }, () => stream.normal());
  const treatment = Float64Array.from({ length: n }, () => stream.below(2) - 0.5);
  const outcome = x.map((value, i) => treatment[i] * (0.5 + value) + noise * stream.normal());
  const rows: RLossRows = { outcome, treatment, weight: new Float64Array(n).fill(1), clusters: null };
  return { rows, x, other };
}

describe('combine', () => {
  test('without noise the truth has weight 1, half of it 2, and noise none', () => {
    const { rows, x, other } = drawRows(0);
    const truth = combine([x, other], rows);
    // The constant is the mean weighted by W̃², which is even here.
    expect(truth.constant).toBeCloseTo(0.5 + x.reduce((a, b) => a + b, 0) / n, 10);
    // The ridge penalty lets the other member have as much as chance lets it resemble the truth.
    expect(truth.weights[0]).toBeCloseTo(1, 3);
    expect(truth.shrinkage).toBeCloseTo(1, 4);
    expect(combine([x.map((value) => value / 2)], rows).weights[0]).toBeCloseTo(2, 10);
  });

  test('a member that points the wrong way gets nothing, and then all rows have one effect', () => {
    const { rows, x } = drawRows(1);
    const { weights, shrinkage, slopeError } = combine([x.map((value) => -value)], rows);
    expect([...weights]).toEqual([0]);
    expect(shrinkage).toBe(0);
    expect(slopeError).toBeNull();
  });

  test('the standard error of the slope is that of the sandwich formula, or of even noise if that is larger', () => {
    const { rows, x } = drawRows(1);
    // Noise that is largest, or smallest, where the slope is told: the one formula is larger, then the other.
    for (const uneven of [(value: number) => 0.5 + Math.abs(value), (value: number) => 1 / (0.5 + Math.abs(value))]) {
      const outcome = rows.outcome.map((y, i) => {
        const told = rows.treatment[i] * (0.5 + x[i]);
        return told + uneven(x[i]) * (y - told);
      });
      const { slopeError, differences, constant } = combine([x], { ...rows, outcome });
      let [square, meat, noise] = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        const regressor = rows.treatment[i] * differences[i];
        const residual = outcome[i] - constant * rows.treatment[i] - regressor;
        square += regressor ** 2;
        meat += (regressor * residual) ** 2;
        noise += residual ** 2;
      }
      const robust = (Math.sqrt(meat) / square) * Math.sqrt(n / (n - 1));
      const even = Math.sqrt(noise / n / square);
      expect(robust > even).toBe(uneven(2) > uneven(0));
      expect(slopeError).toBeCloseTo(Math.max(robust, even), 12);
    }
  });

  test('rows four times over in clusters weigh as rows once: the error does not shrink', () => {
    const { rows, x } = drawRows(1);
    const four = (values: Float64Array) => Float64Array.from({ length: 4 * n }, (_, i) => values[i % n]);
    const repeated = {
      ...rows,
      outcome: four(rows.outcome),
      treatment: four(rows.treatment),
      weight: four(rows.weight),
    };
    const once = combine([x], { ...rows, clusters: Int32Array.from({ length: n }, (_, i) => i) });
    const clustered = combine([four(x)], {
      ...repeated,
      clusters: Int32Array.from({ length: 4 * n }, (_, i) => i % n),
    });
    expect(clustered.weights[0]).toBeCloseTo(once.weights[0], 9);
    expect(clustered.slopeError).toBeCloseTo(once.slopeError as number, 9);
    expect(combine([four(x)], repeated).slopeError).toBeLessThan(0.53 * (once.slopeError as number));
  });

  test('weights count as rows, and a row without an effect has no say', () => {
    const { rows, x } = drawRows(1);
    const weight = Float64Array.from({ length: n }, (_, i) => (i < 100 ? 0 : 2));
    const weighted = combine([x], { ...rows, weight });
    const holes = combine([x.map((value, i) => (i < 100 ? Number.NaN : value))], rows);
    expect(weighted.weights[0]).toBeCloseTo(holes.weights[0], 12);
    expect(holes.differences[0]).toBeNaN();
  });

  test('where effects do not vary, shrinkage is at most 0.5 in most draws', () => {
    // z² > 6 by chance in 0.7 % (upwards); 6 of 40 or more would happen less than once in a million times.
    const high = Array.from({ length: 40 }, (_, seed) => drawRows(1, seed + 10)).filter(
      ({ rows, other }) =>
        combine([other], { ...rows, outcome: rows.outcome.map((y, i) => y - rows.treatment[i]) }).shrinkage > 0.5,
    );
    expect(high.length).toBeLessThan(6);
  });
});

describe('members that say the same', () => {
  test('share the weight that one of them would have', () => {
    const { rows, x } = drawRows(1);
    const one = combine([x], rows);
    const two = combine([x, x.map((value) => 2 * value)], rows);
    expect(two.weights[0]).toBeCloseTo(2 * two.weights[1], 6);
    two.differences.forEach((value, i) => {
      expect(value).toBeCloseTo(one.differences[i], 9);
    });
  });
});

describe('uncertainty', () => {
  test('what cannot be seen: with noise σ and W̃² = ¼ each slope has variance 4σ²/n', () => {
    const { rows, x, other } = drawRows(1);
    const effect = x.map((value) => 0.5 + value);
    const unseen = unseenVariance(designOf([x, other], n), effect, rows);
    // √(2·2)·4/n; squares of 4,000 normal numbers vary by 2 to 4 %.
    expect(unseen / ((2 * 4) / n)).toBeGreaterThan(0.85);
    expect(unseen / ((2 * 4) / n)).toBeLessThan(1.15);
  });

  test('adds the posterior’s variance, the slope’s error, what shrinkage took, and what is unseen', () => {
    const refined = { constant: 1, shrinkage: 0.8, slopeError: 0.5, unseenVariance: 0.01 } as Parameters<
      typeof withUncertainty
    >[3];
    const one = (own: Partial<typeof refined>) =>
      withUncertainty(Float64Array.of(0.1), Float64Array.of(0.04), Float64Array.of(3), { ...refined, ...own })[0];
    expect(one({})).toBeCloseTo(0.1 + 0.04 + (0.25 + 0.04) * (2 / 0.8) ** 2 + 0.2 * 0.01, 12);
    expect(one({ shrinkage: 0, slopeError: null })).toBeCloseTo(0.1 + 0.04 + 0.01, 12);
    expect(one({ shrinkage: 1, slopeError: 0 })).toBeCloseTo(0.1 + 0.04, 12);
  });
});
