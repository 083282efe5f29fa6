/**
 * Honest survival forest: Ŝ(t | X = x) = P̂(T > t | X = x) from right-censored times. Trees split by martingale residuals,
 * which is a log-rank split but for its variance (`kernels/target-hazard.ts`); curves are Kaplan–Meier curves of the rows
 * that share leaves with x (`hazards.ts`). Random survival forests: Ishwaran, Kogalur, Blackstone & Lauer 2008; forest
 * weights with honesty: Athey, Tibshirani & Wager 2019; Cui, Zhu, Zhou & Kosorok 2022.
 */
import { InvalidDataError } from '../../base/errors.js';
import { rejectUnknownKeys, requireOneOf } from '../../base/options.js';
import { type EncodeOptions, encodeCovariates } from '../../data/encode.js';
import type { TableInput } from '../../data/table.js';
import type { Trial } from '../../data/trial.js';
import { codeRows, type RankedColumns, rankColumns } from '../../tree/ranked-columns.js';
import type { Forest } from '../forest.js';
import {
  FOREST_OPTION_NAMES,
  type ForestOptions,
  planOf,
  type ResolvedForestOptions,
  resolveForestOptions,
} from '../forest-options.js';
import type { RegressionData } from '../regression-forest.js';
import { trainForest } from '../train-forest.js';
import { CONTROL_NAMES, startWork, type Work, type WorkControl } from '../work-control.js';
import { newCurves, outOfBagCurves, type SurvivalCurve, type SurvivalPredictions } from './curves.js';
import { leafRowsOf } from './hazards.js';
import { distinctTimes, observedTimes, type PlacedRows, placeRows, requireFailureTimes } from './times.js';

/** Options of `fitSurvivalForest`; defaults stand at each. */
export interface SurvivalForestOptions<OutcomeName extends string = string> extends ForestOptions, WorkControl {
  /** The outcome with the observed times, ≥ 0: of the event, or of the end of follow-up. */
  readonly time: OutcomeName;
  /** The outcome that is 1 where the event was observed at that time, and 0 where the row was censored then. */
  readonly event: OutcomeName;
  /**
   * Ascending times at which curves may fall. An event in between counts at the next one, a censored row is at risk up to
   * the one before; events after the last count as censored. Default: the distinct times of events, at most 250 of them at
   * equal steps of rank.
   */
  readonly failureTimes?: Float64Array | readonly number[];
  /** Default 'KaplanMeier'. */
  readonly curve?: SurvivalCurve;
  /** Nodes of so many rows are not split. Default 15. */
  readonly minNodeSize?: number;
}

/** A fitted survival forest: plain data. */
export interface SurvivalForest {
  readonly kind: 'survivalForest';
  /** The training covariates, by which new rows are encoded. */
  readonly covariates: Trial['covariates'];
  readonly failureTimes: Float64Array;
  /** The training rows' times as places among the failure times (1 is the first), and their events. */
  readonly rows: PlacedRows;
  readonly weights: Float64Array | null;
  readonly curve: SurvivalCurve;
  readonly settings: ResolvedForestOptions;
  readonly forest: Forest;
  /** Curves of the training rows, each from the trees that did not draw it. */
  readonly outOfBag: SurvivalPredictions;
}

/**
 * @param data a trial, or its covariates and outcomes; the treatment plays no part
 * @returns a promise of the forest, with out-of-bag curves
 * @throws InvalidOptionError; InvalidDataError `INVALID_TIMES` for times or events that are none
 */
export async function fitSurvivalForest<OutcomeName extends string>(
  data: RegressionData<OutcomeName>,
  options: SurvivalForestOptions<NoInfer<OutcomeName>>,
): Promise<SurvivalForest> {
  rejectUnknownKeys('options', options, [
    ...FOREST_OPTION_NAMES,
    ...CONTROL_NAMES,
    'time',
    'event',
    'failureTimes',
    'curve',
  ]);
  const curve = requireOneOf('curve', options.curve ?? 'KaplanMeier', ['KaplanMeier', 'NelsonAalen']);
  const observed = observedTimes(data.outcomes, options.time, options.event);
  const settings = resolveForestOptions(
    { ...options, minNodeSize: options.minNodeSize ?? SURVIVAL_NODE_SIZE },
    { ...data, covariateCount: data.covariates.length },
  );
  const failureTimes =
    options.failureTimes === undefined
      ? distinctTimes(observed.time.filter((_, i) => observed.event[i] === 1))
      : requireFailureTimes(options.failureTimes);
  const { work, warnings } = startWork(options);
  const rows = placeRows(observed, failureTimes);
  if (!rows.event.includes(1))
    throw new InvalidDataError('INVALID_TIMES', 'every event lies after the last of failureTimes; give later ones', {
      column: options.event,
    });
  const columns = rankColumns(data.covariates, data.rowCount);
  const { weights } = data;
  const purpose = 'survival forest';
  const forest = await trainHazardForest({ columns, rows, weight: weights, settings, frame: data, purpose }, work);
  const source = { forest, leafRows: leafRowsOf(forest, columns, rows, weights), timeCount: failureTimes.length };
  return Object.freeze({
    kind: 'survivalForest',
    covariates: data.covariates,
    failureTimes,
    rows: Object.freeze(rows),
    weights,
    curve,
    settings,
    forest,
    outOfBag: outOfBagCurves(source, columns, failureTimes, curve, warnings),
  });
}

/** Rows in a node of a survival tree, below which it is not split. */
export const SURVIVAL_NODE_SIZE = 15;

/** Curves for new rows: anything `createTrial` takes that has the covariates' columns. */
export function predictSurvival(
  { forest, covariates, rows, weights, failureTimes, curve }: SurvivalForest,
  data: TableInput,
  options: EncodeOptions = {},
): SurvivalPredictions {
  const encoded = encodeCovariates(covariates, data, options);
  const training = codeRows(covariates, forest.coding, rows.place.length);
  const source = { forest, leafRows: leafRowsOf(forest, training, rows, weights), timeCount: failureTimes.length };
  const points = codeRows(encoded.covariates, forest.coding, encoded.rowCount);
  return newCurves(source, points, failureTimes, curve, encoded.warnings);
}

/** One survival forest on ranked columns and placed rows; the engine's entry for nuisances too. */
export function trainHazardForest(
  problem: {
    readonly columns: RankedColumns;
    readonly rows: PlacedRows;
    readonly weight: Float64Array | null;
    readonly settings: ResolvedForestOptions;
    readonly frame: Pick<RegressionData, 'rowCount' | 'clusters'>;
    readonly purpose: string;
  },
  work: Work,
): Promise<Forest> {
  const { columns, rows, weight, settings, frame, purpose } = problem;
  return trainForest(
    {
      columns,
      kind: 'hazard',
      data: { outcome: rows.place, treatment: rows.event, weight },
      options: settings,
      plan: planOf(settings, frame),
      treeCount: settings.numTrees,
      seed: settings.seed,
      purpose,
    },
    work,
  );
}
