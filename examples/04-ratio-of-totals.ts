// The mean of workers' ratios and the ratio of totals are two questions; here are both, in percent.
import { createTrial, fitCausalForest, fitRatioForests, ratioEffect, relativeEffect } from 'causal-forest';
import { readCsv } from 'causal-forest/node';
import { formatEstimate } from 'causal-forest/report';

const trial = createTrial(await readCsv('examples/service-training/data/workers.csv.gz'), {
  covariates: ['businessUnit', 'firstWorkDate', 'age', 'gender'],
  treatment: 'treated',
  outcomes: {
    perWorker: { numerator: 'buttonComplaints1', denominator: 'hours1' },
    ofTotals: { numerator: 'buttonComplaints1', denominator: 'hours1', as: 'totals' },
  },
});
const perWorker = await fitCausalForest(trial, { outcome: 'perWorker', numTrees: 500, seed: 1 });
console.log("mean of workers' complaints per hour:", formatEstimate(relativeEffect(perWorker)));
const ofTotals = await fitRatioForests(trial, { outcome: 'ofTotals', numTrees: 500, seed: 1 });
console.log('all complaints per all hours:        ', formatEstimate(ratioEffect(ofTotals)));
