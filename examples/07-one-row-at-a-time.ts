// A service that asks for one customer's effect at a time: the numbers of predictEffects, without a table around them.
import { createTrial, fitCausalForest, predictor } from 'causal-forest';
import { streamFor } from 'causal-forest/simulate';

const draw = streamFor(7, 'customers');
const customers = Array.from({ length: 2000 }, () => {
  const region = ['north', 'south', 'west'][draw.below(3)];
  const age = 20 + draw.below(50);
  const treated = draw.below(2);
  // The offer works in the south, and on the young.
  const effect = (region === 'south' ? 2 : 0) + (age < 40 ? 1 : 0);
  return {
    age,
    region,
    joined: new Date(Date.UTC(2024, draw.below(12), 1)),
    treated,
    spend: 10 + treated * effect + draw.normal(),
  };
});
const trial = createTrial(customers, {
  covariates: ['age', 'region', 'joined'],
  treatment: 'treated',
  outcomes: { spend: 'spend' },
  propensity: 0.5,
});
const forest = await fitCausalForest(trial, { numTrees: 500 });

// Made once, when the service starts; called for every request.
const predict = predictor(forest, { variance: true });
const requests = [
  { age: 30, region: 'south', joined: '2024-03-01' },
  { age: 60, region: 'north', joined: '2024-11-15' },
  { age: 45, region: 'overseas', joined: null },
];
for (const request of requests) {
  const { effect, variance, warnings } = predict(request);
  const error = variance === null ? 'unknown' : Math.sqrt(variance).toFixed(2);
  console.log(`${request.age}, ${request.region}: effect ${effect?.toFixed(2)}, standard error ${error}`);
  for (const { message } of warnings) console.log(`  ${message}`);
}
