/** Trees do not know how their rows are written down: in another order, or as weights instead of repetitions. */
import { describe, expect, test } from 'vitest';
import type { Covariate } from '../../src/data/trial.js';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import { drawColumn, drawn, drawOutcome, drawRows, drawTreatment } from '../support/generated-problem.js';
import { type GrownTree, type GrowthProblem, growAndFill, growTree, nodesOf, treeOptions } from '../support/grow.js';
import { leafGroups, leafNodeOf } from '../support/walk.js';

/** The columns at the given rows. */
const pick = (covariates: readonly Covariate[], rows: ArrayLike<number>): Covariate[] =>
  covariates.map((column) =>
    column.kind === 'category'
      ? { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) }
      : { ...column, values: Float64Array.from(rows, (row) => column.values[row]) },
  );
const pickValues = (values: Float64Array, rows: ArrayLike<number>) => Float64Array.from(rows, (row) => values[row]);

/** Each row's leaf averages: of q, qY for a mean, else of q, qY, qW, qWY, qW². */
const leafAverages = ({ outcome, covariates }: GrowthProblem, { filled, columns }: GrownTree): number[][] =>
  Array.from({ length: outcome.length }, (_, row) => {
    const leaf = filled.child[leafNodeOf(filled, 0, covariates, columns.coding, row)];
    return [...filled.moments.subarray(filled.momentCount * leaf, filled.momentCount * (leaf + 1))];
  });

describe.each(['mean', 'slope', 'treatment'] as const)('%s target', (target) => {
  // The rows come in the same order of the draw, and no column has ties, so every sum runs over the same numbers.
  test('another order of rows: the same tree and averages, bit for bit', () => {
    const streams = streamFamily(1, 'row order', target);
    for (let seed = 0; seed < 10; seed++) {
      const stream = streams(seed);
      const n = 120;
      const covariates = (['continuous', 'category', 'continuous'] as const).map((kind, f) =>
        drawColumn(kind, `x${f}`, n, stream),
      );
      const treatment = drawTreatment('binary', n, stream);
      const outcome = drawOutcome(covariates, treatment, stream);
      const problem = {
        target,
        covariates,
        outcome,
        treatment,
        weight: seed % 2 === 0 ? null : drawn(n, () => 0.5 + stream.uniform()),
        options: treeOptions({ mtry: 2, minNodeSize: 3, alpha: 0.05 }),
      };
      const draw = drawRows(n, stream);
      const order = drawRows(n, stream);
      const placeOf = new Int32Array(n);
      order.forEach((row, place) => {
        placeOf[row] = place;
      });
      const permuted = {
        ...problem,
        covariates: pick(covariates, order),
        outcome: pickValues(outcome, order),
        treatment: pickValues(treatment, order),
        weight: problem.weight && pickValues(problem.weight, order),
      };
      const grow = draw.slice(0, 70);
      const fill = draw.slice(70);
      const there = (rows: Int32Array) => rows.map((row) => placeOf[row]);
      const tree = growAndFill(problem, { grow, fill }, streamFamily(2)(seed), 'drawn');
      const placed = { grow: there(grow), fill: there(fill) };
      const other = growAndFill(permuted, placed, streamFamily(2)(seed), 'drawn');
      expect(tree.nodes.feature.length).toBeGreaterThan(1);
      expect(nodesOf(other.nodes)).toEqual(nodesOf(tree.nodes));
      const averages = leafAverages(problem, tree);
      expect(leafAverages(permuted, other)).toEqual([...order].map((row) => averages[row]));
    }
  });
});

// Alpha 0 and minNodeSize 1: no rule counts rows, so three equal rows and one row of weight 3 allow the same splits.
test.each(['mean', 'slope'] as const)('%s target: whole weights part rows as repetitions do', (target) => {
  const streams = streamFamily(1, 'repeated rows', target);
  for (let seed = 0; seed < 20; seed++) {
    const stream = streams(seed);
    const n = 60;
    const covariates = (['continuous', 'missing', 'category', 'ties'] as const).map((kind, f) =>
      drawColumn(kind, `x${f}`, n, stream),
    );
    const treatment = drawTreatment('continuous', n, stream);
    const outcome = drawOutcome(covariates, treatment, stream);
    const weight = drawn(n, () => 1 + stream.below(4));
    const options = treeOptions({ mtry: 4 });
    const weighted = { target, covariates, outcome, treatment, weight, options };
    const copies = drawn(n, (i) => i);
    const repeats = Int32Array.from([...copies].flatMap((row) => new Array(weight[row]).fill(row)));
    const repeated = {
      ...weighted,
      covariates: pick(covariates, repeats),
      outcome: pickValues(outcome, repeats),
      treatment: pickValues(treatment, repeats),
      weight: null,
    };
    const rows = drawRows(n, stream);
    const own = growTree(weighted, rows, new RandomStream(1, 1, seed));
    const all = Int32Array.from(repeats.keys());
    const other = growTree(repeated, all, new RandomStream(1, 1, seed));
    const groups = leafGroups(own.nodes, own.root, covariates, own.columns.coding, [...rows]);
    const otherGroups = leafGroups(other.nodes, other.root, repeated.covariates, other.columns.coding, [...all]);
    expect(groups.length).toBeGreaterThan(3);
    expect(otherGroups.map((group) => [...new Set(group.map((k) => repeats[k]))])).toEqual(groups);
    // An average over a leaf of unequal weights is in other units, its ratios are not.
    const averages = leafAverages(weighted, own);
    leafAverages(repeated, other).forEach(([q, ...rest], k) => {
      const [ownQ, ...ownRest] = averages[repeats[k]];
      rest.forEach((value, m) => {
        expect(value / q).toBeCloseTo(ownRest[m] / ownQ, 12);
      });
    });
  }
});
