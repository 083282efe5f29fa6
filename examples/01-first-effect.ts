// What did the training do to income per service in the first month, in percent, and for whom more?
// (Simulated data: see examples/service-training/README.md.)
import { averageEffect, createTrial, fitCausalForest, groupEffects, relativeEffect } from 'causal-forest';
import { readCsv } from 'causal-forest/node';
import { formatEstimate, formatGroupEffects } from 'causal-forest/report';

const workers = await readCsv('examples/service-training/data/workers.csv.gz');
const trial = createTrial(workers, {
  covariates: ['businessUnit', { column: 'district', kind: 'category' }, 'firstWorkDate', 'age', 'gender'],
  treatment: 'treated',
  outcomes: { incomePerService: { numerator: 'income1', denominator: 'services1' } },
});

const forest = await fitCausalForest(trial, { outcome: 'incomePerService', seed: 1 });

console.log('yuan per service:', formatEstimate(averageEffect(forest)));
console.log('in percent:      ', formatEstimate(relativeEffect(forest)));
console.log(formatGroupEffects(groupEffects(forest, { by: { column: 'age', cuts: [30, 46] }, measure: 'percent' })));
