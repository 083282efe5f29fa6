/**
 * Chains against what they must draw: the prior where data say nothing, a posterior known by integration, a truth known by
 * simulation. Chains are independent of each other, so their spread gives the standard error of every mean; a test of a mean
 * fails a right chain with probability 1e-6 but for what 100 iterations leave of the start.
 */
import { describe, expect, test } from 'vitest';
import { streamFor } from '../../../src/math/random.js';
import { type DrawnNode, drawnTrees, meanOfChains, runChains, type SmallRows } from '../../support/bayesian-chains.js';
import { NORMAL_LIMIT } from '../../support/frequencies.js';
import { categoryColumn, drawColumn, drawn, drawRows, numberColumn } from '../../support/generated-problem.js';

/** Each chain's mean over its kept draws. */
const meansOf = (chains: ReturnType<typeof runChains>, of: (trees: readonly DrawnNode[], constant: number) => number) =>
  chains.map(({ draws }) => {
    const count = draws.constant.length;
    return drawn(count, (d) => of(drawnTrees(draws, d), draws.constant[d])).reduce((a, b) => a + b, 0) / count;
  });

function expectMean(values: ArrayLike<number>, expected: number, largestError: number): void {
  const { mean, error } = meanOfChains(values);
  expect(Math.abs(mean - expected) / error, `${mean} for ${expected}`).toBeLessThan(NORMAL_LIMIT);
  // Enough chains for the test to mean something.
  expect(error / Math.abs(expected)).toBeLessThan(largestError);
}

const cutsAt = (depth: number, { column, parts }: DrawnNode): number =>
  column < 0 ? 0 : depth === 0 ? 1 : cutsAt(depth - 1, parts[0]) + cutsAt(depth - 1, parts[1]);

/**
 * One row alone has a treatment to speak of: c takes it up, and of every tree it is in one leaf, however that is cut, so data
 * say nothing about cuts. Columns are categories of 64 levels with 10 rows each, of which a side takes any
 * division: only a node of one level, four cuts down or more, has none that LEAST_ROWS allows, and of 16 levels, two cuts
 * down, one in 2¹⁵ is refused.
 */
describe('without data the prior', () => {
  const n = 640;
  const stream = streamFor(1, 'prior check');
  const columnCount = 4;
  const covariates = Array.from({ length: columnCount }, (_, f) =>
    categoryColumn(
      `x${f}`,
      drawRows(n, stream).map((row) => row % 64),
      64,
    ),
  );
  const rows = {
    covariates,
    outcome: drawn(n, () => stream.normal()),
    treatment: drawn(n, (i) => (i === 0 ? 1 : 1e-9)),
  };
  const chains = runChains(rows, 120);
  const probability = (depth: number) => 0.5 / (1 + depth) ** 2;

  test('cuts half of the roots, an eighth below, then an eighteenth', () => {
    let expected = 20;
    for (const [depth, largestError] of [0.01, 0.02, 0.06].entries()) {
      expected *= probability(depth) * (depth === 0 ? 1 : 2);
      expectMean(
        meansOf(chains, (trees) => trees.reduce((sum, tree) => sum + cutsAt(depth, tree), 0)),
        expected,
        largestError,
      );
    }
  });

  test('cuts sisters independently: both in a sixty-fourth of trees, one in fourteen', () => {
    const withCuts = (count: number) =>
      meansOf(chains, (trees) => trees.filter((tree) => cutsAt(1, tree) === count).length);
    expectMean(withCuts(2), 20 * 0.5 * 0.125 ** 2, 0.1);
    expectMean(withCuts(1), 20 * 0.5 * 2 * 0.125 * 0.875, 0.02);
  });

  test('has few columns: two trees are cut by the same with probability (1 + a/p)/(1 + a), and none is preferred', () => {
    const sharesOf = (count: (trees: readonly DrawnNode[]) => number) =>
      chains.map(({ draws }) => {
        const own = Array.from({ length: draws.constant.length }, (_, d) => drawnTrees(draws, d)).filter(
          (trees) => trees.length > 1,
        );
        return own.reduce((sum, trees) => sum + count(trees), 0) / own.length;
      });
    expectMean(
      sharesOf(([first, second]) => +(first.column === second.column)),
      (1 + 0.5 / columnCount) / 1.5,
      0.03,
    );
    for (let f = 0; f < columnCount; f++)
      expectMean(
        sharesOf(([first]) => +(first.column === f)),
        1 / columnCount,
        0.2,
      );
  });

  test('has leaves around 0', () => {
    const medianIsZero = meansOf(chains, (trees) => {
      const leaves = trees.flatMap(leavesOf);
      return leaves.filter((value) => value > 0).length / leaves.length;
    });
    expectMean(medianIsZero, 0.5, 0.01);
  });
});

const leavesOf = ({ column, value, parts }: DrawnNode): number[] => (column < 0 ? [value] : parts.flatMap(leavesOf));

/**
 * One column of two values. Each of T trees is a root or a cut into those two, by prior odds o = ½(1 − ⅛)²/½, since nothing
 * below could be cut; the effect's difference Δ between the two groups is then N(0, 2kv) with k cut trees, and c, flat, takes
 * up the rest. With A, Δ̂ and S, the groups' weights, their slopes' difference and what is left of Σω̃(Ỹ − W̃τ)², h = ΣA⁻¹:
 *   p(k, v, σ² | data) ∝ Bin(k; T, o/(1 + o)) p(v) σ^−(n̄ + 2) σ² e^(−S/2σ²) N(Δ̂; 0, 2kv + σ²h),   n̄ = Σω̃,
 * and Δ given these is normal: sums over k and a grid of ln v and ln σ² give all means.
 */
describe('a posterior known by integration', () => {
  const n = 48;
  const TREES = 20;

  function problem(difference: number): SmallRows {
    const stream = streamFor(5, 'posterior');
    const x = drawn(n, (i) => i % 2);
    const treatment = drawn(n, () => (stream.uniform() < 0.5 ? -0.5 : 0.7));
    const precision = drawn(n, () => 0.5 + stream.uniform());
    const outcome = drawn(n, (i) => treatment[i] * (1 + difference * x[i]) + stream.normal() / Math.sqrt(precision[i]));
    return { covariates: [numberColumn('x', x)], outcome, treatment, precision };
  }

  function exact({ outcome, treatment, precision }: SmallRows) {
    const [weight, product] = [
      [0, 0],
      [0, 0],
    ];
    let [square, rows] = [0, 0];
    for (let i = 0; i < n; i++) {
      const own = (precision as Float64Array)[i];
      weight[i % 2] += own * treatment[i] ** 2;
      product[i % 2] += own * treatment[i] * outcome[i];
      square += own * outcome[i] ** 2;
      rows += own;
    }
    const left = square - product[0] ** 2 / weight[0] - product[1] ** 2 / weight[1];
    const h = 1 / weight[0] + 1 / weight[1];
    const slope = product[1] / weight[1] - product[0] / weight[0];
    const start = (square - (product[0] + product[1]) ** 2 / (weight[0] + weight[1])) / rows;
    const odds = (1 - 0.125) ** 2;
    const ofCount = [1];
    for (let k = 0; k < TREES; k++) ofCount.push((ofCount[k] * odds * (TREES - k)) / (k + 1));
    let [total, cuts, mean, meanSquare] = [0, 0, 0, 0];
    for (let a = -200; a <= 200; a++) {
      // √v is half-Cauchy around ¼ of the outcome's standard deviation over that of W̃ and √T; its density by ln √v.
      const root = Math.exp(a * 0.1);
      const v = (0.0625 * start * rows * root ** 2) / (weight[0] + weight[1]) / TREES;
      const ofV = root / (1 + root ** 2);
      for (let b = -60; b <= 60; b++) {
        const noise = start * Math.exp(b * 0.03);
        const ofNoise = Math.exp(-0.5 * rows * b * 0.03 - left / 2 / noise + left / 2 / start) * noise;
        for (let k = 0; k <= TREES; k++) {
          const [prior, spread] = [2 * k * v, 2 * k * v + noise * h];
          const own = ofCount[k] * ofV * ofNoise * Math.exp(-(slope ** 2) / 2 / spread) * spread ** -0.5;
          const centre = (slope * prior) / spread;
          total += own;
          cuts += own * k;
          mean += own * centre;
          meanSquare += own * (centre ** 2 + (prior * noise * h) / spread);
        }
      }
    }
    return { weight, product, cuts: cuts / total, mean: mean / total, meanSquare: meanSquare / total };
  }

  const differenceOf = (trees: readonly DrawnNode[]) =>
    trees.reduce((sum, { parts }) => sum + parts[1].value - parts[0].value, 0);

  test.each([0.4, 2])('difference %f', (difference) => {
    const rows = problem(difference);
    const { weight, product, cuts, mean, meanSquare } = exact(rows);
    const chains = runChains(rows, 200);
    expectMean(
      meansOf(chains, (trees) => trees.length),
      cuts,
      0.005,
    );
    expectMean(
      meansOf(chains, (trees) => differenceOf(trees)),
      mean,
      0.05,
    );
    expectMean(
      meansOf(chains, (trees) => differenceOf(trees) ** 2),
      meanSquare,
      0.06,
    );
    // All iterations, not only those that are kept.
    expectMean(
      chains.map(({ moments: { sum, count } }) => (sum[1] - sum[0]) / count),
      mean,
      0.05,
    );
    // c is flat: the mean over rows is least squares', whatever the trees.
    const overRows = chains.map(({ draws }) => {
      const count = draws.constant.length;
      const all = drawn(count, (d) => {
        const [left, right] = [0, 1].map((k) =>
          drawnTrees(draws, d).reduce((sum, { parts }) => sum + parts[k].value, draws.constant[d]),
        );
        return (weight[0] * left + weight[1] * right) / (weight[0] + weight[1]);
      });
      return all.reduce((a, b) => a + b, 0) / count;
    });
    expectMean(overRows, (product[0] + product[1]) / (weight[0] + weight[1]), 0.02);
  });
});

/**
 * Where nothing can be cut σ² has an inverse gamma law of shape (n̄ − 1)/2 around S, what least squares leaves; c takes one of
 * its numbers. The loss of a row without outcome or treatment is its logarithm alone, from where it starts, ln S/n̄: in the mean
 * ½ω̃ (ln n̄/2 − ψ((n̄ − 1)/2)).
 */
test('noise has its exact law where nothing can be cut', () => {
  const n = 48;
  const stream = streamFor(6, 'noise');
  const precision = drawn(n, () => 0.5 + stream.uniform());
  const rows = precision.reduce((sum, own) => sum + own, 0);
  const chains = runChains(
    {
      covariates: [numberColumn('x', new Float64Array(n))],
      outcome: drawn(n, (i) => (i === 0 ? 0 : stream.normal())),
      treatment: drawn(n, (i) => (i === 0 ? 0 : stream.normal())),
      precision,
    },
    60,
  );
  expectMean(
    chains.map(({ moments: { loss, count } }) => loss[0] / count),
    0.5 * precision[0] * (Math.log(rows / 2) - digamma((rows - 1) / 2)),
    0.1,
  );
});

/** ψ by its asymptotic series beyond 10 (Abramowitz & Stegun 6.3.18). */
const digamma = (x: number): number =>
  x < 10 ? digamma(x + 1) - 1 / x : Math.log(x) - 1 / (2 * x) - 1 / (12 * x ** 2) + 1 / (120 * x ** 4);

describe('known truth', () => {
  const n = 1000;
  const stream = streamFor(7, 'known truth');
  const kinds = ['continuous', 'category', 'missing', 'continuous', 'continuous', 'ties'] as const;
  const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
  const treatment = drawn(n, () => stream.below(2) - 0.5);
  const noise = drawn(n, () => stream.normal());
  const codes = covariates[1].kind === 'category' ? covariates[1].codes : new Int32Array(n);
  const [first, holes] = [0, 2].map((f) => (covariates[f].kind === 'category' ? noise : covariates[f].values)) as [
    Float64Array,
    Float64Array,
  ];

  const truths: Readonly<Record<string, [column: number, (i: number) => number]>> = {
    'a step of a number': [0, (i) => +(first[i] > 0.4)],
    'some levels of a category, missing ones with them': [
      1,
      (i) => +(codes[i] === 2 || codes[i] === 3 || codes[i] < 0),
    ],
    'missing cells': [2, (i) => +Number.isNaN(holes[i])],
  };

  // One of √(4/500) = 0.09 on each side is the least error that any estimate of a step of known place has.
  test.each(Object.entries(truths))('%s is found, by its column', (_, [column, truth]) => {
    const outcome = drawn(n, (i) => treatment[i] * 3 * truth(i) + noise[i]);
    const [{ moments, draws }] = runChains({ covariates, outcome, treatment }, 1);
    let [product, square] = [0, 0];
    for (let i = 0; i < n; i++) {
      product += treatment[i] * outcome[i];
      square += treatment[i] ** 2;
    }
    const errors = drawn(n, (i) => product / square + moments.sum[i] / moments.count - 3 * truth(i));
    expect(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / n)).toBeLessThan(0.5);
    // By chance one of six; trees that fit noise have any column.
    const roots = Array.from({ length: draws.constant.length }, (_, d) => drawnTrees(draws, d)).flat();
    expect(roots.filter((root) => root.column === column).length / roots.length).toBeGreaterThan(0.6);
  });
});

describe('whatever the data', () => {
  const n = 300;
  const stream = streamFor(8, 'any data');
  const covariates = Array.from({ length: 3 }, (_, f) => drawColumn('continuous', `x${f}`, n, stream));
  const x = covariates[0].kind === 'category' ? new Float64Array(n) : covariates[0].values;
  const treatment = drawn(n, () => stream.below(2) - 0.5);
  const outcome = drawn(n, (i) => treatment[i] * (1 + +(x[i] > 0)) + stream.normal());
  const rows = { covariates, outcome, treatment };

  const all = ([{ moments, draws }]: ReturnType<typeof runChains>) =>
    [moments.sum, moments.squares, moments.loss, moments.product, draws.constant, draws.value].every((values) =>
      values.every(Number.isFinite),
    );

  test('rows without weight, or without treatment, leave numbers whole, and say nothing', () => {
    // Leaves of such rows alone must have been cut and joined: a fault there makes every number NaN.
    const precision = drawn(n, (i) => +(x[i] > 0));
    const silent = runChains({ ...rows, precision }, 1);
    expect(all(silent)).toBe(true);
    expect(all(runChains({ ...rows, treatment: treatment.map((w, i) => (x[i] > 0 ? w : 0)) }, 1))).toBe(true);
    const uneven = precision.map((own) => own * (0.1 + stream.uniform()));
    expect(all(runChains({ ...rows, precision: uneven }, 1))).toBe(true);
    const other = outcome.map((y, i) => (precision[i] > 0 ? y : 1e6));
    expect(runChains({ ...rows, outcome: other, precision }, 1)).toEqual(silent);
  });

  test.each([0, 2, Math.PI / 3])('an effect of %f without noise is found to the last digits', (effect) => {
    for (const precision of [new Float64Array(n).fill(1), drawn(n, (i) => +(x[i] > 0))]) {
      const chains = runChains({ covariates, treatment, outcome: treatment.map((w) => effect * w), precision }, 1);
      expect(all(chains)).toBe(true);
      for (const sum of chains[0].moments.sum) expect(Math.abs(sum)).toBeLessThan(1e-10);
      for (const constant of chains[0].draws.constant) expect(constant).toBeCloseTo(effect, 12);
    }
  });

  test('a step without noise: rows near it apart, within a hundredth', () => {
    const [{ moments, draws }] = runChains(
      { covariates, treatment, outcome: drawn(n, (i) => treatment[i] * +(x[i] > 0)) },
      1,
    );
    expect(all([{ moments, draws }])).toBe(true);
    const [low, high] = [-0.3, 0.3].map((edge) => {
      const own = [...moments.sum].filter((_, i) => (edge < 0 ? x[i] < edge : x[i] > edge));
      return own.reduce((a, b) => a + b, 0) / own.length / moments.count;
    });
    expect(Math.abs(high - low - 1)).toBeLessThan(0.01);
  });

  test.each([
    ['one value', numberColumn('x', new Float64Array(n))],
    ['no value', numberColumn('x', new Float64Array(n).fill(Number.NaN))],
    ['one level', categoryColumn('x', new Int32Array(n), 1)],
    ['no level', categoryColumn('x', new Int32Array(n).fill(-1), 1)],
    [
      'too few rows on one side',
      numberColumn(
        'x',
        drawn(n, (i) => +(i < 9)),
      ),
    ],
  ])('a column with %s is never cut, and all rows have one effect', (_, column) => {
    const [{ moments, draws }] = runChains({ ...rows, covariates: [column] }, 1);
    expect(draws.roots).toHaveLength(0);
    // Rows come to the same number by sums of the same order.
    expect(new Set(moments.sum).size).toBe(1);
    expect(moments.sum[0]).not.toBe(0);
  });

  test('ten rows on one side are enough', () => {
    const column = numberColumn(
      'x',
      drawn(n, (i) => +(i < 10)),
    );
    expect(runChains({ ...rows, covariates: [column] }, 1)[0].draws.roots.length).toBeGreaterThan(100);
  });

  test('outcomes and treatments in other units have effects in those units; a number added to effects is added', () => {
    const [own] = runChains(rows, 1);
    const [scaled] = runChains({ ...rows, outcome: outcome.map((y) => 1024 * y) }, 1);
    expect(scaled.moments.sum).toEqual(own.moments.sum.map((sum) => 1024 * sum));
    const [dose] = runChains({ ...rows, treatment: treatment.map((w) => w / 1024) }, 1);
    expect(dose.moments.sum).toEqual(own.moments.sum.map((sum) => 1024 * sum));
    const [shifted] = runChains({ ...rows, outcome: outcome.map((y, i) => y + 8 * treatment[i]) }, 1);
    shifted.moments.sum.forEach((sum, i) => {
      expect(Math.abs(sum - own.moments.sum[i])).toBeLessThan(1e-6);
    });
  });

  test('rows that belong together count their losses together', () => {
    const clusters = Int32Array.from({ length: n }, (_, i) => Math.floor(i / 3));
    const [alone] = runChains(rows, 1);
    const [together] = runChains({ ...rows, clusters }, 1);
    expect(together.draws).toEqual(alone.draws);
    expect(together.moments.sum).toEqual(alone.moments.sum);
    expect(together.moments.loss).toHaveLength(n / 3);
    together.moments.loss.forEach((loss, u) => {
      expect(loss).toBeCloseTo(
        alone.moments.loss[3 * u] + alone.moments.loss[3 * u + 1] + alone.moments.loss[3 * u + 2],
        7,
      );
    });
  });
});
