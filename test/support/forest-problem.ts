/** Forests of every kind that the engine trains, small. */
import type { ForestProblem } from '../../src/forest/train-forest.js';
import { streamFor } from '../../src/math/random.js';
import type { PackedTrees } from '../../src/tree/packed-trees.js';
import type { TargetKind } from '../../src/tree/problem.js';
import { rankColumns } from '../../src/tree/ranked-columns.js';
import type { SubsamplePlan } from '../../src/tree/subsample.js';
import type { TreeOptions } from '../../src/tree/tree-options.js';
import {
  type ColumnKind,
  drawColumn,
  drawOutcome,
  drawTreatment,
  drawWeights,
  type TreatmentKind,
  type WeightKind,
} from './generated-problem.js';
import { treeOptions } from './grow.js';

export interface ForestParts {
  readonly kind?: TargetKind;
  readonly rowCount?: number;
  readonly columns?: readonly ColumnKind[];
  readonly treatment?: TreatmentKind;
  readonly weights?: WeightKind;
  /** Clusters of about so many rows, of different size. */
  readonly clusterSize?: number;
  readonly options?: Partial<TreeOptions>;
  readonly plan?: Partial<SubsamplePlan>;
  readonly leastPerArm?: number;
  readonly seed?: number;
}

export function forestProblem(parts: ForestParts): ForestProblem {
  const { rowCount: n = 400, columns: kinds = ['continuous', 'ties', 'missing'], clusterSize, leastPerArm } = parts;
  const seed = parts.seed ?? 1;
  const stream = streamFor(seed, 'forest problem', n);
  const covariates = kinds.map((kind, f) => drawColumn(kind, `x${f}`, n, stream));
  const treatment = drawTreatment(parts.treatment ?? 'binary', n, stream);
  const outcome = drawOutcome(covariates, treatment, stream);
  const count = clusterSize ? Math.floor(n / clusterSize) : 0;
  // Every cluster has one row at least, the others are drawn.
  const ids = Int32Array.from({ length: n }, (_, i) => (i < count ? i : stream.below(Math.max(count, 1))));
  const options = treeOptions({ mtry: 2, minNodeSize: 3, alpha: 0.05, ...parts.options });
  return {
    columns: rankColumns(covariates, n),
    kind: parts.kind ?? 'slope',
    data: { outcome, treatment, weight: drawWeights(parts.weights ?? 'none', n, stream) },
    options,
    ...(leastPerArm === undefined ? {} : { leastPerArm }),
    plan: {
      rowCount: n,
      treesPerBag: 2,
      sampleFraction: 0.5,
      honesty: options.honesty,
      honestyFraction: 0.5,
      clusters: clusterSize ? { ids, count } : null,
      equalizeClusterWeights: false,
      ...parts.plan,
    },
    treeCount: 8,
    seed,
    purpose: 'kernels',
  };
}

const NUMBERS: ColumnKind[] = ['continuous', 'ties', 'constant'];
const WITH_MISSING: ColumnKind[] = ['missing', 'ties', 'missing', 'allMissing'];
const WITH_CATEGORY: ColumnKind[] = ['category', 'missing', 'category'];

/** One forest of each kind. */
export const FOREST_KINDS: Readonly<Record<string, ForestParts>> = {
  mean: { kind: 'mean', columns: NUMBERS },
  'mean, missing and weights': { kind: 'mean', columns: WITH_MISSING, weights: 'withZeros' },
  'mean, penalty': { kind: 'mean', columns: WITH_CATEGORY, options: { imbalancePenalty: 2 } },
  'mean, rows by count alone': { kind: 'mean', columns: WITH_MISSING, options: { alpha: 0.2, minNodeSize: 1 } },
  slope: { columns: NUMBERS, treatment: 'centred' },
  'slope, missing': { columns: WITH_MISSING, treatment: 'continuous', options: { alpha: 0.15 } },
  'slope, weights': { columns: WITH_MISSING, treatment: 'centred', weights: 'positive' },
  'slope, penalty': { columns: WITH_MISSING, options: { imbalancePenalty: 0.5 } },
  'slope, penalty and weights': {
    columns: WITH_CATEGORY,
    weights: 'mostlyZeros',
    options: { imbalancePenalty: 0.5, alpha: 0, minNodeSize: 1 },
  },
  treatment: { kind: 'treatment', columns: NUMBERS },
  'treatment, categories and weights': { kind: 'treatment', columns: WITH_CATEGORY, weights: 'positive' },
  'treatment, least of each arm': { kind: 'treatment', columns: WITH_MISSING, leastPerArm: 2 },
  'few levels': { columns: ['category', 'category'], treatment: 'centred' },
  'one category alone': { kind: 'mean', columns: ['category'], options: { alpha: 0 } },
  'many levels': { columns: ['manyLevels', 'missing'], treatment: 'centred' },
  clusters: { columns: [...NUMBERS, 'manyLevels'], treatment: 'centred', clusterSize: 3 },
  'equalised clusters': {
    columns: NUMBERS,
    treatment: 'centred',
    clusterSize: 3,
    plan: { equalizeClusterWeights: true },
    options: { minNodeSize: 1 },
  },
  'clusters without honesty': { kind: 'mean', clusterSize: 4, options: { honesty: false } },
  'without honesty': { columns: WITH_CATEGORY, treatment: 'dose', options: { honesty: false } },
  'not pruned': { kind: 'mean', columns: WITH_CATEGORY, options: { honestyPruneLeaves: false, minNodeSize: 1 } },
  'least of each arm, not pruned': { leastPerArm: 1, options: { honestyPruneLeaves: false, minNodeSize: 1 } },
  'bags of one': { plan: { treesPerBag: 1, sampleFraction: 0.8 } },
  'bags of five': { plan: { treesPerBag: 5, sampleFraction: 0.3, honestyFraction: 0.7 } },
};

/** The bytes of every array of trees, and its numbers: what "bit for bit" means, signs of zero and all. */
export const bitsOf = (trees: PackedTrees): Readonly<Record<string, string | number>> =>
  Object.fromEntries(
    Object.entries(trees).map(([name, value]) => [
      name,
      typeof value === 'number' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex'),
    ]),
  );
