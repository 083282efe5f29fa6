/** The elastic net: against scikit-learn, by its own optimality conditions, and by identities of weights and folds. */
import { describe, expect, test } from 'vitest';
import { streamFor } from '../../src/math/random.js';
import { designOf } from '../../src/penalized/design.js';
import { fitPenalized, type PenalizedFit, predictPenalized, probability } from '../../src/penalized/fit-penalized.js';
import { assignFolds, type Folds } from '../../src/penalized/folds.js';
import type { PenalizedOptions, PenalizedProblem } from '../../src/penalized/problem.js';
import reference from './fixtures/elastic-net.json';

const folds = (rowCount: number, count = 5): Folds => assignFolds({ rowCount, clusters: null }, count, 1, ['test']);

/** Correlated columns of unlike scales, a sparse truth, weights with zeros. */
function problemOf(
  family: 'gaussian' | 'binomial',
  rowCount = 300,
  columnCount = 20,
  weighted = true,
): PenalizedProblem {
  const stream = streamFor(3, 'elastic net');
  const columns: Float64Array[] = [];
  for (let j = 0; j < columnCount; j++)
    columns.push(
      Float64Array.from({ length: rowCount }, (_, i) => {
        const own = stream.normal();
        return j % 3 === 0 || j === 0 ? (1 + j) * own : 0.8 * (columns[j - 1][i] / j) + 0.2 * own + 1;
      }),
    );
  const eta = Float64Array.from(
    { length: rowCount },
    (_, i) => columns[0][i] - 0.4 * columns[3][i] + columns[4][i] - 1,
  );
  const target = eta.map((value) =>
    family === 'gaussian' ? value + stream.normal() : stream.uniform() < probability(value) ? 1 : 0,
  );
  const weight = weighted ? target.map(() => stream.below(3)) : null;
  return { design: designOf(columns, rowCount), target, weight, family, folds: folds(rowCount) };
}

describe('scikit-learn', () => {
  const design = designOf(
    reference.columns.map((column) => Float64Array.from(column)),
    reference.rows,
  );
  const target = { gaussian: Float64Array.from(reference.outcome), binomial: Float64Array.from(reference.choice) };

  // Both solve to far below this; saga's own stopping rule leaves about 1e-8 of a coefficient.
  test.each(reference.cases)(
    '$family, mix $mix, weighted $weighted, intercept $intercept, penalty $penalty',
    (given) => {
      const family = given.family as 'gaussian' | 'binomial';
      const weight = given.weighted ? Float64Array.from(reference.weight) : null;
      const fit = fitPenalized(
        { design, target: target[family], weight, family, folds: folds(reference.rows) },
        { mix: given.mix, intercept: given.intercept, penalties: [given.penalty], standardize: false },
      );
      expect(fit.warnings).toEqual([]);
      expect(Math.abs(fit.intercept - given.constant)).toBeLessThan(1e-6);
      for (let j = 0; j < design.columnCount; j++)
        expect(Math.abs(fit.coefficients[j] - given.coefficients[j])).toBeLessThan(1e-6);
    },
  );
});

/**
 * How far a solution is from optimal: the largest |gⱼ − λ(1−α)fⱼbⱼ| beyond λαfⱼ (or off it, where bⱼ ≠ 0), b in
 * standardised units, relative to the largest gradient of the problem without columns.
 */
function optimality({ design, target, weight }: PenalizedProblem, fit: PenalizedFit): number {
  const { rowCount, columnCount, values } = design;
  const { mix, penaltyFactor, intercept } = fit.settings;
  const prediction = predictPenalized(fit, design);
  const w = weight ?? new Float64Array(rowCount).fill(1);
  const total = w.reduce((sum, value) => sum + value, 0);
  const residual = target.map((y, i) => (w[i] * (y - prediction[i])) / total);
  const mean = target.reduce((sum, y, i) => sum + w[i] * y, 0) / total;
  let [worst, size] = [0, 0];
  if (intercept) worst = Math.abs(residual.reduce((sum, r) => sum + r, 0));
  for (let j = 0; j < columnCount; j++) {
    let [gradient, start] = [0, 0];
    for (let i = 0; i < rowCount; i++) {
      gradient += residual[i] * values[j * rowCount + i];
      start += ((w[i] * (target[i] - mean)) / total) * values[j * rowCount + i];
    }
    const scale = fit.scale[j];
    const b = fit.coefficients[j] * scale;
    const slope = gradient / scale - fit.penalty * (1 - mix) * penaltyFactor[j] * b;
    const bound = fit.penalty * mix * penaltyFactor[j];
    worst = Math.max(worst, b === 0 ? Math.abs(slope) - bound : Math.abs(slope - Math.sign(b) * bound));
    size = Math.max(size, Math.abs(start / scale));
  }
  return worst / size;
}

const exempt = Float64Array.from({ length: 20 }, (_, j) => (j === 2 ? 0 : j === 5 ? 2 : 1));
const FORMS: readonly (readonly [string, PenalizedOptions])[] = [
  ['lasso', {}],
  ['elastic net', { mix: 0.3 }],
  ['ridge', { mix: 0 }],
  ['no intercept', { intercept: false }],
  ['factors of 0 and 2', { penaltyFactor: exempt }],
  ['own units', { standardize: false }],
  ['one standard error', { choice: 'oneStandardError' }],
];

describe.each(['gaussian', 'binomial'] as const)('%s', (family) => {
  test.each(FORMS)('every solution is optimal: %s', (_, options) => {
    const problem = problemOf(family);
    const chosen = fitPenalized(problem, options);
    expect(chosen.warnings).toEqual([]);
    expect(chosen.path[0].penalty).toBeGreaterThan(chosen.penalty);
    for (const share of [1, 0.2, 0.02]) {
      const fit =
        share === 1 ? chosen : fitPenalized(problem, { ...options, penalties: [chosen.path[0].penalty * share] });
      // Descent ends at steps of 1e-9 deviations of the target; nearly dependent columns make it a little less exact.
      const own = options.standardize === false ? { ...fit, scale: fit.scale.map(() => 1) } : fit;
      expect(optimality(problem, own)).toBeLessThan(1e-7);
    }
  });

  test('the path starts where the first column comes in, and exempt columns are in from the start', () => {
    const problem = problemOf(family);
    const { path } = fitPenalized(problem);
    expect(path[0].columnCount).toBeLessThanOrEqual(1);
    expect(path[2].columnCount).toBeGreaterThan(0);
    const above = fitPenalized(problem, { penalties: [path[0].penalty * 1.0001] });
    expect([...above.coefficients].every((b) => b === 0)).toBe(true);
    const freed = fitPenalized(problem, { penalties: [1e6], penaltyFactor: exempt });
    expect([...freed.coefficients].map((b, j) => (b !== 0 ? j : -1)).filter((j) => j >= 0)).toEqual([2]);
  });

  test('a weight of k is a row k times', () => {
    const problem = problemOf(family, 200, 12);
    const weight = problem.weight as Float64Array;
    const rows = Array.from(weight, (w, i) => new Array<number>(w).fill(i)).flat();
    const columns = Array.from({ length: 12 }, (_, j) =>
      Float64Array.from(rows, (i) => problem.design.values[j * 200 + i]),
    );
    const penalties = [0.03];
    const repeated = fitPenalized(
      {
        design: designOf(columns, rows.length),
        target: Float64Array.from(rows, (i) => problem.target[i]),
        weight: null,
        family,
        folds: { count: 5, of: Int32Array.from(rows, (i) => problem.folds.of[i]) },
      },
      { penalties },
    );
    const weighted = fitPenalized(problem, { penalties });
    for (let j = 0; j < 12; j++) expect(weighted.coefficients[j]).toBeCloseTo(repeated.coefficients[j], 7);
    expect(weighted.path[0].loss).toBeCloseTo(repeated.path[0].loss, 6);
    expect(weighted.path[0].standardError).toBeCloseTo(repeated.path[0].standardError, 6);
  });

  test('out of fold: each row by the fit of the other folds, whose loss is the path’s', () => {
    const problem = problemOf(family, 240, 10);
    const penalties = [0.02];
    const fit = fitPenalized(problem, { penalties, standardize: false });
    let [loss, total] = [0, 0];
    for (let k = 0; k < 5; k++) {
      const weight = (problem.weight as Float64Array).map((w, i) => (problem.folds.of[i] === k ? 0 : w));
      const apart = fitPenalized({ ...problem, weight }, { penalties, standardize: false });
      const prediction = predictPenalized(apart, problem.design);
      for (let i = 0; i < 240; i++) {
        if (problem.folds.of[i] !== k) continue;
        // Along the path coordinates stop at steps of 3e-4 deviations of the target, and several may be on their way.
        expect(Math.abs(fit.outOfFold[i] - prediction[i])).toBeLessThan(1e-2);
        const w = (problem.weight as Float64Array)[i];
        const y = problem.target[i];
        const likelihood = y === 1 ? prediction[i] : 1 - prediction[i];
        loss += w * (family === 'gaussian' ? (y - prediction[i]) ** 2 : -2 * Math.log(likelihood));
        total += w;
      }
    }
    expect(Math.abs(fit.path[0].loss - loss / total)).toBeLessThan(2e-3 * (loss / total));
  });

  test('the same bits twice; the choice is the path’s', () => {
    const problem = problemOf(family);
    const fit = fitPenalized(problem);
    expect(fitPenalized(problem)).toEqual(fit);
    const least = Math.min(...fit.path.map(({ loss }) => loss));
    expect(fit.path[fit.chosen].loss).toBe(least);
    const careful = fitPenalized(problem, { choice: 'oneStandardError' });
    const limit = least + fit.path[fit.chosen].standardError;
    expect(careful.path.findIndex(({ loss }) => loss <= limit)).toBe(careful.chosen);
    expect(careful.penalty).toBeGreaterThan(fit.penalty);
    expect(JSON.parse(JSON.stringify({ ...fit, path: fit.path }))).toMatchObject({ penalty: fit.penalty });
  });
});

test('patience ends a path whose loss only rises; without it all penalties are tried', () => {
  const problem = problemOf('gaussian');
  expect(fitPenalized(problem).path.length).toBeLessThan(60);
  expect(fitPenalized(problem, { patience: Number.POSITIVE_INFINITY }).path.length).toBe(60);
  expect(fitPenalized(problem).penalty).toBe(fitPenalized(problem, { patience: Number.POSITIVE_INFINITY }).penalty);
});

test('classes that a column separates: what does not converge is said', () => {
  const x = Float64Array.from({ length: 60 }, (_, i) => i - 29.5);
  const design = designOf([x], 60);
  const target = x.map((value) => (value > 0 ? 1 : 0));
  const fit = fitPenalized(
    { design, target, weight: null, family: 'binomial', folds: folds(60) },
    { penalties: [1e-300] },
  );
  expect(fit.warnings.map(({ code }) => code)).toEqual(['NOT_CONVERGED']);
});

test('constant columns get no coefficient, and a constant target no column', () => {
  const stream = streamFor(4, 'constant');
  const x = Float64Array.from({ length: 50 }, () => stream.normal());
  const design = designOf([x, new Float64Array(50).fill(1e6 + 0.1), x.map((value) => value * 2)], 50);
  const problem = { design, weight: null, family: 'gaussian', folds: folds(50) } as const;
  const fit = fitPenalized({ ...problem, target: x.map((value) => 3 * value + 0.1 * stream.normal()) });
  expect(fit.coefficients[1]).toBe(0);
  expect(fit.scale[1]).toBe(0);
  expect(fit.coefficients[0] + 2 * fit.coefficients[2]).toBeCloseTo(3, 1);
  const flat = fitPenalized({ ...problem, target: new Float64Array(50).fill(7) });
  expect([...flat.coefficients]).toEqual([0, 0, 0]);
  expect(flat.intercept).toBe(7);
  expect(new Set(flat.outOfFold)).toEqual(new Set([7]));
});

describe('folds', () => {
  test('clusters are whole, and folds of nearly equal number', () => {
    const ids = Int32Array.from({ length: 400 }, (_, i) => i % 37);
    const clusters = { name: 'c', ids, count: 37, labels: [] };
    const { of, count } = assignFolds({ rowCount: 400, clusters }, 10, 5, ['x']);
    expect(count).toBe(10);
    const foldsOfCluster = Array.from({ length: 37 }, (_, c) => new Set(of.filter((_, i) => ids[i] === c)).size);
    expect(new Set(foldsOfCluster)).toEqual(new Set([1]));
    const sizes = Array.from({ length: 10 }, (_, k) => new Set(ids.filter((_, i) => of[i] === k)).size);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    expect(assignFolds({ rowCount: 400, clusters }, 10, 6, ['x']).of).not.toEqual(of);
  });

  test('strata are spread over folds', () => {
    const stratum = Float64Array.from({ length: 100 }, (_, i) => (i < 10 ? 1 : 0));
    const { of } = assignFolds({ rowCount: 100, clusters: null }, 10, 5, ['x'], stratum);
    expect(new Set(of.slice(0, 10)).size).toBe(10);
  });
});

test('what is refused', () => {
  const problem = problemOf('gaussian', 60, 5);
  const tried = (options: PenalizedOptions, given: Partial<PenalizedProblem> = {}) =>
    fitPenalized({ ...problem, ...given }, options);
  expect(() => tried({ mix: 2 })).toThrow('mix must be');
  expect(() => tried({ penalties: [1, 2] })).toThrow('penalties[1]');
  expect(() => tried({ penaltyFactor: new Float64Array(2) })).toThrow('penaltyFactor');
  expect(() => tried({}, { family: 'binomial' })).toThrow('needs 0 or 1');
  expect(() => tried({}, { weight: new Float64Array(60) })).toThrow('positive weight');
});
