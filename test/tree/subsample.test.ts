/**
 * Which rows a tree draws, as frequencies over many bags against probabilities from counting. Each χ² below fails a right
 * sampler with probability at most 1e-6; there are 8 of them.
 */
import { describe, expect, test } from 'vitest';
import { streamFamily } from '../../src/math/random.js';
import { makeSampler, type SubsamplePlan, subsampleSizes } from '../../src/tree/subsample.js';
import { chiSquare, chiSquareLimit } from '../support/frequencies.js';

const planFor = (given: Partial<SubsamplePlan>): SubsamplePlan => ({
  rowCount: 10,
  treesPerBag: 2,
  sampleFraction: 0.5,
  honesty: true,
  honestyFraction: 0.5,
  clusters: null,
  equalizeClusterWeights: false,
  ...given,
});

interface Draw {
  readonly bag: number;
  readonly tree: number;
  readonly units: number[];
  readonly grow: number[];
  readonly fill: number[];
  readonly half: number[];
  readonly drawn: number[];
}

/** Copies of all draws of bags first … last − 1. */
function drawAll(plan: SubsamplePlan, bags: readonly number[], purpose = 'test'): Draw[] {
  const sampler = makeSampler(plan);
  const streams = streamFamily(1, purpose);
  const draws: Draw[] = [];
  for (const bag of bags) {
    sampler.startBag(streams(bag));
    for (let tree = 0; tree < plan.treesPerBag; tree++) {
      const { units, grow, growHalf, fill } = sampler.drawTree();
      const drawn = [...sampler.drawnUnit.keys()].filter((unit) => sampler.drawnUnit[unit] === 1);
      const half = [...growHalf.subarray(0, grow.length)];
      draws.push({ bag, tree, units: [...units], grow: [...grow], fill: [...fill], half, drawn });
    }
  }
  return draws;
}

const upTo = (count: number) => Array.from({ length: count }, (_, k) => k);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

/** All ordered draws of `take` out of `from`. */
function arrangements(from: readonly number[], take: number): number[][] {
  if (take === 0) return [[]];
  return from.flatMap((first) =>
    arrangements(
      from.filter((x) => x !== first),
      take - 1,
    ).map((rest) => [first, ...rest]),
  );
}

function expectFrequencies(keys: Iterable<string>, probability: ReadonlyMap<string, number>, count: number): void {
  const observed = new Map<string, number>();
  for (const key of keys) observed.set(key, (observed.get(key) ?? 0) + 1);
  for (const key of observed.keys()) expect(probability.has(key), key).toBe(true);
  const names = [...probability.keys()];
  const statistic = chiSquare(
    names.map((key) => observed.get(key) ?? 0),
    names.map((key) => (probability.get(key) as number) * count),
  );
  expect(statistic).toBeLessThan(chiSquareLimit(names.length - 1));
}

const equally = (keys: readonly string[]) => new Map(keys.map((key) => [key, 1 / keys.length]));

describe('sizes', () => {
  test.each([
    // units, trees per bag, fraction, honesty fraction: bag, tree, grow
    [100, 2, 0.5, 0.5, 50, 50, 25],
    [101, 2, 0.5, 0.5, 50, 50, 25],
    [101, 2, 0.25, 0.5, 50, 25, 13],
    [101, 3, 0.33, 0.7, 50, 33, 24],
    [101, 1, 0.5, 0.5, 50, 50, 25],
    [101, 1, 0.75, 0.5, 75, 75, 38],
    [7, 1, 1, 0.2, 7, 7, 2],
    [7, 2, 0.1, 0.5, 3, 1, 1],
  ])(
    '%i units, bags of %i, fraction %d, honesty %d',
    (rowCount, treesPerBag, sampleFraction, honestyFraction, bag, tree, grow) => {
      const plan = planFor({ rowCount, treesPerBag, sampleFraction, honestyFraction });
      expect(subsampleSizes(plan)).toEqual({ bag, tree, grow });
      expect(subsampleSizes({ ...plan, honesty: false })).toEqual({ bag, tree, grow: tree });
      const draws = drawAll(plan, upTo(20));
      expect(draws.length).toBe(20 * treesPerBag);
      for (const draw of draws) {
        expect(draw.units.length).toBe(tree);
        expect(draw.grow.length).toBe(grow);
        expect(draw.fill.length).toBe(tree - grow);
        // Both halves are disjoint, and together they are what counts as drawn.
        expect(sorted([...draw.grow, ...draw.fill])).toEqual(draw.drawn);
        expect(sorted(draw.units)).toEqual(draw.drawn);
        expect(new Set(draw.units).size).toBe(tree);
      }
      for (let first = 0; first < draws.length; first += treesPerBag)
        expect(new Set(draws.slice(first, first + treesPerBag).flatMap((draw) => draw.drawn)).size).toBeLessThanOrEqual(
          bag,
        );
    },
  );

  test('without honesty the rows that grow the tree fill it', () => {
    for (const { grow, fill, drawn } of drawAll(planFor({ honesty: false }), upTo(10))) {
      expect(fill).toEqual(grow);
      expect(sorted(grow)).toEqual(drawn);
    }
  });
});

describe('frequencies', () => {
  test('bags of one tree: every ordered draw is as likely', () => {
    const plan = planFor({ rowCount: 5, treesPerBag: 1, sampleFraction: 0.8 });
    const draws = drawAll(plan, upTo(60_000));
    expectFrequencies(
      draws.map(({ grow, fill }) => [...grow, ...fill].join()),
      equally(arrangements(upTo(5), 4).map(String)),
      draws.length,
    );
  });

  // Two trees draw 2 of the same 3 out of 6 rows: each ordered pair of draws has the probability of its halves.
  test('bags of two trees: both draw from one half', () => {
    const plan = planFor({ rowCount: 6, sampleFraction: 1 / 3 });
    const probability = new Map<string, number>();
    for (const half of arrangements(upTo(6), 3)) {
      if (String(half) !== String(sorted(half))) continue;
      for (const first of arrangements(half, 2))
        for (const second of arrangements(half, 2)) {
          const key = `${first}|${second}`;
          probability.set(key, (probability.get(key) ?? 0) + 1 / (20 * 6 * 6));
        }
    }
    const draws = drawAll(plan, upTo(40_000));
    const keys = upTo(40_000).map((bag) => {
      const [first, second] = draws.slice(2 * bag, 2 * bag + 2);
      return `${[...first.grow, ...first.fill]}|${[...second.grow, ...second.fill]}`;
    });
    expectFrequencies(keys, probability, keys.length);
  });

  // Each indicator has variance p(1 − p), each pair covariance −p(1 − p)/(n − 1), hence the factor (n − 1)/n.
  test('many rows: each is drawn, grows and fills equally often', () => {
    const n = 200;
    const plan = planFor({ rowCount: n, sampleFraction: 0.3, honestyFraction: 0.7 });
    const draws = drawAll(plan, upTo(3000)).filter(({ tree }) => tree === 1);
    for (const [part, size] of [
      ['drawn', 60],
      ['grow', 42],
      ['fill', 18],
    ] as const) {
      const counts = new Float64Array(n);
      for (const draw of draws) for (const row of draw[part]) counts[row]++;
      const share = size / n;
      const expected = new Float64Array(n).fill(draws.length * share);
      const statistic = (chiSquare(counts, expected) / (1 - share)) * ((n - 1) / n);
      expect(statistic).toBeLessThan(chiSquareLimit(n - 1));
    }
  });
});

describe('bags', () => {
  const plan = planFor({ rowCount: 31 });
  const all = drawAll(plan, upTo(12));

  test("a bag's draws do not depend on other bags, nor on their order", () => {
    for (const bag of [11, 3, 0]) expect(drawAll(plan, [bag])).toEqual(all.filter((draw) => draw.bag === bag));
    const backwards = drawAll(plan, upTo(12).reverse());
    for (const draw of all) expect(backwards).toContainEqual(draw);
  });

  test('another purpose draws other rows', () => {
    expect(drawAll(plan, [0], 'other')[0].units).not.toEqual(all[0].units);
  });
});

describe('clusters', () => {
  // Cluster sizes 1 … 6, rows interleaved.
  const sizes = [3, 1, 6, 2, 5, 4, 3, 2];
  const ids = Int32Array.from(upTo(6).flatMap((round) => sizes.flatMap((size, c) => (round < size ? [c] : []))));
  const clusters = { ids, count: sizes.length };
  const rowsOf = (cluster: number) => upTo(ids.length).filter((row) => ids[row] === cluster);
  const base = planFor({ rowCount: ids.length, clusters });

  test('are the units: drawn whole, on one side only', () => {
    for (const { units, drawn, grow, fill } of drawAll(base, upTo(50))) {
      expect(units.length).toBe(4);
      expect(sorted(units)).toEqual(drawn);
      expect(sorted(grow)).toEqual(sorted(units.slice(0, 2).flatMap(rowsOf)));
      expect(sorted(fill)).toEqual(sorted(units.slice(2).flatMap(rowsOf)));
    }
    expect(makeSampler(base).unitOf).toBe(ids);
  });

  test('are drawn equally often, whatever their size', () => {
    const draws = drawAll(base, upTo(20_000)).filter(({ tree }) => tree === 0);
    const pairs = arrangements(upTo(8), 2).map(String);
    expectFrequencies(
      draws.map(({ units }) => String(units.slice(0, 2))),
      equally(pairs),
      draws.length,
    );
  });

  const large = { ids: ids.map((c) => (c === 1 ? 0 : c > 1 ? c - 1 : c)), count: 7 };
  const equalised = planFor({ rowCount: ids.length, clusters: large, equalizeClusterWeights: true });

  test('equalised: as many rows of each as the smallest has', () => {
    for (const { units, grow, fill } of drawAll(equalised, upTo(200))) {
      expect(units.length).toBe(3);
      for (const [part, own] of [
        [grow, units.slice(0, 2)],
        [fill, units.slice(2)],
      ] as const) {
        expect(part.length).toBe(2 * own.length);
        expect(new Set(part).size).toBe(part.length);
        for (const cluster of own) expect(part.filter((row) => large.ids[row] === cluster).length).toBe(2);
      }
    }
  });

  test('equalised: every pair of its rows is as likely, and drawn afresh for each tree', () => {
    const cluster = 1;
    const own = upTo(ids.length).filter((row) => large.ids[row] === cluster);
    expect(own.length).toBe(6);
    const draws = drawAll(equalised, upTo(40_000));
    const pairOf = ({ grow, fill }: Draw) =>
      sorted([...grow, ...fill].filter((row) => large.ids[row] === cluster)).join();
    const pairs = arrangements(own, 2)
      .filter(([a, b]) => a < b)
      .map(String);
    const keys = draws.map(pairOf).filter((key) => key !== '');
    expect(keys.length).toBeGreaterThan(10_000);
    expectFrequencies(keys, equally(pairs), keys.length);
    const both = upTo(40_000)
      .map((bag) => [pairOf(draws[2 * bag]), pairOf(draws[2 * bag + 1])])
      .filter(([first, second]) => first !== '' && second !== '');
    const joint = pairs.flatMap((first) => pairs.map((second) => `${first}|${second}`));
    expectFrequencies(
      both.map((keys) => keys.join('|')),
      equally(joint),
      both.length,
    );
  });

  // Otherwise noise that a cluster's rows share would both order the levels of a category and judge the order.
  test.each([base, equalised])('the rows that grow a tree are halved by cluster (%#)', (plan) => {
    const { ids: clusterOf } = plan.clusters as typeof clusters;
    for (const { grow, half, units } of drawAll(plan, upTo(50))) {
      const halves = units.slice(0, 2).map((unit) => new Set(half.filter((_, k) => clusterOf[grow[k]] === unit)));
      expect(halves.map((values) => [...values])).toEqual([[0], [1]]);
    }
  });
});

test('without clusters every other row is in the other half', () => {
  for (const { half } of drawAll(planFor({ rowCount: 31 }), upTo(5))) expect(half).toEqual(half.map((_, k) => k % 2));
});
