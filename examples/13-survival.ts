// Effects on survival where some people leave before the end: months of life gained within two years, and who is alive then.
import {
  averageEffect,
  createTrial,
  fitCausalSurvivalForest,
  fitSurvivalForest,
  groupEffects,
  predictSurvival,
} from 'causal-forest';
import { formatEstimate, formatGroupEffects } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

// Log-normal months of survival, in a trial where x1 and x2 drive treatment and survival, and the drug helps more where x3
// is high. People with a high x1 leave the study earlier.
const simulated = simulateTrial({ design: 'confounded', rowCount: 2000, covariateCount: 3, seed: 13 });
const { x1, x2, x3, treatment, outcome } = simulated.columns as Record<string, Float64Array>;
const leaves = simulateTrial({ design: 'none', rowCount: 2000, seed: 14 }).columns.outcome as Float64Array;
const months = (logarithm: number): number => 10 * Math.exp(0.6 * (logarithm - 1));
const death = outcome.map(months);
const end = leaves.map((x, i) => 30 * Math.exp(0.5 * x - 0.4 * x1[i]));
const died = death.map((t, i) => (t <= end[i] ? 1 : 0));
const time = death.map((t, i) => Math.min(t, end[i]));
console.log('still alive when they left:', died.filter((d) => d === 0).length, 'of', died.length);

const trial = createTrial(
  { x1, x2, x3, drug: treatment, months: time, died },
  { covariates: ['x1', 'x2', 'x3'], treatment: 'drug', outcomes: { months: 'months', died: 'died' } },
);
const options = { time: 'months', event: 'died', horizon: 24, numTrees: 500, seed: 13 } as const;

// What treatment changes for each row is known here, since its noise is.
const untreated = outcome.map((y, i) => y - treatment[i] * simulated.effect[i]);
const truth = (measure: (t: number) => number): string => {
  const gained = untreated.map((y, i) => measure(months(y + simulated.effect[i])) - measure(months(y)));
  return (gained.reduce((a, b) => a + b, 0) / gained.length).toFixed(3);
};

const forest = await fitCausalSurvivalForest(trial, options);
console.log(`months within two years (truth ${truth((t) => Math.min(t, 24))}):`, formatEstimate(averageEffect(forest)));
console.log(formatGroupEffects(groupEffects(forest, { by: { column: 'x3', cuts: [-0.5, 0.5] } })));

const alive = await fitCausalSurvivalForest(trial, { ...options, target: 'survivalProbability' });
console.log(`alive after two years (truth ${truth((t) => (t > 24 ? 1 : 0))}):  `, formatEstimate(averageEffect(alive)));
for (const { message } of alive.warnings) console.log(message);

// Survival curves by covariates, from the same times.
const curves = await fitSurvivalForest(trial, {
  time: 'months',
  event: 'died',
  failureTimes: [6, 12, 24],
  numTrees: 500,
});
const { failureTimes, survival } = predictSurvival(curves, { x1: [-1, 1], x2: [-1, 1], x3: [0, 0] });
for (const [row, who] of ['x1 = x2 = −1', 'x1 = x2 = 1'].entries())
  console.log(
    `${who}:`,
    Array.from(failureTimes, (t, k) => `${(100 * survival[3 * row + k]).toFixed(0)} % live ${t} months`).join(', '),
  );
