// Effects of single rows, of new rows, of groups and their difference; and which training rows an effect rests on.
import {
  averageEffect,
  createTrial,
  effectWeights,
  fitCausalForest,
  groupDifferences,
  predictEffects,
  rowEffects,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const simulated = simulateTrial({ design: 'oneSided', rowCount: 2000, seed: 2 });
const trial = createTrial(simulated.columns, {
  covariates: ['x1', 'x2', 'x3'],
  treatment: 'treatment',
  outcomes: { y: 'outcome' },
  propensity: 0.5,
});
const forest = await fitCausalForest(trial, { seed: 2 });

for (const target of ['all', 'treated', 'control', 'overlap'] as const)
  console.log(`average effect, ${target}:`, formatEstimate(averageEffect(forest, { target })));

const [first] = rowEffects(forest.outOfBag);
console.log(`row 0, truth ${simulated.effect[0].toFixed(3)}:`, first ? formatEstimate(first) : 'none');

const [difference] = groupDifferences(forest, {
  by: [
    { label: 'x1 above 0', rows: ({ x1 }) => Number(x1) > 0 },
    { label: 'x1 below 0', rows: ({ x1 }) => Number(x1) <= 0 },
  ],
  reference: 'x1 below 0',
}).differences;
if (difference)
  console.log('x1 above 0 against below:', formatEstimate(difference), `p = ${difference.pValue?.toExponential(1)}`);

const points = { x1: [-1, 0, 1, 2], x2: [0, 0, 0, 0], x3: [0, 0, 0, 0] };
for (const effect of rowEffects(predictEffects(forest, points)))
  console.log(`x1 = ${points.x1[effect.row]}:`, formatEstimate(effect));

const [weights] = effectWeights(forest, { x1: [1], x2: [0], x3: [0] });
const used = weights?.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
console.log(`the effect at x1 = 1 rests on ${used} of ${trial.rowCount} rows`);
