// Plain and refined effects of the same trial beside the truth: how far off, how often 95 % intervals hold it, and which of
// the models the refined ones are made of.
import { averageEffect, createTrial, fitCausalForest, predictEffects, summarizeForest } from 'causal-forest';
import { formatEstimate, formatForestSummary } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns, covariateNames, effect } = simulateTrial({
  design: 'confounded',
  rowCount: 1500,
  covariateCount: 6,
  seed: 3,
});
const trial = createTrial(columns, {
  covariates: covariateNames,
  treatment: 'treatment',
  outcomes: { outcome: 'outcome' },
});

for (const estimator of ['plain', 'refined'] as const) {
  const forest = await fitCausalForest(trial, { estimator, numTrees: 1000 });
  const { effect: found, variance } = forest.outOfBag;
  const errors = found.map((value, i) => value - effect[i]);
  const error = Math.sqrt(errors.reduce((sum, value) => sum + value ** 2, 0) / errors.length);
  const held = errors.filter((value, i) => Math.abs(value) < 1.96 * Math.sqrt(variance?.[i] ?? 0)).length;
  console.log(formatForestSummary(summarizeForest(forest)));
  console.log(
    `error ${error.toFixed(3)}; ${((100 * held) / errors.length).toFixed(0)} % of the intervals hold the truth`,
  );
  console.log('average effect', formatEstimate(averageEffect(forest)), '\n');
  if (!forest.refined) continue;
  for (const { name, weight, relativeLoss } of forest.refined.members)
    console.log(
      `${name.padEnd(16)} weight ${weight.toFixed(2)}, R-loss ${relativeLoss.toFixed(3)} of one effect for all`,
    );
  const point = Object.fromEntries(covariateNames.map((name) => [name, [0]]));
  const { effect: at, variance: its } = predictEffects(forest, point);
  console.log(`at 0: ${at[0].toFixed(2)} ± ${(1.96 * Math.sqrt(its?.[0] ?? 0)).toFixed(2)}; the truth is 1`);
}
