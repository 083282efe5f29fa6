/**
 * Oracle: at every node of a grown tree the split is admissible and reaches the criterion of exhaustive search, and
 * every leaf is one because exhaustive search finds nothing better than 0 there.
 * Tolerance 1e-9 of the criterion (for leaves: of Σ qρ², its scale): sums run in another order. Where a child's size
 * equals the least one, rounding decides; there both answers are taken (slack 1e-9).
 */
import { describe, expect, test } from 'vitest';
import { RandomStream, streamFamily } from '../../src/math/random.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';
import {
  type ColumnKind,
  drawColumn,
  drawOutcome,
  drawRows,
  drawTreatment,
  drawWeights,
  type TreatmentKind,
  type WeightKind,
} from '../support/generated-problem.js';
import { growTree, halvesOf, treeOptions, withGrower } from '../support/grow.js';
import { type PlainProblem, plainNode } from '../support/plain-splitter.js';
import { goesLeft, visitNodes } from '../support/walk.js';

const TOLERANCE = 1e-9;

interface Kind {
  readonly target: PlainProblem['target'];
  readonly columns: readonly ColumnKind[];
  readonly treatment?: TreatmentKind;
  readonly weights?: WeightKind;
  readonly minNodeSize?: number;
  readonly alpha?: number;
  readonly penalty?: number;
}

const streams = streamFamily(1, 'brute force');

/** One problem of a kind, grown; every node is checked. Returns how many splits the tree has. */
function checkTree(kind: Kind, seed: number): number {
  const stream = streams(seed);
  const n = 30 + stream.below(91);
  const covariates = kind.columns.map((column, f) => drawColumn(column, `x${f}`, n, stream));
  const treatment = drawTreatment(kind.treatment ?? 'binary', n, stream);
  const outcome = drawOutcome(covariates, treatment, stream);
  const weight = drawWeights(kind.weights ?? 'none', n, stream);
  const options: TreeOptions = {
    mtry: covariates.length,
    minNodeSize: kind.minNodeSize ?? 2,
    alpha: kind.alpha ?? 0.05,
    imbalancePenalty: kind.penalty ?? 0,
    honesty: true,
    honestyPruneLeaves: true,
  };
  let splits = 0;
  // Two trees from one engine: what is left over from the first must not reach the second.
  withGrower({ target: kind.target, covariates, outcome, treatment, weight, options }, (grow) => {
    for (const size of [n, Math.ceil(0.7 * n)]) {
      const rows = drawRows(n, stream, size);
      const half = new Uint8Array(n);
      halvesOf(rows).forEach((judges, k) => {
        half[rows[k]] = judges;
      });
      const problem = { target: kind.target, outcome, treatment, weight, covariates, options, half };
      const { nodes, root, columns } = grow({ grow: rows }, new RandomStream(seed, size, 1));
      visitNodes(nodes, root, covariates, columns.coding, [...rows], (node, there) => {
        const plain = plainNode(problem, there);
        if (nodes.feature[node] < 0) {
          if (!plain.splittable) return;
          expect(plain.best('ordered', TOLERANCE), `leaf of ${there.length} rows`).toBeLessThanOrEqual(
            TOLERANCE * plain.scale,
          );
          return;
        }
        splits++;
        const isLeft = (row: number) => goesLeft(nodes, node, covariates, columns.coding, row);
        const chosen = plain.judge(nodes.feature[node], isLeft, -TOLERANCE);
        expect(plain.splittable).toBe(true);
        expect(chosen.admissible, `split of ${there.length} rows`).toBe(true);
        expect(chosen.criterion).toBeGreaterThan(-TOLERANCE * plain.scale);
        const margin = TOLERANCE * Math.max(plain.scale, Math.abs(chosen.criterion));
        expect(chosen.criterion).toBeGreaterThanOrEqual(plain.best('ordered', TOLERANCE) - margin);
        expect(chosen.criterion).toBeLessThanOrEqual(plain.best('all', -TOLERANCE) + margin);
      });
    }
  });
  return splits;
}

const NUMBERS: ColumnKind[] = ['continuous', 'ties', 'constant'];
const WITH_MISSING: ColumnKind[] = ['missing', 'ties', 'missing', 'allMissing'];
/** Some rows share a value, most cuts part none that do. */
const ROUNDED: ColumnKind[] = ['rounded', 'rounded'];
const WITH_CATEGORY: ColumnKind[] = ['category', 'missing', 'category'];

const kinds: Readonly<Record<string, Kind>> = {
  'mean, numbers': { target: 'mean', columns: NUMBERS },
  'mean, missing': { target: 'mean', columns: WITH_MISSING, alpha: 0.1, minNodeSize: 5 },
  'mean, rounded': { target: 'mean', columns: ROUNDED },
  'slope, rounded': { target: 'slope', columns: ROUNDED, treatment: 'centred', minNodeSize: 1 },
  'mean, weights': { target: 'mean', columns: WITH_MISSING, weights: 'withZeros' },
  'mean, penalty': { target: 'mean', columns: [...NUMBERS, 'category'], penalty: 3 },
  'mean, categories': { target: 'mean', columns: WITH_CATEGORY },
  'mean, weighted categories': { target: 'mean', columns: WITH_CATEGORY, weights: 'withZeros', penalty: 1 },
  'mean, many levels': { target: 'mean', columns: ['manyLevels', 'ties'] },
  'mean, one category alone': { target: 'mean', columns: ['category'], alpha: 0 },
  'slope, numbers': { target: 'slope', columns: NUMBERS },
  'slope, centred': { target: 'slope', columns: NUMBERS, treatment: 'centred' },
  'slope, doses': { target: 'slope', columns: NUMBERS, treatment: 'dose', minNodeSize: 1 },
  'slope, continuous': { target: 'slope', columns: WITH_MISSING, treatment: 'continuous', alpha: 0.2 },
  'slope, missing': { target: 'slope', columns: WITH_MISSING, minNodeSize: 1, alpha: 0.1 },
  'slope, weights': { target: 'slope', columns: WITH_MISSING, treatment: 'centred', weights: 'positive' },
  'slope, weights and zeros': { target: 'slope', columns: WITH_MISSING, weights: 'withZeros' },
  'slope, penalty': { target: 'slope', columns: [...NUMBERS, 'missing'], penalty: 0.7 },
  'slope, penalty and weights': {
    target: 'slope',
    columns: [...NUMBERS, 'category'],
    treatment: 'centred',
    weights: 'positive',
    penalty: 0.5,
  },
  'slope, penalty where a child may have no variation': {
    target: 'slope',
    columns: [...NUMBERS, 'missing', 'category'],
    treatment: 'binary',
    weights: 'mostlyZeros',
    penalty: 0.5,
    alpha: 0,
    minNodeSize: 1,
  },
  'slope, a child may have no variation': {
    target: 'slope',
    columns: [...NUMBERS, 'missing', 'category'],
    treatment: 'centred',
    weights: 'mostlyZeros',
    alpha: 0,
    minNodeSize: 1,
  },
  'slope, categories': { target: 'slope', columns: WITH_CATEGORY, treatment: 'centred' },
  'slope, many levels': {
    target: 'slope',
    columns: ['manyLevels', 'missing'],
    treatment: 'continuous',
    minNodeSize: 1,
  },
  'treatment, numbers': { target: 'treatment', columns: NUMBERS },
  'treatment, missing and weights': { target: 'treatment', columns: WITH_MISSING, weights: 'positive', alpha: 0.1 },
  'treatment, categories': { target: 'treatment', columns: WITH_CATEGORY, penalty: 0.5 },
};

describe('every split is the best of all, every leaf has none', () => {
  test.each(Object.entries(kinds))('%s', (_, kind) => {
    let splits = 0;
    for (let seed = 0; seed < 6; seed++) splits += checkTree(kind, seed);
    // A kind that never splits would test nothing.
    expect(splits).toBeGreaterThan(24);
  });

  // Without least sizes the cuts along the mean pseudo-outcome hold the best of all groupings (Fisher 1958).
  test('categories without least sizes reach the best of all groupings', () => {
    for (let seed = 0; seed < 40; seed++) {
      const stream = streams(1000 + seed);
      const covariates = [drawColumn('category', 'x', 60, stream)];
      const outcome = drawOutcome(covariates, new Float64Array(60), stream);
      const weight = seed % 2 === 0 ? null : drawWeights('positive', 60, stream);
      const grown = {
        target: 'mean',
        covariates,
        outcome,
        treatment: outcome,
        weight,
        options: treeOptions(),
      } as const;
      const rows = drawRows(60, stream);
      const { nodes, root, columns } = growTree(grown, rows, new RandomStream(seed, 0, 0));
      const plain = plainNode({ ...grown, half: new Uint8Array(60) }, [...rows]);
      const isLeft = (row: number) => goesLeft(nodes, root, covariates, columns.coding, row);
      const best = plain.best('all', 0);
      expect(plain.judge(0, isLeft, 0).criterion).toBeGreaterThan(best * (1 - TOLERANCE));
    }
  });
});
