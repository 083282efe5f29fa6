// Do the rows that are predicted to gain more really gain more? Every ranking is judged by rows that did not make it.
import {
  compareRankings,
  createTrial,
  fitCausalForest,
  highLowEffects,
  rankWeightedEffect,
  sortedEffects,
  testCalibration,
  testRanking,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns } = simulateTrial({ design: 'oneSided', rowCount: 1500, covariateCount: 3, seed: 8 });
const trial = createTrial(columns, {
  covariates: ['x1', 'x2', 'x3'],
  treatment: 'treatment',
  outcomes: { y: 'outcome' },
  propensity: 0.5,
});
const forest = await fitCausalForest(trial, { numTrees: 500, seed: 8 });

const p = (value: number | null) => (value === null ? 'no p-value' : `p = ${value.toPrecision(2)}`);
console.log('calibration, differential:', p(testCalibration(forest).differential.pValue));

// The forest's own ranking: trained on folds 1 … k, judged by fold k + 1.
const ranking = await testRanking(forest, { numTrees: 200 });
console.log('targeting by predicted effects, AUTOC:', formatEstimate(ranking), p(ranking.pValue));
for (const point of ranking.curve.slice(0, 3))
  console.log(`  the first ${100 * point.share} % gain more than the average by`, formatEstimate(point));

const { high, low, difference } = await highLowEffects(forest, { numTrees: 200 });
console.log('higher half:', formatEstimate(high), '\nlower half: ', formatEstimate(low));
console.log('difference: ', formatEstimate(difference), p(difference.pValue));

// Rules made without these rows, such as "by x1", are judged by all rows, and against each other.
const { x1, x2 } = columns as Record<'x1' | 'x2', Float64Array>;
console.log('targeting by x1, Qini:', formatEstimate(rankWeightedEffect(forest, x1, { weighting: 'qini' })));
const rules = compareRankings(forest, { first: x1, second: x2 });
console.log('x1 against x2:', formatEstimate(rules.difference), p(rules.difference.pValue));

// Quarters by predicted effect and who is in them: medians over sample splits.
const sorted = await sortedEffects(forest, { groups: 4, splits: 20, numTrees: 200 });
for (const group of sorted.groups) console.log(`quarter ${group.rank}:`, formatEstimate(group));
console.log('highest − lowest:', formatEstimate(sorted.difference), p(sorted.difference.pValue));
for (const { covariate, difference: between } of sorted.characteristics)
  console.log(`mean ${covariate}, highest − lowest quarter:`, formatEstimate(between));
