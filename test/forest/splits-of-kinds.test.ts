/**
 * Oracle for instrumental, several-means and several-effects trees: at every node of trained trees the split is admissible
 * and reaches the criterion of exhaustive search, every leaf is one because exhaustive search finds nothing there, and
 * leaves hold the averages of their rows. Trees without honesty, so that all rows of a node are seen.
 * Tolerance 1e-8 of the criterion's scale: sums run in another order, and pseudo-outcomes of several effects go through the
 * inverse of a matrix. Where a child's size equals the least one, rounding decides; there both answers are taken.
 */
import { describe, expect, test } from 'vitest';
import { eachTreeDraw } from '../../src/forest/forest.js';
import { type ForestProblem, trainForest } from '../../src/forest/train-forest.js';
import { streamFamily } from '../../src/math/random.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';
import {
  type ColumnKind,
  drawColumn,
  drawn,
  drawOutcome,
  drawTreatment,
  drawWeights,
  type TreatmentKind,
  type WeightKind,
} from '../support/generated-problem.js';
import { plainVectorNode, type VectorProblem } from '../support/plain-vectors.js';

const TOLERANCE = 1e-8;
const streams = streamFamily(1, 'splits of kinds');

interface Kind {
  readonly kind: VectorProblem['kind'];
  readonly columns: readonly ColumnKind[];
  readonly outcomes?: number;
  readonly treatments?: readonly TreatmentKind[];
  readonly weights?: WeightKind;
  readonly minNodeSize?: number;
  readonly alpha?: number;
  readonly penalty?: number;
}

const join = (arrays: readonly Float64Array[]): Float64Array =>
  Float64Array.from(arrays.flatMap((values) => [...values]));

async function checkTrees(given: Kind, seed: number): Promise<number> {
  const stream = streams(seed);
  const n = 60 + stream.below(60);
  const covariates = given.columns.map((column, f) => drawColumn(column, `x${f}`, n, stream));
  const treatments = (given.treatments ?? ['continuous']).map((kind) => drawTreatment(kind, n, stream));
  const outcomes = Array.from({ length: given.outcomes ?? 1 }, () => drawOutcome(covariates, treatments[0], stream));
  const instrument = drawn(n, (i) => treatments[0][i] + 0.7 * stream.normal());
  const weight = drawWeights(given.weights ?? 'none', n, stream);
  const options: TreeOptions = {
    // So many that every covariate is tried at every node.
    mtry: 1000,
    minNodeSize: given.minNodeSize ?? 2,
    alpha: given.alpha ?? 0.05,
    imbalancePenalty: given.penalty ?? 0,
    honesty: false,
    honestyPruneLeaves: false,
  };
  const columns = rankColumns(covariates, n);
  const data = {
    outcome: join(outcomes),
    treatment: join(treatments),
    instrument,
    weight,
    outcomeCount: outcomes.length,
    treatmentCount: treatments.length,
  };
  const plan = {
    rowCount: n,
    treesPerBag: 1,
    sampleFraction: 0.9,
    honesty: false,
    honestyFraction: 0.5,
    clusters: null,
    equalizeClusterWeights: false,
  };
  const problem: ForestProblem = {
    columns,
    kind: given.kind,
    data,
    options,
    plan,
    treeCount: 2,
    seed,
    purpose: 'test',
  };
  const forest = await trainForest(problem, { workers: 0 });
  const { trees } = forest;
  const plainProblem = { kind: given.kind, outcomes, treatments, instrument, weight, covariates, options };
  const isNumeric = covariates.every((column) => column.kind !== 'category');
  const moments = momentsOf(plainProblem);
  let splits = 0;
  const goesLeft = (node: number, row: number): boolean => {
    const f = trees.feature[node];
    const code = columns.code[f * n + row];
    if (code < 0) return trees.missingRight[node] === 0;
    if (columns.coding.levelCount[f] === 0) return code <= trees.threshold[node];
    return ((trees.levelSets[trees.threshold[node] + (code >> 5)] >> (code & 31)) & 1) === 1;
  };
  const check = (node: number, rows: readonly number[]): void => {
    const plain = plainVectorNode(plainProblem, rows);
    const margin = TOLERANCE * plain.scale;
    if (trees.feature[node] < 0) {
      if (plain.splittable) expect(plain.best(false, TOLERANCE)).toBeLessThanOrEqual(margin);
      const at = trees.momentCount * trees.child[node];
      const own = trees.moments.subarray(at, at + trees.momentCount);
      const expected = moments(rows);
      expect(own.length).toBe(expected.length);
      expected.forEach((value, m) => {
        expect(Math.abs(own[m] - value)).toBeLessThan(1e-12 * (1 + Math.abs(value)));
      });
      return;
    }
    splits++;
    const rule = (row: number) => goesLeft(node, row);
    const chosen = plain.judge(rule, -TOLERANCE);
    expect(chosen).toBeGreaterThan(-margin);
    expect(chosen).toBeGreaterThanOrEqual(plain.best(false, TOLERANCE) - margin);
    // Children are chosen among all groupings where there are categories.
    expect(chosen).toBeLessThanOrEqual(plain.best(true, -TOLERANCE) + margin);
    if (isNumeric) expect(chosen).toBeLessThanOrEqual(plain.best(false, -TOLERANCE) + margin);
    check(trees.child[node], rows.filter(rule));
    check(
      trees.child[node] + 1,
      rows.filter((row) => !rule(row)),
    );
  };
  eachTreeDraw(forest, ({ tree, fill }) => check(trees.root[tree], [...fill]));
  return splits;
}

/** Averages that a leaf keeps, in their order. */
function momentsOf({ kind, outcomes, treatments, instrument, weight }: VectorProblem) {
  const [y, w, z] = [outcomes[0], treatments[0], instrument];
  const ofRow = (i: number): number[] => {
    if (kind === 'instrument') return [1, y[i], w[i], z[i], z[i] * y[i], z[i] * w[i], z[i] * z[i]];
    const own = outcomes.map((values) => values[i]);
    const doses = kind === 'means' ? [] : treatments.map((values) => values[i]);
    return [
      1,
      ...own,
      ...doses,
      ...own.flatMap((value) => doses.map((dose) => dose * value)),
      ...doses.flatMap((dose, k) => doses.slice(0, k + 1).map((other) => dose * other)),
    ];
  };
  return (rows: readonly number[]): number[] => {
    const parts = rows.map((i) => ofRow(i).map((value) => (weight?.[i] ?? 1) * value));
    return parts[0].map((_, m) => parts.reduce((sum, part) => sum + part[m], 0) / rows.length);
  };
}

const NUMBERS: ColumnKind[] = ['continuous', 'ties', 'constant'];
const MISSING: ColumnKind[] = ['missing', 'ties', 'missing'];
const CATEGORY: ColumnKind[] = ['category', 'missing'];
const TWO: TreatmentKind[] = ['continuous', 'centred'];

const kinds: Readonly<Record<string, Kind>> = {
  'instrument, numbers': { kind: 'instrument', columns: NUMBERS },
  'instrument, missing': { kind: 'instrument', columns: MISSING, minNodeSize: 1, alpha: 0.1 },
  'instrument, weights': { kind: 'instrument', columns: MISSING, treatments: ['centred'], weights: 'withZeros' },
  'instrument, penalty': { kind: 'instrument', columns: NUMBERS, penalty: 0.5, weights: 'positive' },
  'instrument, categories': { kind: 'instrument', columns: CATEGORY },
  'means, one': { kind: 'means', columns: MISSING },
  'means, three': { kind: 'means', columns: NUMBERS, outcomes: 3, alpha: 0.1 },
  'means, weights': { kind: 'means', columns: MISSING, outcomes: 2, weights: 'withZeros' },
  'means, penalty': { kind: 'means', columns: MISSING, outcomes: 2, penalty: 2 },
  'means, categories': { kind: 'means', columns: CATEGORY, outcomes: 3 },
  'slopes, one': { kind: 'slopes', columns: MISSING },
  'slopes, two treatments': { kind: 'slopes', columns: NUMBERS, treatments: TWO },
  'slopes, two outcomes': { kind: 'slopes', columns: MISSING, treatments: TWO, outcomes: 2, alpha: 0.1 },
  'slopes, three treatments': { kind: 'slopes', columns: MISSING, treatments: ['centred', 'centred', 'dose'] },
  'slopes, weights': { kind: 'slopes', columns: MISSING, treatments: TWO, weights: 'withZeros', minNodeSize: 1 },
  'slopes, penalty': { kind: 'slopes', columns: NUMBERS, treatments: TWO, penalty: 1e-3 },
  'slopes, categories': { kind: 'slopes', columns: CATEGORY, treatments: TWO, outcomes: 2 },
};

describe('every split is the best there is', () => {
  test.each(Object.entries(kinds))('%s', async (_, kind) => {
    let splits = 0;
    for (let seed = 0; seed < 6; seed++) splits += await checkTrees(kind, seed);
    // A test without splits would check nothing.
    expect(splits).toBeGreaterThan(6);
  });
});

/** Two forests of the same draws on the same data, of two kinds. */
async function pairOf(
  first: ForestProblem['kind'],
  second: ForestProblem['kind'],
  of: (parts: { outcome: Float64Array; treatment: Float64Array }) => Partial<ForestProblem['data']>,
  columnsOf: readonly ColumnKind[],
  minNodeSize = 5,
) {
  const stream = streams(99);
  const n = 400;
  const covariates = columnsOf.map((column, f) => drawColumn(column, `x${f}`, n, stream));
  const treatment = drawTreatment('centred', n, stream);
  const outcome = drawOutcome(covariates, treatment, stream);
  const options = {
    mtry: 2,
    minNodeSize,
    alpha: 0.05,
    imbalancePenalty: 0,
    honesty: true,
    honestyPruneLeaves: true,
  };
  const plan = {
    rowCount: n,
    treesPerBag: 2,
    sampleFraction: 0.5,
    honesty: true,
    honestyFraction: 0.5,
    clusters: null,
    equalizeClusterWeights: false,
  };
  const train = (kind: ForestProblem['kind'], data: ForestProblem['data']) =>
    trainForest(
      { columns: rankColumns(covariates, n), kind, data, options, plan, treeCount: 40, seed: 7, purpose: 'pair' },
      { workers: 0 },
    );
  const data = { outcome, treatment, weight: null };
  return Promise.all([train(first, data), train(second, { ...data, ...of(data) })]);
}

describe('degenerate kinds grow the trees of plain ones', () => {
  const columns: ColumnKind[] = ['continuous', 'missing', 'category', 'manyLevels'];
  test('an instrument that is the treatment', async () => {
    const [plain, other] = await pairOf('slope', 'instrument', ({ treatment }) => ({ instrument: treatment }), columns);
    expect(other.trees.feature).toEqual(plain.trees.feature);
    expect(other.trees.threshold).toEqual(plain.trees.threshold);
    expect(other.trees.levelSets).toEqual(plain.trees.levelSets);
  });

  test.each([
    ['slope', 'slopes'],
    ['mean', 'means'],
  ] as const)('one of several: %s', async (first, second) => {
    // Small nodes of means have splits of the same rows by different covariates, among which rounding decides.
    const [plain, other] = await pairOf(first, second, () => ({}), columns, first === 'mean' ? 30 : 5);
    expect(other.trees.feature).toEqual(plain.trees.feature);
    expect(other.trees.threshold).toEqual(plain.trees.threshold);
    expect(other.trees.levelSets).toEqual(plain.trees.levelSets);
    // The same averages; a plain leaf's products are taken in another order.
    other.trees.moments.forEach((value, m) => {
      expect(Math.abs(value - plain.trees.moments[m])).toBeLessThan(1e-12 * (1 + Math.abs(value)));
    });
  });

  test('two outcomes that are one, scaled', async () => {
    const [plain, other] = await pairOf(
      'slope',
      'slopes',
      ({ outcome }) => ({
        outcome: join([outcome, outcome.map((y) => 1000 * y)]),
        outcomeCount: 2,
        coordinateScale: Float64Array.of(1, 1e-3),
      }),
      columns,
    );
    expect(other.trees.feature).toEqual(plain.trees.feature);
    expect(other.trees.threshold).toEqual(plain.trees.threshold);
  });
});
