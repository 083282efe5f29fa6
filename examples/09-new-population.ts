// The effect among people who were not in the trial, weighted averages of predictions, and a band that holds for a curve.
import {
  averageEffect,
  createTrial,
  effectBand,
  fitCausalForest,
  populationEffect,
  weightedEffect,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns } = simulateTrial({ design: 'confounded', rowCount: 1500, covariateCount: 3, seed: 9 });
const trial = createTrial(columns, {
  covariates: ['x1', 'x2', 'x3'],
  treatment: 'treatment',
  outcomes: { y: 'outcome' },
});
const forest = await fitCausalForest(trial, { numTrees: 500, seed: 9 });
console.log('in the trial (truth 1):      ', formatEstimate(averageEffect(forest)));
console.log('by targeted estimation:      ', formatEstimate(averageEffect(forest, { estimator: 'tmle' })));

// The effect is 1 + x3/2; among these people x3 is higher by 0.8, so their average effect is 1.4.
const others = simulateTrial({ design: 'none', rowCount: 1000, covariateCount: 3, seed: 10 }).columns;
const newcomers = { ...others, x3: (others.x3 as Float64Array).map((x) => x + 0.8) };
const found = await populationEffect(forest, newcomers);
console.log('in the new table (truth 1.4):', formatEstimate(found));
console.log(
  `  mean prediction ${found.predicted?.toFixed(3)}, correction ${found.correction?.toFixed(3)};`,
  `${found.effectiveRows?.toFixed(0)} of ${trial.rowCount} rows' worth of support`,
);

// x3 = 1 against x3 = −1: the predictions share trees and rows, so their difference has an error of its own.
const points = { x1: [0, 0], x2: [0, 0], x3: [-1, 1] };
console.log('x3 = 1 against −1:', formatEstimate(weightedEffect(forest, points, { weights: Float64Array.of(-1, 1) })));

const grid = { x1: [0, 0, 0, 0, 0], x2: [0, 0, 0, 0, 0], x3: [-1, -0.5, 0, 0.5, 1] };
const band = effectBand(forest, grid);
console.log(`all at once, ± ${band.critical?.toFixed(2)} standard errors of at least ${band.leastError?.toFixed(3)}:`);
band.rows.forEach((effect, k) => {
  console.log(`  x3 = ${grid.x3[k]}:`, formatEstimate(effect));
});
