/** Bayesian effects as a whole: what rows count for, and the same bits however they are computed. */
import '../../../scripts/source-code.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { fitBayesianEffects, precisionOf } from '../../../src/causal/bayesian/bayesian-effects.js';
import { summarizeDraws } from '../../../src/causal/bayesian/draws.js';
import type { RLossRows } from '../../../src/causal/r-loss-rows.js';
import { streamFor } from '../../../src/math/random.js';
import { idleThreads } from '../../../src/threads/pool.js';
import { NORMAL_LIMIT } from '../../support/frequencies.js';
import { drawColumn, drawn, signalOf } from '../../support/generated-problem.js';
import { importWithoutWebAssembly } from '../../support/plain-kernels.js';

/** W̃ normal, an effect of 1 and noise of variance 1. */
function simpleRows(n: number, seed = 1): RLossRows {
  const stream = streamFor(seed, 'precision');
  const treatment = drawn(n, () => stream.normal());
  return {
    treatment,
    outcome: treatment.map((w) => w + stream.normal()),
    weight: new Float64Array(n).fill(1),
    clusters: null,
  };
}

describe('precision', () => {
  const n = 4000;
  test('is 1 where rows are independent and of one variance', () => {
    const precision = precisionOf(simpleRows(n));
    // Σ(W̃r)²/(ΣW̃²Σr²/n) varies by √((9 − 1 − 2 − 2)/n) around 1, the moments being those of normal numbers.
    expect(Math.abs(precision[0] - 1)).toBeLessThan(NORMAL_LIMIT * Math.sqrt(4 / n));
    expect(new Set(precision).size).toBe(1);
  });

  test.each([2, 4])('of rows that come %i times, in clusters, is that of one of them divided', (times) => {
    const rows = simpleRows(n);
    const copies = (values: Float64Array) => drawn(times * n, (i) => values[i % n]);
    const clusters = Int32Array.from({ length: times * n }, (_, i) => i % n);
    const many = {
      outcome: copies(rows.outcome),
      treatment: copies(rows.treatment),
      weight: copies(rows.weight),
      clusters,
    };
    const [once] = precisionOf(rows);
    // The robust variance of copies is that of single rows, exactly.
    for (const precision of precisionOf(many)) expect(precision).toBeCloseTo(once / times, 10);
    expect(precisionOf({ ...many, clusters: null })[0]).toBeCloseTo(once, 10);
  });

  test('follows weights, whatever their unit', () => {
    const stream = streamFor(2, 'precision');
    const rows = simpleRows(n);
    const weight = drawn(n, (i) => (i < 100 ? 0 : 0.5 + stream.uniform()));
    const precision = precisionOf({ ...rows, weight });
    const other = precisionOf({ ...rows, weight: weight.map((own) => 7 * own) });
    precision.forEach((own, i) => {
      expect(own / precision[200]).toBeCloseTo(weight[i] / weight[200], 10);
      expect(other[i]).toBeCloseTo(own, 10);
    });
  });

  test('of few clusters, whose sums happen to cancel, is that of single rows', () => {
    const rows = simpleRows(n);
    // One cluster's scores add up to 0 exactly: as few would have it by chance.
    const one = precisionOf({ ...rows, clusters: new Int32Array(n) });
    expect(one).toEqual(precisionOf(rows));
  });

  test('is that of the formula: weights, clusters and uneven noise', () => {
    const stream = streamFor(3, 'precision');
    const [rows, size] = [simpleRows(300), 5];
    const weight = drawn(300, () => 0.2 + stream.uniform());
    // Rows of a cluster share most of their noise and their treatment: their sums vary more than single rows.
    const treatment = rows.treatment.map((_, i) => rows.treatment[i - (i % size)]);
    const outcome = rows.outcome.map((y, i) => rows.outcome[i - (i % size)] + 0.3 * y * (1 + (i % 3)));
    const clusters = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / size));
    const sum = (term: (i: number) => number) => drawn(300, term).reduce((a, b) => a + b, 0);
    const square = sum((i) => weight[i] * treatment[i] ** 2);
    const c = sum((i) => weight[i] * treatment[i] * outcome[i]) / square;
    const scores = drawn(60, (u) =>
      [0, 1, 2, 3, 4].reduce((total, k) => {
        const i = size * u + k;
        return total + weight[i] * treatment[i] * (outcome[i] - c * treatment[i]);
      }, 0),
    );
    const simple = sum((i) => weight[i] * (outcome[i] - c * treatment[i]) ** 2) / sum((i) => weight[i]) / square;
    const robust = scores.reduce((total, score) => total + score ** 2, 0) / square ** 2;
    expect(robust / simple).toBeGreaterThan(1.3);
    precisionOf({ outcome, treatment, weight, clusters }).forEach((own, i) => {
      expect(own).toBeCloseTo((weight[i] * simple) / robust, 10);
    });
  });

  test('without noise is finite', () => {
    const rows = simpleRows(100);
    expect(precisionOf({ ...rows, outcome: new Float64Array(100) }).every((own) => own > 0 && own < 2)).toBe(true);
  });
});

describe('the same bits', () => {
  const n = 500;
  const stream = streamFor(4, 'same bits');
  const kinds = ['continuous', 'missing', 'category', 'ties'] as const;
  const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
  const treatment = drawn(n, () => stream.below(2) - 0.5);
  const rows: RLossRows = {
    treatment,
    outcome: drawn(n, (i) => 2 * treatment[i] * signalOf(covariates[2], i) + stream.normal()),
    weight: drawn(n, () => 0.5 + stream.uniform()),
    clusters: Int32Array.from({ length: n }, (_, i) => Math.floor(i / 2)),
  };
  const data = { covariates, rowCount: n, treatment: { kind: 'binary' } } as const;
  let plain: typeof fitBayesianEffects;

  beforeAll(async () => {
    plain = await importWithoutWebAssembly(
      'missing',
      async () => (await import('../../../src/causal/bayesian/bayesian-effects.js')).fitBayesianEffects,
    );
  });

  test('with 0, 1 and 2 workers, as WebAssembly and as JavaScript, twice; others for another seed or purpose', async () => {
    const alone = await fitBayesianEffects(data, rows, 1, 'effects', { workers: 0 });
    for (const workers of [1, 2]) {
      expect(await fitBayesianEffects(data, rows, 1, 'effects', { workers })).toEqual(alone);
      expect(idleThreads()).toBeGreaterThanOrEqual(workers);
    }
    expect(await fitBayesianEffects(data, rows, 1, 'effects', { workers: 0 })).toEqual(alone);
    expect(await plain(data, rows, 1, 'effects', { workers: 0 })).toEqual(alone);
    for (const [seed, purpose] of [
      [2, 'effects'],
      [1, 'others'],
    ] as const)
      expect((await fitBayesianEffects(data, rows, seed, purpose, { workers: 0 })).effect).not.toEqual(alone.effect);
    expect(structuredClone(alone.model)).toEqual(alone.model);
  });

  test('the model says of training rows what they had, but for their own unit; its chains differ', async () => {
    const { model, effect, variance } = await fitBayesianEffects(data, rows, 1, 'effects', { workers: 0 });
    expect(model.chains).toHaveLength(4);
    expect(new Set(model.chains.map(({ constant }) => constant[0])).size).toBe(4);
    const found = summarizeDraws(model.chains, model.classes, covariates, n);
    const error = Math.sqrt(found.mean.reduce((sum, value, i) => sum + (value - effect[i]) ** 2, 0) / n);
    const spread = Math.sqrt(variance.reduce((sum, value) => sum + value, 0) / n);
    // A row moves its own effect by a fraction of its standard deviation.
    expect(error / spread).toBeLessThan(0.5);
    expect(error).toBeGreaterThan(0);
    const ratio = found.variance.reduce((sum, value) => sum + value, 0) / n / spread ** 2;
    // Every third iteration has the variance of all of them, within the 10 % that 100 draws by four chains leave.
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  test('an abort between iterations ends the work', async () => {
    const stop = new AbortController();
    const run = fitBayesianEffects(data, rows, 1, 'effects', {
      workers: 0,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });
});
