// A causal forest that was fitted in R by grf, read from JSON (the R code stands in the README), and served one row at a
// time. Nothing is fitted here: trees, rows and nuisances are R's, and so are the numbers.
import { readFile } from 'node:fs/promises';
import {
  averageEffect,
  bestLinearProjection,
  fromGrf,
  predictor,
  testCalibration,
  variableImportance,
} from 'causal-forest';
import { formatEstimate } from 'causal-forest/report';

const forest = fromGrf(await readFile('examples/fixtures/forest-from-r.json', 'utf8'), { kind: 'causalForest' });

console.log('average effect:', formatEstimate(averageEffect(forest)));
console.log('where treatments vary:', formatEstimate(averageEffect(forest, { target: 'overlap' })));
for (const coefficient of bestLinearProjection(forest, { on: ['x1', 'x2'] }))
  console.log(`  ${coefficient.term.padEnd(12)}`, formatEstimate(coefficient));
console.log('effects differ, p =', testCalibration(forest).differential.pValue?.toFixed(3));
const [first] = [...variableImportance(forest)].sort((a, b) => b.importance - a.importance);
console.log(`most splits on ${first?.covariate}: ${first?.importance.toFixed(2)}`);

// Made once, when the service starts; called for every request.
const predict = predictor(forest, { variance: true });
const requests = [
  { x1: -1.5, x2: 0, x3: 0, x4: 0, x5: 0 },
  { x1: 1.5, x2: 0, x3: 0, x4: 0, x5: 0 },
  { x1: 1.5, x2: null, x3: 0, x4: 0, x5: 0 },
];
for (const request of requests) {
  const { effect, variance, warnings } = predict(request);
  const error = variance === null ? 'unknown' : Math.sqrt(variance).toFixed(2);
  console.log(`x1 = ${request.x1}: effect ${effect?.toFixed(2)}, standard error ${error}`);
  for (const { message } of warnings) console.log(`  ${message}`);
}
