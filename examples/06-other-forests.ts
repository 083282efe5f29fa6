// A regression forest on its own, and the two forests of Wager & Athey 2018, on a trial with a constant effect of 0.5.
import {
  createTrial,
  fitDoubleSampleForest,
  fitPropensityForest,
  fitRegressionForest,
  rowEffects,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns, covariateNames } = simulateTrial({ design: 'constant', rowCount: 600, seed: 4 });
const trial = createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });

const outcome = await fitRegressionForest(trial, { outcome: 'y', numTrees: 500, seed: 4 });
console.log(`E[Y | X] of row 0: ${outcome.outOfBag.estimate[0].toFixed(3)}`);
for (const fitForest of [fitDoubleSampleForest, fitPropensityForest]) {
  const forest = await fitForest(trial, { numTrees: 2000, seed: 4 });
  const [first] = rowEffects(forest.outOfBag);
  if (first) console.log(`${forest.kind}, effect of row 0:`, formatEstimate(first));
}
