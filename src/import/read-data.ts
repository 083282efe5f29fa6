/** The training data of an exported forest: covariates, outcome, weights, clusters, and the options it was fitted with. */
import { rejectUnknownKeys } from '../base/options.js';
import { type Warning, warning } from '../base/warnings.js';
import { clustersOf } from '../data/sampling.js';
import type { Clusters, NumericCovariate, RowOutcome, Treatment } from '../data/trial.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  type ResolvedForestOptions,
  resolveForestOptions,
} from '../forest/forest-options.js';
import {
  booleanOf,
  columnsOf,
  type Fields,
  invalidField,
  isAbsent,
  listOf,
  numbersOf,
  objectOf,
  textOf,
} from './fields.js';
import { readBags } from './read-trees.js';

/** What every kind of forest has; names are the fields' own. */
export interface ReadData {
  readonly rowCount: number;
  readonly covariates: readonly NumericCovariate[];
  readonly outcome: Float64Array;
  readonly outcomes: Readonly<Record<'Y', RowOutcome>>;
  readonly weights: Float64Array | null;
  readonly clusters: Clusters | null;
  readonly equalizeClusterWeights: boolean;
}

export function readData(fields: Fields): ReadData {
  const columns = columnsOf('X', fields.X, {}, true);
  const rowCount = columns[0].length;
  const names = readNames(fields.covariateNames, columns.length);
  const covariates = columns.map(
    (values, f): NumericCovariate => Object.freeze({ kind: 'number', name: names[f], values }),
  );
  const outcome = numbersOf('Y', fields.Y, rowCount);
  const clusters = isAbsent(fields.clusters) ? null : readClusters(fields.clusters, rowCount);
  const weights = isAbsent(fields.sampleWeights) ? null : readWeights(fields.sampleWeights, rowCount);
  const equalizeClusterWeights =
    !isAbsent(fields.equalizeClusterWeights) && booleanOf('equalizeClusterWeights', fields.equalizeClusterWeights);
  if (equalizeClusterWeights && (!clusters || weights))
    throw invalidField(
      'equalizeClusterWeights',
      true,
      clusters
        ? 'false where there are sampleWeights: both set what a row counts for'
        : 'false where there are no clusters',
    );
  return {
    rowCount,
    covariates: Object.freeze(covariates),
    outcome,
    outcomes: Object.freeze({ Y: Object.freeze({ kind: 'column', name: 'Y', values: outcome, rows: null }) }),
    weights,
    clusters,
    equalizeClusterWeights,
  };
}

/** A column that is binary where it holds 0 and 1 only. */
export const readTreatment = (name: 'W' | 'Z', value: unknown, rowCount: number): Treatment => {
  const values = numbersOf(name, value, rowCount);
  return Object.freeze({ kind: values.every((w) => w === 0 || w === 1) ? 'binary' : 'continuous', name, values });
};

/**
 * The options that a forest was fitted with: as exported, else grf's defaults, which are this library's. Predictions and
 * averages read none of them but `equalizeClusterWeights`; what fits further forests does.
 */
export function readSettings(
  fields: Fields,
  { rowCount, covariates, clusters, weights, equalizeClusterWeights }: ReadData,
): { readonly settings: ResolvedForestOptions; readonly warnings: readonly Warning[] } {
  const given = isAbsent(fields.settings) ? {} : unboxed(objectOf('settings', fields.settings));
  const own = ['numTrees', 'ciGroupSize', 'equalizeClusterWeights'];
  const known = FOREST_OPTION_NAMES.filter((name) => !own.includes(name));
  rejectUnknownKeys('settings', given, known);
  const { list, treesPerBag: ciGroupSize } = readBags(fields.forest);
  const treeCount = list.length;
  const surplus = treeCount % ciGroupSize;
  const settings = resolveForestOptions(
    { ...(given as ForestOptions), numTrees: treeCount - surplus, ciGroupSize, equalizeClusterWeights },
    { rowCount, covariateCount: covariates.length, clusters, weights },
  );
  const warnings: Warning[] = [];
  const assumed = known.filter((name) => given[name] === undefined);
  if (assumed.length > 0)
    warnings.push(
      warning(
        'ASSUMED_SETTINGS',
        `the export does not say how the forest was fitted, so ${assumed.join(', ')} are the defaults; no estimate of this forest depends on them, but forests fitted from its settings do`,
      ),
    );
  if (surplus > 0)
    warnings.push(
      warning(
        'INCOMPLETE_BAG',
        `${treeCount} trees are no multiple of ciGroupSize ${ciGroupSize}: the last ${surplus} speak for estimates, but not for variances`,
      ),
    );
  return { settings, warnings };
}

/** R's arrays of one as what is in them. */
const unboxed = (settings: Fields): Fields =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      Array.isArray(value) && value.length === 1 ? value[0] : value,
    ]),
  );

function readNames(value: unknown, count: number): readonly string[] {
  if (isAbsent(value)) return Array.from({ length: count }, (_, f) => `x${f + 1}`);
  const list = listOf('covariateNames', value, count);
  const names = Array.from(list, (name, f) => textOf(`covariateNames[${f}]`, name));
  names.forEach((name, f) => {
    if (name === '' || names.indexOf(name) < f)
      throw invalidField(`covariateNames[${f}]`, name, 'a name that no other covariate has');
  });
  return names;
}

function readClusters(value: unknown, rowCount: number): Clusters {
  const labels = Array.from(listOf('clusters', value, rowCount), (label, row) => {
    if (typeof label !== 'string' && (typeof label !== 'number' || !Number.isFinite(label)))
      throw invalidField(`clusters[${row}]`, label, 'a number or text');
    return String(label);
  });
  const clusters = clustersOf('clusters', labels);
  if (clusters.count < 2) throw invalidField('clusters', value, 'a list of at least two clusters, or left out');
  return clusters;
}

function readWeights(value: unknown, rowCount: number): Float64Array {
  const weights = numbersOf('sampleWeights', value, rowCount);
  const negative = weights.findIndex((weight) => weight < 0);
  if (negative >= 0) throw invalidField(`sampleWeights[${negative}]`, weights[negative], 'at least 0');
  if (weights.every((weight) => weight === 0)) throw invalidField('sampleWeights', value, 'above 0 in some row');
  return weights;
}
