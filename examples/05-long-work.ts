// Progress, and stopping early: nothing is lost but the fit itself.
import { createTrial, fitCausalForest } from 'causal-forest';
import { simulateTrial } from 'causal-forest/simulate';

const { columns, covariateNames } = simulateTrial({ rowCount: 5000, covariateCount: 20, seed: 3 });
const trial = createTrial(columns, { covariates: covariateNames, treatment: 'treatment', outcomes: { y: 'outcome' } });
const controller = new AbortController();
try {
  await fitCausalForest(trial, {
    numTrees: 20_000,
    signal: controller.signal,
    onProgress: ({ phase, done, total }) => {
      if (phase === 'treatment forest' && done > total / 10) controller.abort(new Error('enough for an example'));
    },
  });
} catch (error) {
  console.log(`stopped: ${(error as Error).message}`);
}
