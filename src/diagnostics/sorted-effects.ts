/**
 * Sorted group effects and who is in the groups (GATES and CLAN of Chernozhukov, Demirer, Duflo & Fernández-Val), over
 * repeated sample splits. Each split trains a forest on one half of the units; the other half is sorted by its predicted
 * effects into groups of equal weight. A group's effect is its mean doubly robust score, its characteristics are its mean
 * covariates. What is reported are medians over splits (split-medians.ts), honest whatever the forest predicts.
 */
import { InvalidOptionError } from '../base/errors.js';
import { hint, rejectUnknownKeys, requireInteger } from '../base/options.js';
import type { Warning } from '../base/warnings.js';
import type { CausalForest } from '../causal/types.js';
import type { Covariate } from '../data/trial.js';
import { difference, type InfluenceEstimate } from '../effects/influence.js';
import { type ContinuousScoreOptions, resolveLevel } from '../effects/options.js';
import { streamFor } from '../math/random.js';
import { APART_KEYS, type ApartOptions, effectsApart, type ResolvedApart, resolveApart } from './apart.js';
import { divideUnits } from './divide-units.js';
import { groupMean, groupProblem, groupsByEffect, withError } from './effect-groups.js';
import { type Scored, scoredForest, scoredSubset } from './scored-rows.js';
import { onePerCode } from './sequential-folds.js';
import { medianOfSplits, type SplitEstimate, type SplitNumber } from './split-medians.js';

/** Options of `sortedEffects`; defaults stand at each. */
export interface SortedEffectsOptions<CovariateName extends string = string>
  extends ContinuousScoreOptions,
    ApartOptions {
  /** Groups of equal weight, at least 2. Default 5. */
  readonly groups?: number;
  /** Sample splits, each with a forest of its own. Default 50; medians of few splits depend on the seed. */
  readonly splits?: number;
  /** Covariates whose means are compared. Default: all. */
  readonly characteristics?: readonly CovariateName[];
  /** Nominal coverage of the intervals, after the adjustment for splitting. Default 0.95. */
  readonly level?: number;
}

/** Effect of one group, in outcome units per unit of treatment. */
export interface SortedGroup extends SplitEstimate {
  /** 1 for the lowest predicted effects. */
  readonly rank: number;
}

/** A covariate's mean, or the share of one of its categories, in the outer groups. */
export interface Characteristic {
  readonly covariate: string;
  /** The category whose share is meant; null for numbers, booleans (share of true) and dates (days since 1970). */
  readonly category: string | null;
  readonly highest: SplitEstimate;
  readonly lowest: SplitEstimate;
  /** Highest minus lowest group; p-value two-sided. */
  readonly difference: SplitEstimate;
}

/** What `sortedEffects` finds. */
export interface SortedEffects {
  readonly outcome: string;
  readonly splits: number;
  /** Lowest predicted effects first. */
  readonly groups: readonly SortedGroup[];
  /** Highest minus lowest group. Its p-value is of the upper tail: small where predicted effects separate real ones. */
  readonly difference: SplitEstimate;
  readonly characteristics: readonly Characteristic[];
  readonly warnings: readonly Warning[];
}

/**
 * Trains one forest a split with the settings of `forest`, so it takes about `splits`/2 times as long as the fit with as
 * many trees. Intervals and p-values hold one by one.
 * @returns null numbers with a warning where scores are missing (see `averageEffect`), or where every split's group lacks
 *   an arm
 * @throws InvalidOptionError for wrong options, unknown characteristics, or too few rows to train on a half
 * @example await sortedEffects(forest, { groups: 4, splits: 100 })
 */
export async function sortedEffects<CovariateName extends string>(
  forest: CausalForest<CovariateName>,
  options: SortedEffectsOptions<NoInfer<CovariateName>> = {},
): Promise<SortedEffects> {
  rejectUnknownKeys('options', options, [
    ...APART_KEYS,
    'groups',
    'splits',
    'characteristics',
    'level',
    'treatmentVariance',
    'debiasingWeights',
  ]);
  const groupCount = requireInteger('groups', options.groups ?? 5, { min: 2 });
  const splits = requireInteger('splits', options.splits ?? 50, { min: 1 });
  const level = resolveLevel(options.level);
  const apart = resolveApart(forest, options);
  const columns = characteristicColumns(forest, options.characteristics);
  const scored = scoredForest(forest, undefined, options);
  const request = { forest, scored, columns, groupCount, apart };

  const found: SplitFigures[] = [];
  for (let split = 0; scored.estimable && split < splits; split++) {
    found.push(await figuresOfSplit(request, split));
    apart.control.onProgress?.({ phase: 'sample splits', done: split + 1, total: splits });
  }
  const judging = Math.floor(scored.rows.length / 2);
  const inGroup = Math.floor(judging / groupCount);
  const over = (pick: (figures: SplitFigures) => SplitNumber | null, n: number, tail: 'both' | 'upper' = 'both') =>
    medianOfSplits(found.map(pick), { level, n, tail }, scored.warnings);
  return Object.freeze({
    outcome: forest.outcomeName,
    splits,
    groups: Object.freeze(
      Array.from({ length: groupCount }, (_, k) =>
        Object.freeze({ ...over(({ groups }) => groups[k], inGroup), rank: k + 1 }),
      ),
    ),
    difference: over((figures) => figures.difference, 2 * inGroup, 'upper'),
    characteristics: Object.freeze(
      columns.map(({ covariate, category }, k) =>
        Object.freeze({
          covariate,
          category,
          highest: over(({ characteristics }) => characteristics[k].highest, inGroup),
          lowest: over(({ characteristics }) => characteristics[k].lowest, inGroup),
          difference: over(({ characteristics }) => characteristics[k].difference, 2 * inGroup),
        }),
      ),
    ),
    warnings: onePerCode([...scored.warnings, ...found.flatMap(({ warnings }) => warnings)]),
  });
}

interface CharacteristicColumn {
  readonly covariate: string;
  readonly category: string | null;
  /** NaN where the covariate is missing. */
  readonly values: Float64Array;
}

interface SplitFigures {
  readonly warnings: readonly Warning[];
  readonly groups: readonly (SplitNumber | null)[];
  readonly difference: SplitNumber | null;
  readonly characteristics: readonly Readonly<Record<'highest' | 'lowest' | 'difference', SplitNumber | null>>[];
}

interface SplitRequest {
  readonly forest: CausalForest;
  readonly scored: Scored;
  readonly columns: readonly CharacteristicColumn[];
  readonly groupCount: number;
  readonly apart: ResolvedApart;
}

async function figuresOfSplit(
  { forest, scored, columns, groupCount, apart }: SplitRequest,
  split: number,
): Promise<SplitFigures> {
  const [training, judges] = divideUnits(forest.trial, 2, streamFor(apart.seed, 'split', split));
  const because = { option: 'forest', value: forest.trial.rowCount };
  const { effect, warnings } = await effectsApart(forest, training, judges, apart, ['split', split], because);
  const priorities = new Float64Array(forest.trial.rowCount);
  judges.forEach((row, place) => {
    priorities[row] = effect[place];
  });
  const judging = scoredSubset(scored, judges);
  const borders = Array.from({ length: groupCount - 1 }, (_, k) => (k + 1) / groupCount);
  const groups = groupsByEffect(judging, priorities, borders, streamFor(apart.seed, 'split ties', split));
  const number = (influence: InfluenceEstimate | null) => influence && withError(influence, forest);
  const between = (highest: InfluenceEstimate | null, lowest: InfluenceEstimate | null) =>
    highest && lowest ? number(difference(highest, lowest)) : null;
  const means = groups.map((group) => (groupProblem(forest, group) ? null : groupMean(judging, judging.scores, group)));
  return {
    warnings,
    groups: means.map(number),
    difference: between(means[groupCount - 1], means[0]),
    characteristics: columns.map(({ values }) => {
      const highest = groupMean(judging, values, groups[groupCount - 1]);
      const lowest = groupMean(judging, values, groups[0]);
      return { highest: number(highest), lowest: number(lowest), difference: between(highest, lowest) };
    }),
  };
}

/** A number, boolean or date is one column, a category one column of 0 and 1 a level. */
function characteristicColumns({ trial }: CausalForest, names: readonly string[] | undefined): CharacteristicColumn[] {
  return (names ?? trial.covariateNames).flatMap((name) => {
    const covariate = trial.covariates.find((column) => column.name === name);
    if (!covariate)
      throw new InvalidOptionError(
        'characteristics',
        name,
        `names of covariates: ${trial.covariateNames.join(', ')}${hint(name, trial.covariateNames)}`,
      );
    return columnsOf(covariate);
  });
}

function columnsOf(covariate: Covariate): CharacteristicColumn[] {
  if (covariate.kind !== 'category') return [{ covariate: covariate.name, category: null, values: covariate.values }];
  return covariate.levels.map((category, level) => ({
    covariate: covariate.name,
    category,
    values: Float64Array.from(covariate.codes, (code) => (code < 0 ? Number.NaN : Number(code === level))),
  }));
}
