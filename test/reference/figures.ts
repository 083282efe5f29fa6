/**
 * Every figure of a reference case, by name, with how it is computed here from the case's forest and how far it may be
 * off. Names are the paths of the file: 'oob.predictions', 'ate.AIPW.all'. A new estimator adds a line.
 */
import { predictContrasts } from '../../src/causal/arms/predict.js';
import { effectWeights } from '../../src/causal/effect-weights.js';
import { predictInstrumentalEffects } from '../../src/causal/instrumental/predict.js';
import { predictEffects } from '../../src/causal/predict-effects.js';
import type { CausalForest } from '../../src/causal/types.js';
import { testCalibration } from '../../src/diagnostics/calibration.js';
import { splitFrequencies, variableImportance } from '../../src/diagnostics/importance.js';
import { type RankWeightedEffect, rankWeightedEffect } from '../../src/diagnostics/rank-weighted.js';
import { averageEffect } from '../../src/effects/average.js';
import type { Coefficient } from '../../src/effects/coefficients.js';
import { averageContrasts, contrastScores } from '../../src/effects/contrasts.js';
import { averageInstrumentalEffect, instrumentalScores } from '../../src/effects/instrumental.js';
import { type AverageEffectOptions, TARGETS } from '../../src/effects/options.js';
import { bestLinearProjection } from '../../src/effects/projection.js';
import { scores } from '../../src/effects/scores.js';
import { predictMeans } from '../../src/forest/regression-forest.js';
import type { ImportedForest } from '../../src/import/from-grf.js';
import type { CovarianceType } from '../../src/math/robust-covariance.js';

/** A case as it was read: its fields, and the forest made of them. */
export interface ReferenceCase {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly forest: ImportedForest;
}

export interface Figure {
  /** Numbers (or names), arrays of them, or arrays of rows, in the shape of the file. */
  compute(reference: ReferenceCase): unknown;
  /** |a − b| may be so many times max(|b|, largest magnitude of the figure). */
  readonly allowance: number;
  /** The figure is a table whose columns are different quantities: each is measured by its own largest magnitude. */
  readonly byColumn?: boolean;
}

/** 15 printed digits of inputs and another order of summation allow no more; variances are differences of such sums. */
const EXACT = 1e-9;
const VARIANCE = 1e-8;
/** Two standard errors by random half-samples: 500 draws know one to 3.2 %, 5,000 to 1 %, so 15 % is more than four deviations. */
const RANDOM = 0.15;

/** Fields of a case that its forest is made of. */
export const FIELDS_OF_FOREST: ReadonlySet<string> = new Set([
  ...['X', 'Y', 'W', 'Z', 'Yhat', 'What', 'Zhat', 'arms', 'sampleWeights', 'clusters', 'equalizeClusterWeights'],
  'forest',
]);

/** Everything that a case gives, as opposed to what it was computed to be. */
export const INPUTS: ReadonlySet<string> = new Set([
  ...FIELDS_OF_FOREST,
  ...['case', 'Xnew', 'subsetX1Positive', 'priorities', 'debiasingWeights', 'complianceScore'],
  ...['reward', 'cost', 'actions'],
]);

/** Figures whose estimators do not exist here, by the beginnings of their names: they are reported, never passed over. */
export const LEFT_OUT: Readonly<Record<string, string>> = {};

/** Cases without a forest, whose estimators do not exist here. */
export const CASES_LEFT_OUT: Readonly<Record<string, string>> = {
  'policy-tree': 'policy trees',
  qini: 'multi-arm cost curves',
};

const figure = (compute: Figure['compute'], allowance = EXACT): Figure => ({ compute, allowance });
const table = (compute: (forest: CausalForest, fields: ReferenceCase['fields']) => readonly Coefficient[]) => ({
  rows: {
    compute: causal((forest, fields) => compute(forest, fields).map(rowOf)),
    allowance: VARIANCE,
    byColumn: true,
  },
  terms: figure(causal((forest, fields) => compute(forest, fields).map(({ term }) => TERMS[term] ?? term))),
  columns: figure(() => ['Estimate', 'Std. Error', 't value', 'Pr(>|t|)']),
});

/** R's names for the terms of a table. */
const TERMS: Readonly<Record<string, string>> = {
  '(intercept)': '(Intercept)',
  'mean effect': 'mean.forest.prediction',
  'differential effect': 'differential.forest.prediction',
};
const rowOf = ({ estimate, standardError, tStatistic, pValue }: Coefficient) => [
  estimate,
  standardError,
  tStatistic,
  pValue,
];

const projection = (options: { covariance?: CovarianceType; target?: 'overlap' }) =>
  table((forest, fields) =>
    bestLinearProjection(forest, { ...options, ...scoreOptions(forest, fields), on: firstTwo(fields) }),
  );
const calibration = (covariance: CovarianceType) => {
  const { columns, ...rest } = table((forest) => {
    const { mean, differential } = testCalibration(forest, { covariance });
    return [mean, differential];
  });
  return { ...rest, columns: figure(() => ['Estimate', 'Std. Error', 't value', 'Pr(>t)']) };
};

export const FIGURES: Readonly<Record<string, Figure>> = {
  'oob.predictions': figure(({ forest }) => estimates(forest.outOfBag)),
  'oob.variance.estimates': figure(({ forest }) => byRow(forest.outOfBag.variance), VARIANCE),
  'oob.debiased.error': figure(({ forest }) => errorsOf(forest).debiasedError),
  'oob.excess.error': figure(({ forest }) => errorsOf(forest).excessError),
  debiasedError: figure(({ forest }) => errorsOf(forest).debiasedError),
  'new.predictions': figure((reference) => estimates(newPredictions(reference))),
  'new.variance.estimates': figure((reference) => byRow(newPredictions(reference).variance), VARIANCE),
  forestWeightsRow1New: figure(({ forest, fields }) => effectWeights(forest, newRows(fields))[0]),
  splitFrequencies: figure(({ forest }) => splitFrequencies(forest)),
  variableImportance: figure(({ forest }) => variableImportance(forest).map(({ importance }) => importance)),
  scores: figure(scoresOf),
  ...averages('ate', () => undefined),
  ...averages('ateSubset', (fields) => fields.subsetX1Positive as boolean[]),
  ate: figure(({ forest, fields }) => {
    if (forest.kind !== 'instrumentalForest') return undefined;
    return pairOf(averageInstrumentalEffect(forest, { compliance: vector(fields.complianceScore) }));
  }),
  'ate.contrast': figure(contrasts(({ contrast }) => contrast)),
  'ate.estimate': figure(contrasts(({ estimate }) => estimate)),
  'ate.stdErr': figure(contrasts(({ standardError }) => standardError)),
  ...named('rateAUTOC', ranking('autoc')),
  ...named('rateQINI', ranking('qini')),
  ...named('blp.HC0', projection({ covariance: 'HC0' })),
  ...named('blp.HC1', projection({ covariance: 'HC1' })),
  ...named('blp.HC2', projection({ covariance: 'HC2' })),
  ...named('blp.HC3', projection({ covariance: 'HC3' })),
  ...named('blpOverlapHC3', projection({ target: 'overlap' })),
  ...named('calibration', calibration('HC3')),
  ...named('calibrationHC1', calibration('HC1')),
};

function named(name: string, parts: Readonly<Record<string, Figure>>): Record<string, Figure> {
  return Object.fromEntries(Object.entries(parts).map(([part, of]) => [`${name}.${part}`, of]));
}

/** What only a causal forest has; undefined for others, so that the figure counts as not computed. */
function causal<T>(compute: (forest: CausalForest, fields: ReferenceCase['fields']) => T) {
  return ({ forest, fields }: ReferenceCase): T | undefined =>
    forest.kind === 'causalForest' ? compute(forest, fields) : undefined;
}

function averages(name: string, rows: (fields: ReferenceCase['fields']) => boolean[] | undefined) {
  const average = (options: AverageEffectOptions) =>
    figure(
      causal((forest, fields) => {
        const chosen = rows(fields);
        const given = { ...scoreOptions(forest, fields), ...(chosen && { rows: chosen }) };
        return pairOf(averageEffect(forest, { ...options, ...given }));
      }),
    );
  return Object.fromEntries(
    TARGETS.flatMap((target) => [
      [`${name}.AIPW.${target}`, average({ target, variance: 'separate' })],
      [`${name}.TMLE.${target}`, average({ target, estimator: 'tmle' })],
    ]),
  );
}

function ranking(weighting: 'autoc' | 'qini'): Readonly<Record<string, Figure>> {
  const part = (of: (effect: RankWeightedEffect) => unknown, allowance = EXACT) =>
    figure(
      causal((forest, fields) => {
        const given = { weighting, draws: 5000, shares: TENTHS, ...scoreOptions(forest, fields) };
        return of(rankWeightedEffect(forest, vector(fields.priorities), given));
      }),
      allowance,
    );
  return {
    estimate: part(({ estimate }) => estimate),
    bootstrapStdErr: part(({ standardError }) => standardError, RANDOM),
    q: part(({ curve }) => curve.map(({ share }) => share)),
    toc: part(({ curve }) => curve.map(({ estimate }) => estimate)),
  };
}

const TENTHS = Array.from({ length: 10 }, (_, k) => (k + 1) / 10);

const pairOf = ({ estimate, standardError }: { estimate: number | null; standardError: number | null }) => [
  estimate,
  standardError,
];

function contrasts<T>(of: (contrast: ReturnType<typeof averageContrasts>[number]) => T) {
  return ({ forest }: ReferenceCase) =>
    forest.kind === 'multiArmForest' ? averageContrasts(forest).map(of) : undefined;
}

function scoresOf({ forest, fields }: ReferenceCase): unknown {
  if (forest.kind === 'causalForest') return scores(forest, scoreOptions(forest, fields)).values;
  if (forest.kind === 'multiArmForest') return byRow(contrastScores(forest).values);
  if (forest.kind === 'instrumentalForest')
    return instrumentalScores(forest, { compliance: vector(fields.complianceScore) }).values;
  return undefined;
}

/** What a continuous treatment's scores need. */
const scoreOptions = ({ trial }: CausalForest, fields: ReferenceCase['fields']) =>
  trial.treatment.kind === 'continuous' ? { debiasingWeights: vector(fields.debiasingWeights) } : {};

function newPredictions({ forest, fields }: ReferenceCase) {
  const rows = newRows(fields);
  if (forest.kind === 'causalForest') return predictEffects(forest, rows);
  if (forest.kind === 'regressionForest') return predictMeans(forest, rows);
  return forest.kind === 'instrumentalForest'
    ? predictInstrumentalEffects(forest, rows)
    : predictContrasts(forest, rows);
}

const estimates = (predictions: { effect: Float64Array | readonly Float64Array[] } | { estimate: Float64Array }) =>
  byRow('effect' in predictions ? predictions.effect : predictions.estimate);

const errorsOf = ({ outOfBag }: ImportedForest) =>
  'debiasedError' in outOfBag ? outOfBag : { debiasedError: undefined, excessError: undefined };

/** Arrays by contrast as rows; one array as it is. */
const byRow = (values: Float64Array | readonly Float64Array[] | null): unknown =>
  values === null || values instanceof Float64Array
    ? values
    : Array.from(values[0], (_, row) => values.map((of) => of[row]));

/** The new rows as a table. */
const newRows = ({ Xnew }: ReferenceCase['fields']) => tableOf(Xnew as (number | null)[][]);
const tableOf = (rows: readonly (readonly (number | null)[])[]) =>
  Object.fromEntries(rows[0].map((_, f) => [`x${f + 1}`, rows.map((row) => row[f])]));

/** x1 and x2 of the training rows, 0 where missing. */
const firstTwo = ({ X }: ReferenceCase['fields']) =>
  Object.fromEntries(
    [0, 1].map((f) => [`a${f + 1}`, Float64Array.from(X as (number | null)[][], (row) => row[f] ?? 0)]),
  );

const vector = (values: unknown): Float64Array => Float64Array.from(values as number[]);
