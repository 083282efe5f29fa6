// Treatments beyond one that was drawn at random: here, a treatment that people choose and an invitation that moves them.
import {
  averageContrasts,
  averageInstrumentalEffect,
  createArmTrial,
  createInstrumentalTrial,
  createLinearTrial,
  estimateCompliance,
  fitInstrumentalForest,
  fitLinearForest,
  fitMultiArmForests,
  fitProbabilityForest,
  predictLinearEffects,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';
import { simulateTrial } from 'causal-forest/simulate';

const { columns } = simulateTrial({ design: 'constant', rowCount: 1000, seed: 4 });
const { x1, x2 } = columns;

// Of those invited at random, the ones with x1 > −0.5 attend; no one else does. Attending is worth 2.
const invited = columns.treatment;
const attended = invited.map((z, row) => (z === 1 && x1[row] > -0.5 ? 1 : 0));
const wage = x2.map((x, row) => x + 2 * attended[row] + columns.outcome[row] - 0.5 * invited[row]);
const courses = createInstrumentalTrial(
  { x1, x2, invited, attended, wage },
  { covariates: ['x1', 'x2'], treatment: 'attended', instrument: 'invited', outcomes: { wage: 'wage' } },
);
const instrumental = await fitInstrumentalForest(courses, { numTrees: 500, seed: 4 });
const compliance = await estimateCompliance(instrumental);
const rows = [...compliance.keys()].filter((row) => compliance[row] > 0.05);
console.log(
  'wage, for those whom the invitation moves:',
  formatEstimate(averageInstrumentalEffect(instrumental, { compliance, rows })),
);

// How likely each level of a category is, given the covariates: here, how pay would be called.
const called = wage.map((value) => Math.min(Math.max(Math.round(value), -1), 1));
const words = Array.from(called, (code) => ['low', 'middling', 'high'][code + 1]);
const { classes, probability, variance } = (
  await fitProbabilityForest(courses, { outcome: words, numTrees: 500, seed: 4 })
).outOfBag;
classes.forEach((name, c) => {
  const standardError = Math.sqrt(variance?.[c][0] ?? Number.NaN);
  console.log(`P(${name}) of row 0: ${probability[c][0].toFixed(2)} (standard error ${standardError.toFixed(2)})`);
});

// Three arms, two outcomes, one forest: a letter is worth 1 visit, a call 2, and half of that in orders.
const reminder = Array.from(x1, (_, row) => ['none', 'letter', 'call'][row % 3]);
const worth = reminder.map((arm) => ({ none: 0, letter: 1, call: 2 })[arm] ?? 0);
const visits = worth.map((value, row) => value + x2[row] + columns.outcome[row] - 0.5 * invited[row]);
const orders = worth.map((value, row) => 0.5 * value + x1[row]);
const reminders = createArmTrial(
  { x1, x2, reminder, visits, orders },
  {
    covariates: ['x1', 'x2'],
    treatment: 'reminder',
    baseline: 'none',
    outcomes: { visits: 'visits', orders: 'orders' },
    armPropensities: { none: 1 / 3, letter: 1 / 3, call: 1 / 3 },
  },
);
const forests = await fitMultiArmForests(reminders, { numTrees: 500, seed: 4 });
for (const forest of Object.values(forests))
  for (const effect of averageContrasts(forest))
    console.log(`${effect.outcome}, ${effect.contrast}:`, formatEstimate(effect));

// Two doses at once: price moves sales by −1, or by −2 where x1 > 0; advertising by 0.5.
const price = x2.map((x, row) => 0.5 * x + columns.x3[row]);
const advertising = price.map((value, row) => 0.5 * value + columns.x4[row]);
const sales = x1.map((x, row) => 0.5 * advertising[row] - (x > 0 ? 2 : 1) * price[row] + x2[row]);
const doses = createLinearTrial(
  { x1, x2, price, advertising, sales },
  { covariates: ['x1', 'x2'], treatments: ['price', 'advertising'], outcomes: { sales: 'sales' } },
);
const linear = await fitLinearForest(doses, { numTrees: 500, seed: 4 });
const fresh = predictLinearEffects(linear, { x1: [-1, 1], x2: [0, 0] });
fresh.treatments.forEach((name, k) => {
  console.log(`${name} where x1 is -1 and 1: ${Array.from(fresh.effect[k], (value) => value.toFixed(2)).join(', ')}`);
});
