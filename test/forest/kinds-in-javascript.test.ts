/** Kinds of several outcomes and treatments, and instruments: the same bits as WebAssembly and as JavaScript. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { PackedTrees } from '../../src/tree/packed-trees.js';
import type { TargetKind } from '../../src/tree/problem.js';
import { smallTrial } from '../support/trials.js';

/** What the page's policy, or the runtime, lets the library have. */
const runtime = vi.hoisted(() => ({ hasWebAssembly: true, started: 0 }));
vi.mock('../../src/kernels/web-assembly.js', async (load) => {
  const real = await load<typeof import('../../src/kernels/web-assembly.js')>();
  return {
    ...real,
    startProgram: (bytes: number) => {
      if (!runtime.hasWebAssembly) return null;
      const found = real.startProgram(bytes);
      runtime.started += found ? 1 : 0;
      return found;
    },
  };
});

const KINDS: readonly TargetKind[] = ['instrument', 'means', 'slopes', 'ratio', 'hazard'];
const grown: Record<string, PackedTrees[]> = {};

/** Places of 20 times, by outcome. */
const placesOf = (y: Float64Array): Float64Array => y.map((value) => Math.floor(10 + 10 * Math.sin(value)) % 20);

/** Small trees of numbers, missing values and categories, with and without weights. */
async function growAll(hasWebAssembly: boolean, sorting: 'lists' | 'ranks' = 'lists'): Promise<PackedTrees[]> {
  // Modules anew: engines and passes of the other runtime are kept and lent again.
  vi.resetModules();
  runtime.hasWebAssembly = hasWebAssembly;
  const { trainForest } = await import('../../src/forest/train-forest.js');
  const { rankColumns } = await import('../../src/tree/ranked-columns.js');
  const options = {
    mtry: 3,
    minNodeSize: 2,
    alpha: 0.05,
    imbalancePenalty: 0,
    honesty: true,
    honestyPruneLeaves: true,
  };
  const forests: PackedTrees[] = [];
  for (const weights of [false, true])
    for (const kind of KINDS) {
      const trial = smallTrial({ rowCount: 300, weights });
      const { outcome } = trial.outcomes;
      const y = outcome.kind === 'ratioOfTotals' ? outcome.numerator : outcome.values;
      const w = trial.treatment.values.map((value) => value - 0.4);
      const twice = (a: Float64Array, b: Float64Array) => Float64Array.from([...a, ...b]);
      const several = kind === 'means' || kind === 'slopes' ? 2 : 1;
      const forest = await trainForest(
        {
          columns: rankColumns(trial.covariates, 300),
          kind,
          data: {
            outcome: several > 1 ? twice(y, y.map(Math.cbrt)) : kind === 'hazard' ? placesOf(y) : y,
            treatment: several > 1 ? twice(w, y.map(Math.atan)) : kind === 'hazard' ? w.map((v) => (v > 0 ? 1 : 0)) : w,
            instrument: w.map((value, i) => value + 0.3 * Math.sin(y[i])),
            weight: trial.weights,
            outcomeCount: several,
            treatmentCount: several,
            coordinateScale: Float64Array.of(1, 2, 3, 4).subarray(0, kind === 'slopes' ? 4 : several),
          },
          options,
          plan: {
            rowCount: 300,
            treesPerBag: 2,
            sampleFraction: 0.5,
            honesty: true,
            honestyFraction: 0.5,
            clusters: null,
            equalizeClusterWeights: false,
          },
          treeCount: 20,
          seed: 3,
          purpose: 'bits',
          sorting,
        },
        { workers: 0 },
      );
      forests.push(forest.trees);
    }
  return forests;
}

beforeAll(async () => {
  grown.webAssembly = await growAll(true);
  expect(runtime.started).toBeGreaterThan(0);
  grown.ranked = await growAll(true, 'ranks');
  grown.javaScript = await growAll(false);
  grown.rankedJavaScript = await growAll(false, 'ranks');
});
afterAll(() => {
  vi.resetModules();
});

test('trees and leaves, bit for bit', () => {
  expect(grown.webAssembly).toHaveLength(10);
  for (const trees of grown.webAssembly) expect(trees.feature.length).toBeGreaterThan(60);
  for (const other of [grown.javaScript, grown.ranked, grown.rankedJavaScript])
    expect(other).toEqual(grown.webAssembly);
});
