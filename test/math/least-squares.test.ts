import { describe, expect, test } from 'vitest';
import { type LeastSquaresProblem, leastSquares } from '../../src/math/least-squares.js';
import { streamFor } from '../../src/math/random.js';
import { type CovarianceType, robustCovariance } from '../../src/math/robust-covariance.js';
import * as student from '../../src/math/student-t.js';
import equalized from '../reference/fixtures/causal-clusters-equalized.json' with { type: 'json' };
import weighted from '../reference/fixtures/causal-clusters-weights.json' with { type: 'json' };
import confounded from '../reference/fixtures/causal-confounded.json' with { type: 'json' };
import missing from '../reference/fixtures/causal-missing.json' with { type: 'json' };
import randomized from '../reference/fixtures/causal-randomized.json' with { type: 'json' };

/** The parts of a reference case that these regressions need, with one shape for all cases. */
interface Case {
  readonly case: string;
  readonly X: readonly (readonly (number | null)[])[];
  readonly Y: readonly number[];
  readonly W: readonly number[];
  readonly Yhat: readonly number[];
  readonly What: readonly number[];
  readonly sampleWeights: readonly number[] | null;
  readonly clusters: readonly number[] | null;
  readonly equalizeClusterWeights: boolean;
  readonly oob: { readonly predictions: readonly number[] };
  readonly scores: readonly number[];
  readonly blp: Readonly<Record<CovarianceType, Table>>;
  readonly blpOverlapHC3: Table;
  readonly calibration: Table;
  readonly calibrationHC1: Table;
}
interface Table {
  readonly rows: readonly (readonly number[])[];
}

const cases = [randomized, confounded, missing, weighted, equalized] as unknown as Case[];

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

/** ω: sample weights, or one over the cluster's size where clusters are equalised. */
function omega(c: Case): Float64Array | null {
  if (c.sampleWeights) return Float64Array.from(c.sampleWeights);
  if (!c.equalizeClusterWeights || !c.clusters) return null;
  const size = new Map<number, number>();
  for (const id of c.clusters) size.set(id, (size.get(id) ?? 0) + 1);
  return Float64Array.from(c.clusters, (id) => 1 / (size.get(id) as number));
}

/** Estimate, standard error, t and p of every term. */
function table(problem: LeastSquaresProblem, clusters: Int32Array | null, type: CovarianceType, oneSided: boolean) {
  const fit = leastSquares(problem);
  const { covariance } = robustCovariance(problem, fit, clusters, type);
  const size = problem.design.length;
  return Array.from(fit.coefficients, (estimate, j) => {
    const standardError = Math.sqrt((covariance as Float64Array)[j * size + j] as number);
    const t = estimate / standardError;
    const tail = oneSided ? student.upperTail : student.twoSidedTail;
    return [estimate, standardError, t, tail(t, fit.degreesOfFreedom)];
  });
}

function expectTable(actual: readonly (readonly number[])[], expected: Table): void {
  // Inputs and figures have 15 digits; a p-value magnifies the error of its t by up to t² (about 40 here).
  const tolerances = [1e-10, 1e-10, 1e-10, 1e-8];
  expected.rows.forEach((row, term) => {
    row.forEach((value, column) => {
      const error = Math.abs((actual[term]?.[column] as number) - value);
      const scale = Math.max(Math.abs(value), column < 2 ? 0.1 : 1e-8);
      expect(error / scale, `term ${term}, column ${column}`).toBeLessThan(tolerances[column] as number);
    });
  });
}

describe.each(cases)('regressions of grf 2.6.1 on $case', (c) => {
  const clusters = c.clusters && Int32Array.from(c.clusters);
  const n = c.Y.length;
  const projection = (weights: Float64Array | null): LeastSquaresProblem => ({
    design: [ones(n), ...[0, 1].map((j) => Float64Array.from(c.X, (row) => row[j] ?? 0))],
    outcome: Float64Array.from(c.scores),
    weights,
  });

  test.each(['HC0', 'HC1', 'HC2', 'HC3'] as const)('best linear projection, %s', (type) => {
    expectTable(table(projection(omega(c)), clusters, type, false), c.blp[type]);
  });

  test('best linear projection with overlap weights, HC3', () => {
    const base = omega(c) ?? ones(n);
    const weights = base.map((weight, i) => weight * (c.What[i] as number) * (1 - (c.What[i] as number)));
    expectTable(table(projection(weights), clusters, 'HC3', false), c.blpOverlapHC3);
  });

  test('calibration, HC3 and HC1', () => {
    const weights = omega(c);
    const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : n;
    const mean =
      c.oob.predictions.reduce((sum, tau, i) => sum + (weights ? (weights[i] as number) : 1) * tau, 0) / total;
    const residual = c.W.map((treated, i) => treated - (c.What[i] as number));
    const problem = {
      design: [
        Float64Array.from(residual, (value) => mean * value),
        Float64Array.from(residual, (value, i) => ((c.oob.predictions[i] as number) - mean) * value),
      ],
      outcome: Float64Array.from(c.Y, (value, i) => value - (c.Yhat[i] as number)),
      weights,
    };
    expectTable(table(problem, clusters, 'HC3', true), c.calibration);
    expectTable(table(problem, clusters, 'HC1', true), c.calibrationHC1);
  });
});

/** The formulas of the file's header written out with n_g × n_g matrices, as an oracle for the k × k form. */
function bruteCovariance(problem: LeastSquaresProblem, clusters: Int32Array, type: 'HC2' | 'HC3'): number[] {
  const { design, outcome } = problem;
  const k = design.length;
  const w = problem.weights ?? ones(outcome.length);
  const invert = (a: number[][]): number[][] => {
    const size = a.length;
    const m = a.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
    for (let p = 0; p < size; p++) {
      const best = m.findIndex(
        (row, i) => i >= p && Math.abs(row[p]!) === Math.max(...m.slice(p).map((r) => Math.abs(r[p]!))),
      );
      [m[p], m[best]] = [m[best]!, m[p]!];
      m[p] = m[p]!.map((value) => value / m[p]![p]!);
      for (let i = 0; i < size; i++) if (i !== p) m[i] = m[i]!.map((value, j) => value - m[i]![p]! * m[p]![j]!);
    }
    return m.map((row) => row.slice(size));
  };
  const times = (a: number[][], b: number[][]): number[][] =>
    a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * b[i]![j]!, 0)));
  const x = Array.from(outcome, (_, i) => design.map((column) => column[i]!));
  const gram = design.map((a) => design.map((b) => a.reduce((sum, value, i) => sum + w[i]! * value * b[i]!, 0)));
  const bread = invert(gram);
  const xwy = design.map((a) => [a.reduce((sum, value, i) => sum + w[i]! * value * outcome[i]!, 0)]);
  const beta = times(bread, xwy).map((row) => row[0]!);
  const meat = design.map(() => design.map(() => 0));
  for (const g of new Set(clusters)) {
    const rows = [...outcome.keys()].filter((i) => clusters[i] === g && w[i]! > 0);
    if (rows.length === 0) continue;
    const rest = rows.map((i) =>
      rows.map(
        (j) =>
          (i === j ? 1 : 0) -
          times(
            [x[i]!],
            times(
              bread,
              x[j]!.map((v) => [v]),
            ),
          )[0]![0]! *
            w[j]!,
      ),
    );
    let power = invert(rest);
    if (type === 'HC2') {
      // Denman–Beavers iteration: the principal inverse square root of a matrix that need not be symmetric.
      let y = rest;
      let z: number[][] = rest.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
      for (let step = 0; step < 60; step++) {
        const [inverseY, inverseZ] = [invert(y), invert(z)];
        const nextY = y.map((row, i) => row.map((value, j) => (value + inverseZ[i]![j]!) / 2));
        z = z.map((row, i) => row.map((value, j) => (value + inverseY[i]![j]!) / 2));
        y = nextY;
      }
      power = z;
    }
    const u = times(
      power,
      rows.map((i) => [w[i]! * (outcome[i]! - x[i]!.reduce((sum, v, j) => sum + v * beta[j]!, 0))]),
    );
    const score = design.map((column) => rows.reduce((sum, i, position) => sum + column[i]! * u[position]![0]!, 0));
    for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) meat[a]![b]! += score[a]! * score[b]!;
  }
  return times(times(bread, meat), bread).flat();
}

function randomProblem(seed: number, n: number, k: number): LeastSquaresProblem {
  const random = streamFor(seed, 'least-squares-test');
  const column = () => Float64Array.from({ length: n }, () => random.normal());
  const design = [ones(n), ...Array.from({ length: k - 1 }, column)];
  const weights = Float64Array.from({ length: n }, () => (random.uniform() < 0.1 ? 0 : 0.2 + random.uniform()));
  return { design, outcome: column(), weights };
}

describe('robust covariance', () => {
  test.each([
    [1, 'HC2'],
    [2, 'HC3'],
    [3, 'HC2'],
    [4, 'HC3'],
  ] as const)('equals the formula with full matrices on random clusters (%i, %s)', (seed, type) => {
    const problem = randomProblem(seed, 60, 3);
    const random = streamFor(seed, 'clusters');
    const clusters = Int32Array.from({ length: 60 }, () => random.below(11));
    const { covariance } = robustCovariance(problem, leastSquares(problem), clusters, type);
    bruteCovariance(problem, clusters, type).forEach((expected, cell) => {
      // The oracle's own inversions lose a few digits.
      expect(covariance?.[cell]).toBeCloseTo(expected, 10);
    });
  });

  test('a cluster of its own for each row is no clustering', () => {
    const problem = randomProblem(5, 40, 4);
    const own = Int32Array.from({ length: 40 }, (_, i) => i);
    const fit = leastSquares(problem);
    for (const type of ['HC0', 'HC1', 'HC2', 'HC3'] as const) {
      const byCluster = robustCovariance(problem, fit, own, type);
      const byRow = robustCovariance(problem, fit, null, type);
      expect(byCluster.clusterCount).toBe(byRow.clusterCount);
      byRow.covariance?.forEach((value, cell) => {
        expect(byCluster.covariance?.[cell]).toBeCloseTo(value, 12);
      });
    }
  });

  test('rows of weight 0 count nowhere', () => {
    const problem = randomProblem(6, 50, 3);
    const kept = Int32Array.from([...problem.outcome.keys()].filter((i) => (problem.weights?.[i] as number) > 0));
    const pick = (column: Float64Array) => Float64Array.from(kept, (i) => column[i] as number);
    const smaller = {
      design: problem.design.map(pick),
      outcome: pick(problem.outcome),
      weights: pick(problem.weights as Float64Array),
    };
    expect(kept.length).toBeLessThan(50);
    const clusters = Int32Array.from({ length: 50 }, (_, i) => i % 7);
    const all = robustCovariance(problem, leastSquares(problem), clusters, 'HC3');
    const some = robustCovariance(
      smaller,
      leastSquares(smaller),
      Int32Array.from(kept, (i) => i % 7),
      'HC3',
    );
    some.covariance?.forEach((value, cell) => {
      expect(all.covariance?.[cell]).toBeCloseTo(value, 13);
    });
    expect(leastSquares(problem).degreesOfFreedom).toBe(kept.length - 3);
  });

  test('what cannot be estimated has a reason', () => {
    const lone = {
      design: [ones(5), Float64Array.of(1, 0, 0, 0, 0)],
      outcome: Float64Array.of(3, 1, 2, 3, 4),
      weights: null,
    };
    const fit = leastSquares(lone);
    expect(robustCovariance(lone, fit, null, 'HC3')).toEqual({
      covariance: null,
      reason: 'leverageOne',
      clusterCount: 5,
    });
    expect(robustCovariance(lone, fit, Int32Array.of(0, 1, 1, 2, 2), 'HC2').reason).toBe('leverageOne');
    expect(robustCovariance(lone, fit, new Int32Array(5), 'HC1').reason).toBe('oneCluster');
    expect(robustCovariance(lone, fit, null, 'HC0').reason).toBeNull();
    const exact = { design: [ones(2), Float64Array.of(1, 2)], outcome: Float64Array.of(3, 1), weights: null };
    expect(robustCovariance(exact, leastSquares(exact), null, 'HC1').reason).toBe('noDegreesOfFreedom');
  });
});

describe('least squares', () => {
  test("NIST's Longley data: certified coefficients to 1e-11", () => {
    // J. W. Longley, JASA 62 (1967); certified values of the NIST Statistical Reference Datasets. The design's
    // condition number is 5e9; QR in doubles gives about 11 to 13 digits.
    const rows = [
      [60323, 83.0, 234289, 2356, 1590, 107608, 1947],
      [61122, 88.5, 259426, 2325, 1456, 108632, 1948],
      [60171, 88.2, 258054, 3682, 1616, 109773, 1949],
      [61187, 89.5, 284599, 3351, 1650, 110929, 1950],
      [63221, 96.2, 328975, 2099, 3099, 112075, 1951],
      [63639, 98.1, 346999, 1932, 3594, 113270, 1952],
      [64989, 99.0, 365385, 1870, 3547, 115094, 1953],
      [63761, 100.0, 363112, 3578, 3350, 116219, 1954],
      [66019, 101.2, 397469, 2904, 3048, 117388, 1955],
      [67857, 104.6, 419180, 2822, 2857, 118734, 1956],
      [68169, 108.4, 442769, 2936, 2798, 120445, 1957],
      [66513, 110.8, 444546, 4681, 2637, 121950, 1958],
      [68655, 112.6, 482704, 3813, 2552, 123366, 1959],
      [69564, 114.2, 502601, 3931, 2514, 125368, 1960],
      [69331, 115.7, 518173, 4806, 2572, 127852, 1961],
      [70551, 116.9, 554894, 4007, 2827, 130081, 1962],
    ];
    const column = (j: number) => Float64Array.from(rows, (row) => row[j] as number);
    const design = [ones(16), ...[1, 2, 3, 4, 5, 6].map(column)];
    const { coefficients, residuals, degreesOfFreedom, bread } = leastSquares({
      design,
      outcome: column(0),
      weights: null,
    });
    const certified = [
      [-3482258.63459582, 890420.383607373],
      [15.0618722713733, 84.9149257747669],
      [-0.035819179292591, 0.0334910077722432],
      [-2.02022980381683, 0.488399681651699],
      [-1.03322686717359, 0.214274163161675],
      [-0.0511041056535807, 0.22607320006937],
      [1829.15146461355, 455.478499142212],
    ];
    const variance = residuals.reduce((sum, residual) => sum + residual * residual, 0) / degreesOfFreedom;
    certified.forEach(([estimate, standardError], j) => {
      expect(Math.abs((coefficients[j] as number) / (estimate as number) - 1), `coefficient ${j}`).toBeLessThan(1e-11);
      const error = Math.sqrt(variance * (bread[j * 7 + j] as number)) / (standardError as number) - 1;
      expect(Math.abs(error), `standard error ${j}`).toBeLessThan(1e-10);
    });
  });

  test('dependent columns are named and left out, whatever their units', () => {
    const { design, outcome } = randomProblem(8, 30, 3);
    const [, a, b] = design as [Float64Array, Float64Array, Float64Array];
    const sum = a.map((value, i) => 1e9 * value + 1e9 * (b[i] as number) + 5e9);
    const full = leastSquares({ design: [ones(30), a, b, sum, new Float64Array(30)], outcome, weights: null });
    expect(full.rank).toMatchObject({ size: 5, rank: 3, independent: [0, 1, 2], dependent: [3, 4] });
    const reduced = leastSquares({ design: [ones(30), a, b], outcome, weights: null });
    expect(full.coefficients.slice(0, 3)).toEqual(reduced.coefficients);
    expect(full.coefficients[3]).toBeNaN();
    expect(full.degreesOfFreedom).toBe(27);
  });

  test('dependence is seen through rounding', () => {
    for (let seed = 20; seed < 60; seed++) {
      const { design, outcome, weights } = randomProblem(seed, 40, 4);
      const random = streamFor(seed, 'mixture');
      const shares = design.map(() => random.normal());
      const mixture = outcome.map((_, i) =>
        design.reduce((sum, column, j) => sum + (shares[j] as number) * column[i]!, 0),
      );
      expect(leastSquares({ design: [...design, mixture], outcome, weights }).rank.dependent).toEqual([4]);
    }
  });

  test("NIST's Wampler1: a polynomial of degree 5 through 21 points, every coefficient 1", () => {
    // R. H. Wampler, JASA 65 (1970). The powers of x are nearly dependent:
    // without the step of refinement the intercept is wrong in the fifth digit.
    const powers = [0, 1, 2, 3, 4, 5].map((k) => Float64Array.from({ length: 21 }, (_, x) => x ** k));
    const outcome = Float64Array.from({ length: 21 }, (_, x) => powers.reduce((sum, power) => sum + power[x]!, 0));
    leastSquares({ design: powers, outcome, weights: null }).coefficients.forEach((value) => {
      expect(Math.abs(value - 1)).toBeLessThan(1e-9);
    });
  });

  test('a date far from its origin is not mistaken for a constant', () => {
    const seconds = Float64Array.from({ length: 50 }, (_, i) => 1.7e9 + i);
    const outcome = seconds.map((value) => 3 + 2 * (value - 1.7e9));
    const { coefficients, rank } = leastSquares({ design: [ones(50), seconds], outcome, weights: null });
    expect(rank.rank).toBe(2);
    expect(coefficients[1]).toBeCloseTo(2, 12);
  });

  test('weights repeat rows', () => {
    const { design, outcome } = randomProblem(9, 12, 2);
    const weights = Float64Array.from({ length: 12 }, (_, i) => 1 + (i % 3));
    const repeated = Int32Array.from([...weights.keys()].flatMap((i) => new Array<number>(1 + (i % 3)).fill(i)));
    const pick = (column: Float64Array) => Float64Array.from(repeated, (i) => column[i] as number);
    const byWeight = leastSquares({ design, outcome, weights }).coefficients;
    const byRows = leastSquares({ design: design.map(pick), outcome: pick(outcome), weights: null }).coefficients;
    byRows.forEach((value, j) => {
      expect(byWeight[j]).toBeCloseTo(value, 12);
    });
  });
});
