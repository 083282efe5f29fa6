/** Reference cases and the forests in them, as this library's own structures. Format: test/reference/fixtures/README.md. */
import { readFileSync } from 'node:fs';
import type { Forest } from '../../src/forest/forest.js';
import type { LeafMoments } from '../../src/tree/leaf-moments.js';
import { TreeWriter } from '../../src/tree/packed-trees.js';
import { codeRows, type RankedColumns } from '../../src/tree/ranked-columns.js';

interface GrfTree {
  readonly root: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly splitVariable: readonly number[];
  readonly splitValue: readonly (number | null)[];
  readonly missingGoesLeft: readonly boolean[];
  readonly drawnSamples: readonly number[];
  readonly leafSamples: readonly (readonly number[])[];
}

export interface ReferenceCase {
  readonly X: readonly (readonly (number | null)[])[];
  readonly Xnew: readonly (readonly (number | null)[])[];
  readonly Y: readonly number[];
  readonly W: readonly number[];
  readonly Yhat: readonly number[] | null;
  readonly What: readonly number[] | null;
  readonly sampleWeights: readonly number[] | null;
  readonly clusters: readonly number[] | null;
  readonly equalizeClusterWeights: boolean;
  readonly forest: { readonly ciGroupSize: number; readonly trees: readonly GrfTree[] };
  readonly oob: Readonly<Record<string, readonly number[]>>;
  readonly new: Readonly<Record<string, readonly number[]>>;
  readonly forestWeightsRow1New: readonly number[];
  readonly splitFrequencies: readonly (readonly number[])[];
  readonly variableImportance: readonly number[];
}

export const referenceCase = (name: string): ReferenceCase =>
  JSON.parse(readFileSync(new URL(`../reference/fixtures/${name}.json`, import.meta.url), 'utf8'));

/** Numeric covariates of a matrix of rows; null is missing. */
export const covariatesOf = (rows: ReferenceCase['X']) =>
  rows[0].map((_, f) => ({
    kind: 'number' as const,
    name: `x${f + 1}`,
    values: Float64Array.from(rows, (row) => row[f] ?? Number.NaN),
  }));

/** The case's forest with its leaves filled by `moments`; codes count the thresholds below a value. */
export function grfForest(
  { forest, X }: ReferenceCase,
  moments: LeafMoments,
): { forest: Forest; code(rows: ReferenceCase['X']): RankedColumns } {
  const cuts = X[0].map((_, f) => {
    const values = forest.trees.flatMap((tree) =>
      tree.splitValue.filter((value, k) => tree.left[k] > 0 && tree.splitVariable[k] === f && value !== null),
    );
    return Float64Array.from(new Set(values as number[])).sort();
  });
  const coding = { cuts, levelCount: new Int32Array(cuts.length) };
  const writer = new TreeWriter(moments.count);
  for (const tree of forest.trees) {
    const copy = (from: number, to: number): void => {
      if (tree.left[from] === 0 && tree.right[from] === 0) {
        const rows = Int32Array.from(tree.leafSamples[from]);
        writer.feature[to] = -1;
        writer.child[to] = 0;
        if (rows.length === 0) return;
        const leaf = writer.addLeaf();
        moments.average(rows, 0, rows.length, writer.moments, leaf * moments.count);
        writer.child[to] = leaf;
        return;
      }
      const value = tree.splitValue[from];
      const children = writer.addNodes(2);
      writer.feature[to] = tree.splitVariable[from];
      writer.threshold[to] = value === null ? -1 : cuts[tree.splitVariable[from]].indexOf(value);
      writer.missingRight[to] = value === null || tree.missingGoesLeft[from] ? 0 : 1;
      writer.child[to] = children;
      copy(tree.left[from], children);
      copy(tree.right[from], children + 1);
    };
    copy(tree.root, writer.startTree());
  }
  const drawn = forest.trees.map((tree) => Int32Array.from(tree.drawnSamples));
  const fill = forest.trees.map((tree) => Int32Array.from(tree.leafSamples.flat()));
  return {
    forest: {
      trees: writer.finish(),
      coding,
      draws: { kind: 'listed', rowCount: X.length, treesPerBag: forest.ciGroupSize, drawn, fill },
    },
    code: (rows) => ({
      ...codeRows(covariatesOf(rows), coding, rows.length),
      columnCount: cuts.length,
      coding,
      hasMissing: new Uint8Array(cuts.length).fill(1),
    }),
  };
}

/** Largest |a − b| in units of max(|b|, largest |b| of the array). */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Array.from(expected).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let worst = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]) / Math.max(Math.abs(expected[i]), scale);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return worst;
}
