/**
 * The two causal forests of Wager & Athey 2018: averages of trees' leaf effects on raw outcomes, for randomised or
 * unconfounded binary treatments, with variances by the infinitesimal jackknife.
 *   Double-sample trees (Procedure 1): one half of a tree's subsample places the splits, the other fills the leaves.
 *   Propensity trees (Procedure 2): the treatment alone places the splits, the outcome fills the leaves.
 * Every leaf has at least minNodeSize treated and as many control rows. Unlike `fitCausalForest` nothing is centred:
 * where treatment depends on covariates, prefer that, or propensity trees, which match rows alike in their propensity.
 */
import { InvalidDataError, InvalidOptionError } from '../base/errors.js';
import { rejectUnknownKeys } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import { type EncodeOptions, encodeCovariates } from '../data/encode.js';
import type { TableInput } from '../data/table.js';
import type { Trial } from '../data/trial.js';
import { divideRows, type RowPass } from '../forest/divide-rows.js';
import { type Forest, trainingRows } from '../forest/forest.js';
import {
  type ForestOptions,
  planOf,
  type ResolvedForestOptions,
  resolveForestOptions,
} from '../forest/forest-options.js';
import { eachNewBlock, eachOutOfBagBlock, type LeafBlock } from '../forest/leaf-blocks.js';
import { predictionWarnings } from '../forest/prediction-warnings.js';
import { trainForest } from '../forest/train-forest.js';
import { CONTROL_NAMES, startWork, type WorkControl } from '../forest/work-control.js';
import { codeRows, rankColumns } from '../tree/ranked-columns.js';
import { subsampleSizes } from '../tree/subsample.js';
import { resolveOutcomeName } from './causal-options.js';
import { SLOPE_MOMENTS, slopeOf } from './effect-moments.js';
import { jackknifeBlock, jackknifeVariances } from './infinitesimal-jackknife.js';
import { requireArms, rowsOfOutcome } from './outcome-rows.js';
import type { EffectPredictions } from './types.js';

/** Options of `fitDoubleSampleForest` and `fitPropensityForest`; defaults stand at each. */
export interface TreeAverageOptions<OutcomeName extends string = string>
  extends Pick<
      ForestOptions,
      'numTrees' | 'sampleFraction' | 'mtry' | 'minNodeSize' | 'alpha' | 'honestyFraction' | 'seed'
    >,
    WorkControl {
  /** Which of the trial's outcomes; may be left out where there is only one. */
  readonly outcome?: OutcomeName;
}

/** A fitted double-sample or propensity forest: plain data. */
export interface TreeAverageForest<CovariateName extends string = string, OutcomeName extends string = string> {
  readonly kind: 'doubleSampleForest' | 'propensityForest';
  /** The rows the forest was fitted on. */
  readonly trial: Trial<CovariateName, OutcomeName>;
  readonly outcomeName: OutcomeName;
  readonly settings: ResolvedForestOptions;
  readonly forest: Forest;
  /** Effects of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: EffectPredictions;
  readonly warnings: readonly Warning[];
}

const OPTION_NAMES = [
  ...CONTROL_NAMES,
  'outcome',
  'numTrees',
  'sampleFraction',
  'mtry',
  'minNodeSize',
  'alpha',
  'seed',
] as const;

/**
 * Double-sample causal forest (Wager & Athey 2018, Procedure 1). Defaults as `fitCausalForest`, with bags of one tree;
 * `sampleFraction` may be anything below 1 (s/n of the paper, default 0.5).
 * @throws InvalidOptionError, InvalidDataError (treatment not binary, arms too small)
 */
export const fitDoubleSampleForest = <C extends string, O extends string>(
  trial: Trial<C, O>,
  options: TreeAverageOptions<O> = {},
): Promise<TreeAverageForest<C, O>> => fitTreeAverage('doubleSampleForest', trial, options);

/** Propensity forest (Wager & Athey 2018, Procedure 2); options as `fitDoubleSampleForest`, without `honestyFraction`. */
export const fitPropensityForest = <C extends string, O extends string>(
  trial: Trial<C, O>,
  options: Omit<TreeAverageOptions<O>, 'honestyFraction'> = {},
): Promise<TreeAverageForest<C, O>> => fitTreeAverage('propensityForest', trial, options);

/** Effects for new rows, with variances: anything `createTrial` takes that has the covariates' columns. */
export function predictTreeAverage(
  forest: TreeAverageForest,
  data: TableInput,
  options: EncodeOptions = {},
): EffectPredictions {
  const encoded = encodeCovariates(forest.trial.covariates, data, options);
  const coded = codeRows(encoded.covariates, forest.forest.coding, encoded.rowCount);
  const each = (visit: (block: LeafBlock) => void) => eachNewBlock(forest.forest, coded, visit);
  const sizes = sizesOf(forest.settings, forest.trial);
  return complete(averageLeafEffects(forest.forest, encoded.rowCount, each, sizes), forest.forest, encoded.warnings);
}

async function fitTreeAverage<C extends string, O extends string>(
  kind: TreeAverageForest['kind'],
  trial: Trial<C, O>,
  options: TreeAverageOptions<O>,
): Promise<TreeAverageForest<C, O>> {
  const known = kind === 'doubleSampleForest' ? [...OPTION_NAMES, 'honestyFraction'] : OPTION_NAMES;
  rejectUnknownKeys('options', options, known);
  const outcomeName = resolveOutcomeName(trial.outcomes, options.outcome);
  const { used, outcome } = rowsOfOutcome(trial, outcomeName);
  if (used.treatment.kind !== 'binary')
    throw new InvalidDataError(
      'NOT_BINARY',
      `treatment '${used.treatment.name}' must be binary here; use fitCausalForest`,
      {
        column: used.treatment.name,
      },
    );
  const settings = resolveTreeAverage(kind, used, options);
  const warnings = [...trial.warnings, ...requireArms(used, settings)];
  const { work, warnings: workWarnings } = startWork(options);
  const treatment = used.treatment.values;
  const weight = used.weights;
  // Effects do not change when the outcome is shifted; sums of small numbers are more precise.
  const mean = outcome.reduce((sum, y) => sum + y, 0) / outcome.length;
  const centred = outcome.map((y) => y - mean);
  const columns = rankColumns(used.covariates, used.rowCount);
  const forest = await trainForest(
    {
      columns,
      kind: kind === 'propensityForest' ? 'treatment' : 'slope',
      data: { outcome: centred, treatment, weight },
      leastPerArm: settings.minNodeSize,
      options: settings,
      plan: planOf(settings, used),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose: kind === 'propensityForest' ? 'propensity forest' : 'double-sample forest',
    },
    work,
  );
  const shared = { forest, columns, sizes: sizesOf(settings, used) };
  const outOfBag = complete(await divideRows('outOfBagTreeAverage', shared, outOfBagTreeAverageOf, work), forest, []);
  return Object.freeze({
    kind,
    trial: used,
    outcomeName,
    settings,
    forest,
    outOfBag,
    warnings: Object.freeze([...warnings, ...workWarnings, ...outOfBag.warnings]),
  });
}

function resolveTreeAverage(
  kind: TreeAverageForest['kind'],
  trial: Trial,
  options: TreeAverageOptions,
): ResolvedForestOptions {
  const frame = { ...trial, covariateCount: trial.covariates.length };
  const settings = resolveForestOptions({ ...options, ciGroupSize: 1, honesty: kind === 'doubleSampleForest' }, frame);
  if (settings.sampleFraction === 1)
    throw new InvalidOptionError('sampleFraction', 1, 'below 1: the jackknife needs rows that a tree did not draw');
  return settings;
}

/** Units of the data, and how many a tree draws. */
interface TreeSizes {
  readonly units: number;
  readonly drawn: number;
}

function sizesOf(settings: ResolvedForestOptions, trial: Trial): TreeSizes {
  const plan = planOf(settings, trial);
  return { units: trial.clusters?.count ?? trial.rowCount, drawn: subsampleSizes(plan).tree };
}

interface TreeAverages {
  readonly effect: Float64Array;
  readonly variance: Float64Array;
  readonly treeCount: Int32Array;
}

/** Effects of training rows from … end, each from the trees that did not draw it. */
export const outOfBagTreeAverageOf = (
  { forest, columns, sizes }: RowPass & { readonly sizes: TreeSizes },
  from: number,
  end: number,
): TreeAverages =>
  averageLeafEffects(forest, end - from, (visit) => eachOutOfBagBlock(forest, columns, visit, from, end), sizes);

/** τ̂(x) = mean over trees of their leaf's effect, with its jackknife variance. */
function averageLeafEffects(
  forest: Forest,
  rowCount: number,
  each: (visit: (block: LeafBlock) => void) => void,
  sizes: TreeSizes,
): TreeAverages {
  const trees = forest.trees.treeCount;
  const effect = new Float64Array(rowCount);
  const variance = new Float64Array(rowCount);
  const treeCount = new Int32Array(rowCount);
  const partRows = Math.min(rowCount, jackknifeBlock(sizes.units, trees));
  each((block) => {
    for (let from = 0; from < block.rowCount; from += partRows) {
      const end = Math.min(from + partRows, block.rowCount);
      const effects = leafEffects(forest, block, from, end);
      for (let r = from; r < end; r++) {
        const own = effects
          .subarray((r - from) * trees, (r - from + 1) * trees)
          .filter((value) => !Number.isNaN(value));
        treeCount[block.first + r] = own.length;
        effect[block.first + r] = own.reduce((sum, value) => sum + value, 0) / own.length;
      }
      variance.set(jackknifeVariances(forest, effects, sizes), block.first + from);
    }
  });
  return { effect, variance, treeCount };
}

/** The numbers with what a reader must know of them. */
const complete = (numbers: TreeAverages, forest: Forest, given: readonly Warning[]): EffectPredictions =>
  Object.freeze({
    ...numbers,
    trainingRows: trainingRows(forest),
    warnings: predictionWarnings(numbers.effect, numbers.variance, given, 'jackknife'),
  });

/** The effect in each tree's leaf for rows from … end of a block, tree by tree for each row; NaN where there is none. */
function leafEffects({ trees }: Forest, block: LeafBlock, from: number, end: number): Float64Array {
  const { leaf, rowCount } = block;
  const effects = new Float64Array((end - from) * trees.treeCount).fill(Number.NaN);
  for (let tree = 0; tree < trees.treeCount; tree++)
    for (let r = from; r < end; r++) {
      const reached = leaf[tree * rowCount + r];
      if (reached > 0) effects[(r - from) * trees.treeCount + tree] = slopeOf(trees.moments, SLOPE_MOMENTS * reached);
    }
  return effects;
}
